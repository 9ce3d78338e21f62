import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// Two-layer networks whose neurons have biases.
@Suite struct BiasTests {
  static let activations: [Activation] = [.erf, .tanh, .relu, .gelu]

  func network(
    _ activation: Activation, dimension: Int = 4, width: Int = 3, variance: Double = 0.7
  ) -> TwoLayerNetwork {
    TwoLayerNetwork(
      dimension: dimension, width: width, weightVariance: 2, readoutVariance: 1.5,
      biasVariance: variance, activation: activation)
  }

  /// f = Σ a_i σ(w_i·x + b_i), written out once more.
  @Test(arguments: activations) func theDefinition(activation: Activation) {
    let network = network(activation)
    let theta = network.coldStart(from: RandomStream(key: 21)).map(Double.init)
    #expect(theta.count == 3 * 4 + 3 + 3)
    let x = [0.3, -1.2, 0.8, 2.1]
    let f = (0..<3).reduce(0.0) { sum, i in
      let product = (0..<4).reduce(0.0) { $0 + theta[4 * i + $1] * (2.0 / 4).squareRoot() * x[$1] }
      let bias = 0.7.squareRoot() * theta[12 + i]
      return sum + (1.5 / 3).squareRoot() * theta[15 + i] * activation(product + bias).value
    }
    expect(network.output(theta, x), near: f, within: 1e-14, "f, \(activation)")
    let draw = AlignedBuffer(theta.map { Float($0) })
    #expect(network.bias(ofNeuron: 1, draw) == 0.7.squareRoot() * Double(Float(theta[13])))
  }

  @Test(arguments: activations) func gradientIsTheDerivative(activation: Activation) {
    expectGradientIsDerivative(network(activation))
  }

  /// Samples that fill no whole vector are padded: a bias must not make features of the padding.
  @Test(arguments: activations, [(1, 1, 3), (5, 7, 64), (17, 9, 130), (32, 20, 200)])
  func kernelsAgreeWithTheDefinition(activation: Activation, shape: (Int, Int, Int)) {
    expectKernelsAgreeWithDefinition(
      network(activation, dimension: shape.0, width: shape.1), samples: shape.2, within: 3e-6)
  }

  @Test(arguments: activations, [(5, 7, 64), (17, 9, 130)])
  func bitsAreTheSameOnEveryInstructionSet(activation: Activation, shape: (Int, Int, Int)) {
    expectSameBits(network(activation, dimension: shape.0, width: shape.1), samples: shape.2)
  }

  /// ⟨f f′⟩ of the prior is the kernel of the infinitely wide network, at any width.
  @Test(arguments: activations) func priorIsThatOfTheKernel(activation: Activation) {
    let network = network(activation, width: 30, variance: 2)
    let (x, other) = ([1, 0, 0.5, 0], [0, 1, 0, -0.5])
    expectOutputCovariance(
      network, x, other, kernel: network.kernel(x, other), draws: 20_000, bias: 0)
  }

  /// Biases whose standard deviation is below rounding leave the network without biases.
  @Test(arguments: activations) func vanishingBiases(activation: Activation) {
    let (plain, biased) = (network(activation, variance: 0), network(activation, variance: 1e-30))
    #expect(!plain.hasBiases && biased.hasBiases)
    #expect(plain.hiddenCount == 12 && biased.hiddenCount == 15)
    let theta = plain.coldStart(from: RandomStream(key: 22)).map(Double.init)
    let padded = theta[..<12] + [1, -1, 0.5] + theta[12...]
    let x = [0.3, -1.2, 0.8, 2.1]
    expect(
      biased.output(Array(padded), x), near: plain.output(theta, x), within: 1e-14, "f")
  }

  static let targets: [(String, FeatureTarget)] = [2, 3].flatMap { degree in
    [
      ("two, \(degree)", .init(degree: degree, coefficients: [2, 1], cosine: 0.3, dimension: 5)!),
      (
        "with a line, \(degree)",
        .init(
          degree: degree, coefficients: [1], linear: 0.6, line: .along(0),
          law: .gaussian(spike: 3), dimension: 5)!
      ),
    ]
  }

  /// Projections are exact for every activation and degree: Monte Carlo agrees within five errors.
  @Test(arguments: activations, targets)
  func projectionsAreExact(activation: Activation, case: (String, FeatureTarget)) {
    let (name, target) = `case`
    let network = network(activation, dimension: 5, width: 6, variance: 1.5)
    let theta = network.coldStart(from: RandomStream(key: 23))
    let draw = AlignedBuffer(theta)
    let overlaps = network.overlaps(with: target, draw)
    let found = network.projections(on: target, overlaps, draw)
    let parameters = theta.map(Double.init)
    var features = found.features.map { _ in Sample() }
    var line = Sample()
    for step in 0..<8_000 {
      let x = target.law.input(dimension: 5, from: RandomStream(key: 24), step: UInt64(step))
      let f = network.output(parameters, x.map(Double.init))
      let seen = target.projections(x[...])
      for (k, u) in seen.features.enumerated() { features[k].append(f * target.component(u)) }
      line.append(f * seen.linear)
    }
    for (k, sample) in features.enumerated() {
      sample.expect(found.features[k], "B_\(k) of \(activation), \(name)")
    }
    if target.linear != 0 { line.expect(found.linear, "linear part of \(activation), \(name)") }
    // One feature is the Hermite target of a network without a spike.
    let hermite = HermiteTarget(degree: target.degree)
    let alone = FeatureTarget(degree: target.degree, coefficients: [1], dimension: 5)!
    let projection = network.projections(on: alone, network.overlaps(with: alone, draw), draw)
    expect(
      network.alignment(with: hermite, draw), near: projection.features[0], within: 1e-12, "A")
  }

  /// A start has learned what it is planted with, with a bias at which its neurons see the target.
  @Test(arguments: activations, [2, 3]) func plantedStarts(activation: Activation, degree: Int)
    throws
  {
    let target = try #require(
      FeatureTarget(degree: degree, coefficients: [2, 1], dimension: 12))
    let network = network(activation, dimension: 12, width: 40, variance: 0.5)
    for planted in [[0, 1], [1]] {
      let theta = network.plantedStart(
        target: target, features: planted, multiple: 1, from: RandomStream(key: 25))
      let draw = AlignedBuffer(theta)
      let overlaps = network.overlaps(with: target, draw)
      let found = network.projections(on: target, overlaps, draw).features
      let share = planted.reduce(0) { $0 + target.coefficients[$1] * found[$1] }
      let wanted = planted.reduce(0) { $0 + target.coefficients[$1] * target.coefficients[$1] }
      #expect(abs(share - wanted) < 1e-4, "\(activation): \(share), expected \(wanted)")
      // No other bias within two standard deviations gives a carrier more.
      func coupling(_ bias: Double) -> Double {
        abs(
          activation.overlap(
            with: HermiteTarget(degree: degree), overlap: 1.47, squaredNorm: 1.47 * 1.47 + 0.26,
            bias: bias))
      }
      let best = coupling(network.bias(ofNeuron: 0, draw))
      let all = (-20...20).map { coupling(0.5.squareRoot() * 0.1 * Double($0)) }
      #expect(best >= 0.999 * all.max()!, "\(activation), m = \(degree): \(best), \(all.max()!)")
      // Theta beyond that is the prior's, so readouts are not far beyond it.
      #expect(theta.allSatisfy { abs($0) < 12 }, "\(activation): \(theta.map(abs).max()!)")
    }
  }

  /// With a bias every activation has every degree that components are computed of.
  @Test(arguments: activations) func degrees(activation: Activation) {
    for degree in 1...12 {
      #expect(activation.obstacle(toDegree: degree, hasBiases: true) == nil)
    }
    for degree in [13, 14] {
      let obstacle = activation.obstacle(toDegree: degree, hasBiases: true)
      #expect(
        obstacle == "components of \(activation.rawValue) with a bias are computed up to degree 12")
    }
    #expect(Activation.linear.obstacle(toDegree: 2, hasBiases: true) != nil)
  }
}
