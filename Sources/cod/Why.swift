import ArgumentParser
import Audit
import Figures
import Foundation
import Host
import Paper

/// `cod why`: the causes for which a study or a figure is not fresh.
struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says why a study or a figure is not fresh: one line per cause, old → new.",
    discussion: """
        cod why specialists                   a figure, and the studies that it is made from
        cod why data/two-layer-width.yml      a study, or its .h5 file

      A name may follow its folder, as cod status prints it: figures/specialists.

      The exit code is 1 if it is not fresh.
      """)

  @Argument(help: "The name of a figure or of a study, or a study file.")
  var target: String

  @OptionGroup var studies: StudiesFolder

  @OptionGroup var drawings: FiguresFolder

  @OptionGroup var source: ScriptsFolder

  @OptionGroup var form: OutputForm

  func run() throws {
    let found = try targets()
    if form.json {
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
    guard let figure = try? Paper.figures.named(target, in: drawings.figures) else {
      let spec = "\(studies.data)/\(ownName(of: target, in: studies.data)).yml"
      guard FileManager.default.fileExists(atPath: spec) else {
        throw UserError(
          "'\(target)': neither a figure nor a study in \(studies.data); expected one of "
            + Paper.figures.map(\.name).joined(separator: ", ") + ", or a study file")
      }
      return [try freshness(spec)]
    }
    return try Pipeline.targets(
      of: figure, data: studies.data, figures: drawings.figures, scripts: source.scripts,
      activity: currentActivity)
  }
}
