import Foundation

/// Runs `body` while no other process does so with the same file, on this machine or another that
/// shares it.
///
/// The file is made, and stays. It is not the folder itself, which over a network cannot be locked.
/// Without lock support, or if the lock file cannot be created, `body` runs unguarded: losing a
/// finished simulation would be worse.
package func exclusively<R>(_ file: String, _ body: () throws -> R) rethrows -> R {
  try? makeFolder(parentFolder(of: file))
  let descriptor = lockFile(file)
  defer { if descriptor >= 0 { close(descriptor) } }
  while descriptor >= 0, flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  return try body()
}

/// Runs asynchronous `body` as ``exclusively(_:_:)`` does. No thread waits meanwhile: the lock is
/// asked for ten times a second.
package func inTurn<R>(_ file: String, _ body: () async throws -> R) async throws -> R {
  try? makeFolder(parentFolder(of: file))
  let descriptor = lockFile(file)
  defer { if descriptor >= 0 { close(descriptor) } }
  while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
    guard errno == EWOULDBLOCK || errno == EINTR else { break }
    try await Task.sleep(for: .milliseconds(100))
  }
  return try await body()
}

/// A descriptor of a file that is locked, or a negative number.
private func lockFile(_ file: String) -> Int32 {
  let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
  // That of somebody else in a folder of several.
  return descriptor >= 0 ? descriptor : open(file, O_RDONLY | O_CLOEXEC)
}
