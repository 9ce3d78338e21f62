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
        cod claims --readme README.md  put the table between the marks in README.md, too

      Claims stand in data/claims.yml, their numbers in figures/FIGURE-numbers.tsv. A verdict is a result:
      the exit code is 0 whatever the verdicts are.
      """)

  @Argument(help: "The file of claims.")
  var file = "data/claims.yml"

  @Option(help: "The folder of the figures' numbers.")
  var tables = "figures"

  @Option(help: "A file with the two marks of the table, which is brought up to date.")
  var readme: String?

  @OptionGroup var form: OutputForm

  func run() throws {
    let claims = try Claims(reading: file, tables: tables)
    if let readme, try claims.write(into: readme) {
      printError("\(readme): table of claims renewed")
    }
    if form.json { try printJSON(claims, isSnakeCase: true) } else { print(claims.text) }
  }
}
