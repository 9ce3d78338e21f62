import Archives
import Foundation
import Kernels
import Studies
import Synchronization

/// Simulates on this machine, some parts of cells at once.
struct LocalEngine: Engine {
  /// At most one a core works.
  let workers: Int
  let kernels: KernelSet
  let stop: StopRequest
  /// Work after which the state of a part is saved: what a run that is killed loses at the most.
  let interval: Duration
  /// Which parts are computed of cells that are shared with other runs.
  var own: [String: Set<Int>] = [:]

  func simulate(
    _ cells: [Cell], into store: CellStore, report: (EngineReport) -> Void
  ) async throws -> EngineEnding {
    let share = CoreShare()
    let worker = Worker(
      store: store, kernels: kernels, stop: stop, interval: interval, share: share)
    return try await withThrowingTaskGroup(of: Worker.Outcome.self) { group in
      var agenda = Agenda(cells, own: own)
      // Swift runs no more than one task a core; more of them would keep this one waiting.
      let most = min(workers, ProcessInfo.processInfo.activeProcessorCount)
      var running = 0
      func employ() {
        while running < most, !stop.isMade, let job = agenda.next() {
          running += 1
          group.addTask { try worker.outcome(of: job) }
        }
        // What nobody needs is for those that are left.
        share.set(most / max(1, running))
      }
      employ()
      while let outcome = try await group.next() {
        running -= 1
        var said: EngineReport?
        switch outcome {
        case .ended(let part, let cell, let state, let work):
          agenda.end(part, in: state, work: work)
          if part.round == 0 { said = EngineReport(parts: [cell]) }
        case .absent(let part): agenda.miss(part)
        case .continued(let cell, let round): agenda.begin(round, of: cell)
        case .finished(let cell):
          agenda.finish(cell)
          said = EngineReport(finished: [cell])
        case .paused: break
        }
        employ()
        for (part, state) in agenda.unsaved(worth: stop.isMade ? .zero : interval) {
          try store.save(state, of: part, hasEnded: true)
        }
        if let said { report(said) }
      }
      return agenda.isDone ? .done : .stopped
    }
  }
}

/// What does a job after another, and knows no other job.
private struct Worker: Sendable {
  let store: CellStore
  let kernels: KernelSet
  let stop: StopRequest
  let interval: Duration
  let share: CoreShare

  enum Outcome: Sendable {
    /// A part has ended, so much of its work since its state was last saved.
    case ended(PartName, of: Cell, in: [UInt8], work: Duration)
    /// The state of a part is saved, since it was asked to stop.
    case paused
    /// Nobody has brought a part.
    case absent(PartName)
    /// A round follows after another.
    case continued(Cell, Round)
    /// A cell is in the store.
    case finished(Cell)
  }

  func outcome(of job: Agenda.Job) throws -> Outcome {
    switch job {
    case .part(let part, let cell, let state, let isShared):
      let outcome = try compute(part, of: cell, from: state)
      guard isShared, case .ended(_, _, let state, let work) = outcome, work > .zero else {
        return outcome
      }
      try store.save(state, of: part, hasEnded: true)
      return .ended(part, of: cell, in: state, work: .zero)
    case .search(let part, let cell):
      guard let found = store.load(part), found.hasEnded else { return .absent(part) }
      return .ended(part, of: cell, in: found.state, work: .zero)
    case .decision(let cell, let round, let states):
      switch try cell.task.continuation(after: round, states) {
      case .round(let next): return .continued(cell, next)
      case .result(let result):
        try store.save(result, of: cell)
        store.removeParts(of: cell.key)
        return .finished(cell)
      }
    }
  }

  private func compute(_ part: PartName, of cell: Cell, from start: [UInt8]) throws -> Outcome {
    let (work, hasEnded) = try resume(part, of: cell, from: start)
    var saved = ContinuousClock.now
    func mayStop() -> Bool { stop.isMade || Task.isCancelled }
    while try !work.advance(
      until: { mayStop() || saved.duration(to: .now) >= interval }, threads: { share.threads })
    {
      try store.save(work.state(), of: part, hasEnded: false)
      if mayStop() { return .paused }
      saved = .now
    }
    return .ended(
      part, of: cell, in: try work.state(), work: hasEnded ? .zero : saved.duration(to: .now))
  }

  /// A part as an earlier run left it, else as its round has it begin. What cannot be read is as if
  /// it were not there.
  private func resume(
    _ part: PartName, of cell: Cell, from start: [UInt8]
  ) throws -> (part: any CellPart, hasEnded: Bool) {
    let streams = cell.streams(kernels: kernels)
    func begin(_ state: [UInt8]) throws -> any CellPart {
      try cell.task.part(part.index, of: part.round, from: state, streams)
    }
    if let saved = store.load(part) {
      do { return (try begin(saved.state), saved.hasEnded) } catch is DamagedState {}
    }
    return (try begin(start), false)
  }
}

/// How many threads each part may use.
private final class CoreShare: Sendable {
  private let count = Atomic(1)

  var threads: Int { count.load(ordering: .relaxed) }
  func set(_ threads: Int) { count.store(max(1, threads), ordering: .relaxed) }
}

/// A request to a run to stop as soon as the states of what it computes are saved.
package final class StopRequest: Sendable {
  private let made = Atomic(false)

  package init() {}

  package var isMade: Bool { made.load(ordering: .relaxed) }
  package func make() { made.store(true, ordering: .relaxed) }
}
