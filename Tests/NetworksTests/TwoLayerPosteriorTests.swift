import Kernels
import Networks
import TestSupport
import Testing

/// A cell small enough for the reference.
struct Cell: CustomStringConvertible, Sendable {
  let d, n, p: Int
  let ridge, weightVariance, readoutVariance: Double

  init(_ d: Int, _ n: Int, _ p: Int, _ ridge: Double, _ weight: Double = 1, _ readout: Double = 1) {
    (self.d, self.n, self.p) = (d, n, p)
    (self.ridge, weightVariance, readoutVariance) = (ridge, weight, readout)
  }

  var description: String {
    "d \(d) N \(n) P \(p) κ \(ridge) σ_w² \(weightVariance) σ_a² \(readoutVariance)"
  }
  var network: TwoLayerNetwork {
    TwoLayerNetwork(
      dimension: d, width: n, weightVariance: weightVariance, readoutVariance: readoutVariance)
  }
  var data: TrainingSet {
    TrainingSet(
      drawing: p, dimension: d, target: HermiteTarget(degree: 3), from: RandomStream(key: 41))
  }
  var reference: TwoLayerReference { TwoLayerReference(network: network, data: data, ridge: ridge) }
  var posterior: Posterior<TwoLayerNetwork> {
    Posterior(network: network, data: data, ridge: ridge)
  }
  var start: [Float] { network.coldStart(from: RandomStream(key: 42)) }

  /// Returns U and ∇U as the kernels compute them.
  func evaluate(_ theta: [Float]) -> (energy: Double, gradient: [Float]) {
    let posterior = posterior
    let gradient = posterior.makeGradient()
    let energy = posterior.evaluate(AlignedBuffer(theta), gradient: gradient)
    return (energy, gradient.values)
  }
}

@Suite struct PosteriorTests {
  static let cells = [
    Cell(1, 1, 1, 1), Cell(3, 4, 8, 0.3), Cell(20, 20, 100, 0.1), Cell(17, 5, 65, 0.5, 2, 0.5),
    Cell(16, 31, 130, 0.1, 0.5, 3), Cell(65, 7, 40, 0.02), Cell(15, 40, 64, 2, 4, 10),
  ]

  /// Outputs carry a rounding of 6e-8 per term of products of size one: 1e-7 or so of a residual in
  /// sums of order 20. It is twice that in the residual's square, and averages over samples.
  @Test(arguments: cells)
  func energyAgreesWithTheReference(cell: Cell) {
    let starts = [
      cell.start,
      cell.network.plantedStart(target: HermiteTarget(degree: 3), from: RandomStream(key: 43)),
    ]
    for theta in starts {
      expect(
        cell.evaluate(theta).energy, near: cell.reference.energy(theta.map(Double.init)),
        within: 1e-6, "U, \(cell)")
    }
  }

  @Test(arguments: cells)
  func gradientAgreesWithTheReference(cell: Cell) {
    let expected = cell.reference.gradient(cell.start.map(Double.init))
    let got = cell.evaluate(cell.start).gradient.map(Double.init)
    #expect(got.count == cell.network.parameterCount)
    let error = norm(zip(got, expected).map { $0 - $1 }) / norm(expected)
    // The rounding is that of the energy; the bound is relative to |∇U|.
    #expect(error <= 2e-6, "∇U, \(cell): relative error \(error) > 2e-6")
  }

  /// The reference's gradient is the derivative of the reference's energy. The central differences
  /// have an error of h² U‴/6 + 1e-16 U/h, 1e-9 or so at h = 1e-5.
  @Test(arguments: [Cell(1, 1, 1, 1), Cell(3, 4, 8, 0.3), Cell(17, 5, 65, 0.5, 2, 0.5)])
  func referenceGradientIsTheDerivative(cell: Cell) {
    let theta = cell.start.map(Double.init)
    let reference = cell.reference
    let gradient = reference.gradient(theta)
    let h = 1e-5
    for i in theta.indices {
      var (up, down) = (theta, theta)
      up[i] += h
      down[i] -= h
      let got = (reference.energy(up) - reference.energy(down)) / (2 * h)
      #expect(
        abs(got - gradient[i]) <= 1e-7 * norm(gradient),
        "∂U/∂θ\(i), \(cell): difference quotient \(got), gradient \(gradient[i]) to 1e-7 |∇U|")
    }
  }

  /// The sum runs in another order, so the energy's rounding is the tolerance again.
  @Test(arguments: cells)
  func permutedNeuronsHaveTheSameEnergy(cell: Cell) {
    let theta = cell.start
    var permuted = theta
    let (d, n) = (cell.d, cell.n)
    for i in 0..<n {
      let from = (i + 1) % n
      for j in 0..<d { permuted[i * d + j] = theta[from * d + j] }
      permuted[n * d + i] = theta[n * d + from]
    }
    expect(
      cell.evaluate(permuted).energy, near: cell.evaluate(theta).energy, within: 1e-6, "U, \(cell)")
  }

  /// The change (w, a) → (−w, −a) leaves f as it is, to the bit, since every product keeps its
  /// magnitude.
  @Test(arguments: cells)
  func flippedNeuronsHaveTheSameEnergy(cell: Cell) {
    let theta = cell.start
    var flipped = theta
    let (d, n) = (cell.d, cell.n)
    for i in stride(from: 0, to: n, by: 2) {
      for j in 0..<d { flipped[i * d + j].negate() }
      flipped[n * d + i].negate()
    }
    let (before, after) = (cell.evaluate(theta), cell.evaluate(flipped))
    #expect(before.energy == after.energy)
    #expect(zip(before.gradient, after.gradient).allSatisfy { abs($0) == abs($1) })
  }

  @Test(arguments: cells)
  func trainingLossIsTheMeanSquare(cell: Cell) {
    let theta = cell.start
    let loss = cell.posterior.trainingLoss(
      AlignedBuffer(theta), energy: cell.evaluate(theta).energy)
    let exact = cell.reference.sumOfSquares(theta.map(Double.init)) / Double(cell.p)
    // The prior's energy is subtracted again, so the error is 1e-6 of U instead of the loss.
    let scale = 2 * cell.ridge * cell.evaluate(theta).energy / Double(cell.p)
    #expect(abs(loss - exact) <= 1e-6 * scale, "loss, \(cell): got \(loss), expected \(exact)")
  }

  /// An evaluation leaves no trace in the workspace that a later one could see.
  @Test func evaluationsAreIndependent() {
    let cell = Cell(17, 5, 65, 0.5)
    let posterior = cell.posterior
    let gradient = posterior.makeGradient()
    let theta = AlignedBuffer(cell.start)
    let first = posterior.evaluate(theta, gradient: gradient)
    let values = gradient.values
    let other = AlignedBuffer(cell.network.coldStart(from: RandomStream(key: 1)))
    #expect(posterior.evaluate(other, gradient: gradient) != first)
    #expect(posterior.evaluate(theta, gradient: gradient) == first)
    #expect(gradient.values == values)
  }
}
