import Foundation

/// Runs `body` while no other process does so with the same file, on this machine or another that shares it.
///
/// The file is made, and stays. It is not the folder itself, which over a network cannot be locked. Where the file
/// system knows no locks, or the file cannot be made, nobody is kept out: that is no reason to lose hours of
/// simulation at their end.
package func exclusively<R>(_ file: String, _ body: () throws -> R) rethrows -> R {
  try? makeFolder(parentFolder(of: file))
  var descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
  // That of somebody else in a folder of several.
  if descriptor < 0 { descriptor = open(file, O_RDONLY | O_CLOEXEC) }
  defer { if descriptor >= 0 { close(descriptor) } }
  while descriptor >= 0, flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  return try body()
}
