import Archives
import Audit
import Figures
import Foundation
import Host
import Studies
import Verdicts

/// The generated part of the documentation: results, claims, reference, and the README's verdicts.
package struct Documentation {
  /// Paths, relative to the project, and contents, in a fixed order.
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
    let results = try Results(sections, figures: figures, data: data)
    let studies = try studyFiles(in: data).map { try Facts.Study(name: stem(of: $0), in: data) }
    let page = ResultsPage(claims: claims, studies: studies, runs: try RunLog(in: data))
    var files = results.sections.map { ("docs/results/\($0.name).md", page.text(of: $0)) }
    files.append(("docs/claims.md", ClaimsPage.text(of: claims)))
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

  /// Names of the files that are missing from the folder, or differ there.
  package func stale(in root: String) -> [String] {
    files.filter {
      FileManager.default.contents(atPath: "\(root)/\($0.name)") != Data($0.text.utf8)
    }.map(\.name)
  }

  /// Writes the files that are stale, each whole.
  ///
  /// - Returns: their names.
  package func write(into root: String) throws -> [String] {
    let stale = stale(in: root)
    for (name, text) in files where stale.contains(name) {
      let folder = parentFolder(of: "\(root)/\(name)")
      try makeFolder(folder)
      sweepDrafts(in: folder)
      try writeAtomically(Data(text.utf8), to: "\(root)/\(name)")
    }
    return stale
  }
}

/// Pieces of Markdown that pages share.
enum Page {
  /// Paragraphs in lines of 100 characters: filled placeholders leave them ragged. Lists, tables
  /// and code stay as they are.
  static func filled(_ text: String) -> String {
    let others = ["    ", "- ", "|", "#", "```", "!["]
    return text.split(separator: "\n\n").map { block in
      if others.contains(where: block.hasPrefix) { return String(block) }
      var lines = [""]
      for word in block.split(whereSeparator: \.isWhitespace) {
        let isLong = lines.last!.count + 1 + word.count > 100
        // What would begin another kind of block stays where it is.
        if isLong, word.first!.isLetter || word.first!.isNumber, !".)".contains(word.last!) {
          lines.append("")
        }
        lines[lines.count - 1] += (lines.last!.isEmpty ? "" : " ") + word
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The comment at the head of what is generated.
  static func mark(_ sources: String) -> String {
    "<!-- Made by make docs from \(sources). Change those instead. -->\n"
  }

  /// A table; a bar within a cell is escaped.
  static func table(_ head: [String], _ rows: [[String]]) -> String {
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { row in
      "| "
        + row.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }
        .joined(separator: " | ") + " |\n"
    }.joined()
  }
}
