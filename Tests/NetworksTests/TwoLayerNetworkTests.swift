import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct TwoLayerNetworkTests {
  @Test func overlapAndNormAreThoseOfTheWeights() {
    let network = TwoLayerNetwork(dimension: 3, width: 2, weightVariance: 2, readoutVariance: 5)
    let theta = AlignedBuffer([1, 2, 3, -4, 5, 6, 7, 8])
    #expect(network.parameterCount == 8)
    let scale = (2.0 / 3).squareRoot()
    expect(network.overlap(ofNeuron: 1, theta), near: -4 * scale, within: 1e-15, "w₁")
    expect(network.squaredNorm(ofNeuron: 1, theta), near: 77 * 2 / 3, within: 1e-15, "|w|²")
    expect(network.readoutScale, near: 2.5.squareRoot(), within: 1e-15, "σ_a/√N")
  }

  /// The alignment A = ⟨f y⟩ agrees with Monte Carlo within four of its standard errors.
  @Test(arguments: [1, 3, 5])
  func alignmentIsTheOverlapWithTheTarget(degree: Int) {
    let network = TwoLayerNetwork(dimension: 4, width: 5, weightVariance: 6, readoutVariance: 4)
    let target = HermiteTarget(degree: degree)
    var theta = network.coldStart(from: RandomStream(key: 51))
    // The neurons see the feature, so that overlaps at high degree are not negligible.
    for i in 0..<5 { theta[4 * i] = Float(i + 1) / 2 }
    let parameters = theta.map(Double.init)
    let draws = 400_000
    let x = RandomStream(key: 52).standardNormals(count: 4 * draws, step: 0).map(Double.init)
    var (sum, squares) = (0.0, 0.0)
    for draw in 0..<draws {
      let input = Array(x[4 * draw..<4 * draw + 4])
      let product = TwoLayerReference.output(network, parameters, input) * target.value(input[0])
      sum += product
      squares += product * product
    }
    let mean = sum / Double(draws)
    let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
    let got = network.alignment(with: target, AlignedBuffer(theta))
    #expect(abs(got) > 20 * error, "the test has no power: A = \(got), error \(error)")
    #expect(
      abs(got - mean) <= 4 * error,
      "A, m = \(degree): got \(got), Monte Carlo \(mean) within 4 × \(error)")
  }

  @Test(arguments: [
    (20, 20, 1, 3), (20, 320, 1, 12), (60, 60, 1, 3), (100, 10, 1, 1), (30, 120, 4, 3),
    (5, 2, 1, 2),
  ])
  func plantedStartIsAtThePattern(d: Int, n: Int, readoutVariance: Int, specialists: Int) {
    let network = TwoLayerNetwork(dimension: d, width: n, readoutVariance: Double(readoutVariance))
    let (target, stream) = (HermiteTarget(degree: 3), RandomStream(key: 53))
    let planted = network.plantedStart(target: target, from: stream)
    let cold = network.coldStart(from: stream)
    let parameters = AlignedBuffer(planted)
    let alignment = network.alignment(with: target, parameters)
    // Parameters are rounded to 6e-8.
    #expect(abs(alignment - 1) < 1e-4, "A: got \(alignment), expected 1 to 1e-4")
    let changed = (0..<n).filter { planted[$0 * d] != cold[$0 * d] }
    #expect(changed == Array(0..<specialists), "specialists: \(changed), expected \(specialists)")
    var transverse = 0.0
    for i in changed {
      expect(network.overlap(ofNeuron: i, parameters), near: 1.47, within: 1e-6, "w₁ of \(i)")
      transverse += network.squaredNorm(ofNeuron: i, parameters) - 1.47 * 1.47
    }
    // The mean is 0.26 (d − 1)/d, with relative variance 2/(d − 1) for each neuron.
    let freedom = Double(d - 1)
    let expected = 0.26 * freedom / Double(d)
    let error = expected * (2 / freedom / Double(changed.count)).squareRoot()
    let got = transverse / Double(changed.count)
    #expect(abs(got - expected) <= 4 * error, "|w_⊥|²: \(got), expected \(expected) ± \(error)")
    #expect(planted[(specialists * d)..<(n * d)] == cold[(specialists * d)..<(n * d)])
    #expect(planted.suffix(n - specialists) == cold.suffix(n - specialists))
  }

  @Test(arguments: [Activation.linear, .relu])
  func plantedStartsOfOtherActivations(activation: Activation) {
    let network = TwoLayerNetwork(dimension: 20, width: 40, activation: activation)
    let target = HermiteTarget(degree: 1)
    let planted = network.plantedStart(target: target, from: RandomStream(key: 56))
    let alignment = network.alignment(with: target, AlignedBuffer(planted))
    #expect(abs(alignment - 1) < 1e-4, "A: got \(alignment), expected 1 to 1e-4")
  }

  /// The best number is 9.2 at N = 10 d and σ_a = 1.
  @Test(arguments: [(1, 9), (0.4, 4), (1.6, 15), (0.01, 1), (1000, 200)])
  func plantedStartsOnEitherSide(multiple: Double, specialists: Int) {
    let network = TwoLayerNetwork(dimension: 20, width: 200)
    let (target, stream) = (HermiteTarget(degree: 3), RandomStream(key: 55))
    let planted = network.plantedStart(target: target, multiple: multiple, from: stream)
    let cold = network.coldStart(from: stream)
    #expect((0..<200).count { planted[20 * $0] != cold[20 * $0] } == specialists)
    let alignment = network.alignment(with: target, AlignedBuffer(planted))
    #expect(abs(alignment - 1) < 1e-4, "A: got \(alignment), expected 1 to 1e-4")
  }

  /// Mean, variance and fourth moment of 10⁵ whitened parameters within four standard errors.
  @Test func coldStartIsStandardNormal() {
    let network = TwoLayerNetwork(dimension: 99, width: 1000, weightVariance: 3, readoutVariance: 7)
    let theta = network.coldStart(from: RandomStream(key: 54))
    #expect(theta.count == 100_000)
    for (power, expected, variance) in [(1.0, 0.0, 1.0), (2, 1, 2), (4, 3, 96)] {
      let mean = theta.reduce(0) { $0 + pow(Double($1), power) } / 1e5
      let error = (variance / 1e5).squareRoot()
      #expect(
        abs(mean - expected) <= 4 * error,
        "⟨θ^\(power)⟩: got \(mean), expected \(expected) within 4 × \(error)")
    }
  }
}
