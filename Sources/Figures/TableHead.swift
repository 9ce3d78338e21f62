import Foundation
import Host

/// What a table says of itself in the comments at its head.
package struct TableHead {
  /// One line that says what a row is.
  package let caption: String
  package let columns: [Table.Column]

  /// - Throws: `UserError` if the file is no table, or a column has no meaning.
  package init(reading path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw UserError("\(path): cannot be read; expected a table written by cod tables")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let head = lines.prefix { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
    guard let caption = head.first, lines.count > head.count else {
      throw UserError("\(path): no head; expected a table written by cod tables")
    }
    self.caption = String(caption)
    columns = try lines[head.count].split(separator: "\t").map { name in
      guard let line = head.dropFirst().first(where: { $0.hasPrefix("\(name): ") }) else {
        throw UserError("\(path): column '\(name)': no line in the head; expected its meaning")
      }
      return Table.Column(String(name), String(line.dropFirst(name.count + 2)))
    }
  }
}
