import Foundation

/// The bytes of a file that a person or another program wrote.
///
/// - Parameters:
///   - limit: bytes at most; such files are small, and one that is not is not what it is taken for.
///   - isMapped: whether the system reads the bytes when they are needed, and keeps no copy.
/// - Returns: `nil` if there is none, or it is no regular file: a pipe would wait for ever, a
///   device has no end.
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
