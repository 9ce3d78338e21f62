import ArgumentParser
import Audit
import Host
import Paper

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks that the archive is intact, or that two studies, tables or folders agree.",
    discussion: """
        cod verify                        every study file and figure of the archive, every picture against
                                          the one that its tables give, every table against the one that
                                          its samples give
        cod verify . reproduce            two folders with data and figures
        cod verify a.h5 b.h5              two studies: bit by bit, else by the means of their draws
        cod verify a.tsv b.tsv            two tables, number by number

      What is damaged is named, all of it; what is compared is identical, within tolerance, outside or not
      comparable. Exit code 1 if anything is damaged, outside or not comparable.
      """)

  @Argument(help: "A study file, a table or a folder. (default: check the archive)")
  var old: String?

  @Argument(help: "Another.")
  var new: String?

  @Option(help: "The folder of the archive's studies.")
  var data = "data"

  @Option(help: "The folder of the archive's figures. (default: figures)")
  var figures: String?

  @Option(help: "How far numbers may differ.")
  var tolerances = "data/tolerances.yml"

  @Option(help: "The folder of the gnuplot scripts.")
  var scripts = "figures"

  @Option(
    name: .shortAndLong,
    help: "A folder to write verification.json into, and a figure of the cells compared.")
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if old != nil && new == nil { throw ValidationError("expected two files or folders, or none") }
  }

  func run() async throws {
    let file = tolerances
    let tolerances: @Sendable () throws -> Tolerances = { try Tolerances(reading: file) }
    let verification =
      if let old, let new {
        try Verification(old, new, tolerances: tolerances)
      } else {
        try await Verification(
          data: data, figures: figures.map(existingFolder) ?? "figures", of: Paper.figures,
          activity: currentActivity, tolerances: tolerances)
      }
    if json {
      try printJSON(verification)
    } else {
      for line in verification.lines { print(line) }
    }
    if let output {
      let paths = try verification.write(to: output, scripts: scripts)
      if !json { for path in paths { print(path) } }
    }
    if !verification.passes { throw ExitCode(1) }
  }
}
