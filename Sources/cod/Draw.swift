import ArgumentParser
import Figures
import Foundation
import Host
import Synchronization

/// `cod draw`: tables and pictures that are out of date by content, made anew.
struct Draw: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the tables and pictures of figures that are out of date.",
    discussion: """
        cod draw                                         every figure
        cod draw specialists
        cod draw --data smoke/data --figures smoke/figures --scripts figures

      Content decides, not file times. Tables are computed anew if a study has changed, or this tool
      is another one than the one that made them here. Pictures are drawn if a table, the script,
      the title or gnuplot is another one. A line is printed for each file that changes.

      Exit code 1 if a figure cannot be made; the others are made even so.
      """)

  @Argument(
    help: "Names of figures, or study files, whose figures are meant. (default: every figure)")
  var names: [String] = []

  @Option(help: "The folder of the study files. (default: that of a study named, or data)")
  var data: String?

  @Option(help: "The folder of tables and pictures. (default: figures, of studies in data)")
  var figures: String?

  @Option(help: "The folder of the gnuplot scripts and titles.")
  var scripts = "figures"

  @Option(help: "The file of claims, for figures of what they come to.")
  var claims = "data/claims.yml"

  func run() throws {
    let selection = try FigureSelection(names, data: data)
    let folder = try selection.output(figures, option: "--figures")
    let drawing = Drawing(
      data: selection.data, folder: folder, scripts: scripts, claims: claims,
      tool: Self.toolDigest)
    let failures = selection.figures.stages.flatMap { stage in
      parallelMap(stage, together: 1) { figure -> String? in
        do {
          let changed = try drawing.draw(figure)
          if !changed.isEmpty { print(changed.joined(separator: "\n")) }
          return nil
        } catch { return "\(error)" }
      }
    }
    selection.warnOfStaleStudies()
    for failure in failures.compactMap({ $0 }).uniqued { printError("cod: \(failure)") }
    if failures.contains(where: { $0 != nil }) { throw ExitCode(1) }
  }

  /// The digest of this program; where it cannot be read, no tables count as its own.
  private static var toolDigest: String {
    Bundle.main.executablePath.flatMap { Digest.sha256(ofFile: $0) } ?? UUID().uuidString
  }
}
