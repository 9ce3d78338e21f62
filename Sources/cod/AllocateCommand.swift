import Archives
import ArgumentParser
import Audit
import Experiments
import Foundation
import Host
import Studies

/// `cod allocate`: what makes the error of a study's points, and what a smaller one takes.
struct AllocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate",
    abstract: "Says whether data sets or draws make the errors of archived studies.",
    discussion: """
      A point is a mean over data sets. Its squared error is the variance of their means over their number.
      A part of this variance is Monte Carlo, and the rest is the scatter of data sets, which no draw
      reduces. 'a tenth takes' are the effective draws of a cell with which that part would be a tenth.
      Certificates ask for 100 of them.

        cod allocate                       every study in data/ that has chains
        cod allocate data/cnn-erf.h5 --error 0.005
      """)

  @Argument(help: "Study files. (default: those of every study in data/)")
  var files: [String] = []

  @Option(help: "The folder of the archived studies.")
  var data = "data"

  @Option(help: "The standard error that a point should have, to say how many data sets it takes.")
  var error: Double?

  @OptionGroup var form: OutputForm

  func run() throws {
    if let error, !(error > 0 && error.isFinite) {
      throw UserError("--error: got '\(error)'; expected a positive number")
    }
    let chosen =
      files.isEmpty
      ? try studyFiles(in: data).map { ($0 as NSString).deletingPathExtension + ".h5" }
        .filter { FileManager.default.fileExists(atPath: $0) } : files
    let allocations = try chosen.compactMap { file in
      let found = Allocation(
        of: try Archive(reading: file), error: error, runs: try RunLog(in: parentFolder(of: file)))
      if found == nil && !files.isEmpty {
        throw UserError(
          "\(file): has no two data sets of one point with Monte Carlo errors; expected a study of chains"
        )
      }
      return found
    }
    if form.json { return try printJSON(allocations, isSnakeCase: true) }
    for line in Columns([heads] + allocations.map(row), left: [0, 1]).lines { print(line) }
  }

  private var heads: [String] {
    [
      "study", "of", "points", "data sets", "error", "Monte Carlo", "effective draws",
      "a tenth takes", "core",
    ] + (error == nil ? [] : ["data sets then", "core then"])
  }

  private func row(_ allocation: Allocation) -> [String] {
    func number(_ x: Double) -> String { String(format: "%.0f", x) }
    return [
      allocation.study, allocation.quantity, "\(allocation.points)", number(allocation.datasets),
      String(format: "%.4f", allocation.error),
      String(format: "%.1f %%", 100 * allocation.monteCarloShare),
      number(allocation.effectiveDraws), number(allocation.sufficientDraws),
      allocation.coreSeconds.map(durationText) ?? "-",
    ]
      + (allocation.wantedDatasets.map {
        [number($0), allocation.wantedCoreSeconds.map(durationText) ?? "-"]
      } ?? [])
  }
}
