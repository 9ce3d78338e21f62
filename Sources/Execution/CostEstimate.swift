/// What it takes to simulate a study, told before it is done.
package struct CostEstimate: Encodable, Sendable {
  package let study: String
  package let workers: Int
  /// From scratch, and what is not simulated yet.
  package let all, missing: Work
  /// Bytes of memory at the most, of the study file, and of its cells' files beside it.
  package let memory, file, cells: Double
  /// Standard error of the core time's logarithm; `nil` where nothing tells it.
  package let error: Double?
  /// What the numbers of gradients are taken from.
  package let source: Source
  /// Core time of the last run on such a processor that simulated all of it, from `runs.json`.
  package let measuredCoreSeconds: Double?

  package struct Work: Encodable, Sendable {
    package let cells: Int
    /// Seconds of one core, and seconds with all workers, the longest parts first.
    package let coreSeconds, wallSeconds: Double
  }

  package enum Source: String, Encodable, Sendable {
    /// Every cell has been simulated before.
    case sameCells = "archived cells"
    /// Cells of the same kind of network have, and the nearest ones tell.
    case nearestCells = "nearest archived cells"
    /// None have: the formula that orders the cells of a run.
    case formula
  }
}
