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
    let layout = summary.layout
    let heads = layout.shown.map { $0 == Parameters.Name.dataset ? "set" : $0 }
    let rows = summary.cells.map { row in
      layout.shown.map(row.parameters.text) + row.digest.texts
    }
    let lines = Columns([heads + layout.digest.heads] + rows, left: [layout.shown.count]).lines
    for line in lines { print(line) }
    let soundness = layout.soundness
    let sound = summary.soundCells
    print(
      "\(sound) of \(summary.cells.count) cells \(soundness.adjective) (\(soundness.criterion))")
  }
}
