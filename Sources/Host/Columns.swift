/// Rows of text in columns as wide as their widest entry, two spaces apart.
package struct Columns {
  private let rows: [[String]]
  private let left: Set<Int>

  /// - Parameters:
  ///   - rows: as many entries in each; the first row may be a head.
  ///   - left: indices of the columns that are aligned left; all others are aligned right.
  package init(_ rows: [[String]], left: Set<Int> = []) {
    self.rows = rows
    self.left = left
  }

  /// The lines, without spaces at their ends.
  package var lines: [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return left.contains(column) ? row[column] + padding : padding + row[column]
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
