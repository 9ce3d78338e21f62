import Foundation
import Kernels
import Networks
import TestSupport
import Testing
import Theory

@Suite struct LazyTrainingTests {
  /// The numbers of an independent derivation at σ_w = σ_a = 1.
  @Test func reference() {
    let lazy = LazyTraining()
    #expect(abs(lazy.diagonal - 1.03397) < 1e-5, "Θ(1): \(lazy.diagonal)")
    expect(lazy.linearPart, near: 8 / (3 * .pi), within: 1e-15, "Θ′(0)")
    #expect(abs(lazy.tail - 0.18514) < 1e-5, "tail: \(lazy.tail)")
    #expect(abs(lazy.memorisationTime(ridge: 0.1) - 0.54) < 0.001)
    expect(lazy.linearTime(ridge: 0.1, samplesPerDimension: 5), near: 0.12 / 5, within: 0.02, "t")
  }

  @Test(arguments: [(1.0, 1.0), (0.4, 2.5)])
  func linearPartIsTheSlopeAtZero(weightVariance: Double, readoutVariance: Double) {
    let lazy = LazyTraining(weightVariance: weightVariance, readoutVariance: readoutVariance)
    let h = 1e-4
    expect(lazy.kernel(cosine: h) / h, near: lazy.linearPart, within: 1e-7, "Θ′(0)")
    #expect(lazy.kernel(cosine: -0.3) == -lazy.kernel(cosine: 0.3))
  }

  /// The kernel is Σ ∂f(x) ∂f(x′) over the parameters of a wide network, within four standard
  /// errors over neurons.
  @Test(arguments: [1.0, 0.6, -0.3])
  func isTheTangentKernelOfAWideNetwork(cosine: Double) {
    let (d, n) = (5, 20_000)
    let network = TwoLayerNetwork(
      dimension: d, width: n, weightVariance: 0.7, readoutVariance: 1.5)
    let lazy = LazyTraining(weightVariance: 0.7, readoutVariance: 1.5)
    let theta = network.coldStart(from: RandomStream(key: 60)).map(Double.init)
    let (hidden, readout) = (Array(theta.prefix(n * d)), Array(theta.suffix(n)))
    let root = Double(d).squareRoot()
    let sine = (1 - cosine * cosine).squareRoot()
    let inputs = [[root, 0, 0, 0, 0], [root * cosine, root * sine, 0, 0, 0]]
    let features = inputs.map { network.features(hidden, $0) }
    let slopes = inputs.map { network.pullBack(readout, hidden, $0) }
    // f = s Σ b_k Φ_k, and s² = σ_a²/N.
    let terms = (0..<n).map { k in
      (k * d..<(k + 1) * d).reduce(features[0][k] * features[1][k]) {
        $0 + slopes[0][$1] * slopes[1][$1]
      }
    }
    let scale = network.readoutScale * network.readoutScale * Double(n)
    let mean = terms.reduce(0, +) / Double(n)
    let variance = terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    let error = scale * (variance / Double(n)).squareRoot()
    let expected = lazy.kernel(cosine: cosine)
    #expect(
      abs(scale * mean - expected) <= 4 * error,
      "Θ(\(cosine)): got \(scale * mean), expected \(expected) within 4 × \(error)")
    #expect(error < 0.03 * abs(expected), "the test has no power")
  }
}
