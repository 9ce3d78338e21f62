import ArgumentParser
import Audit
import Figures
import Foundation
import Host
import Paper

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says why a study or a figure is not fresh, one line a cause, old → new.",
    discussion: """
        cod why specialists                   a figure, and the studies that it is made from
        cod why data/two-layer-width.yml      a study; its .h5 file will do

      Exit code 1 if it is not fresh.
      """)

  @Argument(help: "The name of a figure or of a study, or a study file.")
  var target: String

  @Option(help: "The folder of the studies.")
  var data = "data"

  @Option(help: "The folder of the figures.")
  var figures = "figures"

  @Option(help: "The folder of the gnuplot scripts.")
  var scripts = "figures"

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let found = try targets()
    if json {
      try printJSON(found)
    } else {
      for item in found {
        print("\(item.target): \(item.summary)")
        for cause in item.causes { print("  \(cause)") }
      }
    }
    if found.contains(where: { $0.state != .fresh }) { throw ExitCode(1) }
  }

  /// The figure and its studies, or the study.
  private func targets() throws -> [Freshness] {
    if target.hasSuffix(".yml") || target.hasSuffix(".h5") {
      return [try freshness((target as NSString).deletingPathExtension + ".yml")]
    }
    guard let figure = Paper.figures.first(where: { $0.name == target }) else {
      let spec = "\(data)/\(target).yml"
      guard FileManager.default.fileExists(atPath: spec) else {
        throw UserError(
          "'\(target)': neither a figure nor a study in \(data); expected one of "
            + Paper.figures.map(\.name).joined(separator: ", ") + ", or a study file")
      }
      return [try freshness(spec)]
    }
    return try Pipeline.targets(
      of: figure, data: data, figures: figures, scripts: scripts, activity: currentActivity)
  }
}
