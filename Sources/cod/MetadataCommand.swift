import ArgumentParser
import Paper
import Publication

/// `cod metadata`: the files that archives of research ask for.
struct MetadataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata",
    abstract: "Writes .zenodo.json and codecheck.yml from CITATION.cff and the figures.",
    discussion: """
        cod metadata            write those that are out of date
        cod metadata --check    only list them; exit code 1 if there are any
      """)

  @Flag(help: "Only say which files are out of date.")
  var check = false

  @Option(help: "The project's folder.")
  var folder = "."

  func run() throws {
    let deposit = try Deposit(of: folder, figures: Paper.figures)
    let stale = check ? deposit.stale(in: folder) : try deposit.write(into: folder)
    for (name, _) in deposit.files {
      print("\(name): \(stale.contains(name) ? check ? "out of date" : "renewed" : "up to date")")
    }
    if check, !stale.isEmpty { throw ExitCode(1) }
  }
}
