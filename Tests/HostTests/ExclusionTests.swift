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

  /// More tasks than there are threads take turns, and sleep while they have the lock. Other tests
  /// may keep all threads for minutes.
  @Test func tasksTakeTurns() async throws {
    try await withFolder { folder in
      let count = Count()
      let tasks = 2 * ProcessInfo.processInfo.activeProcessorCount
      await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<tasks {
          group.addTask {
            try await inTurn("\(folder)/locks/lock", patience: .seconds(600)) {
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

  /// A process that was stopped while it had the lock keeps nobody for ever.
  @Test func patienceEnds() async throws {
    try await withFolder { folder in
      let lock = "\(folder)/lock"
      let other = open(lock, O_RDWR | O_CREAT, 0o666)
      defer { close(other) }
      #expect(flock(other, LOCK_EX) == 0)
      #expect(exclusively(lock, patience: .milliseconds(50)) { 1 } == 1)
      let line = await errorLine { try await inTurn(lock, patience: .milliseconds(50)) {} }
      #expect(line.hasPrefix("\(lock): another process has kept this lock"), "\(line)")
    }
  }

  /// A lock file that is a pipe without a writer.
  @Test func aPipeIsNotWaitedFor() throws {
    try withFolder { folder in
      #expect(mkfifo("\(folder)/lock", 0o600) == 0)
      #expect(exclusively("\(folder)/lock", patience: .milliseconds(50)) { 1 } == 1)
    }
  }

  /// Losing what was simulated would be worse than to go on unguarded.
  @Test func whereNoLockCanBeMadeItGoesOn() async throws {
    try await withFolder { folder in
      try write("", to: "\(folder)/file")
      #expect(exclusively("\(folder)/file/lock") { 1 } == 1)
      #expect(try await inTurn("\(folder)/file/lock", patience: .seconds(1)) { 2 } == 2)
    }
  }
}
