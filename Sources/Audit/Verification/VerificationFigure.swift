import Figures
import Foundation
import Host

extension Verification {
  /// Writes `verification.json` into a folder. Where there are cells to compare, it writes the
  /// tables and pictures of the figure, archived against regenerated.
  ///
  /// - Parameter scripts: the folder of the gnuplot scripts.
  /// - Returns: the paths of what was written.
  /// - Throws: `UserError` or `HDF5Error` if something cannot be written or drawn.
  package func write(to folder: String, scripts: String) throws -> [String] {
    try makeFolder(folder)
    var paths = ["\(folder)/verification.json"]
    try writeAtomically(record, to: paths[0])
    guard studies.contains(where: { !$0.comparison.cells.isEmpty }) else { return paths }
    let figure = Figure(
      name: "verification", studies: [], axes: [], tables: ["-studies"]
    ) { _ in [] }
    let provenance = Provenance(
      figure: figure.name,
      studies: studies.map {
        .init(
          name: stem(of: $0.name), key: $0.comparison.identity.oldKey,
          content: $0.comparison.identity.oldContent)
      })
    for table in figureTables {
      paths.append("\(folder)/\(table.name).tsv")
      try writeAtomically(Data(table.text(head: provenance.lines).utf8), to: paths.last!)
    }
    return paths + (try Gnuplot(scripts: scripts).render(figure, in: folder))
  }

  /// One row a cell, one a study, and what the title quotes.
  private var figureTables: [Table] {
    var cells = Table(
      "verification", "Archived and regenerated means of the alignment; one row a cell",
      columns: [
        .init("study", "counted from the last to the first"),
        .init("row", "study + the cell's place in it, from 0 to 0.8"),
        .init("archived", "mean alignment"), .init("regenerated", "mean alignment"),
        .init("residual", "regenerated - archived in combined standard errors; 0 where identical"),
        .init(
          "verdict",
          "0: identical, 1: within tolerance, 2: outside, of all means of the cell, 3: not tested"),
      ])
    var rows = Table(
      "verification-studies", "One row a study",
      columns: [
        .init("row", "where its cells are in the middle"), .init("label", "its name and verdict"),
        .init("passes", "1 if it is identical or within tolerance, else 0"),
      ])
    var counts = [0, 0, 0, 0]
    var widest = 0.0
    let items = items.filter { $0.kind == .study }
    for (i, item) in items.enumerated() {
      let study = items.count - 1 - i
      let name = stem(of: item.name)
      rows.append([
        .real(Double(study) + 0.4),
        .word("\(name): \(item.verdict.rawValue)"), .integer(item.verdict.passes ? 1 : 0),
      ])
      let pairs = studies.first { $0.name == item.name }?.comparison.cells ?? []
      for (j, cell) in pairs.enumerated() {
        let verdict =
          switch test?.standing(of: cell) ?? .identical {
          case .identical: 0
          case .tested: test!.deviations(of: cell).allSatisfy(\.isAllowed) ? 1 : 2
          case .contradictory: 2
          case .untested, .diverged, .notComparable: 3
          }
        counts[verdict] += 1
        let residual = cell.means.first?.residual ?? 0
        if residual.isFinite, verdict < 3 { widest = max(widest, abs(residual)) }
        cells.append([
          .integer(study), .real(Double(study) + 0.8 * (Double(j) + 0.5) / Double(pairs.count)),
          .real(cell.old), .real(cell.new), .real(residual), .integer(verdict),
        ])
      }
    }
    var numbers = QuotedNumbers(figure: "verification")
    for (name, value, meaning) in [
      ("identical", counts[0], "cells with the same bits"),
      ("within", counts[1], "other cells, all of whose means are within tolerance"),
      ("outside", counts[2], "cells with a mean that is not"),
      (
        "untested", counts[3], "cells that no test can tell anything of, or that are not comparable"
      ),
      (
        "lacking",
        studies.reduce(0) { $0 + $1.comparison.onlyOld.count + $1.comparison.onlyNew.count },
        "cells that one side lacks"
      ),
      ("studies", items.count, "number of studies"),
      ("failing", items.count { !$0.verdict.passes }, "studies outside or not comparable"),
    ] { numbers.append(name, Double(value), meaning: meaning) }
    numbers.append("widest", widest, meaning: "largest residual")
    numbers.append(
      "quantile", test?.quantile ?? 0,
      meaning: "residual allowed of many effective samples, or 0 where all is identical")
    return [cells, rows, numbers.table]
  }
}
