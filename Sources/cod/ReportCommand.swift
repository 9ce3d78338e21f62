import ArgumentParser
import Paper
import Publication

/// `cod report`: the archive as one page of HTML.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the whole archive as one page of HTML.",
    discussion: """
        cod report
        cod report -o ../report.html

      The page holds figures, tables, claims, checks and hashes, and loads nothing else.
      """)

  @Option(name: .shortAndLong, help: "The file to write.")
  var output = "report.html"

  @OptionGroup var studies: StudiesFolder

  @OptionGroup var drawings: FiguresFolder

  @Option(help: "The README, which has title and introduction.")
  var readme = "README.md"

  @Option(help: "The file that says what is not reproduced.")
  var scope = "docs/scope.md"

  func run() throws {
    var sources = Report.Sources()
    (sources.data, sources.figures) = (studies.data, drawings.figures)
    (sources.readme, sources.scope) = (readme, scope)
    try Report(sources, sections: Paper.sections, activity: currentActivity).write(to: output)
    print(output)
  }
}
