import Archives
import Audit
import Experiments
import Figures
import Foundation
import Host
import Studies
import Verdicts

/// The generated part of the documentation: results, claims, reference, and the README's verdicts.
package struct Documentation: GeneratedFiles {
  package let files: [(name: String, text: String)]

  /// Reads the archive.
  ///
  /// - Parameters:
  ///   - root: the project's folder.
  ///   - commands: the command line, as it describes itself.
  /// - Throws: `UserError` or `HDF5Error` naming what is missing or damaged.
  package init(
    of root: String, sections: [FigureSection], commands: CommandHelp
  ) throws {
    let (data, figures) = ("\(root)/data", "\(root)/figures")
    let claims = try Claims(reading: "\(data)/claims.yml", tables: figures)
      .withErrorBars(tables: figures)
    let results = try Results(sections, figures: figures, data: data)
    let studies = try studyFiles(in: data).map { stem(of: $0) }
      .filter { !claims.awaited.contains($0) }.map { try Facts.Study(name: $0, in: data) }
    let runs = try RunLog(in: data)
    let page = ResultsPage(claims: claims, studies: studies, runs: runs)
    let seconds = studies.compactMap { study in
      runs?.coreSeconds(of: study.name, key: study.key, cells: study.cells)
        .map { (study.name, $0) }
    }
    var files = results.sections.map { ("docs/results/\($0.name).md", page.text(of: $0)) }
    files.append(
      (
        "docs/claims.md",
        ClaimsPage.text(of: claims, seconds: Dictionary(uniqueKeysWithValues: seconds))
      ))
    files.append((VerdictBar.path, VerdictBar.svg(of: claims)))
    files.append(("docs/reference/commands.md", CommandsPage.text(of: commands)))
    files.append(("docs/reference/spec.md", SpecPage.text(of: .current)))
    files.append(
      (
        "docs/reference/arrays.md",
        try ArraysPage.text(
          of: studies,
          tables: results.sections.flatMap(\.figures).flatMap { item in
            try item.figure.tableFiles.map {
              ("figures/\($0)", try TableHead(reading: "\(figures)/\($0)"))
            }
          })
      ))
    files.append(("README.md", try VerdictBar.readme("\(root)/README.md", with: claims)))
    self.files = files
  }
}
