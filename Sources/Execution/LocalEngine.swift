import Archives
import Foundation
import Kernels
import Studies
import Synchronization

/// Simulates on this machine, some cells at once.
struct LocalEngine: Engine {
  /// At most one a core works.
  let workers: Int
  let kernels: KernelSet
  let stop: StopRequest

  func simulate(
    _ cells: [Cell], into store: CellStore, report: (EngineReport) -> Void
  ) async throws -> EngineEnding {
    let kernels = kernels
    return try await withThrowingTaskGroup(of: Cell.self) { group in
      // Longest first, so that the last cells to finish are short ones.
      var next = cells.sorted { $0.cost > $1.cost }.makeIterator()
      var stopped = false
      func addNext() {
        guard let cell = next.next() else { return }
        if stop.isMade {
          stopped = true
          return
        }
        group.addTask {
          try store.save(cell.compute(kernels: kernels), of: cell)
          return cell
        }
      }
      // Swift runs no more than one task a core; more of them would keep this one waiting.
      for _ in 0..<min(workers, ProcessInfo.processInfo.activeProcessorCount) { addNext() }
      while let cell = try await group.next() {
        addNext()
        report(EngineReport(finished: [cell]))
      }
      return stopped ? .stopped : .done
    }
  }
}

/// A request to a run to stop after the cells that it has started.
package final class StopRequest: Sendable {
  private let made = Atomic(false)

  package init() {}

  package var isMade: Bool { made.load(ordering: .relaxed) }
  package func make() { made.store(true, ordering: .relaxed) }
}
