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
