import Foundation

/// Writes bytes to a temporary name in the same folder, syncs, renames, and syncs the folder. Who
/// may read and write the file is as the umask says.
///
/// - Throws: `FileError` with the system's message; the temporary file is then removed and whatever
///   stood at `path` is untouched.
package func writeAtomically(_ bytes: Data, to path: String) throws(FileError) {
  try writeAtomically([bytes], to: path)
}

/// The same for bytes in several pieces, one after the other.
///
/// - Parameter isDated: otherwise the file is of 1970, and for make older than all that it is made
///   from.
package func writeAtomically(
  _ pieces: [Data], to path: String, isDated: Bool = true
) throws(FileError) {
  let temporary = temporaryName(besides: path)
  let action = "write \(path)"
  func failure() -> FileError { FileError(action, message: String(cString: strerror(errno))) }

  let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw failure() }
  var problem: FileError?
  for bytes in pieces where problem == nil {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let written = Foundation.write(file, buffer.baseAddress! + offset, buffer.count - offset)
        if written < 0 {
          if errno == EINTR { continue }
          problem = failure()
          return
        }
        offset += written
      }
    }
  }
  if problem == nil, !isDated, futimens(file, [timespec](repeating: timespec(), count: 2)) != 0 {
    problem = failure()
  }
  if problem == nil, sync(file) != 0 { problem = failure() }
  if close(file) != 0, problem == nil { problem = failure() }
  if problem == nil, rename(temporary, path) != 0 { problem = failure() }
  if let problem {
    unlink(temporary)
    throw problem
  }
  let directory = open(parentFolder(of: path), O_RDONLY)
  if directory >= 0 {
    _ = sync(directory)
    close(directory)
  }
}

/// A file without a name on the disk of another one, which is gone when it is closed.
///
/// - Returns: its descriptor.
/// - Throws: `FileError` with the system's message.
package func temporaryFile(besides path: String) throws(FileError) -> Int32 {
  let name = temporaryName(besides: path)
  let file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard file >= 0 else {
    throw FileError("write \(path)", message: String(cString: strerror(errno)))
  }
  unlink(name)
  return file
}

/// Tries whether a file can be written, and leaves nothing: its name may be too long, and its
/// folder closed to this user.
///
/// - Throws: `FileError` with the system's message.
package func tryWriting(_ path: String) throws(FileError) {
  var status = stat()
  if stat(path, &status) != 0, errno != ENOENT {
    throw FileError("write \(path)", message: String(cString: strerror(errno)))
  }
  close(try temporaryFile(besides: path))
}

/// A name of this process on this machine: others may share the folder over a network. It is no
/// longer than a name may be, whatever the length of the file's own.
private func temporaryName(besides path: String) -> String {
  let mark = ".tmp-\(hostName)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  let name = components(of: path).last ?? ""
  let folder = String(decoding: path.utf8.dropLast(name.utf8.count), as: UTF8.self)
  return folder + beginning(of: name, bytes: longestName - mark.utf8.count) + mark
}

/// Bytes of the longest name of a file, on all common file systems.
private let longestName = 255

/// The longest beginning of a text that has no more bytes.
private func beginning(of text: String, bytes: Int) -> String {
  var end =
    text.utf8.index(text.startIndex, offsetBy: bytes, limitedBy: text.endIndex)
    ?? text.endIndex
  while end.samePosition(in: text.unicodeScalars) == nil { text.utf8.formIndex(before: &end) }
  return String(text[..<end])
}

/// This machine's name, "unknown" where it has none.
package let hostName: String = {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
  return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
}()

/// Waits until a file's bytes are on the disk itself.
private func sync(_ file: Int32) -> Int32 {
  #if canImport(Darwin)
    // There fsync leaves them in the drive's cache; some file systems know only that.
    if fcntl(file, F_FULLFSYNC) == 0 { return 0 }
  #endif
  return fsync(file)
}
