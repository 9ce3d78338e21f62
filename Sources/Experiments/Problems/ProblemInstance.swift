import Host
import Kernels
import Networks
import Studies

/// A network, what it learns and one training set: a point of a grid of problems.
package struct ProblemInstance: Sendable {
  package let kind: NetworkKind
  package let parameters: Parameters
  /// The given data set, if there is one.
  package let inputs: ExternalInputs?
  /// The given inputs of which the training set is a random subset, if it is one.
  package let prepared: PreparedInputs?

  /// - Parameters:
  ///   - inputs: the given data set, if there is one; else the cell's own is drawn.
  ///   - prepared: the given inputs of which the cell's own is a random subset, if it is one.
  package init(
    kind: NetworkKind, parameters: Parameters, inputs: ExternalInputs? = nil,
    prepared: PreparedInputs? = nil
  ) {
    self.kind = kind
    self.parameters = parameters
    self.inputs = inputs
    self.prepared = prepared
  }

  /// The network and what it learns.
  package var problem: any Problem { kind.problem(parameters) }
  /// P.
  package var samples: Int { parameters.samples }
  /// κ.
  package var ridge: Double { parameters.ridge }
  /// Fresh samples on which the alignment is estimated; 0 where it has a closed form.
  var testSamples: Int {
    parameters.has(Parameters.Name.testSamples) ? parameters.testSamples : 0
  }

  /// Everything that it is made from, in a fixed order and spelling.
  var canonical: String {
    let test = testSamples > 0 ? " test \(testSamples)" : ""
    let data =
      inputs?.digest
      ?? prepared.map { "\($0.canonical) subset \(parameters.dataset) of \(dataVersion)" }
      ?? "drawn \(parameters.dataset) of \(dataVersion)"
    return """
      numerics \(kind.numericsVersion)
      \(kind.canonical(parameters))
      data \(data) samples \(samples)\(test)
      ridge \(ridge)
      """
  }

  /// The training set. Drawn sets depend on input dimension and data set alone: cells that differ
  /// in width, ridge or prior see the same samples, and more samples begin with the fewer.
  package func trainingSet(kernels: KernelSet) -> TrainingSet {
    let problem = problem
    let dimension = kind.inputDimension(parameters)
    if let inputs {
      return TrainingSet(inputs: inputs.values, dimension: dimension, target: problem.target)
    }
    if let prepared {
      let rows = prepared.split(samples: samples, dataset: parameters.dataset, kernels: kernels)
      return TrainingSet(
        inputs: rows.training.flatMap { prepared.row($0).map { Float($0) } },
        dimension: dimension, target: problem.target)
    }
    let stream = dataStream("inputs", kernels: kernels)
    return TrainingSet(
      drawing: samples, dimension: dimension, law: law, from: stream, target: problem.target)
  }

  /// The law of drawn inputs.
  private var law: InputLaw { kind.hasSphericalInputs ? .sphere : InputLaw(of: parameters) }

  /// Fresh samples of the same kind, where the alignment has no closed form.
  package func testSet(kernels: KernelSet) -> TrainingSet? {
    guard testSamples > 0 else { return nil }
    return TrainingSet(
      drawing: testSamples, dimension: kind.inputDimension(parameters), law: law,
      from: dataStream("test", kernels: kernels), target: problem.target)
  }

  private func dataStream(_ purpose: String, kernels: KernelSet) -> RandomStream {
    let sizes = kind.inputs.map { "\(parameters.integer($0))" }.joined(separator: "x")
    return CellStreams.stream(
      "numerics \(dataVersion) \(purpose) \(sizes) \(parameters.dataset)", kernels: kernels)
  }

  /// Operations of a gradient, roughly.
  var gradientWork: Double {
    let demand = kind.demand(parameters)
    return Double(samples) * demand.work + 4 * demand.parameters + 500
  }

  /// Bytes of the data, twice, and of what the network makes of all samples.
  var workingBytes: Double {
    let demand = kind.demand(parameters)
    let test = Double(testSamples)
    let inputs = 2 * (Double(samples) + test) * Double(kind.inputDimension(parameters))
    return 4 * (inputs + 2 * (Double(samples) + test) * demand.perSample)
  }
}

/// What is done in a cell with a network and a training set.
package protocol ProblemTask: CellTask {
  var instance: ProblemInstance { get }
}

extension StudySpec {
  /// The kind of network.
  ///
  /// - Throws: `UserError` if the study's experiment is not one with networks and training sets.
  package func networkKind() throws -> NetworkKind {
    guard let kind = NetworkKind.named(layout.model) else {
      throw UserError(
        "\(file): experiment \(layout.experiment) of \(layout.model); expected one of networks "
          + "and training sets")
    }
    return kind
  }
}
