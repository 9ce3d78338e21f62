import Archives
import Studies

/// What a task may be given of a cell, and what that takes.
struct Piece {
  let item: TaskItem
  /// Seconds of a core.
  let seconds: Double
  /// Seconds on any number of cores.
  let span: Double

  /// A cell as one piece, or as its parts if it takes a task longer than it should.
  ///
  /// - Parameters:
  ///   - seconds: what the cell takes of a core.
  ///   - workers: cores of a task.
  ///   - missing: which parts are not there yet.
  static func pieces(
    of cell: Cell, seconds: Double, workers: Int, target: Double, missing: () -> [Int]
  ) -> [Piece] {
    let count = cell.partCount
    let part = seconds / Double(count)
    guard count > 1, seconds / Double(min(count, workers)) > target else {
      let span = part / Double(cell.coresOfPart(of: workers))
      return [Piece(item: TaskItem(cell: cell.key), seconds: seconds, span: span)]
    }
    return missing().map {
      let span = part / Double(min(cell.task.partThreads, workers))
      return Piece(item: TaskItem(cell: cell.key, part: $0), seconds: part, span: span)
    }
  }
}

extension CellStore {
  /// Which parts of a cell have not ended in the latest round of which something is kept; all if
  /// all have, as another round may follow.
  ///
  /// - Parameter begun: the parts of which something is kept.
  func missingParts(of cell: Cell, _ begun: [PartName]) -> [Int] {
    let latest = begun.map(\.round).max()
    let ended = Set(begun.filter { $0.round == latest && hasEnded($0) }.map(\.index))
    let all = Array(0..<cell.partCount)
    let missing = all.filter { !ended.contains($0) }
    return missing.isEmpty ? all : missing
  }
}
