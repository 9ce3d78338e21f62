import Host

/// What a table says of itself in the comments at its head.
package struct TableHead {
  /// One line that says what a row is.
  package let caption: String
  package let columns: [Table.Column]

  /// Reads the head of a table.
  ///
  /// - Throws: `UserError` if the file is no table, or a column has no meaning.
  package init(reading path: String) throws {
    let table = try TableFile(reading: path)
    guard let caption = table.head.first else {
      throw UserError("\(path): no head; expected a table written by cod tables")
    }
    self.caption = caption
    columns = try table.columns.map { name in
      guard let line = table.head.dropFirst().first(where: { $0.hasPrefix("\(name): ") }) else {
        throw UserError("\(path): column '\(name)': no line in the head; expected its meaning")
      }
      return Table.Column(name, String(line.dropFirst(name.count + 2)))
    }
  }
}
