import Archives
import Evaluation
import Execution
import Experiments
import Foundation
import Kernels
import Networks
import Sampling
import Studies
import TestSupport
import Testing

/// Networks that this project drew itself, and formulas in double precision.
@Suite struct EvaluationTests {
  /// All draws of a study's cold chain, drawn again.
  private func draws(of cell: Cell, _ problem: some Problem) throws -> [[Float]] {
    let data = cell.trainingSet(kernels: .best)
    let posterior = Posterior(network: problem.network, data: data, ridge: cell.ridge)
    let observer = problem.observer(
      training: data, test: cell.testSet(kernels: .best), kernels: .best)
    let chain = Chain(
      posterior,
      start: problem.network.coldStart(
        from: cell.streams(kernels: .best).stream(chain: 0, purpose: "start")),
      settings: HamiltonianMonteCarlo(warmup: cell.posterior.sampler.warmup, trajectory: .adapted),
      observable: { observer.alignment($0) },
      stream: cell.streams(kernels: .best).stream(chain: 0, purpose: "trajectories"))
    return (0..<cell.posterior.sampler.draws).map { _ in
      chain.advance(posterior)
      return chain.state.position.values
    }
  }

  /// Weights of draws, written out and evaluated, have the archived observables to the last bit.
  @Test(arguments: TinyKind.all) func archivedDrawsComeBack(_ kind: TinyKind) async throws {
    let text = kind.text.with("thin: 4", as: "thin: 4, doublings: 0")
    let spec = try await StudySpec.of(text)
    let cell = spec.cells()[0]
    let networks = try draws(of: cell, cell.problem)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      try write(cell.arrays(networks), to: "\(folder)/weights.h5")
      let evaluation = try evaluate("\(folder)/weights.h5", in: folder, text)
      let archived = try Archive(reading: "\(folder)/study.h5").results[0]
      #expect(evaluation.gaps == [] && evaluation.networks.count == 12)
      for (i, network) in evaluation.networks.enumerated() {
        #expect(network.name == "\(i)" && network.draws == 24)
        #expect(network.certified == archived.isCertified)
        #expect(network.value("alignment") == archived.alignment[i])
        #expect(network.value("training_loss") == Double(archived.trainingLoss[i]))
        #expect(network.value("energy") == Double(archived.energy[i]))
        for observable in kind.kind.observables {
          let value = archived.observable(observable.name)[i]
          #expect(network.value(observable.name) == value, "\(observable.name)")
        }
        for unit in kind.kind.units where i % 4 == 0 {
          let size = cell.parameters.integer(unit.size)
          let row = i / 4 * size
          #expect(
            network.neurons[unit.name] == Array(archived.unit(unit.name)[row..<row + size]))
        }
        // One of the draws that it is compared with is itself.
        let among = try #require(network.posterior("energy")).percentile
        let below = archived.energy.count { $0 < archived.energy[i] }
        let equal = archived.energy.count { $0 == archived.energy[i] }
        #expect(among == 100 * (Double(below) + Double(equal) / 2) / 24)
        #expect(network.notes.isEmpty || network.value("training_loss") > 0.3, "\(network.notes)")
      }
    }
  }

  /// f of the declared arrays, straight from the formulas.
  private func output(_ cell: Cell, _ w: [[Double]], _ x: [Double]) -> Double {
    let p = cell.parameters
    func dot(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func row(_ a: [Double], _ i: Int, _ n: Int) -> ArraySlice<Double> { a[i * n..<(i + 1) * n] }
    switch cell.kind.name {
    case "two-layer", "two-layer-zonal", "two-layer-features":
      return (0..<p.width).reduce(0) { $0 + w[1][$1] * erf(dot(row(w[0], $1, p.dimension), x)) }
    case "two-layer-biased":
      return (0..<p.width).reduce(0) {
        $0 + w[2][$1] * max(0, dot(row(w[0], $1, p.dimension), x) + w[1][$1])
      }
    case "three-layer":
      let first = (0..<p.firstWidth).map { erf(dot(row(w[0], $0, p.dimension), x)) }
      return (0..<p.secondWidth).reduce(0) {
        $0 + w[2][$1] * erf(dot(row(w[1], $1, p.firstWidth), first))
      }
    case "four-layer":
      var outputs = x
      let widths = [p.firstWidth, p.secondWidth, p.integer("third_width")]
      for (l, width) in widths.enumerated() {
        outputs = (0..<width).map { erf(dot(row(w[l], $0, outputs.count), outputs)) }
      }
      return dot(w[3], outputs)
    case "convolution":
      return (0..<p.patches).reduce(0) { sum, i in
        (0..<p.channels).reduce(sum) { sum, c in
          let h = dot(row(w[0], c, p.patch), row(x, i, p.patch))
          return sum + w[1][i * p.channels + c] * (p.word("activation") == "erf" ? erf(h) : h)
        }
      }
    case "attention":
      let (l, d) = (p.length, p.dimension)
      func head(_ sign: Double) -> Double {
        (0..<l).reduce(0) { sum, a in
          let scores = (0..<l).map { b in
            (0..<d).reduce(0) { $0 - sign * x[a * d + $1] * dot(row(w[0], $1, d), row(x, b, d)) }
          }
          let total = scores.reduce(0) { $0 + exp($1) }
          return (0..<l).reduce(sum) { $0 + exp(scores[$1]) / total * dot(w[1], row(x, $1, d)) }
        } / Double(l).squareRoot()
      }
      return p.word("head") == "odd" ? (head(1) - head(-1)) / 2 : head(1)
    default:
      Issue.record("\(cell.kind.name): no formula of this kind; add it here")
      return .nan
    }
  }

  /// U, its two terms and f follow from the declared arrays, their order and their prior.
  @Test(arguments: TinyKind.all) func energiesFollowTheFormulas(_ kind: TinyKind) async throws {
    var text = kind.text.with("ridge: 0.5", as: "ridge: 0.25")
    let variances = kind.kind.variances.enumerated().map { "\($1.name): \(2 + $0)" }
    // Where the kind is chosen by its prior, the example has one.
    text = text.split(separator: "\n").filter { !$0.hasPrefix("prior:") }.joined(separator: "\n")
    text += "\nprior: {\(variances.joined(separator: ", "))}\n"
    if kind.name == "convolution" { text = text.with("patch: 4", as: "activation: erf, patch: 4") }
    for variant in [text, text.replacing("head: odd", with: "head: printed")].uniqued {
      let cell = try await StudySpec.of(variant).cells()[0]
      let networks = (0..<3).map { cell.priorNetwork($0) }
      let data = cell.trainingSet(kernels: .best)
      let inputs = (0..<data.count).map { row in
        data.inputs[row * data.dimension..<(row + 1) * data.dimension].map { Double($0) }
      }
      let outputs = networks.map { parameters in
        inputs.map { output(cell, cell.weights(parameters), $0) }
      }
      try withFolder { folder in
        let f = ("f", [3, data.count], outputs.flatMap { $0 })
        try write(cell.arrays(networks) + [f], to: "\(folder)/weights.h5")
        // f that differed would be an error.
        let evaluation = try evaluate("\(folder)/weights.h5", in: folder, variant)
        for (i, network) in evaluation.networks.enumerated() {
          let residuals = zip(outputs[i], data.targets).map { $0 - Double($1) }
          let squares = residuals.reduce(0) { $0 + $1 * $1 }
          let prior = zip(kind.kind.weights, cell.weights(networks[i])).enumerated().reduce(0.0) {
            // Each array's own variance over the number of its inputs, by name.
            let (index, (_, weights)) = $1
            let fanIns: [Double] =
              switch kind.name {
              case "two-layer", "two-layer-zonal", "two-layer-features": [4, 3]
              case "two-layer-biased": [4, 1, 3]
              case "three-layer": [4, 5, 3]
              case "four-layer": [4, 5, 3, 4]
              case "convolution": [4, 15]
              default: [9, 3]
              }
            // The second and the third layer of four have one variance.
            let rank = kind.name == "four-layer" ? [0, 1, 1, 2][index] : index
            let variance = Double(2 + rank) / fanIns[index]
            return $0 + weights.reduce(0) { $0 + $1 * $1 } / (2 * variance)
          }
          expect(network.value("data_term"), near: 2 * squares, within: 1e-5, "data term")
          expect(network.value("prior_term"), near: prior, within: 1e-5, "prior term")
          expect(network.value("energy"), near: prior + 2 * squares, within: 1e-5, "energy")
          expect(
            network.value("training_loss"), near: squares / Double(data.count), within: 1e-5,
            "training loss")
        }
      }
    }
  }

  /// The declared arrays are all of θ, each weight once, with the prior of the readout.
  @Test(arguments: TinyKind.all) func arraysAreTheParameters(_ kind: TinyKind) async throws {
    let cell = try await StudySpec.of(kind.text).cells()[0]
    let network = cell.problem.network
    let sizes = kind.kind.weights.map { $0.shape(in: cell.parameters).reduce(1, *) }
    #expect(sizes.reduce(0, +) == network.parameterCount)
    #expect(sizes.last == network.featureCount)
    let readout = try #require(kind.kind.weights.last)
    expect(
      readout.priorVariance(in: cell.parameters).squareRoot(), near: network.readoutScale,
      within: 1e-15, "prior of the readout")
    let theta = cell.priorNetwork()
    let back = zip(kind.kind.weights, cell.weights(theta)).flatMap {
      $0.whitened($1, in: cell.parameters)
    }
    #expect(back == theta)
  }

  /// λ_y = (1/N) Σ c(w_i)² with the closed form of two layers' couplings.
  @Test func theSpikeIsThatOfTheCouplings() async throws {
    let text = tinyStudy.with("width: [3, 5]", as: "width: 5")
    let cell = try await StudySpec.of(text).cells()[0]
    let planted = cell.problem.plantedStart(0, from: RandomStream(key: 5))
    let w = cell.weights(planted)[0]
    let couplings = (0..<5).map { i in
      let row = w[i * 4..<(i + 1) * 4]
      let s = row.reduce(0) { $0 + $1 * $1 }
      let root = (1 + 2 * s).squareRoot()
      return -4 / (6 * Double.pi).squareRoot() * row.first! * row.first! * row.first!
        / (root * root * root)
    }
    let expected = couplings.reduce(0) { $0 + $1 * $1 } / 5
    try withFolder { folder in
      try write(cell.arrays([planted]), to: "\(folder)/w.h5")
      let network = try evaluate("\(folder)/w.h5", in: folder, text, at: "dataset=1").networks[0]
      expect(network.kernel.eigenvalue, near: expected, within: 0.1, "eigenvalue")
      #expect(network.kernel.spike == network.kernel.eigenvalue / network.kernel.prior)
      let spike = try #require(network.kernel.spike)
      #expect(spike > 3 && network.kernel.priorError > 0)
    }
  }

  /// The cubic component of a lazy deep network is lost in the noise of the samples.
  @Test func aSpikeOverNoiseIsNone() async throws {
    let text = TinyKind.threeLayer.text
      .with("dimension: 4, first_width: 5", as: "dimension: 32, first_width: 32")
    let cell = try await StudySpec.of(text).cells()[0]
    try withFolder { folder in
      try write(cell.arrays([cell.priorNetwork()]), to: "\(folder)/w.h5")
      let evaluation = try evaluate("\(folder)/w.h5", in: folder, text)
      #expect(evaluation.networks[0].kernel.spike == nil)
      #expect(evaluation.lines.contains { $0.hasSuffix("too small to compare") })
    }
  }

  /// Networks of several cells, in groups, each with the number of its data set.
  @Test func networksOfSeveralCells() async throws {
    let cells = try await StudySpec.of(tinyStudy).cells()
    try withFolder { folder in
      let file = try HDF5File()
      for (name, index) in [("late", 3), ("early", 0)] {
        let group = try file.group("networks", name)
        for (array, shape, values) in cells[index].arrays([cells[index].priorNetwork()]) {
          try group.write(values, shape: Array(shape.dropFirst()), to: array)
        }
        try group.write([cells[index].parameters.dataset], shape: [1], to: "dataset")
      }
      try file.write(to: "\(folder)/w.h5")
      let evaluation = try evaluate("\(folder)/w.h5", in: folder, tinyStudy)
      #expect(evaluation.networks.map(\.name) == ["late", "early"])
      #expect(evaluation.networks.map(\.cell) == [cells[3].parameters, cells[0].parameters])
      #expect(evaluation.networks.allSatisfy { $0.draws == nil && $0.outside.isEmpty })
      #expect(evaluation.gaps.count == 1 && evaluation.gaps[0].contains("study.h5 is missing"))
    }
  }
}
