import Studies
import Testing

/// Tables as text.
@Suite struct TableTests {
  @Test func aWholeTable() {
    var table = Table(
      "x", "Things; one row a thing",
      columns: [
        .init("name", "what it is"), .init("count", "how many"), .init("size", "how large"),
      ])
    table.append(["a", 3, 0.25])
    table.append(["b", -1, .real(.nan)])
    #expect(
      table.text(studies: [("first", "12ab"), ("second", "cd")]) == """
        # Things; one row a thing
        # study first 12ab
        # study second cd
        # name: what it is
        # count: how many
        # size: how large
        name\tcount\tsize
        a\t3\t0.25
        b\t-1\tNaN

        """)
  }

  @Test(arguments: [
    (0, "0"), (-0.5, "-0.5"), (1.0 / 3, "0.333333"), (2e6 / 3, "666667"), (1e6, "1e+06"),
    (1.23456789e-7, "1.23457e-07"), (.infinity, "NaN"), (-.infinity, "NaN"), (.nan, "NaN"),
    (.leastNonzeroMagnitude, "4.94066e-324"),
  ])
  func numbersHaveSixDigits(_ number: Double, text: String) {
    var table = Table("x", "x", columns: [.init("x", "x")])
    table.append([.real(number)])
    let last = table.text(studies: []).split(separator: "\n").last.map(String.init)
    #expect(last == text)
  }
}
