import ArgumentParser
import Audit
import Host
import Paper

/// `cod verify`: the integrity of the archive, or the agreement of two of its kind.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks that the archive is intact, or that two studies, tables or folders agree.",
    discussion: """
        cod verify                        the archive: each study file, each table against its samples,
                                          each picture against its tables
        cod verify . reproduce            two folders with data and figures
        cod verify a.h5 b.h5              two studies: bit by bit, else by the means of their draws
        cod verify a.tsv b.tsv            two tables, number by number

      Each damaged part is named. Each comparison is identical, within tolerance, outside or not
      comparable. The exit code is 1 if anything is damaged, outside or not comparable.
      """)

  @Argument(help: "A study file, a table or a folder. (default: check the archive)")
  var old: String?

  @Argument(help: "The one to compare it with.")
  var new: String?

  @OptionGroup var studies: StudiesFolder

  @Option(help: "The folder of the archive's figures. (default: figures)")
  var figures: String?

  @Option(help: "The file of tolerances, which says how far numbers may differ.")
  var tolerances = "data/tolerances.yml"

  @OptionGroup var source: ScriptsFolder

  @Option(
    name: .shortAndLong,
    help: "A folder for verification.json and a figure of the compared cells.")
  var output: String?

  @OptionGroup var form: OutputForm

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
          data: studies.data, figures: figures.map(existingFolder) ?? "figures", of: Paper.figures,
          activity: currentActivity, tolerances: tolerances)
      }
    if form.json {
      try printJSON(verification)
    } else {
      for line in verification.lines { print(line) }
    }
    if let output {
      let paths = try verification.write(to: output, scripts: source.scripts)
      if !form.json { for path in paths { print(path) } }
    }
    if !verification.passes { throw ExitCode(1) }
  }
}
