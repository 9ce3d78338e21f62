import Archives
import Studies

/// What simulates cells and puts them into the store.
protocol Engine: Sendable {
  /// Simulates cells that are not in the store.
  ///
  /// - Parameter report: called whenever cells have come, or there is something to say.
  /// - Throws: `UserError` or `HDF5Error` if some of them cannot be had; finished ones are then in
  ///   the store.
  func simulate(
    _ cells: [Cell], into store: CellStore, report: (EngineReport) -> Void
  ) async throws -> EngineEnding
}

struct EngineReport {
  /// The cells of parts of first rounds that have ended since the last report.
  var parts: [Cell] = []
  /// Cells that are in the store since the last report.
  var finished: [Cell] = []
  /// What else there is to say of those that are not, or `nil`.
  var note: String?
}

enum EngineEnding: Equatable {
  /// All cells are in the store.
  case done
  /// Asked to stop before all were there.
  case stopped
  /// Others bring them; what is known of that.
  case submitted(String)
}
