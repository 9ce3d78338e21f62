import Archives
import ArgumentParser
import Foundation
import Host
import Studies

/// `cod summary`: a study file as a table of numbers, one row a cell.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Prints a study file in numbers, one row a cell.",
    discussion: """
        cod summary data/two-layer-width.h5
        cod summary data/two-layer-width.h5 --json

      JSON has the Monte Carlo standard error, effective sample size and R-hat of every observable.
      """)

  @Argument(help: "The study's HDF5 file.")
  var file: String

  @OptionGroup var form: OutputForm

  func run() throws {
    let summary = Summary(try Archive(reading: file))
    if form.json { return try printJSON(summary) }
    typealias Name = Parameters.Name
    let names = summary.sizes + [Name.samples, Name.dataset, Name.ridge]
    let columns = names.map { name in
      [name == Name.dataset ? "set" : name] + summary.cells.map { $0.parameters.text(name) }
    }
    let observable = summary.observable
    let rows = summary.cells.map { row in
      let state = row.certified ? row.replicas > 0 ? "tempered" : "yes" : "no"
      let count = row.observables[observable]!
      return state.padding(toLength: 9, withPad: " ", startingAt: 0)
        + String(
          format: "  %8.4f ± %.4f  %6.3f %5.0f %6.3f %*.2f", row.alignment.mean,
          row.alignment.mcse, row.alignment.rhat, row.alignment.ess, row.trainingLoss.mean,
          max(12, observable.count), count.mean)
    }
    let head =
      "certified         alignment   R-hat   ESS   loss "
      + String(repeating: " ", count: max(0, 12 - observable.count)) + observable
    let lines = [head] + rows
    let table = lines.indices.map { i in columns.map { $0[i] } + [lines[i]] }
    for line in Columns(table, left: [columns.count]).lines { print(line) }
    let certified = summary.cells.count { $0.certified }
    print("\(certified) of \(summary.cells.count) cells certified (\(summary.criterion))")
  }
}
