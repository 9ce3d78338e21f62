import ArgumentParser
import Audit
import Execution
import Foundation
import Host
import Studies

struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Says what studies will cost on this machine, before they are run.",
    discussion: """
      Core time is gradients, counted in archived cells, times the seconds of one, measured here and now.
      Where a cell is not archived, the nearest archived ones of its kind tell. Core time is within the factor
      given at two times in three; how many cells have to be tempered is what is least known. The last column is
      what the last run of the whole study took on such a processor, where data/runs.json knows one.

        cod estimate                       every study in data/
        cod estimate my-study.yml --workers 8
      """)

  @Argument(help: "Study files. (default: every data/*.yml)")
  var specs: [String] = []

  @Option(help: "The folder of the archived studies that are learned from.")
  var data = "data"

  @Option(help: "Cells simulated at once. (default: one a core)")
  var workers: Int?

  @Flag(help: "Of the studies' small smoke grids.")
  var smoke = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    guard (1...10_000).contains(workers) else {
      throw UserError("--workers: got '\(workers)'; expected an integer from 1 to 10000")
    }
    let studies = try specs.isEmpty ? studyFiles(in: data) : specs
    let grids = try studies.map { try StudySpec(reading: $0, smoke: smoke) }
    let model = CostModel(archives: data, kernels: try selectedKernels())
    for note in model.notes { printError("cod: \(note)") }
    let estimates = zip(studies, grids).map { file, spec in
      let name = (file as NSString).deletingPathExtension
      // Nothing of a smoke grid is archived.
      return model.estimate(spec, to: smoke ? "smoke/\(name).h5" : "\(name).h5", workers: workers)
    }
    if json { return try printJSON(estimates, keys: .convertToSnakeCase) }
    printTable(estimates)
  }

  private func printTable(_ estimates: [CostEstimate]) {
    let head = [
      "study", "cells", "core", "wall", "missing", "core", "wall", "memory", "disk", "within",
      "measured",
    ]
    func row(_ name: String, _ all: CostEstimate.Work, _ missing: CostEstimate.Work) -> [String] {
      [
        name, "\(all.cells)", duration(all.coreSeconds), duration(all.wallSeconds),
        "\(missing.cells)", duration(missing.coreSeconds), duration(missing.wallSeconds),
      ]
    }
    let rows =
      [head]
      + estimates.map { estimate in
        row(estimate.study, estimate.all, estimate.missing) + [
          size(estimate.memory), size(estimate.file + estimate.cells),
          estimate.error.map { String(format: "× %.2f", exp($0)) } ?? "unknown",
          estimate.measuredCoreSeconds.map(duration) ?? "-",
        ]
      }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max()! }
    for row in rows {
      let cells = zip(row, widths).map { text, width in
        String(repeating: " ", count: width - text.count) + text
      }
      print(cells.joined(separator: "  "))
    }
    func total(_ seconds: (CostEstimate) -> Double) -> String {
      duration(estimates.reduce(0) { $0 + seconds($1) })
    }
    print(
      "all: \(total { $0.all.coreSeconds }) of a core, \(total { $0.all.wallSeconds }) with "
        + "\(estimates.first?.workers ?? 1) workers; missing: \(total { $0.missing.coreSeconds }) of a core"
    )
  }

  /// "35 s", "12 min", "3.4 h".
  private func duration(_ seconds: Double) -> String {
    if seconds < 120 { return String(format: "%.0f s", seconds) }
    if seconds < 7200 { return String(format: "%.0f min", seconds / 60) }
    return String(format: "%.1f h", seconds / 3600)
  }

  private func size(_ bytes: Double) -> String { String(format: "%.0f MB", max(1, bytes / 1e6)) }
}
