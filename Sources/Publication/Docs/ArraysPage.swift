import Experiments
import Figures
import Host
import Studies

/// Every array of study files, by kind of network, and every column of tables: as the files say it.
enum ArraysPage {
  static func text(
    of studies: [Facts.Study], tables: [(name: String, head: TableHead)]
  ) -> String {
    let kinds = Experiments.all.flatMap { experiment in
      experiment.models.map { Kind(experiment: experiment.name, model: $0) }
    }.filter { studies.map(Kind.init).contains($0) }
    /// Each array as a row, in the order of the files.
    func rows(_ kind: Kind) -> [[String]] {
      studies.filter { Kind($0) == kind }.flatMap(\.variables).map { variable in
        [
          "`\(variable.name)`", variable.axes.joined(separator: " × "), variable.type,
          variable.units,
          "\(variable.longName): \(variable.description)".replacing("<", with: "\\<"),
        ]
      }.uniqued
    }
    let all = kinds.map { (kind: $0, rows: rows($0)) }
    let common = (all.first?.rows ?? []).filter { row in
      all.allSatisfy { $0.rows.contains(row) }
    }
    let head = ["array", "axes", "type", "units", "is"]
    var parts = [
      """
      \(Page.mark("the study files data/*.h5 and the heads of figures/*.tsv"))# Arrays and columns

      [Reading an archive](../guide/reading-an-archive.md) shows how to open study files. All
      quantities are pure numbers, with `units` 1. Numbers are little-endian, and text is UTF-8.

      ## Arrays of every study file

      \(Page.table(head, common))
      """
    ]
    for (kind, rows) in all {
      let names = studies.filter { Kind($0) == kind }.map { "`\($0.name)`" }
      parts.append(
        """
        ## Arrays of \(kind.words)

        Besides those above, in \(names.joined(separator: ", ")):

        \(Page.table(head, rows.filter { !common.contains($0) }))
        """)
    }
    parts.append("## Columns of tables\n")
    for (name, table) in tables {
      parts.append(
        """
        ### `\(name)`

        \(table.caption).

        \(Page.table(["column", "is"], table.columns.map { ["`\($0.name)`", $0.meaning] }))
        """)
    }
    return parts.joined(separator: "\n")
  }

  /// Studies that have the same arrays.
  private struct Kind: Equatable {
    let experiment, model: String

    init(experiment: String, model: String) {
      self.experiment = experiment
      self.model = model
    }

    init(_ study: Facts.Study) { self.init(experiment: study.experiment, model: study.network) }

    /// "`two-layer`", "`relaxation` of `two-layer`".
    var words: String {
      experiment == StudySpec.defaultExperiment ? "`\(model)`" : "`\(experiment)` of `\(model)`"
    }
  }
}
