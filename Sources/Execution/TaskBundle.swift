import Foundation
import Host
import Studies

/// What a task is to do of a cell: all of it, or one part of its present round.
struct TaskItem: Hashable {
  /// The cell's key.
  let cell: String
  let part: Int?

  init(cell: String, part: Int? = nil) { (self.cell, self.part) = (cell, part) }

  /// - Parameter text: "KEY", or "KEY:2".
  init(_ text: some StringProtocol) {
    let words = text.split(separator: ":", maxSplits: 1)
    self.init(
      cell: words.first.map { String($0) } ?? "", part: words.count > 1 ? Int(words[1]) : nil)
  }

  var text: String { part.map { "\(cell):\($0)" } ?? cell }
}

/// The work of one task: a line of an index file, which has a task's items on each line.
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

  /// Its items.
  ///
  /// - Throws: `UserError` if there is no such line.
  private func items() throws -> [TaskItem] {
    let lines = try contents(of: file, as: "an index of cells", atMost: 1 << 26)
      .split(separator: UInt8(ascii: "\n"))
    guard lines.indices.contains(line - 1) else {
      throw UserError("\(file): no line \(line); expected one of 1 … \(lines.count)")
    }
    return Self.items(of: lines[line - 1])
  }

  /// The items on a line.
  static func items(of line: Data) -> [TaskItem] {
    line.split(separator: UInt8(ascii: " ")).map { TaskItem(String(decoding: $0, as: UTF8.self)) }
  }

  /// Indices of its cells. Those that the study no longer has are passed over.
  ///
  /// - Throws: `UserError` if there is no such line, or the study has none of its cells.
  func part(of cells: [Cell]) throws -> [Int] {
    let keys = Set(try items().map(\.cell))
    let part = cells.indices.filter { keys.contains(cells[$0].key) }
    if part.isEmpty {
      throw UserError(
        "\(file): line \(line) has no cell of this study, which has changed since it was written; "
          + "expected to submit it again")
    }
    return part
  }

  /// The parts that it has of cells of which it has not all, by the cells' keys.
  ///
  /// - Throws: `UserError` if there is no such line.
  func parts() throws -> [String: Set<Int>] {
    try items().reduce(into: [:]) { parts, item in
      if let part = item.part { parts[item.cell, default: []].insert(part) }
    }
  }

  /// Writes an index file.
  static func write(_ bundles: [[TaskItem]], to path: String) throws {
    let lines = bundles.map { $0.map(\.text).joined(separator: " ") + "\n" }
    try writeAtomically(Data(lines.joined().utf8), to: path)
  }
}
