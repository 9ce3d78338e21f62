import Figures
import Testing

/// A table over row values says in each line what its columns say of the row.
@Suite struct TypedTableTests {
  struct Row {
    let width: Int
    let mean: Double?
    let interval: (low: Double, high: Double)
  }

  static let rows = [
    Row(width: 3, mean: 0.25, interval: (0.125, 0.5)),
    Row(width: 12, mean: nil, interval: (.nan, .infinity)),
  ]

  @Test func cells() {
    let table = Table(
      "name", "a caption", of: Self.rows,
      columns: [
        TypedColumn("width", "N") { $0.width },
        TypedColumn("name", "in words") { "N = \($0.width)" },
        TypedColumn("mean", "missing is NaN") { $0.mean },
        TypedColumn("is_known", "1 or 0") { $0.mean != nil },
      ]
        + TypedColumn.interval(("low", "the lower end"), ("high", "the upper end")) { $0.interval })
    #expect(
      table.text(head: ["head"]) == """
        # a caption
        # head
        # width: N
        # name: in words
        # mean: missing is NaN
        # is_known: 1 or 0
        # low: the lower end
        # high: the upper end
        width\tname\tmean\tis_known\tlow\thigh
        3\tN = 3\t0.25\t1\t0.125\t0.5
        12\tN = 12\tNaN\t0\tNaN\tNaN

        """)
  }

  /// Columns of a part serve tables of the whole.
  @Test func parts() {
    let width = TypedColumn<Row>("width", "N") { $0.width }
    let pairs = Self.rows.map { (index: 1, row: $0) }
    let table = Table("name", "a caption", of: pairs, columns: [width.of(\.row)])
    #expect(table.rows == [[3], [12]])
    #expect(table.columns.map(\.name) == ["width"])
  }
}
