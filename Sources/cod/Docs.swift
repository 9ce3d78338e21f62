import ArgumentParser
import Foundation
import Paper
import Publication

/// `cod docs`: the generated part of the documentation, renewed or checked.
struct Docs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the generated part of the documentation.",
    discussion: """
        cod docs            write what is out of date
        cod docs --check    only say what is; exit code 1 if anything

      Results come from the captions figures/NAME.md, whose placeholders are filled in. Claims, the
      verdicts in the README, and the reference of commands, keys and arrays are written too.
      """)

  @Flag(help: "Write nothing.")
  var check = false

  @Option(help: "The project's folder.")
  var folder = "."

  func run() throws {
    let documentation = try Documentation(
      of: folder, sections: Paper.sections, commands: try Self.commands())
    let stale = try check ? documentation.stale(in: folder) : documentation.write(into: folder)
    for name in stale { print("\(name): \(check ? "out of date" : "renewed")") }
    if check, !stale.isEmpty { throw ExitCode(1) }
  }

  /// The command line as the parser describes it to other programs.
  private static func commands() throws -> CommandHelp {
    struct Dump: Decodable { let command: CommandHelp }
    return try JSONDecoder().decode(Dump.self, from: Data(Cod._dumpHelp().utf8)).command
  }
}
