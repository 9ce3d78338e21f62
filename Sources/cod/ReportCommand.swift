import ArgumentParser
import Paper
import Publication

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the whole archive as one page of HTML.",
    discussion: """
        cod report
        cod report -o ../report.html

      The page loads nothing: figures, tables, claims, checks and hashes are in it.
      """)

  @Option(name: .shortAndLong, help: "The file to write.")
  var output = "report.html"

  @Option(help: "The folder of the studies.")
  var data = "data"

  @Option(help: "The folder of the figures.")
  var figures = "figures"

  @Option(help: "The README, which has title and introduction.")
  var readme = "README.md"

  @Option(help: "The file that says what is not reproduced.")
  var scope = "docs/scope.md"

  func run() throws {
    var sources = Report.Sources()
    (sources.data, sources.figures, sources.readme, sources.scope) = (data, figures, readme, scope)
    try Report(sources, sections: Paper.sections, activity: currentActivity).write(to: output)
    print(output)
  }
}
