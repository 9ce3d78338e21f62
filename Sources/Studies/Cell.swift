import Foundation
import Host
import Kernels
import Networks

/// One point of a study's grid, complete: what it is simulated from and nothing else.
package struct Cell: Sendable {
  package let kind: NetworkKind
  package let parameters: Parameters
  /// The given data set, if there is one.
  package let inputs: ExternalInputs?
  package let sampler: SamplerSpec
  /// SHA-256 over every parameter and the numerics version: the cell's identity, in hexadecimal.
  package private(set) var key = ""

  init(
    kind: NetworkKind, parameters: Parameters, inputs: ExternalInputs?, sampler: SamplerSpec
  ) {
    self.kind = kind
    self.parameters = parameters
    self.inputs = inputs
    self.sampler = sampler
    key = Digest.sha256(Data(canonical.utf8))
  }

  /// The network and what it learns.
  package var problem: any Problem { kind.problem(parameters) }
  /// P.
  package var samples: Int { parameters.samples }
  /// Which of the drawn data sets; 0 for a given one.
  package var dataset: Int { parameters.dataset }
  /// κ.
  package var ridge: Double { parameters.ridge }

  /// Every parameter in a fixed order and spelling.
  var canonical: String {
    let test = kind.needsTestSet ? " test \(parameters.testSamples)" : ""
    return """
      numerics \(numericsVersion)
      \(kind.canonical(parameters))
      data \(inputs?.digest ?? "drawn \(dataset) of \(dataVersion)") samples \(samples)\(test)
      ridge \(ridge)
      \(sampler.canonical)
      """
  }

  /// The random numbers of one chain for one purpose, which depend on nothing but the cell.
  package func stream(chain: Int, purpose: String, kernels: KernelSet) -> RandomStream {
    RandomStream(key: Self.streamKey("\(key) chain \(chain) \(purpose)"), kernels: kernels)
  }

  /// The training set. Drawn sets depend on input dimension and data set alone: cells that differ in
  /// width, ridge or prior see the same samples, and more samples begin with the fewer.
  package func trainingSet(kernels: KernelSet) -> TrainingSet {
    let problem = problem
    let dimension = kind.inputDimension(parameters)
    if let inputs {
      return TrainingSet(inputs: inputs.values, dimension: dimension, target: problem.target)
    }
    return TrainingSet(
      drawing: samples, dimension: dimension, from: dataStream("inputs", kernels: kernels),
      target: problem.target)
  }

  /// Fresh samples of the same kind, where the alignment has no closed form.
  package func testSet(kernels: KernelSet) -> TrainingSet? {
    guard kind.needsTestSet else { return nil }
    return TrainingSet(
      drawing: parameters.testSamples, dimension: kind.inputDimension(parameters),
      from: dataStream("test", kernels: kernels), target: problem.target)
  }

  private func dataStream(_ purpose: String, kernels: KernelSet) -> RandomStream {
    let sizes = kind.inputs.map { "\(parameters.integer($0))" }.joined(separator: "x")
    return RandomStream(
      key: Self.streamKey("numerics \(dataVersion) \(purpose) \(sizes) \(dataset)"),
      kernels: kernels)
  }

  private static func streamKey(_ text: String) -> UInt64 {
    UInt64(Digest.sha256(Data(text.utf8)).prefix(16), radix: 16)!
  }

  /// Expected cost in arbitrary units, for the order of work and the share of it that is done.
  package var cost: Double { expectedGradients * gradientWork }

  /// Operations of a gradient, roughly.
  package var gradientWork: Double {
    let demand = kind.demand(parameters)
    let p = Double(samples)
    var work = p * demand.work + 4 * demand.parameters + 500
    if sampler.isIntegrated {
      work += p * demand.features * demand.features
      work += 2 * demand.features * demand.features * demand.features
    }
    return work
  }

  /// Gradients of all chains, but for those of continued and tempered ones: nobody knows before which
  /// cells these are.
  package var expectedGradients: Double {
    let chains = Double(sampler.cold + sampler.planted)
    let iterations = Double(sampler.warmup + sampler.draws) * chains
    switch sampler.method {
    case .langevin(_, let interval): return iterations * Double(interval)
    case .hmc(let trajectory, _, _):
      // The step size falls with the stiffness of the data, P/κ.
      return iterations * (trajectory ?? 1.4) * (1 + (Double(samples) / ridge).squareRoot())
    }
  }
}

extension StudySpec {
  /// The grid's cells, the data sets varying fastest, then Langevin step, ridge, prior, target, samples, the
  /// network's sizes from the last to the first, and its words.
  package func cells() -> [Cell] {
    var points = kind.choiceCombinations(choices)
    for (size, axis) in zip(kind.givenSizes, sizes) {
      points = kind.expand(points, by: size.name, axis)
    }
    let datasets: Int
    let inputs: ExternalInputs?
    switch data {
    case .drawn(let samples, let count):
      points = points.varied("samples") { samples.at($0).map { .integer($0) } }
      (datasets, inputs) = (count, nil)
    case .given(let given):
      points = points.varied("samples") { _ in [.integer(given.count)] }
      (datasets, inputs) = (1, given)
    }
    let target = kind.target.coordinate.name
    switch targets {
    case .hermite(let degrees): points = points.varied(target) { _ in degrees.map { .integer($0) } }
    case .words(let words): points = points.varied(target) { _ in words.map { .word($0) } }
    }
    for (coordinate, values) in zip(kind.variances, variances) {
      points = points.varied(coordinate.name) { _ in values.map { .real($0) } }
    }
    points = points.varied("ridge") { _ in ridges.map { .real($0) } }
    if kind.needsTestSet { points = points.varied("test_samples") { _ in [.integer(testSamples)] } }
    let grid = points.flatMap { point in
      samplers.flatMap { sampler in (0..<datasets).map { (point, sampler, $0) } }
    }
    return parallelMap(grid, together: 256) { [kind] point, sampler, dataset in
      var cell = point
      cell["langevin_step"] = .real(sampler.langevinStep)
      cell["readout_integrated"] = .integer(sampler.isIntegrated ? 1 : 0)
      cell["dataset"] = .integer(dataset)
      return Cell(kind: kind, parameters: cell, inputs: inputs, sampler: sampler)
    }
  }

  /// SHA-256 over the keys of the cells in order: what the study's arrays are determined by.
  package static func key(of cells: [Cell]) -> String { key(ofCellKeys: cells.map(\.key)) }

  package static func key(ofCellKeys keys: [String]) -> String {
    Digest.sha256(Data(keys.joined(separator: "\n").utf8))
  }
}

extension [Parameters] {
  /// Each of these with each value of a further axis.
  fileprivate func varied(
    _ name: String, _ values: (Parameters) -> [Parameters.Value]
  ) -> [Parameters] {
    flatMap { cell in
      values(cell).map { value in
        var cell = cell
        cell[name] = value
        return cell
      }
    }
  }
}
