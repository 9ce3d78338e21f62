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

  /// - Parameter parameters: all but those that the sampler gives.
  init(
    kind: NetworkKind, parameters: Parameters, inputs: ExternalInputs?, sampler: SamplerSpec
  ) {
    self.kind = kind
    self.parameters = SamplerSpec.coordinates.reduce(into: parameters) {
      $0[$1.coordinate.name] = $1.value(sampler)
    }
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

  /// The training set. Drawn sets depend on input dimension and data set alone: cells that differ
  /// in width, ridge or prior see the same samples, and more samples begin with the fewer.
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

  /// Gradients of all chains, but for those of continued and tempered ones: nobody knows before
  /// which cells these are.
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
