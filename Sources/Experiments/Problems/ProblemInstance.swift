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

  /// The network and what it learns.
  package var problem: any Problem { kind.problem(parameters) }
  /// P.
  package var samples: Int { parameters.samples }
  /// κ.
  package var ridge: Double { parameters.ridge }

  /// Everything that it is made from, in a fixed order and spelling.
  var canonical: String {
    let test = kind.needsTestSet ? " test \(parameters.testSamples)" : ""
    let data = inputs?.digest ?? "drawn \(parameters.dataset) of \(dataVersion)"
    return """
      numerics \(numericsVersion)
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
