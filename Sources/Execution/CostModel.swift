import Archives
import Experiments
import Foundation
import Host
import Kernels
import Studies

/// Core time of cells: steps, such as gradients, counted in archived cells, times seconds of a
/// step, measured here.
package struct CostModel: Sendable {
  private let kernels: KernelSet
  let archived: [Archived]
  private let runs: RunLog?
  /// Files of the folder that could not be learned from, and why; one line each.
  package let notes: [String]

  struct Archived: Sendable {
    let cell: Cell
    /// Steps of each kind that it took.
    let steps: [Double]
  }

  /// - Parameter folder: the folder whose study files are learned from. `notes` tells of those that
  ///   cannot be read.
  package init(archives folder: String, kernels: KernelSet) {
    self.kernels = kernels
    let names = (try? fileNames(in: folder, "h5")) ?? []
    var all: [Archived] = []
    var notes: [String] = []
    for name in names {
      let path = "\(folder)/\(name)"
      let archive: Archive
      do { archive = try Archive(reading: path) } catch {
        notes.append("\(error); nothing is learned from it")
        continue
      }
      // A spec of another form or version has other cells, of which nothing is known.
      guard
        let spec = try? StudySpec(
          parsing: archive.specText, of: "\(path.dropLast(3)).yml",
          smoke: archive.grid == StudySpec.Grid.smoke.rawValue)
      else { continue }
      let cells = spec.cells()
      guard cells.map(\.key) == archive.keys else { continue }
      all += zip(cells, archive.results).map { cell, result in
        Archived(cell: cell, steps: cell.task.steps(of: result))
      }
    }
    archived = all
    do { runs = try RunLog(in: folder) } catch {
      runs = nil
      notes.append("\(error); no measured time is told")
    }
    self.notes = notes
  }

  /// What each of some cells takes.
  struct Prediction {
    /// Seconds of one core.
    let seconds: [Double]
    let error: Double?
    let source: CostEstimate.Source
  }

  /// Times a few steps, which takes about a second.
  func prediction(of cells: [Cell]) -> Prediction {
    let counts = counts(of: cells)
    let timing = Timing(of: cells, kernels: kernels)
    let seconds = zip(cells, counts.cells).map { cell, steps in
      Self.besides * zip(steps, timing.secondsPerStep(cell)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return Prediction(
      seconds: seconds,
      error: counts.error.map { ($0 * $0 + timing.error * timing.error).squareRoot() },
      source: counts.source)
  }

  /// Bytes of the study files of a folder, which a model reads.
  static func bytes(of folder: String) -> Double {
    let names = (try? fileNames(in: folder, "h5")) ?? []
    return names.reduce(0) { sum, name in
      sum + Double(fileSize("\(folder)/\(name)") ?? 0)
    }
  }

  /// Times a few steps, which takes about a second.
  ///
  /// - Parameter output: the study file, beside which finished cells may be.
  package func estimate(_ spec: StudySpec, to output: String, workers: Int) -> CostEstimate {
    let cells = spec.cells()
    let prediction = prediction(of: cells)
    let seconds = prediction.seconds
    let archived = (try? Archive.keys(of: output)) ?? []
    let done = ((try? CellStore(besides: output).keys()) ?? []).union(archived)
    let pending = cells.indices.filter { !done.contains(cells[$0].key) }
    let numbers = cells.reduce(0) { $0 + $1.resultBytes }
    var share = Self.compressed
    if let size = fileSize(output), archived == cells.map(\.key) {
      share = Double(size) / numbers
    }
    return CostEstimate(
      study: output, workers: workers, all: work(cells, seconds, workers),
      missing: work(pending.map { cells[$0] }, pending.map { seconds[$0] }, workers),
      memory: max(
        simulationMemory(of: cells, workers: workers), mergeMemory(of: cells)),
      file: share * numbers, cells: numbers + Double(cells.count) * Self.cellFile,
      error: prediction.error, source: prediction.source,
      measuredCoreSeconds: runs?.whole(StudySpec.key(of: cells), on: Machine.this.processor)?
        .coreSeconds)
  }

  /// Core time over that of steps: integrator, random numbers, diagnostics,
  /// files.
  /// Measured on four archived studies simulated anew: 1.09, 1.10, 1.29 and 1.31.
  private static let besides = 1.2
  /// Bytes of a study file a byte of numbers, where no file tells: sampled numbers hardly compress.
  private static let compressed = 0.8
  /// Bytes of a cell's file besides its numbers.
  private static let cellFile = 500.0

  /// The longest parts first, each to the worker that is free first. What several workers can do of
  /// a part is as many parts.
  private func work(
    _ cells: [Cell], _ seconds: [Double], _ workers: Int
  ) -> CostEstimate.Work {
    let parts = zip(cells, seconds).flatMap { cell, seconds in
      let pieces = cell.partCount * min(cell.task.partThreads, workers)
      return [Double](repeating: seconds / Double(pieces), count: pieces)
    }
    let shares = longestFirst(parts, over: workers)
    let busy = shares.map { $0.reduce(0) { $0 + parts[$1] } }
    return CostEstimate.Work(
      cells: seconds.count, coreSeconds: seconds.reduce(0, +), wallSeconds: busy.max()!)
  }
}
