import Sampling
import Studies

extension Cell {
  /// The key of the cell that this one repeats with other random numbers, if it does.
  package var originalKey: String? { (task as? ReplicationTask)?.original.key }
}

/// A cell of a study with other random numbers, reduced to means and errors.
struct ReplicationTask: CellTask {
  /// The cell as the study has it.
  let original: Cell
  let replication: Int
  let layout: Layout
  let parameters: Parameters
  private let study: String
  /// The version of how means and errors are taken from draws, which is part of the keys.
  private static let estimates = 2

  init(of original: Cell, study: String, replication: Int, _ layout: Layout) {
    self.original = original
    self.study = study
    self.replication = replication
    self.layout = layout
    var parameters = original.parameters
    parameters[Layout.study] = .word(study)
    parameters[Layout.replication] = .integer(replication)
    self.parameters = parameters
  }

  var labels: [String: [String]] { [Layout.quantity: layout.labels[0].words] }

  /// Studies may share a cell, so its study's name is part of its identity.
  var canonical: String { "\(canonicalDraws)\nestimates \(Self.estimates)\nof \(study)" }
  var canonicalDraws: String { "\(original.task.canonical)\nreplication \(replication)" }

  func extent(along axis: Layout.Axis) -> Int { layout.labels[0].words.count }

  var firstRound: Round { original.task.firstRound }

  func part(
    _ index: Int, of round: Int, from state: [UInt8], _ streams: CellStreams
  ) throws -> any CellPart {
    try original.task.part(index, of: round, from: state, streams)
  }

  func continuation(after round: Int, _ states: [[UInt8]]) throws -> Continuation {
    switch try original.task.continuation(after: round, states) {
    case .round(let next): .round(next)
    case .result(let again): .result(estimates(again))
    }
  }

  /// What is kept of the cell with other random numbers.
  private func estimates(_ again: CellResult) -> CellResult {
    let estimates = original.layout.quantities.map { quantity in
      quantity.estimate(again)?.mean
        ?? MeanEstimate(mean: .nan, squaredError: .nan, degreesOfFreedom: 0)
    }
    var result = CellResult(layout, parameters, labels: labels)
    result.numbers = [
      "mean": .double(estimates.map(\.mean)),
      "squared_error": .double(estimates.map(\.squaredError)),
      "degrees_of_freedom": .double(estimates.map(\.degreesOfFreedom)),
      "sound": .integer([again.isSound ? 1 : 0]),
    ]
    return result
  }

  // MARK: - Cost

  var family: String { original.task.family }
  var expectedSteps: [Double] { original.task.expectedSteps }
  /// What the cell took is not archived, so it counts as what was expected.
  func steps(of result: CellResult) -> [Double] { expectedSteps }
  var stepWork: Double { original.task.stepWork }
  func secondsPerStep(_ streams: CellStreams) -> [Double] {
    original.task.secondsPerStep(streams)
  }
  /// What the original needs, and its arrays, which are not kept.
  var workingBytes: Double {
    original.task.workingBytes
      + original.layout.columns.reduce(0) { $0 + Double(original.bytes(of: $1)) }
  }
}
