import Foundation
import Host
import Studies

/// Cells in bundles of about equal time, one a task.
package struct Plan: Sendable {
  /// Indices of each task's cells.
  package let bundles: [[Int]]
  /// Seconds of the longest bundle. A cell is simulated on one core, so that its own time is the
  /// least.
  package let seconds: Double

  /// - Parameters:
  ///   - seconds: what each cell takes of a core.
  ///   - workers: cells at once in a task.
  ///   - target: what a task should take; a cell that takes longer has a task of its own.
  package init(seconds: [Double], workers: Int = 1, target: Double) {
    let count = (seconds.reduce(0, +) / Double(workers) / target).rounded(.up)
    bundles = longestFirst(seconds, over: Int(max(1, min(count, Double(seconds.count)))))
      .filter { !$0.isEmpty }
    self.seconds =
      bundles.map { bundle in
        let times = bundle.map { seconds[$0] }
        return max(times.reduce(0, +) / Double(workers), times.max() ?? 0)
      }.max() ?? 0
  }
}

/// The cells of one task: a line of an index file, which has the keys of a task's cells on each
/// line.
package struct TaskBundle: Hashable, Sendable {
  let file: String
  /// From 1.
  let line: Int

  /// - Parameter text: "index:3" is the third line of the file index.
  /// - Throws: `UserError` if it is of another form.
  package init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...]),
      line > 0, colon > text.startIndex
    else { throw UserError("got '\(text)'; expected FILE:LINE") }
    file = String(text[..<colon])
    self.line = line
  }

  /// Indices of its cells. Those that the study no longer has are passed over.
  ///
  /// - Throws: `UserError` if there is no such line, or the study has none of its cells.
  func part(of cells: [Cell]) throws -> [Int] {
    guard let bytes = contents(of: file) else {
      throw UserError("\(file): no such file; expected an index of cells")
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard lines.indices.contains(line - 1) else {
      throw UserError("\(file): no line \(line); expected one of 1 … \(lines.count)")
    }
    let keys = Set(
      lines[line - 1].split(separator: UInt8(ascii: " ")).map {
        String(decoding: $0, as: UTF8.self)
      })
    let part = cells.indices.filter { keys.contains(cells[$0].key) }
    if part.isEmpty {
      throw UserError(
        "\(file): line \(line) has no cell of this study, which has changed since it was written; "
          + "expected to submit it again")
    }
    return part
  }

  /// Writes an index file.
  static func write(_ bundles: [[Cell]], to path: String) throws {
    let lines = bundles.map { $0.map(\.key).joined(separator: " ") + "\n" }
    try writeAtomically(Data(lines.joined().utf8), to: path)
  }
}
