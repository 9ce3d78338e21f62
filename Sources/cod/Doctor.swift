import ArgumentParser
import Audit

/// `cod doctor`: what this machine has and lacks.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists what the pipeline needs, and whether this machine has it.",
    discussion: """
        cod doctor

      The exit code is 1 if something is missing.
      """)

  func run() throws {
    let checkups = Checkup.all(folder: ".")
    for checkup in checkups {
      print("\(checkup.isGood ? "ok     " : "MISSING")  \(checkup.item): \(checkup.finding)")
    }
    if checkups.contains(where: { !$0.isGood }) { throw ExitCode(1) }
  }
}
