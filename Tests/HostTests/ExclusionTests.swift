import Foundation
import Host
import TestSupport
import Testing

/// Files by which one process waits for another.
@Suite struct ExclusionTests {
  /// Those who have the lock.
  private actor Count {
    private(set) var inside = 0
    private(set) var turns = 0

    func enter() -> Int {
      (inside, turns) = (inside + 1, turns + 1)
      return inside
    }

    func leave() { inside -= 1 }
  }

  /// More tasks than there are threads take turns, and sleep while they have the lock.
  @Test func tasksTakeTurns() async throws {
    try await withFolder { folder in
      let count = Count()
      let tasks = 2 * ProcessInfo.processInfo.activeProcessorCount
      await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<tasks {
          group.addTask {
            try await inTurn("\(folder)/locks/lock") {
              let inside = await count.enter()
              #expect(inside == 1)
              try await Task.sleep(for: .milliseconds(20))
              await count.leave()
            }
          }
        }
      }
      #expect(await count.turns == tasks)
    }
  }

  /// Losing what was simulated would be worse than to go on unguarded.
  @Test func whereNoLockCanBeMadeItGoesOn() async throws {
    try await withFolder { folder in
      try write("", to: "\(folder)/file")
      #expect(exclusively("\(folder)/file/lock") { 1 } == 1)
      #expect(try await inTurn("\(folder)/file/lock") { 2 } == 2)
    }
  }
}
