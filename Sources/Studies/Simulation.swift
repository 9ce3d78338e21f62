import Foundation
import HDF5
import Kernels

/// Runs a study: simulates the cells that are missing and merges all of them into the study file.
public struct Simulation: Sendable {
  public let spec: StudySpec
  public let output: String
  public let workers: Int
  public let kernels: KernelSet

  /// - Parameters:
  ///   - output: the study file to write. - workers: cells simulated at once, at most one a core; the
  ///     arrays do not depend on it.
  public init(spec: StudySpec, output: String, workers: Int, kernels: KernelSet) {
    self.spec = spec
    self.output = output
    self.workers = workers
    self.kernels = kernels
  }

  /// What a run did.
  public struct Outcome: Sendable {
    /// Cells simulated now, and taken from the store or the earlier file.
    public let simulated: Int
    public let reused: Int
    /// Whether the study file was already as it should be.
    public let fresh: Bool
  }

  /// Brings the study file up to date. Each finished cell is stored at once, so that a run that is
  /// killed loses the cells in flight and nothing else; the study file is replaced as a whole at the
  /// end.
  ///
  /// - Throws: `UserError` or `HDF5Error`; every earlier result is then as it was.
  public func run(progress: (SimulationProgress) -> Void) async throws -> Outcome {
    let cells = spec.cells()
    let studyKey = StudySpec.key(of: cells)
    if (try? Archive.studyKey(of: output)) == studyKey {
      return Outcome(simulated: 0, reused: cells.count, fresh: true)
    }
    if isFolder(output) {
      throw UserError("\(output): got a folder; expected the name of a file to write")
    }
    guard Archive.mayReplace(output) else {
      throw UserError(
        "\(output): got a file that is no HDF5 file; expected a new name, or a study to replace")
    }
    try requireMemory(cells)
    let store = CellStore(besides: output)
    try makeFolder(store.folder)
    store.sweep()
    var results = earlierResults(of: cells, in: store)
    let reused = results.count
    let pending = cells.filter { results[$0.key] == nil }.sorted { $0.cost > $1.cost }

    var state = SimulationProgress(cells: cells, done: Set(results.keys))
    let sign = RunningStudy(output, in: store)
    sign?.say(state.line)
    progress(state)
    let kernels = kernels
    try await withThrowingTaskGroup(of: (Cell, CellResult).self) { group in
      // Longest first, so that the last cells to finish are short ones.
      var next = pending.makeIterator()
      func addNext() {
        guard let cell = next.next() else { return }
        group.addTask {
          let result = CellResult(simulating: cell, kernels: kernels)
          try store.save(result, of: cell)
          return (cell, result)
        }
      }
      // Swift runs no more than one task a core; more of them would keep this one waiting.
      for _ in 0..<min(workers, ProcessInfo.processInfo.activeProcessorCount) { addNext() }
      while let (cell, result) = try await group.next() {
        addNext()
        results[cell.key] = result
        state.finish(cell)
        sign?.say(state.line)
        progress(state)
      }
    }
    let description = Archive.Description(
      title: spec.question, source: spec.source, spec: spec.text, grid: spec.grid)
    try Archive.write(
      cells.map { ($0, results[$0.key]!) }, description: description, to: output)
    return Outcome(simulated: pending.count, reused: reused, fresh: false)
  }

  /// - Throws: `UserError` if there is not the memory for all results and for the largest cells.
  private func requireMemory(_ cells: [Cell]) throws {
    let workers = min(workers, ProcessInfo.processInfo.activeProcessorCount)
    let (need, allowed) = (memoryNeed(of: cells, workers: workers), allowedMemory())
    guard need <= allowed else {
      let gigabytes = [need, allowed].map { String(format: "%.1f GB", $0 / 1e9) }
      throw UserError(
        "\(spec.file): cells of \(gigabytes[0]) of memory, \(workers) at once, with all results; "
          + "expected at most \(gigabytes[1]), which this process may have"
          + (workers > 1 ? "; fewer --workers need less" : ""), exitCode: 1)
    }
  }

  /// What an earlier study file and the store hold of these cells.
  private func earlierResults(of cells: [Cell], in store: CellStore) -> [String: CellResult] {
    var results: [String: CellResult] = [:]
    if let archive = try? Archive(reading: output) {
      results = Dictionary(uniqueKeysWithValues: zip(archive.keys, archive.results))
    }
    let wanted = Set(cells.map(\.key))
    results = results.filter { wanted.contains($0.key) }
    for key in wanted where results[key] == nil {
      if let result = store.load(key) { results[key] = result }
    }
    return results
  }
}

/// How far a simulation is.
public struct SimulationProgress: Sendable {
  public let cellCount: Int
  public private(set) var doneCount: Int
  private let totalCost: Double
  private var doneCost: Double
  private let pendingCost: Double
  private var simulatedCost = 0.0
  private var simulatedCount = 0
  private let begin = ContinuousClock.now

  init(cells: [Cell], done: Set<String>) {
    cellCount = cells.count
    totalCost = cells.reduce(0) { $0 + $1.cost }
    let finished = cells.filter { done.contains($0.key) }
    doneCount = finished.count
    doneCost = finished.reduce(0) { $0 + $1.cost }
    pendingCost = totalCost - doneCost
  }

  mutating func finish(_ cell: Cell) {
    doneCount += 1
    doneCost += cell.cost
    simulatedCost += cell.cost
    simulatedCount += 1
  }

  /// "12/60 cells, 34 % of the work, 18.5 cells a minute, 0:41 left".
  public var line: String {
    let elapsed = begin.duration(to: .now) / .seconds(1)
    let share = totalCost > 0 ? Int(100 * doneCost / totalCost) : 100
    var line = "\(doneCount)/\(cellCount) cells, \(share) % of the work"
    if simulatedCount > 0, elapsed > 0 {
      let left = Int(elapsed * (pendingCost - simulatedCost) / simulatedCost)
      let rate = Double(Int(600 * Double(simulatedCount) / elapsed)) / 10
      line += ", \(rate) cells a minute, \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    }
    return line
  }
}
