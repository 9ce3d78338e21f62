import Foundation
import HDF5

/// Runs `body` while no other process does so with the same file, on this machine or another that shares it.
///
/// The file is made, and stays. It is not the folder itself, which over a network cannot be locked. Where the file
/// system knows no locks nobody is kept out: that is no reason to lose hours of simulation at their end.
///
/// - Throws: what `body` throws; `UserError` with the system's reason if the file cannot be made.
func exclusively<R>(_ file: String, _ body: () throws -> R) throws -> R {
  try makeFolder(parentFolder(of: file))
  let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else {
    throw UserError(
      "\(file): \(String(cString: strerror(errno))); expected to write it", exitCode: 1)
  }
  defer { close(descriptor) }
  while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  return try body()
}
