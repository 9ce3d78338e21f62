import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// The posterior with the readout integrated out, against the Gaussian integral written out in
/// double precision.
@Suite struct CollapsedPosteriorTests {
  static let cells = [
    Cell(1, 1, 1, 1), Cell(3, 4, 8, 0.3), Cell(20, 20, 100, 0.1), Cell(17, 5, 65, 0.5, 2, 0.5),
    Cell(16, 31, 130, 0.1, 0.5, 3), Cell(2, 70, 20, 0.5),
  ]

  /// The regression at hidden parameters θ: B = ΦΦᵀ + λ I, its Cholesky factor, and â.
  struct Regression {
    let matrix: [[Double]]
    let factor: [[Double]]
    let readout: [Double]
    let energy: Double

    init(_ cell: Cell, hidden: [Double]) {
      self.init(cell.network, cell.data, ridge: cell.ridge, hidden: hidden)
    }

    init(_ network: some Network, _ data: TrainingSet, ridge: Double, hidden: [Double]) {
      let n = network.featureCount
      let lambda = ridge / pow(network.readoutScale, 2)
      let y = data.targets.map(Double.init)
      let d = network.inputDimension
      let phi = (0..<data.count).map {
        network.features(hidden, data.inputs[$0 * d..<($0 + 1) * d].map(Double.init))
      }
      var b = (0..<n).map { i in
        (0..<n).map { j in phi.reduce(i == j ? lambda : 0) { $0 + $1[i] * $1[j] } }
      }
      matrix = b
      let coupling = (0..<n).map { k in zip(phi, y).reduce(0) { $0 + $1.0[k] * $1.1 } }
      for k in 0..<n {
        for j in 0..<k { for i in k..<n { b[i][k] -= b[i][j] * b[k][j] } }
        let root = b[k][k].squareRoot()
        for i in k..<n { b[i][k] /= root }
        for j in k + 1..<max(n, k + 1) { b[k][j] = 0 }
      }
      factor = b
      var z = coupling
      for i in 0..<n {
        for j in 0..<i { z[i] -= b[i][j] * z[j] }
        z[i] /= b[i][i]
      }
      for i in (0..<n).reversed() {
        for j in i + 1..<max(n, i + 1) { z[i] -= b[j][i] * z[j] }
        z[i] /= b[i][i]
      }
      readout = z
      let loss = y.reduce(0) { $0 + $1 * $1 } - zip(z, coupling).reduce(0) { $0 + $1.0 * $1.1 }
      let determinant = (0..<n).reduce(0) { $0 + 2 * log(b[$1][$1]) } - Double(n) * log(lambda)
      energy =
        loss / (2 * ridge) + determinant / 2 + hidden.reduce(0) { $0 + $1 * $1 } / 2
    }

    /// Returns (a − â)ᵀ B (a − â).
    func distance(_ a: [Double]) -> Double {
      let x = zip(a, readout).map { $0 - $1 }
      return x.indices.reduce(0) { sum, i in
        sum + x[i] * zip(matrix[i], x).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
  }

  func collapsed(_ cell: Cell, kernels: KernelSet = .best) -> CollapsedPosterior<TwoLayerNetwork> {
    CollapsedPosterior(network: cell.network, data: cell.data, ridge: cell.ridge, kernels: kernels)
  }

  func hidden(_ cell: Cell) -> [Float] { Array(cell.start.prefix(cell.network.hiddenCount)) }

  /// The integral ∫ e^{−U(θ, b)} db is Gaussian. So U(θ, b) exceeds the collapsed energy by the
  /// quadratic form about the best readout, less the logarithm of the integral's width. The
  /// energy's rounding is as in `PosteriorTests`.
  @Test(arguments: cells)
  func isTheIntegralOverTheReadout(cell: Cell) {
    let posterior = collapsed(cell)
    let gradient = posterior.makeGradient()
    let energy = posterior.evaluate(AlignedBuffer(hidden(cell)), gradient: gradient)
    let theta = cell.start.map(Double.init)
    let network = cell.network
    let exact = Regression(cell, hidden: Array(theta.prefix(network.hiddenCount)))
    expect(energy, near: exact.energy, within: 2e-6, "U, \(cell)")
    let a = theta.suffix(network.featureCount).map { network.readoutScale * $0 }
    let n = network.featureCount
    let lambda = cell.ridge / pow(network.readoutScale, 2)
    let width = (0..<n).reduce(0) { $0 + log(exact.factor[$1][$1]) } - Double(n) * log(lambda) / 2
    expect(
      cell.reference.energy(theta),
      near: exact.energy - width + exact.distance(a) / (2 * cell.ridge),
      within: 1e-9, "U of all parameters, \(cell)")
  }

  /// Central differences of the energy in double precision agree to 1e-8 of |∇U|; the kernels'
  /// inverse is rounded to single precision.
  @Test(arguments: [Cell(1, 1, 1, 1), Cell(3, 4, 8, 0.3), Cell(17, 5, 65, 0.5, 2, 0.5)])
  func gradientIsTheDerivative(cell: Cell) {
    let posterior = collapsed(cell)
    let gradient = posterior.makeGradient()
    _ = posterior.evaluate(AlignedBuffer(hidden(cell)), gradient: gradient)
    let theta = hidden(cell).map(Double.init)
    let size = norm(gradient.values.map(Double.init))
    let h = 1e-5
    for i in theta.indices {
      var (up, down) = (theta, theta)
      up[i] += h
      down[i] -= h
      let expected =
        (Regression(cell, hidden: up).energy - Regression(cell, hidden: down).energy) / (2 * h)
      #expect(
        abs(Double(gradient[i]) - expected) <= 1e-5 * size,
        "∂U/∂θ\(i), \(cell): got \(gradient[i]), difference quotient \(expected) to 1e-5 |∇U|")
    }
  }

  /// Every network satisfies the same two formulas.
  @Test func everyNetworkHasOne() {
    expectGaussianIntegral(
      TwoLayerNetwork(dimension: 5, width: 6, biasVariance: 2, activation: .gelu), samples: 70)
    expectGaussianIntegral(
      ThreeLayerNetwork(dimension: 5, firstWidth: 9, secondWidth: 4), samples: 70)
    expectGaussianIntegral(
      PatchNetwork(patches: 3, patchSize: 4, channels: 5, activation: .linear), samples: 33)
    expectGaussianIntegral(PatchNetwork(patches: 3, patchSize: 4, channels: 5), samples: 70)
    expectGaussianIntegral(AttentionNetwork(length: 5, dimension: 3, head: .printed), samples: 20)
    expectGaussianIntegral(AttentionNetwork(length: 5, dimension: 3, head: .odd), samples: 20)
  }

  func expectGaussianIntegral(_ network: some Network, samples: Int) {
    let stream = RandomStream(key: 53)
    let d = network.inputDimension
    let data = TrainingSet(
      inputs: stream.standardNormals(count: samples * d, step: 0),
      targets: stream.standardNormals(count: samples, step: 1), dimension: d)
    let posterior = CollapsedPosterior(network: network, data: data, ridge: 0.3)
    let gradient = posterior.makeGradient()
    let start = stream.standardNormals(count: network.hiddenCount, step: 2)
    let energy = posterior.evaluate(AlignedBuffer(start), gradient: gradient)
    let theta = start.map(Double.init)
    func exact(_ theta: [Double]) -> Double {
      Regression(network, data, ridge: 0.3, hidden: theta).energy
    }
    expect(energy, near: exact(theta), within: 3e-6, "U, \(network)")
    let size = norm(gradient.values.map(Double.init))
    for i in theta.indices {
      var (up, down) = (theta, theta)
      up[i] += 1e-5
      down[i] -= 1e-5
      let quotient = (exact(up) - exact(down)) / 2e-5
      #expect(
        abs(Double(gradient[i]) - quotient) <= 2e-5 * size,
        "∂U/∂θ\(i), \(network): got \(gradient[i]), difference quotient \(quotient)")
    }
  }

  /// The draws follow a | θ ~ N(â, κ B⁻¹): the quadratic form over κ is χ² with K degrees of
  /// freedom, and all directions are alike.
  @Test(arguments: [Cell(3, 4, 8, 0.3), Cell(17, 5, 65, 0.5, 2, 0.5), Cell(16, 31, 130, 0.1)])
  func drawnReadoutsAreGaussian(cell: Cell) {
    let posterior = collapsed(cell)
    let network = cell.network
    let n = network.featureCount
    let exact = Regression(cell, hidden: hidden(cell).map(Double.init))
    let position = AlignedBuffer(hidden(cell))
    let draws = 2000
    var squares = 0.0
    var means = [Double](repeating: 0, count: n)
    for i in 0..<draws {
      let normals = RandomStream(key: 51).standardNormals(count: n, step: UInt64(i))
      let all = posterior.parameters(position, normals: normals)
      #expect(Array(all.prefix(network.hiddenCount)) == position.values)
      let a = all.suffix(n).map { network.readoutScale * Double($0) }
      squares += exact.distance(a) / cell.ridge
      for k in 0..<n { means[k] += a[k] / Double(draws) }
    }
    let error = (2 * Double(n) / Double(draws)).squareRoot()
    #expect(
      abs(squares / Double(draws) - Double(n)) <= 4 * error,
      "χ², \(cell): got \(squares / Double(draws)), expected \(n) within 4 × \(error)")
    // The mean of the draws is â up to 1/draws of their covariance.
    let offset = exact.distance(means) / cell.ridge * Double(draws)
    #expect(
      offset <= Double(n) + 4 * (2 * Double(n)).squareRoot(),
      "mean readout, \(cell): χ² \(offset) for \(n) degrees of freedom")
  }

  @Test(arguments: [Cell(3, 4, 8, 0.3), Cell(17, 5, 65, 0.5), Cell(5, 21, 80, 0.1)])
  func theBitsAreThoseOfEveryInstructionSet(cell: Cell) {
    let results = InstructionSet.available.map { set -> [UInt64] in
      let posterior = collapsed(cell, kernels: KernelSet(set)!)
      let gradient = posterior.makeGradient()
      let position = AlignedBuffer(hidden(cell))
      let energy = posterior.evaluate(position, gradient: gradient)
      let normals = RandomStream(key: 52).standardNormals(count: cell.n, step: 0)
      let drawn = posterior.parameters(position, normals: normals)
      return [energy.bitPattern] + (gradient.values + drawn).map { UInt64($0.bitPattern) }
    }
    for (set, result) in zip(InstructionSet.available, results) {
      #expect(result == results[0], "\(set) differs from generic, \(cell)")
    }
  }

  /// Features that are not finite give an energy that every chain rejects.
  @Test func overflowIsNotANumber() {
    let cell = Cell(3, 4, 8, 0.3)
    let network = TwoLayerNetwork(dimension: 3, width: 4, activation: .linear)
    let posterior = CollapsedPosterior(network: network, data: cell.data, ridge: 0.3)
    let gradient = posterior.makeGradient()
    let far = AlignedBuffer([Float](repeating: 1e30, count: network.hiddenCount))
    #expect(!posterior.evaluate(far, gradient: gradient).isFinite)
    // One feature alone overflows: its entry of the matrix is infinite, all others are finite.
    let one = [Float](repeating: 1e20, count: 3) + [Float](repeating: 1, count: 9)
    #expect(!posterior.evaluate(AlignedBuffer(one), gradient: gradient).isFinite)
    let near = AlignedBuffer(hidden(cell))
    #expect(posterior.evaluate(near, gradient: gradient).isFinite)
  }
}
