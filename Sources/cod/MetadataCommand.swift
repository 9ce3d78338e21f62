import ArgumentParser
import Paper
import Publication

struct MetadataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata",
    abstract: "Writes .zenodo.json and codecheck.yml from CITATION.cff and the figures.",
    discussion: """
        cod metadata            write those that are out of date
        cod metadata --check    only say which are; exit code 1 if any
      """)

  @Flag(help: "Write nothing.")
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
