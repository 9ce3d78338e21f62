import Foundation

/// Runs a body that mostly waits on a thread of its own, so that it keeps no other test waiting:
/// tests share as many threads as there are cores.
package func onOwnThread<R: Sendable>(
  _ body: @escaping @Sendable () throws -> R
) async throws -> R {
  // A preference, unlike a thread that is asked to go on with this task, keeps what the task knows
  // of the test to which failures belong.
  try await withTaskExecutorPreference(OwnThread()) { try body() }
}

/// Gives each job a new thread.
private final class OwnThread: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    Thread.detachNewThread { job.runSynchronously(on: executor) }
  }
}
