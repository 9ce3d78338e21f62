import Foundation

/// Runs `body` while no other process does so with the same file, on this machine or another that
/// shares it.
///
/// The file is made, and stays. It is not the folder itself, which over a network cannot be locked.
/// Without lock support, if the lock file cannot be created, or if another process keeps the lock
/// for as long as `patience`, `body` runs unguarded: losing a finished simulation would be worse.
package func exclusively<R>(
  _ file: String, patience: Duration = .seconds(60), _ body: () throws -> R
) rethrows -> R {
  try? makeFolder(parentFolder(of: file))
  let descriptor = lockFile(file)
  defer { if descriptor >= 0 { close(descriptor) } }
  let end = ContinuousClock.now + patience
  // Who has the lock writes a small file. One that keeps it longer was stopped.
  while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
    guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < end else { break }
    usleep(10_000)
  }
  return try body()
}

/// Runs asynchronous `body` as ``exclusively(_:patience:_:)`` does. No thread waits meanwhile: the
/// lock is asked for ten times a second.
///
/// - Throws: `UserError` naming the file if another process keeps the lock for as long as
///   `patience`; what `body` throws.
package func inTurn<R>(
  _ file: String, patience: Duration, _ body: () async throws -> R
) async throws -> R {
  try? makeFolder(parentFolder(of: file))
  let descriptor = lockFile(file)
  defer { if descriptor >= 0 { close(descriptor) } }
  let end = ContinuousClock.now + patience
  while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
    guard errno == EWOULDBLOCK || errno == EINTR else { break }
    guard ContinuousClock.now < end else {
      throw UserError(
        "\(file): another process has kept this lock for \(Int(patience / .seconds(1))) s; "
          + "expected it to end, or to be ended", exitCode: 1)
    }
    try await Task.sleep(for: .milliseconds(100))
  }
  return try await body()
}

/// A descriptor of a file that is locked, or a negative number.
private func lockFile(_ file: String) -> Int32 {
  let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
  // That of somebody else in a folder of several.
  return descriptor >= 0 ? descriptor : open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
}
