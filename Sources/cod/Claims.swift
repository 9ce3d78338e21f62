import ArgumentParser
import Verdicts

/// `cod claims`: the verdicts on the claims of the paper.
struct ClaimsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims",
    abstract: "Says of every claim of the paper whether the archived numbers support it.",
    discussion: """
        cod claims                     every claim, its estimate and its verdict
        cod claims --json              the same, with the numbers and the criteria

      Claims stand in data/claims.yml, their numbers in figures/FIGURE-numbers.tsv. A verdict is a result:
      the exit code is 0 whatever the verdicts are. `cod docs` writes the same table to
      docs/claims.md.

      Predictions that are registered in predictions/, beside the file of claims, come last. One whose
      study is not simulated yet is pending. The history of the repository says whether each is older
      than the data of its study; one that is not does not count.

      A claim says so if error bars of a study behind it did not hold when cells were sampled again.
      """)

  @Argument(help: "The file of claims.")
  var file = "data/claims.yml"

  @Option(help: "The folder of the figures' numbers.")
  var tables = "figures"

  @OptionGroup var form: OutputForm

  func run() throws {
    let claims = try Claims(reading: file, tables: tables)
      .withErrorBars(tables: tables).withOrder()
    if form.json { try printJSON(claims, isSnakeCase: true) } else { print(claims.text) }
  }
}
