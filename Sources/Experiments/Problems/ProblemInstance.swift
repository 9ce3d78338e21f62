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

  /// Everything that it is made from, in a fixed order and spelling.
  var canonical: String {
    let test = kind.needsTestSet ? " test \(parameters.testSamples)" : ""
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
    guard kind.hasSphericalInputs else {
      return TrainingSet(
        drawing: samples, dimension: dimension, from: stream, target: problem.target)
    }
    let normals = (0..<samples).flatMap { sample in
      onSphere(stream.standardNormals(count: dimension, step: UInt64(sample)))
    }
    return TrainingSet(inputs: normals, dimension: dimension, target: problem.target)
  }

  /// An input scaled to |x|² = d; at the origin, which has probability zero, it stays.
  private func onSphere(_ input: [Float]) -> [Float] {
    let square = input.reduce(0.0) { $0 + Double($1) * Double($1) }
    let scale = square > 0 ? (Double(input.count) / square).squareRoot() : 1
    return input.map { Float(scale * Double($0)) }
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
    let test = kind.needsTestSet ? Double(parameters.testSamples) : 0
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
