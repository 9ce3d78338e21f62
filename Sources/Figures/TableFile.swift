import Foundation
import Host

/// A table as it stands in a file: the one reader of the format that `Table` writes.
package struct TableFile: Sendable {
  /// The file's name up to its first dot.
  package let name: String
  /// Lines of the commented head, without the marks.
  package let head: [String]
  package let columns: [String]
  package let rows: [[String]]
  /// The number of the line that names the columns, counted from 1.
  package let columnsLine: Int
  /// The number of each row's line.
  package let rowLines: [Int]

  /// Reads a file.
  ///
  /// - Throws: `UserError` if it cannot be read or is no table.
  package init(reading path: String) throws {
    try self.init(utf8Text(of: path, as: "a table", exitCode: 1), of: path)
  }

  /// Reads the text of a file.
  ///
  /// - Parameter path: the file's, for messages.
  /// - Throws: `UserError` if it is no table.
  package init(_ text: String, of path: String) throws {
    name = String((path as NSString).lastPathComponent.prefix { $0 != "." })
    head = Table.head(of: text)
    let lines = textLines(of: text).enumerated()
      .filter { !$0.element.isEmpty && !$0.element.hasPrefix("#") }
    let rows = lines.map {
      $0.element.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let columns = rows.first, rows.allSatisfy({ $0.count == columns.count }) else {
      throw UserError(
        "\(path): rows differ in length, or the file is empty; expected a table", exitCode: 1)
    }
    self.columns = columns
    self.rows = Array(rows.dropFirst())
    columnsLine = lines[0].offset + 1
    rowLines = lines.dropFirst().map { $0.offset + 1 }
  }

  /// The studies that the numbers are from.
  package var studies: [Provenance.Study] { provenance.studies }
  /// The files beside studies that they are from.
  package var sources: [Provenance.File] { provenance.files }

  private var provenance: Provenance { Provenance(lines: ["figure -"] + head)! }
}

extension Table {
  /// The studies that the head of a table names; none where there is no such file.
  package static func studies(of path: String) -> [Provenance.Study] {
    let text = (try? utf8Text(of: path, as: "text")) ?? ""
    return Provenance(lines: ["figure -"] + head(of: text))!.studies
  }

  /// The files beside studies that the head of a table names; none where there is no such file.
  package static func sources(of path: String) -> [Provenance.File] {
    let text = (try? utf8Text(of: path, as: "text")) ?? ""
    return Provenance(lines: ["figure -"] + head(of: text))!.files
  }

  /// The lines of a table's commented head, without the marks.
  package static func head(of text: String) -> [String] {
    textLines(of: text).lazy.filter { !$0.isEmpty }.prefix { $0.hasPrefix("#") }
      .map { $0.dropFirst().trimmingCharacters(in: .whitespaces) }
  }
}
