import ArgumentParser
import Audit
import Execution
import Experiments
import Foundation
import Host
import Studies

/// `cod estimate`: time, memory and disk that studies will take.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Says what studies will cost on this machine, before they are run.",
    discussion: """
      Core time is a number of gradients times the seconds of one. The number is that of archived cells;
      a cell that is not archived takes it from the nearest ones of its kind. The seconds are measured
      now. Two times in three, the truth is within the factor given. The number of cells that need
      tempering is the least certain. Gradients a draw, and cells that need tempering, grow with size:
      beyond the archived sizes expect several times as much. The last column is the last run of the whole study on such a
      processor, if data/runs.json has one.

        cod estimate                       every study in data/
        cod estimate my-study.yml --workers 8
      """)

  @Argument(help: "Study files. (default: every data/*.yml)")
  var specs: [String] = []

  @Option(help: "The folder of the archived studies whose costs are used.")
  var data = "data"

  @Option(help: "Chains at once, or cells that have none. (default: one per core)")
  var workers: Int?

  @Flag(help: "Estimate the studies' small smoke grids.")
  var smoke = false

  @OptionGroup var form: OutputForm

  func run() throws {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    guard (1...10_000).contains(workers) else {
      throw UserError("--workers: got '\(workers)'; expected an integer from 1 to 10000")
    }
    let (grids, unreadable) = try grids()
    let model = CostModel(archives: data, kernels: try selectedKernels())
    for note in model.notes { printError("cod: \(note)") }
    for error in unreadable { printError("cod: \(error)") }
    let estimates = grids.map { spec in
      let name = (spec.file as NSString).deletingPathExtension
      // Nothing of a smoke grid is archived.
      return model.estimate(spec, to: smoke ? "smoke/\(name).h5" : "\(name).h5", workers: workers)
    }
    if form.json { try printJSON(estimates, isSnakeCase: true) } else { printTable(estimates) }
    if !unreadable.isEmpty { throw ExitCode(1) }
  }

  /// The studies asked for. Of a folder, one that cannot be read does not keep the others from
  /// being told.
  private func grids() throws -> (readable: [StudySpec], unreadable: [any Error]) {
    guard specs.isEmpty else {
      return (try specs.map { try StudySpec(reading: $0, smoke: smoke) }, [])
    }
    var (readable, unreadable): ([StudySpec], [any Error]) = ([], [])
    for file in try studyFiles(in: data) {
      do { readable.append(try StudySpec(reading: file, smoke: smoke)) } catch {
        unreadable.append(error)
      }
    }
    return (readable, unreadable)
  }

  private func printTable(_ estimates: [CostEstimate]) {
    let head = [
      "study", "cells", "core", "wall", "missing", "core", "wall", "memory", "disk", "within",
      "measured",
    ]
    func row(_ name: String, _ all: CostEstimate.Work, _ missing: CostEstimate.Work) -> [String] {
      [
        name, "\(all.cells)", durationText(all.coreSeconds), durationText(all.wallSeconds),
        "\(missing.cells)", durationText(missing.coreSeconds), durationText(missing.wallSeconds),
      ]
    }
    let rows =
      [head]
      + estimates.map { estimate in
        row(estimate.study, estimate.all, estimate.missing) + [
          size(estimate.memory), size(estimate.file + estimate.cells),
          estimate.error.map { String(format: "× %.2f", exp($0)) } ?? "unknown",
          estimate.measuredCoreSeconds.map(durationText) ?? "-",
        ]
      }
    for line in Columns(rows).lines { print(line) }
    func total(_ seconds: (CostEstimate) -> Double) -> String {
      durationText(estimates.reduce(0) { $0 + seconds($1) })
    }
    print(
      "all: \(total { $0.all.coreSeconds }) of a core, \(total { $0.all.wallSeconds }) with "
        + "\(estimates.first?.workers ?? 1) workers; missing: \(total { $0.missing.coreSeconds }) of a core"
    )
  }

  private func size(_ bytes: Double) -> String { String(format: "%.0f MB", max(1, bytes / 1e6)) }
}
