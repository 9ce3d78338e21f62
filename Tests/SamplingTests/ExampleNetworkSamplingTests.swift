import Kernels
import Networks
import Sampling
import Testing

/// The example of a new network in the guide, sampled like any other.
@Suite struct ExampleNetworkSamplingTests {
  @Test func ranksAreUniform() {
    let network = EvenNetwork(inputDimension: 3, featureCount: 4)
    Calibration(network: network, replications: 3000).expectUniformRanks([
      ("w₁² of a neuron", { Double($0[0]) * Double($0[0]) }),
      ("Σ b_k", { theta in (12..<16).reduce(0) { $0 + Double(theta[$1]) } }),
    ])
  }

  /// The virial ⟨θ·∇U⟩/n is 1 in the posterior, and the target x₁² − 1 is learnt: the loss is below
  /// its variance of 2.
  @Test func chainsAreInThePosterior() {
    let network = EvenNetwork(inputDimension: 5, featureCount: 10)
    let samples = 60
    let inputs = RandomStream(key: 81).standardNormals(count: 5 * samples, step: 0)
    let data = TrainingSet(
      inputs: inputs, targets: (0..<samples).map { inputs[5 * $0] * inputs[5 * $0] - 1 },
      dimension: 5)
    let posterior = Posterior(network: network, data: data, ridge: 0.1)
    var (virials, losses) = ([[Double]](), [[Double]]())
    for key: UInt64 in [1, 2] {
      let chain = Chain(
        posterior, start: network.coldStart(from: RandomStream(key: 10 + key)),
        settings: HamiltonianMonteCarlo(warmup: 300), stream: RandomStream(key: key))
      var (virial, loss) = ([Double](), [Double]())
      for _ in 0..<2000 {
        chain.advance(posterior)
        virial.append(chain.state.virial)
        loss.append(posterior.trainingLoss(chain.state.position, energy: chain.state.energy))
      }
      virials.append(virial)
      losses.append(loss)
    }
    let (virial, loss) = (Diagnostics(virials), Diagnostics(losses))
    #expect(
      abs(virial.mean - 1) <= 4 * virial.standardError,
      "virial: got \(virial.mean) ± \(virial.standardError), expected 1")
    #expect(
      virial.rHat < 1.02 && loss.rHat < 1.05, "R̂: virial \(virial.rHat), loss \(loss.rHat)")
    #expect(loss.mean < 1, "training loss \(loss.mean)")
  }
}
