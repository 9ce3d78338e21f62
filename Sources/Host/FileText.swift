import Foundation

/// The bytes of a file that a person or another program wrote.
///
/// - Parameters:
///   - limit: bytes at most. Such files are small: a large one was mistaken for one of them.
///   - isMapped: whether the system reads the bytes when they are needed, and keeps no copy.
/// - Returns: `nil` if the file is missing, or is a folder, pipe or device: a pipe would wait for
///   ever, a device goes on for ever.
/// - Throws: `UserError` naming the file, its size and the limit.
package func contents(of file: String, atMost limit: Int, isMapped: Bool = false) throws -> Data? {
  var status = stat()
  guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  guard status.st_size <= limit else {
    throw UserError("\(file): got \(status.st_size) bytes; expected at most \(limit)")
  }
  return isMapped
    ? try? Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped)
    : FileManager.default.contents(atPath: file)
}

/// The bytes of a file of any size.
///
/// - Returns: `nil` if it cannot be read, or is a folder, pipe or device.
package func contents(of file: String) -> Data? {
  guard isRegularFile(file) else { return nil }
  return FileManager.default.contents(atPath: file)
}

/// The text of a file of any size, with the line ends of Unix.
///
/// To Swift, a carriage return and the line break after it are one character, so a text that has
/// them is not split at "\n".
///
/// - Returns: `nil` if it cannot be read as UTF-8, or is a folder, pipe or device.
package func fileText(_ file: String) -> String? {
  contents(of: file).flatMap { String(data: $0, encoding: .utf8)?.replacing("\r\n", with: "\n") }
}

/// The lines of a text, which may have the line ends of Windows.
package func textLines(of text: String) -> [Substring] {
  text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
}

/// The bytes of a record that may be missing.
///
/// - Returns: `nil` if nothing is there.
/// - Throws: `UserError` if it is too large, cannot be read, or is a folder, pipe or device: what
///   it says is then unknown.
package func contents(ofRecord file: String, atMost limit: Int) throws -> Data? {
  if access(file, F_OK) != 0, errno == ENOENT { return nil }
  guard let bytes = try contents(of: file, atMost: limit) else {
    throw UserError("\(file): cannot be read; expected a file, or none", exitCode: 1)
  }
  return bytes
}

/// Whether a path names what has bytes and an end: no folder, pipe or device.
package func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}
