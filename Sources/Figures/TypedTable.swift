/// A column of a table whose rows are values of one type: its name, its meaning, and the cell that
/// it has of a row.
package struct TypedColumn<Row> {
  package let name: String
  package let meaning: String
  package let cell: (Row) -> Table.Value

  package init<Cell: TableCell>(
    _ name: String, _ meaning: String, _ cell: @escaping (Row) -> Cell
  ) {
    self.name = name
    self.meaning = meaning
    self.cell = { cell($0).tableValue }
  }
}

extension TypedColumn {
  /// The same column in a table whose rows have this one's row as a part.
  package func of<Whole>(_ part: @escaping (Whole) -> Row) -> TypedColumn<Whole> {
    TypedColumn<Whole>(name, meaning) { cell(part($0)) }
  }

  /// The ends of an interval under two names.
  package static func interval(
    _ low: (name: String, meaning: String), _ high: (name: String, meaning: String),
    _ interval: @escaping (Row) -> (low: Double, high: Double)
  ) -> [TypedColumn] {
    [
      TypedColumn(low.name, low.meaning) { interval($0).low },
      TypedColumn(high.name, high.meaning) { interval($0).high },
    ]
  }
}

extension Table {
  /// A table of row values, one line each: its cells are what the columns say of them.
  package init<Row>(
    _ name: String, _ caption: String, of rows: [Row], columns: [TypedColumn<Row>]
  ) {
    self.init(name, caption, columns: columns.map { .init($0.name, $0.meaning) })
    for row in rows { append(columns.map { $0.cell(row) }) }
  }
}

/// What a cell of a table can hold.
package protocol TableCell {
  var tableValue: Table.Value { get }
}

extension Int: TableCell {
  package var tableValue: Table.Value { .integer(self) }
}

extension Double: TableCell {
  package var tableValue: Table.Value { .real(self) }
}

extension String: TableCell {
  package var tableValue: Table.Value { .word(self) }
}

/// A flag: 1 or 0.
extension Bool: TableCell {
  package var tableValue: Table.Value { .integer(self ? 1 : 0) }
}

/// A number that may be missing, which is written NaN.
extension Double?: TableCell {
  package var tableValue: Table.Value { .real(self ?? .nan) }
}

extension Table.Value: TableCell {
  package var tableValue: Table.Value { self }
}
