import Archives
import Foundation
import Host
import Kernels
import Studies

/// Runs a study: simulates the cells that are missing and merges all of them into the study file.
package struct Simulation: Sendable {
  package let spec: StudySpec
  package let output: String
  package let workers: Int
  package let kernels: KernelSet
  /// What of the study is simulated.
  package var part = Part.whole
  /// Where: on this machine, unless a cluster is asked.
  package var slurm: SlurmOptions?
  /// Once this is set, the states of chains are saved, and nothing else is done.
  package var stop = StopRequest()
  /// Work after which the state of a chain is saved, so that a run that is killed loses no more.
  package var interval = Duration.seconds(120)

  /// - Parameters:
  ///   - output: the study file to write.
  ///   - workers: chains simulated at once, at most one a core; the arrays do not depend on it.
  package init(spec: StudySpec, output: String, workers: Int, kernels: KernelSet) {
    self.spec = spec
    self.output = output
    self.workers = workers
    self.kernels = kernels
  }

  package enum Part: Sendable {
    case whole
    /// Merged by whichever shard finds all cells there.
    case shard(Shard)
    /// Never merged.
    case bundle(TaskBundle)
  }

  /// What a run did.
  package struct Outcome: Sendable {
    /// Cells simulated now, and taken from the store or the earlier file.
    package let simulated: Int
    package let reused: Int
    /// Cells of the study, and its key.
    package let cells: Int
    package let studyKey: String
    package let state: State

    package enum State: Sendable, Equatable {
      /// The study file was already as it should be.
      case fresh
      /// It has been written.
      case merged
      /// It has not, since so many of the study's cells are missing.
      case partial(missing: Int)
      /// The run was asked to stop before all of its cells were there.
      case stopped(missing: Int)
      /// Others bring the cells; what is known of that.
      case submitted(String)
    }

    package var fresh: Bool { state == .fresh }
  }

  /// Brings the study file up to date. Each finished cell is stored at once, and the states of what
  /// takes longer than `interval` meanwhile, so that a run that is killed loses that much work of
  /// each worker and nothing else; the study file is replaced as a whole at the end.
  ///
  /// - Parameter warn: told in one line, before the first progress, what is lost of earlier runs.
  /// - Throws: `UserError` or `HDF5Error`; every earlier result is then as it was.
  package func run(
    warn: (String) -> Void = { _ in }, progress: (SimulationProgress) -> Void
  ) async throws -> Outcome {
    let cells = spec.cells()
    let studyKey = StudySpec.key(of: cells)
    let submissions = SlurmFolder(output: output, studyKey: studyKey)
    if (try? Archive.studyKey(of: output)) == studyKey {
      if !isBundle { await submissions.removeIfIdle() }
      return Outcome(
        simulated: 0, reused: cells.count, cells: cells.count, studyKey: studyKey,
        state: .fresh)
    }
    if isFolder(output) {
      throw UserError("\(output): got a folder; expected the name of a file to write")
    }
    guard Archive.mayReplace(output) else {
      throw UserError(
        "\(output): got a file in another format; expected a new name, or a study to replace")
    }
    let part = try indices(of: cells)
    let own = try sharedParts()
    try requireMemory(part.map { cells[$0] }, merging: cells)
    let store = CellStore(besides: output)
    try makeFolder(store.folder)
    // What submitted a task has done this.
    if !isBundle {
      store.sweep()
      RunningStudy.sweep(store)
      try takeOver(cells, into: store, warn)
    }
    var there = try store.keys()
    var simulated = Set<String>()
    var state = SimulationProgress(cells: part.map { cells[$0] }, done: there)
    // A cluster's tasks are too many to say so one by one.
    let sign = isBundle ? nil : RunningStudy(output, in: store)
    sign?.say(state.line)
    try requireSuccess(
      of: part.map { cells[$0] }.filter { !there.contains($0.key) }, merging: cells, store)
    progress(state)
    func outcome(_ state: Outcome.State) -> Outcome {
      Outcome(
        simulated: simulated.count, reused: part.count { !simulated.contains(cells[$0].key) },
        cells: cells.count, studyKey: studyKey, state: state)
    }
    while true {
      let pending = part.map { cells[$0] }.filter { !there.contains($0.key) }
      if !pending.isEmpty {
        let ending = try await engine(cells, submissions, own: own).simulate(pending, into: store) {
          report in
          for cell in report.parts { state.finishPart(of: cell) }
          for cell in report.finished {
            simulated.insert(cell.key)
            state.finish(cell)
          }
          state.note = report.note
          sign?.say(state.line)
          progress(state)
        }
        there = try store.keys()
        switch ending {
        case .done: break
        case .stopped: return outcome(.stopped(missing: cells.count { !there.contains($0.key) }))
        case .submitted(let how): return outcome(.submitted(how))
        }
      }
      let missing = cells.count { !there.contains($0.key) }
      switch self.part {
      case .whole: if missing > 0 { continue }
      case .shard: if missing > 0 { return outcome(.partial(missing: missing)) }
      case .bundle: return outcome(.partial(missing: missing))
      }
      let damaged = try merge(cells, from: store)
      if damaged.isEmpty {
        // Tasks that still end have no cell to bring.
        if slurm == nil { await submissions.removeIfIdle() } else { submissions.remove() }
        return outcome(.merged)
      }
      // A cell that cannot be read counts as missing.
      for cell in cells where damaged.contains(cell.key) { try store.removeIfDamaged(cell) }
      there.subtract(damaged)
      state.lose(cells.filter { damaged.contains($0.key) })
    }
  }

  var isBundle: Bool { if case .bundle = part { true } else { false } }

  /// - Parameter own: which parts are simulated of cells that are shared with other runs.
  private func engine(
    _ cells: [Cell], _ submissions: SlurmFolder, own: [String: Set<Int>]
  ) -> any Engine {
    guard let slurm else {
      return LocalEngine(
        workers: workers, kernels: kernels, stop: stop, interval: interval, own: own)
    }
    return SlurmEngine(
      options: slurm, folder: submissions, study: cells,
      archives: parentFolder(of: spec.file), kernels: kernels)
  }

  private func indices(of cells: [Cell]) throws -> [Int] {
    switch part {
    case .whole: Array(cells.indices)
    case .shard(let shard): shard.part(of: cells)
    case .bundle(let bundle): try bundle.part(of: cells)
    }
  }

  private func sharedParts() throws -> [String: Set<Int>] {
    if case .bundle(let bundle) = part { try bundle.parts() } else { [:] }
  }

  /// - Throws: `UserError` if there is not the memory for the largest cells of a part, or for
  ///   merging all.
  private func requireMemory(_ part: [Cell], merging cells: [Cell]) throws {
    let workers = min(workers, ProcessInfo.processInfo.activeProcessorCount)
    // A cluster's nodes have memory of their own.
    var need = slurm == nil ? simulationMemory(of: part, workers: workers) : 0
    if !isBundle { need = max(need, mergeMemory(of: cells)) }
    need += takenAddressSpace()
    let allowed = allowedMemory()
    guard need <= allowed else {
      let gigabytes = [need, allowed].map { String(format: "%.1f GB", $0 / 1e9) }
      throw UserError(
        "\(spec.file): cells of \(gigabytes[0]) of memory, \(workers) at once, with all results; "
          + "expected at most \(gigabytes[1]), which this process may have"
          + (workers > 1 ? "; fewer --workers need less" : ""), exitCode: 1)
    }
  }

  /// Stores what an earlier study file has of these cells and the store has not. Where it cannot be
  /// read, they are as if nobody had simulated them, which is said.
  private func takeOver(
    _ cells: [Cell], into store: CellStore, _ warn: (String) -> Void
  ) throws {
    guard FileManager.default.fileExists(atPath: output) else { return }
    let there = try store.keys()
    let wanted = cells.filter { !there.contains($0.key) }
    guard !wanted.isEmpty else { return }
    let archive: Archive
    do { archive = try Archive(reading: output) } catch {
      let count = wanted.count == 1 ? "1 cell is" : "\(wanted.count) cells are"
      return warn("\(error); \(count) simulated anew")
    }
    let results = Dictionary(uniqueKeysWithValues: zip(archive.keys, archive.results))
    for cell in wanted {
      if let result = results[cell.key] { try store.save(result, of: cell) }
    }
  }

  /// Writes the study file.
  ///
  /// - Returns: keys of cells that are missing or damaged, if any; the study file is then left as
  ///   it is.
  private func merge(_ cells: [Cell], from store: CellStore) throws -> Set<String> {
    let damaged = try Archive.write(cells, description: .init(of: spec), to: output) {
      store.load($0)
    }
    return Set(damaged.map { cells[$0].key })
  }
}
