import ArgumentParser
import Foundation
import Studies

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "Says of each study whether its archive is fresh, stale, partial, missing or damaged.",
    discussion: """
        cod status                 every study in data/
        cod status data/two-layer-width.yml

      Exit code 1 if any is not fresh.
      """)

  @Argument(help: "Study files. (default: every data/*.yml)")
  var specs: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var states: [String: String] = [:]
    var allFresh = true
    for file in try specs.isEmpty ? studies(in: "data") : specs {
      let output = (file as NSString).deletingPathExtension + ".h5"
      let status = StudyStatus(of: try StudySpec(reading: file), at: output)
      states[output] = status.description
      allFresh = allFresh && status.isFresh
      if !json { print("\(output): \(status.description)") }
    }
    if json { try printJSON(states) }
    if !allFresh { throw ExitCode(1) }
  }

  private func studies(in folder: String) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw UserError("\(folder): no such folder; expected studies in it, or name them")
    }
    // What is claimed of the studies is no study.
    return names.filter { $0.hasSuffix(".yml") && $0 != "claims.yml" }.sorted().map { "\(folder)/\($0)" }
  }
}
