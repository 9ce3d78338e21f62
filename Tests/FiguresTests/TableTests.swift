import Figures
import Studies
import TestSupport
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
      table.text(
        head: Provenance(
          figure: "y",
          studies: [
            .init(name: "first", key: "12ab", content: "ef"),
            .init(name: "second", key: "cd", content: nil),
          ]
        ).lines) == """
          # Things; one row a thing
          # figure y
          # study first 12ab ef
          # study second cd
          # license CC-BY-4.0
          # references arXiv:2512.04165
          # software CurseOfDetail, numerics version \(numericsVersion)
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
    let last = table.text(head: []).split(separator: "\n").last.map(
      String.init)
    #expect(last == text)
  }
}
