import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// Every activation of the two-layer network: its definition, its fast path, its kernel and its
/// overlaps.
@Suite struct ActivationTests {
  static let activations = Activation.allCases

  func network(_ activation: Activation, dimension: Int = 5, width: Int = 7) -> TwoLayerNetwork {
    TwoLayerNetwork(
      dimension: dimension, width: width, weightVariance: 2, readoutVariance: 1.5,
      activation: activation)
  }

  /// The definition of `Network` equals the posterior written out once more.
  @Test func theDefinitionIsTheReference() {
    let cell = Cell(3, 4, 8, 0.3, 2, 0.5)
    let theta = cell.start.map(Double.init)
    let inputs = (0..<cell.p).map(cell.reference.input)
    let got = cell.network.energyAndGradient(
      theta, inputs: inputs, targets: cell.data.targets.map(Double.init), ridge: cell.ridge)
    expect(got.energy, near: cell.reference.energy(theta), within: 1e-13, "U")
    let expected = cell.reference.gradient(theta)
    let error = norm(zip(got.gradient, expected).map { $0 - $1 }) / norm(expected)
    #expect(error <= 1e-13, "∇U: relative error \(error)")
  }

  /// Central differences agree to 1e-8 for a smooth activation, and away from the kink of the
  /// other.
  @Test(arguments: activations)
  func gradientIsTheDerivative(activation: Activation) {
    let network = network(activation)
    let stream = RandomStream(key: 61)
    let theta = network.coldStart(from: stream).map(Double.init)
    let inputs = (0..<9).map {
      stream.standardNormals(count: 5, step: UInt64($0) + 1).map(Double.init)
    }
    let targets = stream.standardNormals(count: 9, step: 100).map(Double.init)
    func energy(_ theta: [Double]) -> Double {
      network.energyAndGradient(theta, inputs: inputs, targets: targets, ridge: 0.4).energy
    }
    let gradient = network.energyAndGradient(
      theta, inputs: inputs, targets: targets, ridge: 0.4
    ).gradient
    let h = 1e-6
    for i in theta.indices {
      var (up, down) = (theta, theta)
      up[i] += h
      down[i] -= h
      let got = (energy(up) - energy(down)) / (2 * h)
      #expect(abs(got - gradient[i]) <= 1e-7 * norm(gradient), "\(activation), ∂U/∂θ\(i)")
    }
  }

  /// Single precision gives 1e-6 of U and 2e-6 of |∇U|, as in `PosteriorTests`.
  @Test(arguments: activations, [(5, 7, 70), (17, 3, 16), (16, 20, 130)])
  func theFastPathAgrees(activation: Activation, shape: (Int, Int, Int)) {
    let (d, n, p) = shape
    let network = network(activation, dimension: d, width: n)
    let stream = RandomStream(key: 62)
    let data = TrainingSet(
      drawing: p, dimension: d, target: HermiteTarget(degree: 3), from: stream)
    let theta = network.coldStart(from: RandomStream(key: 63))
    let posterior = Posterior(network: network, data: data, ridge: 0.2)
    let gradient = posterior.makeGradient()
    let energy = posterior.evaluate(AlignedBuffer(theta), gradient: gradient)
    let exact = network.energyAndGradient(
      theta.map(Double.init),
      inputs: (0..<p).map { data.inputs[$0 * d..<($0 + 1) * d].map(Double.init) },
      targets: data.targets.map(Double.init), ridge: 0.2)
    expect(energy, near: exact.energy, within: 1e-6, "U, \(activation), \(shape)")
    let error = norm(zip(gradient.values, exact.gradient).map { Double($0) - $1 })
    #expect(error <= 2e-6 * norm(exact.gradient), "∇U, \(activation), \(shape): off by \(error)")
  }

  /// The mean ⟨σ(u) σ(v)⟩ over correlated Gaussians is a sum on a grid, which does for every
  /// activation. Two-dimensional Gauss-Hermite sums would need many points at relu's kink.
  @Test(arguments: activations, [(0.5, 1.2, 0.3), (2, 0.7, -1), (1, 1, 0.999)])
  func covarianceIsTheGaussianAverage(activation: Activation, moments: (Double, Double, Double)) {
    let (u, v, c) = moments
    // The second variable is v = c/u · x + rest · z with x the first. The trapezium rule covers ±8
    // standard deviations.
    let (slope, rest) = (c / u, (v - c * c / u).squareRoot())
    let (step, edge) = (0.02, 8.0)
    var sum = 0.0
    for i in 0...Int(2 * edge / step) {
      let s = -edge + Double(i) * step
      let x = u.squareRoot() * s
      var inner = 0.0
      for j in 0...Int(2 * edge / step) {
        let z = -edge + Double(j) * step
        inner += exp(-z * z / 2) * activation(slope * x + rest * z).value
      }
      sum += exp(-s * s / 2) * activation(x).value * inner
    }
    sum *= step * step / (2 * .pi)
    let got = activation.covariance(variance: u, otherVariance: v, covariance: c)
    // The kink costs O(step²) where the grid does not meet it.
    #expect(
      abs(got - sum) <= (activation == .relu ? 1e-4 : 1e-9),
      "\(activation), \(moments): got \(got), quadrature \(sum)")
  }

  /// The overlap ⟨σ(w·x), He_m(x₁)/√m!⟩ equals a quadrature over x₁ and the rest of w·x.
  @Test(arguments: activations, [1, 2, 3, 4])
  func overlapsAreTheGaussianAverages(activation: Activation, degree: Int) {
    let target = HermiteTarget(degree: degree)
    let (overlap, squaredNorm) = (0.8, 1.5)
    let rest = (squaredNorm - overlap * overlap).squareRoot()
    let (step, edge) = (0.02, 9.0)
    var sum = 0.0
    for i in 0...Int(2 * edge / step) {
      let x = -edge + Double(i) * step
      for j in 0...Int(2 * edge / step) {
        let z = -edge + Double(j) * step
        sum +=
          exp(-(x * x + z * z) / 2) * target.value(x) * activation(overlap * x + rest * z).value
      }
    }
    sum *= step * step / (2 * .pi)
    let got = activation.overlap(with: target, overlap: overlap, squaredNorm: squaredNorm)
    #expect(
      abs(got - sum) <= (activation == .relu ? 1e-4 : 1e-9),
      "\(activation), m = \(degree): got \(got), quadrature \(sum)")
  }
}
