import Foundation
import Kernels
import Networks
import Sampling
import TestSupport
import Testing

/// Posterior means of small cells agree with those of an independent sampler.
@Suite struct DeepPosteriorTests {
  @Test func threeLayers() {
    let reference = DeepReference(.module).part("posterior/fcn3")
    let network = ThreeLayerNetwork(
      dimension: reference.integer("config/d"), firstWidth: reference.integer("config/N1"),
      secondWidth: reference.integer("config/N2"))
    let linear = HermiteTarget(degree: 1)
    expectMeans(network, reference, draws: 10_000) { theta in
      let overlaps = network.hiddenOverlaps(with: linear, theta)
      let first = (0..<network.firstWidth).map { network.overlap(ofNeuron: $0, theta) }
      return [
        "count_w1_gt1": network.firstLayerSpecialists(beyond: 1, theta),
        "count_hlin_gt06": network.secondLayerSpecialists(beyond: 0.6, theta),
        "sum_w1sq": first.reduce(0) { $0 + $1 * $1 },
        "sum_hlin2": overlaps.reduce(0) { $0 + $1 * $1 },
      ]
    }
  }

  @Test func linearPatches() {
    let reference = DeepReference(.module).part("posterior/cnn_lin")
    let network = PatchNetwork(
      patches: reference.integer("config/Nw"), patchSize: reference.integer("config/S"),
      channels: reference.integer("config/C"), readoutVariance: reference.number("config/sa2"),
      activation: .linear)
    let target = PatchTarget(patches: network.patches, patchSize: network.patchSize, degree: 1)
    expectMeans(network, reference, draws: 20_000) { theta in
      [
        "alignment_exact": network.alignment(with: target, theta),
        "D_w": network.amplification(theta),
        "D_w_perp": network.transverseAmplification(theta),
      ]
    }
  }

  @Test func oddAttentionHead() {
    let reference = DeepReference(.module).part("posterior/att_odd")
    let (length, d) = (reference.integer("config/L"), reference.integer("config/d"))
    for (x, y) in zip(reference.rows("Xtest"), reference.numbers("ytest")) {
      let got = AttentionTarget.plain.value(x, dimension: d)
      #expect(abs(got - y) < 1e-12, "target: got \(got), expected \(y)")
    }
    let network = AttentionNetwork(length: length, dimension: d, head: .odd)
    expectMeans(network, reference, draws: 10_000) { theta in
      let squares = network.patternSquares(of: .plain, theta)
      return [
        // The reference's overlap is that of long sequences, without the factor 1 − 1/L.
        "overlap_first_order": network.firstOrderOverlap(with: .plain, theta)
          / (1 - 1 / Double(length)),
        "A1_perp2": squares.interaction, "w23sq": squares.readout,
        "A_norm2": network.squaredInteraction(theta),
      ]
    }
  }

  /// Expects means over two cold chains within four combined standard errors, for what every
  /// network has and for its own `observables`.
  func expectMeans<Model: Network>(
    _ network: Model, _ reference: DeepReference, draws: Int,
    at location: SourceLocation = #_sourceLocation,
    observables: (borrowing AlignedBuffer) -> [String: Double]
  ) {
    func data(_ inputs: String, _ targets: String) -> TrainingSet {
      TrainingSet(
        inputs: reference.numbers(inputs).map { Float($0) },
        targets: reference.numbers(targets).map { Float($0) }, dimension: network.inputDimension)
    }
    let posterior = Posterior(
      network: network, data: data("X", "y"), ridge: reference.number("kappa"))
    let fresh = data("Xtest", "ytest")
    let test = TestSet(network: network, data: fresh)
    var chains: [String: [[Double]]] = [:]
    for key: UInt64 in [1, 2] {
      let stream = RandomStream(key: key)
      let chain = Chain(
        posterior, start: network.coldStart(from: RandomStream(key: 10 + key)),
        settings: HamiltonianMonteCarlo(warmup: 500), stream: stream)
      var traces: [String: [Double]] = [:]
      for _ in 0..<draws {
        chain.advance(posterior)
        let energy = chain.state.energy
        let theta = AlignedBuffer(chain.state.position.values)
        var values = observables(theta)
        let outputs = test.outputs(theta).map(Double.init)
        let scale = 1 / Double(outputs.count)
        values["alignment_test"] = test.alignment(theta).value
        values["f2_test"] = scale * outputs.reduce(0) { $0 + $1 * $1 }
        values["test_mse"] =
          scale
          * zip(outputs, fresh.targets).reduce(0) {
            $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1))
          }
        values["train_mse"] = posterior.trainingLoss(theta, energy: energy)
        values["energy"] = energy
        values["virial"] = chain.state.virial
        for (name, value) in values { traces[name, default: []].append(value) }
      }
      for (name, trace) in traces { chains[name, default: []].append(trace) }
    }
    for (name, draws) in chains.sorted(by: { $0.key < $1.key }) {
      let got = Diagnostics(draws)
      let expected = reference.number("means/\(name)/mean")
      let error = hypot(got.standardError, reference.number("means/\(name)/mc_error"))
      let z = (got.mean - expected) / error
      #expect(
        abs(z) <= 4 && got.rHat < 1.02,
        """
        \(name), \(network): got \(got.mean) ± \(got.standardError), expected \(expected), \(z) \
        combined standard errors apart, R̂ \(got.rHat)
        """, sourceLocation: location)
    }
  }
}
