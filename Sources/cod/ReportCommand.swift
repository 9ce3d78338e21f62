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

  @Option(help: "The README, which has the text.")
  var readme = "README.md"

  func run() throws {
    var sources = Report.Sources()
    (sources.data, sources.figures, sources.readme) = (studies.data, drawings.figures, readme)
    try Report(sources, figures: Paper.figures, activity: currentActivity).write(to: output)
    print(output)
  }
}
