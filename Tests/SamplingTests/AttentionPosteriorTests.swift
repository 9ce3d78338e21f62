import Foundation
import Kernels
import Networks
import Sampling
import Testing

/// Posterior means of the odd head beside those of an independent implementation
/// (`posterior.att_odd` of NetworksTests/Reference/deep.json).
@Suite struct AttentionPosteriorTests {
  struct Reference: Decodable {
    struct Size: Decodable { let L, d: Int }
    struct Mean: Decodable { let mean, mc_error: Double }
    let config: Size
    let kappa: Double
    let X, Xtest: [[[Double]]]
    let y, ytest: [Double]
    let means: [String: Mean]

    static func read() throws -> Reference {
      struct Cases: Decodable { let att_odd: Reference }
      struct File: Decodable { let posterior: Cases }
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../NetworksTests/Reference/deep.json")
      return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).posterior.att_odd
    }

    func set(_ x: [[[Double]]], _ y: [Double]) -> TrainingSet {
      TrainingSet(
        inputs: x.flatMap { $0.flatMap { $0.map { Float($0) } } }, targets: y.map { Float($0) },
        dimension: config.L * config.d)
    }
  }

  @Test func meansAreThoseOfTheReference() throws {
    let reference = try Reference.read()
    let (length, d) = (reference.config.L, reference.config.d)
    for (x, y) in zip(reference.Xtest, reference.ytest) {
      let got = AttentionTarget.plain.value(Array(x.joined()), dimension: d)
      #expect(abs(got - y) < 1e-12, "target: got \(got), expected \(y)")
    }
    let network = AttentionNetwork(length: length, dimension: d, head: .odd)
    let posterior = Posterior(
      network: network, data: reference.set(reference.X, reference.y), ridge: reference.kappa)
    let test = TestSet(network: network, data: reference.set(reference.Xtest, reference.ytest))
    let gradient = posterior.makeGradient()
    var chains: [String: [[Double]]] = [:]
    for c in 0..<4 {
      let stream = RandomStream(key: UInt64(900 + c))
      let start =
        c < 2 ? network.coldStart(from: stream) : network.plantedStart(target: .plain, from: stream)
      let chain = Chain(
        posterior, start: start, settings: HamiltonianMonteCarlo(warmup: 500),
        stream: RandomStream(key: UInt64(910 + c)))
      for name in reference.means.keys { chains[name, default: []].append([]) }
      for _ in 0..<6000 {
        chain.advance(posterior)
        let draw = observables(
          network, posterior, test, chain.state.position, energy: chain.state.energy,
          targets: reference.ytest, gradient: gradient)
        for (name, value) in draw { chains[name]![c].append(value) }
      }
    }
    for (name, expected) in reference.means {
      let got = Diagnostics(try #require(chains[name]))
      let error = (pow(got.standardError, 2) + pow(expected.mc_error, 2)).squareRoot()
      let z = (got.mean - expected.mean) / error
      #expect(
        abs(z) <= 4 && got.rHat < 1.05,
        """
        \(name): got \(got.mean) ± \(got.standardError) with R̂ \(got.rHat), expected \
        \(expected.mean) ± \(expected.mc_error)
        """)
    }
  }

  func observables(
    _ network: AttentionNetwork, _ posterior: borrowing Posterior<AttentionNetwork>,
    _ test: borrowing TestSet<AttentionNetwork>, _ position: borrowing AlignedBuffer,
    energy: Double, targets: [Double], gradient: borrowing AlignedBuffer
  ) -> [String: Double] {
    let outputs = test.outputs(position).map(Double.init)
    let count = Double(outputs.count)
    var (f2, loss, alignment, norm) = (0.0, 0.0, 0.0, 0.0)
    for (f, y) in zip(outputs, targets) {
      f2 += f * f / count
      loss += (f - y) * (f - y) / count
      alignment += f * y
      norm += y * y
    }
    _ = posterior.evaluate(position, gradient: gradient)
    var virial = 0.0
    for i in 0..<position.count { virial += Double(position[i]) * Double(gradient[i]) }
    let squares = network.patternSquares(of: .plain, position)
    return [
      "alignment_test": alignment / norm, "test_mse": loss, "f2_test": f2,
      "train_mse": posterior.trainingLoss(position, energy: energy), "energy": energy,
      "virial": virial / Double(position.count),
      // The reference's is that of long sequences, without the factor 1 − 1/L.
      "overlap_first_order": network.firstOrderOverlap(with: .plain, position)
        / (1 - 1 / Double(network.length)),
      "A1_perp2": squares.interaction, "w23sq": squares.readout,
      "A_norm2": network.squaredInteraction(position),
    ]
  }
}

/// Simulation-based calibration of both heads, as in `CalibrationTests`: the rank of a prior draw among the
/// states of a chain that is followed from it both ways is uniform exactly.
@Suite struct AttentionCalibrationTests {
  let samples = 8
  let ridge = 0.3
  let replications = 2000
  /// States beside the parameters, each after so many trajectories from its neighbour.
  let states = 20
  let thinning = 4

  @Test(arguments: AttentionNetwork.Head.allCases)
  func ranksOfThePriorDrawAreUniform(head: AttentionNetwork.Head) {
    let network = AttentionNetwork(
      length: 4, dimension: 2, head: head, interactionVariance: 6, readoutVariance: 5)
    let names = ["f on a fresh input", "|A|²", "A₁₂", "w₂", "A₁₂w₂", "training loss", "|θ|²"]
    var counts = names.map { _ in [Double](repeating: 0, count: states + 1) }
    for replication in 0..<replications {
      let ranks = ranks(network, stream: RandomStream(key: UInt64(7000 + replication)))
      for (k, rank) in ranks.enumerated() { counts[k][rank] += 1 }
    }
    let expected = Double(replications) / Double(states + 1)
    for (name, count) in zip(names, counts) {
      let square = count.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
      let p = chiSquareTail(square, evenFreedom: states)
      #expect(
        p > 1e-4,
        "\(name), \(head): χ² \(square) for \(states) degrees of freedom, p \(p), expected > 1e-4")
    }
  }

  /// The rank of each statistic of one prior draw among the states around it.
  func ranks(_ network: AttentionNetwork, stream: RandomStream) -> [Int] {
    let size = network.inputDimension
    let theta = network.coldStart(from: stream)
    let parameters = theta.map(Double.init)
    let x = stream.standardNormals(count: size * (samples + 1), step: 1)
    let noise = stream.standardNormals(count: samples, step: 2)
    let inputs = (0...samples).map { x[size * $0..<size * ($0 + 1)].map(Double.init) }
    let y = (0..<samples).map {
      Float(network.output(parameters, inputs[$0]) + ridge.squareRoot() * Double(noise[$0]))
    }
    let data = TrainingSet(inputs: Array(x.prefix(size * samples)), targets: y, dimension: size)
    let posterior = Posterior(network: network, data: data, ridge: ridge)

    let place = stream.integer(below: states + 1, step: 3)
    var own: [Double] = []
    var others: [[Double]] = []
    var iteration: UInt64 = 10
    for steps in [place, states - place] {
      var state = Hamiltonian(posterior, start: theta)
      own = statistics(state, posterior, inputs[samples])
      for _ in 0..<steps {
        for _ in 0..<thinning {
          _ = state.advance(
            posterior, step: 0.3, leapfrogs: 5, stream: stream, iteration: iteration)
          iteration += 1
        }
        others.append(statistics(state, posterior, inputs[samples]))
      }
    }
    return own.indices.map { k in
      let below = others.count { $0[k] < own[k] }
      let ties = others.count { $0[k] == own[k] }  // the chain did not move: any order
      return below + stream.integer(below: ties + 1, step: 4, index: UInt32(k))
    }
  }

  func statistics(
    _ state: borrowing Hamiltonian<Posterior<AttentionNetwork>>,
    _ posterior: borrowing Posterior<AttentionNetwork>, _ input: [Double]
  ) -> [Double] {
    let network = posterior.network
    let loss = posterior.trainingLoss(state.position, energy: state.energy)
    let (a, w) = (
      network.interaction(0, 1, state.position), network.readout(1, state.position)
    )
    return [
      network.output(state.position.values.map(Double.init), input),
      network.squaredInteraction(state.position), a, w, a * w, loss,
      state.energy - Double(samples) * loss / (2 * ridge),
    ]
  }

  /// Pr[χ² > x] = e^{−x/2} Σ_{k < n/2} (x/2)^k/k! for an even number n of degrees of freedom.
  func chiSquareTail(_ x: Double, evenFreedom n: Int) -> Double {
    var (term, sum) = (1.0, 1.0)
    for k in 1..<n / 2 {
      term *= x / 2 / Double(k)
      sum += term
    }
    return exp(-x / 2) * sum
  }
}
