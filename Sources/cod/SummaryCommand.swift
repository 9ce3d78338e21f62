import ArgumentParser
import Foundation
import Studies

struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Prints a study file in numbers, one row a cell.",
    discussion: """
        cod summary data/two-layer-width.h5
        cod summary data/two-layer-width.h5 --json
      """)

  @Argument(help: "The study's HDF5 file.")
  var file: String

  @Flag(help: "Print JSON, with Monte Carlo standard error, effective sample size and R-hat.")
  var json = false

  func run() throws {
    let summary = Summary(try Archive(reading: file))
    if json { return try printJSON(summary) }
    print(
      "   d    N     P  set     kappa  certified        alignment   R-hat   ESS   loss  specialists"
    )
    for row in summary.cells {
      let cell = row.parameters
      print(
        String(
          format: "%4d %4d %5d %4d %9.4g  %@  %8.4f ± %.4f  %6.3f %5.0f %6.3f %12.2f",
          cell.dimension, cell.width, cell.samples, cell.dataset, cell.ridge,
          (row.certified ? row.replicas > 0 ? "tempered" : "yes" : "no")
            .padding(toLength: 9, withPad: " ", startingAt: 0), row.alignment.mean,
          row.alignment.mcse,
          row.alignment.rhat, row.alignment.ess, row.trainingLoss.mean, row.specialists.mean))
    }
    let certified = summary.cells.count { $0.certified }
    print("\(certified) of \(summary.cells.count) cells certified (R-hat < 1.05 and ESS > 100)")
  }
}
