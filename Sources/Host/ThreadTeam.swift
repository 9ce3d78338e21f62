import Foundation
import Synchronization

/// Threads that work side by side on one short job after another.
///
/// A member looks for the next job by itself for `patience` before it sleeps, so that jobs of some
/// microseconds are worth sharing. Members that the system refuses leave their share to the caller.
package final class ThreadTeam {
  /// How many threads there are, that of the caller among them.
  package let count: Int
  private let work: TeamWork
  private let members: [pthread_t]

  /// How long a member looks for a job before it sleeps: gradients of a chain follow each other
  /// faster.
  private static let patience = Duration.milliseconds(1)

  /// Starts all threads but the caller's.
  package init(_ count: Int) {
    precondition(count > 0)
    self.count = count
    work = TeamWork()
    var members: [pthread_t] = []
    while members.count + 1 < count {
      let share = TeamShare(number: members.count + 1, work: work, patience: Self.patience)
      guard let thread = start({ share.serve() }) else { break }
      members.append(thread)
    }
    self.members = members
  }

  deinit {
    work.end()
    for member in members { pthread_join(member, nil) }
  }

  /// Calls a function once for each number below `count`, at once by all threads. It waits for all.
  ///
  /// What it changes has to be each number's own.
  package func run(_ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      work.begin(body, members: members.count)
      body(0)
      for number in members.count + 1..<max(count, members.count + 1) { body(number) }
      work.awaitMembers()
    }
  }
}

/// What the threads of a team share: a job, and who is still at it.
private final class TeamWork: @unchecked Sendable {
  /// Changed by the caller alone, between jobs.
  private var body: (Int) -> Void = { _ in }
  private let jobs = Atomic(0)
  private let busy = Atomic(0)
  private let sleepers = Atomic(0)
  private let isOver = Atomic(false)
  private let condition = NSCondition()

  func begin(_ body: @escaping (Int) -> Void, members: Int) {
    self.body = body
    busy.store(members, ordering: .relaxed)
    call()
  }

  func awaitMembers() {
    while busy.load(ordering: .acquiring) > 0 { sched_yield() }
    body = { _ in }
  }

  func end() {
    isOver.store(true, ordering: .relaxed)
    call()
  }

  /// Whoever falls asleep in this moment sees the new job, or is seen asleep.
  private func call() {
    jobs.add(1, ordering: .sequentiallyConsistent)
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.withLock { condition.broadcast() }
  }

  /// Returns whether there is another job after so many.
  func next(after done: Int, patience: Duration) -> Bool {
    let start = ContinuousClock.now
    while jobs.load(ordering: .acquiring) == done {
      guard start.duration(to: .now) >= patience else {
        sched_yield()
        continue
      }
      condition.withLock {
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while jobs.load(ordering: .sequentiallyConsistent) == done { condition.wait() }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
      }
    }
    return !isOver.load(ordering: .relaxed)
  }

  func perform(_ number: Int) {
    body(number)
    busy.subtract(1, ordering: .releasing)
  }
}

/// What one member does.
private final class TeamShare: Sendable {
  private let number: Int
  private let work: TeamWork
  private let patience: Duration

  init(number: Int, work: TeamWork, patience: Duration) {
    (self.number, self.work, self.patience) = (number, work, patience)
  }

  func serve() {
    var done = 0
    while work.next(after: done, patience: patience) {
      done += 1
      work.perform(number)
    }
  }
}

/// Starts a thread, or returns `nil` if the system refuses it.
private func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  let passed = Unmanaged.passRetained(Body(body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let problem = pthread_create(&thread, nil, { call($0) }, passed.toOpaque())
  #else
    var thread: pthread_t = 0
    let problem = pthread_create(&thread, nil, { call($0!) }, passed.toOpaque())
  #endif
  guard problem == 0 else {
    passed.release()
    return nil
  }
  return thread
}

private final class Body: Sendable {
  let call: @Sendable () -> Void
  init(_ call: @escaping @Sendable () -> Void) { self.call = call }
}

private func call(_ passed: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<Body>.fromOpaque(passed).takeRetainedValue().call()
  return nil
}
