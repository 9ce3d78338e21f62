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

  @Option(help: "The README, which has the text.")
  var readme = "README.md"

  func run() throws {
    var sources = Report.Sources()
    (sources.data, sources.figures, sources.readme) = (data, figures, readme)
    try Report(sources, figures: Paper.figures, activity: currentActivity).write(to: output)
    print(output)
  }
}
