import Foundation
import Host
import Paper
import Publication
import TestSupport
import Testing

/// Numbers of captions are those of the tables and the studies.
@Suite struct CaptionTests {
  /// A caption's text in a folder with these rows of numbers, and the archive's studies.
  func fill(_ text: String, figure: String? = "x", rows: String = "") throws -> String {
    try withFolder { folder in
      let table = "# numbers\nname\tvalue\tlow\thigh\tmeaning\n" + rows
      try write(table, to: "\(folder)/x-numbers.tsv")
      try write(
        "name\tvalue\tlow\thigh\tmeaning\nslope\t2\tNaN\tNaN\tm\n",
        to: "\(folder)/other-figure-numbers.tsv")
      var numbers = Quotations(figures: folder, data: "\(projectFolder)/data")
      return try numbers.fill(text, of: "figures/x.md", figure: figure)
    }
  }

  @Test(arguments: [
    ("{a:.2f}", "1.23"), ("{a.low:.1f}", "−0.5"), ("{a.high:.0f}", "3"), ("{|b|:.1f}", "17.2"),
    ("{b:.1f}", "−17.2"), ("{other-figure/slope:.2f}", "2.00"), ("{c:.2g}", "5600"),
    ("{c:.1g}", "6000"), ("{c:.6g}", "5634.10"), ("{d:.2g}", "0.0012"), ("{d:.1%}", "0.1 %"),
    ("{a:.0%}", "123 %"), ("{e:.1g}", "10"), ("{e:.2f}", "9.99"), ("{f:.2f}", "0.00"),
    ("{b:.1g}", "−20"), ("d^{3/4} x_{ic} {a:.1f}d^{2}", "d^{3/4} x_{ic} 1.2d^{2}"),
    ("two\n{a:.1f} … {a.high:.1f}\n", "two\n1.2 … 3.0\n"),
  ])
  func placeholders(text: String, expected: String) throws {
    let rows = """
      a\t1.2345\t-0.5\t3\tm
      b\t-17.23\tNaN\tNaN\tm
      c\t5634.1\tNaN\tNaN\tm
      d\t0.0012\tNaN\tNaN\tm
      e\t9.99\tNaN\tNaN\tm
      f\t-0.001\tNaN\tNaN\tm

      """
    #expect(try fill(text, rows: rows) == expected)
  }

  /// Counted here in another way: by the summaries that the tool prints for other programs.
  @Test func countsOfCells() throws {
    struct Cell: Decodable { let certified: Bool }
    #expect(try fill("{cells(langevin-bias)}") == "9")
    #expect(try fill("{certified(langevin-bias, langevin-exact)}") == "1")
    #expect(try fill("{uncertified(langevin-bias,langevin-exact)}") == "9")
    let all = "two-layer-density, two-layer-samples, two-layer-width"
    let counts = try fill("{cells(\(all))} {certified(\(all))} {uncertified(\(all))}")
      .split(separator: " ").compactMap { Int($0) }
    #expect(counts.count == 3 && counts[0] == counts[1] + counts[2])
    #expect(try fill("{tempered(\(all))}") == "18")
  }

  @Test(arguments: [
    ("a\n\n{absent:.2f}", "figures/x.md:3: {absent:.2f}: ", "x-numbers.tsv has no row 'absent'"),
    ("{a.low:.2f}", "figures/x.md:1: {a.low:.2f}: ", "got nan; expected a finite number"),
    ("{n:.2f}", "figures/x.md:1: {n:.2f}: ", "got nan; expected a finite number"),
    ("{a:.2d}", "figures/x.md:1: {a:.2d}: ", "got the format '.2d'; expected .Nf, .Ng or .N%"),
    ("{a:.0g}", "figures/x.md:1: {a:.0g}: ", "got the format '.0g'"),
    ("{a}", "figures/x.md:1: {a}: ", "got the format ''"),
    ("{|a:.2f}", "figures/x.md:1: {|a:.2f}: ", "got no placeholder"),
    ("{nowhere/a:.2f}", "figures/x.md:1: {nowhere/a:.2f}: ", "there is no "),
    ("\n{cells(nowhere)}", "figures/x.md:2: {cells(nowhere)}: ", "there is no study "),
    ("{cells()}", "figures/x.md:1: {cells()}: ", "expected the name of a study"),
    ("{chains(a)}", "figures/x.md:1: {chains(a)}: ", "expected one of cells, certified"),
    ("{a\n:.2f}", "figures/x.md:1: ", "got a brace that does not end"),
  ])
  func mistakesNameFileLineAndPlaceholder(text: String, place: String, words: String) throws {
    let error = #expect(throws: UserError.self) {
      try fill(text, rows: "a\t1\tNaN\tNaN\tm\nn\tNaN\tNaN\tNaN\tm\n")
    }
    let message = error?.description ?? ""
    #expect(message.hasPrefix(place) && message.contains(words), "\(message)")
  }

  @Test func aNumberOutsideOfACaptionNamesItsFigure() throws {
    let error = #expect(throws: UserError.self) {
      try fill("{a:.2f}", figure: nil, rows: "a\t1\tNaN\tNaN\tm\n")
    }
    #expect(error?.description.contains("expected {FIGURE/NAME:FORMAT}") == true)
  }

  @Test func everyFigureHasACaption() throws {
    let folder = "\(projectFolder)/figures"
    var numbers = Quotations(figures: folder, data: "\(projectFolder)/data")
    for figure in Paper.figures {
      let caption = try Caption(of: figure.name, in: folder, numbers: &numbers)
      #expect(!caption.title.isEmpty && caption.description.count > 20, "\(figure.name)")
      // What is left in braces are powers and indices.
      let rest = caption.text.replacing(#/[\^_]\{[^}]*\}/#, with: "")
      #expect(!rest.contains { "{}".contains($0) }, "\(figure.name)")
    }
  }
}
