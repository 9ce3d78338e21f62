import ArgumentParser
import Foundation
import HDF5
import Host
import Studies

/// The tool: its commands, and how each failure becomes one line and an exit code.
@main
struct Cod: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cod",
    abstract: "Simulates, tabulates and draws the studies of \(Project.references).",
    discussion: """
      A study is one YAML file; its samples are one HDF5 file; a figure is drawn from tables of them.

        cod simulate data/two-layer-width.yml     sample every cell of the study's grid
        cod draw specialists                      make its tables and pictures, if out of date
        cod tables specialists                    write figures/specialists.tsv
        cod render specialists                    draw figures/specialists.svg and .pdf

      Exit codes: 0 done, 1 a check or an operation failed, 2 bad usage or input, 3 stopped by
      SIGUSR1.
      """,
    version: "cod \(Project.version), numerics version \(numericsVersion)",
    subcommands: [
      Simulate.self, Draw.self, Tables.self, Render.self, ListCommand.self, StatusCommand.self,
      Why.self, SummaryCommand.self,
      DataCommand.self, EvaluateCommand.self, ClaimsCommand.self, Verify.self,
      ReplicateCommand.self, EstimateCommand.self, AllocateCommand.self,
      TheoryCommand.self, Predict.self,
      ReportCommand.self, ProvenanceCommand.self, ArchiveCommand.self, CheckArchive.self,
      MetadataCommand.self, Docs.self, Doctor.self, Bench.self,
    ])

  /// Runs the tool. Every failure is one line on standard error.
  ///
  /// Tasks need threads, so what makes sure of these is none.
  static func main() {
    do {
      try requireFiles()
      try requireThreads()
    } catch { fail("\(error)", 1) }
    Task { await runToEnd() }
    dispatchMain()
  }

  private static func runToEnd() async -> Never {
    do {
      try requireCommand(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot()
      if var command = command as? AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try flushOutput()
      Foundation.exit(0)
    } catch let error as UserError {
      fail("\(error)", error.exitCode)
    } catch let error as HDF5Error {
      fail("\(error)", 1)
    } catch let error as FileError {
      fail("\(error)", 1)
    } catch let code as ExitCode {
      do { try flushOutput() } catch { fail("\(error)", 1) }
      Foundation.exit(code.rawValue)
    } catch {
      switch exitCode(for: error) {
      case .success: exit(withError: error)
      case .validationFailure:
        let usage = fullMessage(for: error).split(separator: "\n").first.map(String.init) ?? ""
        fail(usage.replacing("Error: ", with: "") + " (cod --help)", 2)
      default: fail("\(error)", 1)
      }
    }
  }

  /// A full disk may only show when the last of the output leaves.
  private static func flushOutput() throws {
    guard fflush(nil) == 0 else {
      throw UserError("standard output: \(String(cString: strerror(errno)))", exitCode: 1)
    }
  }

  /// Throws `UserError` if a word stands in the place of a command that is none. The parser would
  /// complain of what comes after it.
  private static func requireCommand(_ arguments: ArraySlice<String>) throws {
    var group: any ParsableCommand.Type = Cod.self
    var path = ""
    for word in arguments {
      let commands = group.configuration.subcommands
      guard !commands.isEmpty, !word.hasPrefix("-") else { return }
      if path.isEmpty, word == "help" { continue }
      guard let command = commands.first(where: { $0._commandName == word }) else {
        let names = commands.map { $0._commandName }
        let hint = nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw UserError(
          "\(path)no command '\(word)'; expected one of \(names.joined(separator: ", "))\(hint)")
      }
      group = command
      path = "\(word): "
    }
  }

  private static func fail(_ message: String, _ code: Int32) -> Never {
    printError("cod: \(message)")
    Foundation.exit(code)
  }
}
