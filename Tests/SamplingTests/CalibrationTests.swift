import Foundation
import Kernels
import Networks
import Sampling
import Testing

/// Simulation-based calibration of the posteriors.
///
/// Parameters are drawn from the prior, and data from them. The parameters are then as good a draw
/// of the posterior as any other. They stand at a random place of a chain that is followed from
/// them both ways (Besag and Clifford 1989, "Generalized Monte Carlo significance tests"). So their
/// rank among the chain's states is exactly uniform, whether or not the chain has converged.
///
/// A trajectory leads from one state to the next. It keeps the momentum in part between its legs,
/// and starts with a new one, so it is its own reversal.
@Suite struct CalibrationTests {
  @Test func twoLayers() {
    let network = TwoLayerNetwork(dimension: 3, width: 4, weightVariance: 2, readoutVariance: 1.5)
    let target = HermiteTarget(degree: 3)
    Calibration(network: network, replications: 4000).expectUniformRanks([
      ("alignment", { network.alignment(with: target, $0) }),
      ("|w|² of a neuron", { network.squaredNorm(ofNeuron: 0, $0) }),
    ])
  }

  /// Other activations, whose ranks are of their own projections on two features.
  @Test(arguments: [(Activation.tanh, 3), (.relu, 2), (.gelu, 2)])
  func otherActivations(activation: Activation, degree: Int) throws {
    let network = TwoLayerNetwork(
      dimension: 3, width: 4, weightVariance: 2, readoutVariance: 1.5, activation: activation)
    let target = try #require(
      FeatureTarget(degree: degree, coefficients: [2, 1], cosine: 0.3, dimension: 3))
    func projection(_ k: Int, _ draw: borrowing AlignedBuffer) -> Double {
      let overlaps = network.overlaps(with: target, draw)
      return network.projections(on: target, overlaps, draw).features[k]
    }
    // The projections of tanh are sums, which take longer.
    Calibration(network: network, replications: activation == .tanh ? 1000 : 3000)
      .expectUniformRanks([
        ("B₁", { projection(0, $0) }), ("B₂", { projection(1, $0) }),
        ("|w|² of a neuron", { network.squaredNorm(ofNeuron: 0, $0) }),
      ])
  }

  /// Neurons with biases, of degrees that they have not without.
  @Test(arguments: [(Activation.erf, 2), (.tanh, 2), (.relu, 3), (.gelu, 3)])
  func biases(activation: Activation, degree: Int) throws {
    let network = TwoLayerNetwork(
      dimension: 3, width: 4, weightVariance: 2, readoutVariance: 1.5, biasVariance: 0.8,
      activation: activation)
    let target = try #require(FeatureTarget(degree: degree, coefficients: [1], dimension: 3))
    Calibration(network: network, replications: activation == .tanh ? 1000 : 3000)
      .expectUniformRanks([
        (
          "B",
          { network.projections(on: target, network.overlaps(with: target, $0), $0).features[0] }
        ),
        ("b of a neuron", { network.bias(ofNeuron: 1, $0) }),
        ("|w|² of a neuron", { network.squaredNorm(ofNeuron: 0, $0) }),
      ])
  }

  /// Here the readout is integrated out of the dynamics, and drawn at every state.
  @Test func twoLayersWithTheReadoutIntegratedOut() {
    let network = TwoLayerNetwork(dimension: 3, width: 4, weightVariance: 2, readoutVariance: 1.5)
    let target = HermiteTarget(degree: 3)
    Calibration(network: network, replications: 3000, integrated: true).expectUniformRanks([
      ("alignment", { network.alignment(with: target, $0) }),
      ("|w|² of a neuron", { network.squaredNorm(ofNeuron: 0, $0) }),
    ])
  }

  @Test func attentionWithTheReadoutIntegratedOut() {
    let network = AttentionNetwork(length: 4, dimension: 2, head: .odd)
    Calibration(network: network, replications: 2000, integrated: true).expectUniformRanks([
      ("|A|²", { network.squaredInteraction($0) })
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

  @Test(arguments: AttentionNetwork.Head.allCases) func attention(head: AttentionNetwork.Head) {
    let network = AttentionNetwork(
      length: 4, dimension: 2, head: head, interactionVariance: 6, readoutVariance: 5)
    Calibration(network: network, replications: 2000).expectUniformRanks([
      ("|A|²", { network.squaredInteraction($0) }),
      ("A₁₂", { network.interaction(0, 1, $0) }),
      ("A₁₂w₂", { network.interaction(0, 1, $0) * network.readout(1, $0) }),
    ])
  }
}

/// The calibration of the posterior of one network.
struct Calibration<Model: Network> {
  typealias Statistic = (name: String, value: (borrowing AlignedBuffer) -> Double)

  let network: Model
  let replications: Int
  /// Whether chains move the hidden weights alone, and the readout is drawn at every state.
  var integrated = false
  let samples = 8
  let ridge = 0.3
  /// The number of states beside the parameters, and of legs between neighbours.
  let states = 20
  let legs = 4

  /// Expects uniform ranks of the network's own statistics, and of those that every network has: a
  /// readout weight, the training loss and |θ|².
  func expectUniformRanks(
    _ statistics: [Statistic], at location: SourceLocation = #_sourceLocation
  ) {
    let names = statistics.map(\.name) + ["readout weight", "training loss", "|θ|²"]
    var counts = names.map { _ in [Double](repeating: 0, count: states + 1) }
    for replication in 0..<replications {
      let ranks = ranks(statistics, stream: RandomStream(key: UInt64(1000 + replication)))
      for (k, rank) in ranks.enumerated() { counts[k][rank] += 1 }
    }
    let expected = Double(replications) / Double(states + 1)
    for (name, count) in zip(names, counts) {
      let square = count.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
      let p = chiSquareTail(square, evenFreedom: states)
      #expect(
        p > 1e-4,
        "\(name): χ² \(square) for \(states) degrees of freedom, p \(p), expected > 1e-4",
        sourceLocation: location)
    }
  }

  /// Returns the rank of each statistic of one prior draw among the states around it.
  func ranks(_ statistics: [Statistic], stream: RandomStream) -> [Int] {
    let d = network.inputDimension
    let theta = network.coldStart(from: stream)
    let x = stream.standardNormals(count: d * samples, step: 1)
    let noise = stream.standardNormals(count: samples, step: 2)
    let y = (0..<samples).map { i in
      network.output(theta.map(Double.init), x[d * i..<d * i + d].map(Double.init))
        + ridge.squareRoot() * Double(noise[i])
    }
    let data = TrainingSet(inputs: x, targets: y.map { Float($0) }, dimension: d)
    let posterior = Posterior(network: network, data: data, ridge: ridge)

    let place = stream.integer(below: states + 1, step: 3)
    let own = values(statistics, theta, posterior)
    var others: [[Double]] = []
    if integrated {
      let collapsed = CollapsedPosterior(network: network, data: data, ridge: ridge)
      let hidden = Array(theta.prefix(network.hiddenCount))
      follow(collapsed, from: hidden, place: place, stream: stream) { position, state in
        let normals = stream.standardNormals(count: network.featureCount, step: 5000 + state)
        others.append(
          values(statistics, collapsed.parameters(position, normals: normals), posterior))
      }
    } else {
      follow(posterior, from: theta, place: place, stream: stream) { position, _ in
        others.append(values(statistics, position.values, posterior))
      }
    }
    return own.indices.map { k in
      let below = others.count { $0[k] < own[k] }
      let ties = others.count { $0[k] == own[k] }  // the chain did not move: any order
      return below + stream.integer(below: ties + 1, step: 4, index: UInt32(k))
    }
  }

  /// Follows a chain both ways from `start`, which is its state number `place`.
  func follow(
    _ target: some Energy, from start: [Float], place: Int, stream: RandomStream,
    _ visit: (borrowing AlignedBuffer, UInt64) -> Void
  ) {
    let metric = Metric(inverseMass: start.indices.map { 0.6 + 0.05 * Float($0) })
    var iteration: UInt64 = 10
    for steps in [place, states - place] {
      var state = Hamiltonian(target, start: start)
      for _ in 0..<steps {
        for leg in 0..<legs {
          _ = state.advance(
            target, step: 0.9, count: 2, integrator: .threeStage, metric: metric,
            persistence: leg == 0 ? 0 : 0.7, stream: stream, iteration: iteration)
          iteration += 1
        }
        visit(state.position, iteration)
      }
    }
  }

  func values(
    _ statistics: [Statistic], _ parameters: [Float], _ posterior: Posterior<Model>
  ) -> [Double] {
    let position = AlignedBuffer(parameters)
    let energy = posterior.evaluate(position, gradient: posterior.makeGradient())
    let loss = posterior.trainingLoss(position, energy: energy)
    return statistics.map { $0.value(position) } + [
      Double(position[network.hiddenCount]), loss, energy - Double(samples) * loss / (2 * ridge),
    ]
  }

  /// Returns Pr[χ² > x] = e^{−x/2} Σ_{k < n/2} (x/2)^k/k! for an even number n of degrees of
  /// freedom.
  func chiSquareTail(_ x: Double, evenFreedom n: Int) -> Double {
    var (term, sum) = (1.0, 1.0)
    for k in 1..<n / 2 {
      term *= x / 2 / Double(k)
      sum += term
    }
    return exp(-x / 2) * sum
  }
}
