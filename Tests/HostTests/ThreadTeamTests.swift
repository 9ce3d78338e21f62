import Foundation
import Host
import Synchronization
import Testing

@Suite struct ThreadTeamTests {
  /// Jobs follow each other at once, and after members have fallen asleep.
  @Test(arguments: [1, 2, 5]) func everyNumberOncePerJob(count: Int) {
    let team = ThreadTeam(count)
    #expect(team.count == count)
    let calls = (0..<8).map { _ in Atomic64() }
    for job in 0..<3000 {
      if job % 1000 == 999 { Thread.sleep(forTimeInterval: 0.01) }
      team.run { calls[$0].add() }
      for number in calls.indices {
        #expect(calls[number].value == (number < count ? job + 1 : 0))
      }
    }
  }

  /// What members have written is there when `run` returns.
  @Test func resultsAreThere() {
    let team = ThreadTeam(3)
    let sums = UnsafeMutablePointer<Int>.allocate(capacity: 3 * 1024)
    sums.initialize(repeating: 0, count: 3 * 1024)
    defer { sums.deallocate() }
    nonisolated(unsafe) let shared = sums
    for job in 1...500 {
      team.run { number in
        for i in 0..<1024 { shared[1024 * number + i] += number + 1 }
      }
      for i in 0..<3 * 1024 { #expect(sums[i] == job * (i / 1024 + 1)) }
    }
  }

  /// Members are several threads.
  @Test func threadsDiffer() {
    let team = ThreadTeam(4)
    let threads = Mutex<Set<UInt>>([])
    team.run { _ in
      let thread = UInt(bitPattern: ObjectIdentifier(Thread.current).hashValue)
      threads.withLock { _ = $0.insert(thread) }
      Thread.sleep(forTimeInterval: 0.05)
    }
    #expect(threads.withLock { $0.count } == 4)
  }
}

private final class Atomic64: Sendable {
  private let count = Atomic(0)
  func add() { count.add(1, ordering: .relaxed) }
  var value: Int { count.load(ordering: .relaxed) }
}
