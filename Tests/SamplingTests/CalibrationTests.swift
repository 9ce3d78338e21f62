import Networks
import Testing

/// The posterior of every network is calibrated, on cells so small that thousands take seconds.
@Suite struct CalibrationTests {
  @Test func twoLayers() {
    let network = TwoLayerNetwork(dimension: 3, width: 4, weightVariance: 2, readoutVariance: 1.5)
    let target = HermiteTarget(degree: 3)
    Calibration(network: network, replications: 4000).expectUniformRanks([
      ("alignment", { network.alignment(with: target, $0) }),
      ("|w|² of a neuron", { network.squaredNorm(ofNeuron: 0, $0) }),
    ])
  }

  @Test func threeLayers() {
    let network = ThreeLayerNetwork(
      dimension: 3, firstWidth: 4, secondWidth: 3, weightVariance: 2, hiddenVariance: 1.5,
      readoutVariance: 1.5)
    let (linear, cubic) = (HermiteTarget(degree: 1), HermiteTarget(degree: 3))
    Calibration(network: network, replications: 3000).expectUniformRanks([
      ("⟨h, x₁⟩", { network.hiddenOverlaps(with: linear, $0)[0] }),
      ("Σ ⟨h, He₃⟩²", { network.hiddenOverlaps(with: cubic, $0).reduce(0) { $0 + $1 * $1 } }),
      ("|w|² of a neuron", { network.squaredNorm(ofNeuron: 0, $0) }),
    ])
  }

  @Test(arguments: [Activation.linear, .erf]) func patches(activation: Activation) {
    let network = PatchNetwork(
      patches: 2, patchSize: 3, channels: 3, weightVariance: 2, readoutVariance: 1.5,
      activation: activation)
    let target = PatchTarget(patches: 2, patchSize: 3, degree: 1)
    Calibration(network: network, replications: 3000).expectUniformRanks([
      ("alignment", { network.alignment(with: target, $0) }),
      ("D_w", { network.amplification($0) }),
      ("D_w⊥", { network.transverseAmplification($0) }),
    ])
  }
}
