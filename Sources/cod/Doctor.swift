import ArgumentParser
import Audit

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what this machine has of what the pipeline needs.",
    discussion: """
        cod doctor

      Exit code 1 if something is missing.
      """)

  func run() throws {
    let checkups = Checkup.all(folder: ".")
    for checkup in checkups {
      print("\(checkup.isGood ? "ok     " : "MISSING")  \(checkup.item): \(checkup.finding)")
    }
    if checkups.contains(where: { !$0.isGood }) { throw ExitCode(1) }
  }
}
