import Foundation

/// The bytes of a file that a person or another program wrote.
///
/// - Parameters:
///   - expected: what the file should be, in an error: "a study in YAML".
///   - limit: bytes at most. Such files are small: a large one was mistaken for one of them.
///   - isMapped: whether the system reads the bytes when they are needed, and keeps no copy.
/// - Throws: `UserError` naming the file and the system's reason if it cannot be read. A folder, a
///   pipe or a device is refused: a pipe would wait for ever, a device goes on for ever.
package func contents(
  of file: String, as expected: String, atMost limit: Int, isMapped: Bool = false,
  exitCode: Int32 = 2
) throws -> Data {
  do throws(Unreadable) { return try read(file, atMost: limit, isMapped: isMapped) } catch {
    throw error.complaint(about: file, expected, exitCode)
  }
}

/// The same of a file that need not be there: `nil` if it is missing.
package func contents(
  ofOptional file: String, as expected: String, atMost limit: Int, exitCode: Int32 = 2
) throws -> Data? {
  do throws(Unreadable) { return try read(file, atMost: limit) } catch {
    if error.isMissing { return nil }
    throw error.complaint(about: file, expected, exitCode)
  }
}

/// The text of a file that a person or another program wrote, in UTF-8, with the line ends of Unix.
///
/// To Swift, a carriage return and the line break after it are one character, so a text that has
/// them is not split at "\n".
///
/// - Throws: `UserError` as `contents(of:as:atMost:)` does, and if the bytes are no such text; it
///   says what they look like.
package func utf8Text(
  of file: String, as expected: String, atMost limit: Int = 1 << 26, exitCode: Int32 = 2
) throws -> String {
  // Before its size is looked at, which says less.
  if let head = try? read(file, atMost: .max, first: 8), let format = foreignFormat(of: head) {
    throw UserError("\(file): got \(format); expected \(expected)", exitCode: exitCode)
  }
  let bytes = try contents(of: file, as: expected, atMost: limit, exitCode: exitCode)
  guard let text = String(data: bytes, encoding: .utf8) else {
    throw UserError(
      "\(file): cannot be read as UTF-8 text; expected \(expected)", exitCode: exitCode)
  }
  return bytes.contains(UInt8(ascii: "\r")) ? text.replacing("\r\n", with: "\n") : text
}

/// The bytes of a file, `nil` if it cannot be read: whoever opens it next says why.
///
/// - Parameter isMapped: whether the system reads the bytes when they are needed, and keeps no
///   copy.
/// - Throws: `UserError` naming the file, its size and the limit.
package func contents(of file: String, atMost limit: Int, isMapped: Bool = false) throws -> Data? {
  do throws(Unreadable) { return try read(file, atMost: limit, isMapped: isMapped) } catch {
    if error.limit == nil { return nil }
    throw error.complaint(about: file, "", 2)
  }
}

/// What the bytes of a file look like that is no text in UTF-8, by what it begins with; `nil` if
/// nothing is known of it.
package func foreignFormat(of bytes: Data) -> String? {
  let formats: [(head: [UInt8], name: String)] = [
    ([0xff, 0xfe], "UTF-16 text"), ([0xfe, 0xff], "UTF-16 text"),
    ([0x1f, 0x8b], "a file compressed by gzip"),
    ([0x42, 0x5a, 0x68], "a file compressed by bzip2"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "a file compressed by xz"),
    ([0x28, 0xb5, 0x2f, 0xfd], "a file compressed by zstd"),
    ([0x50, 0x4b, 0x03, 0x04], "a zip archive or a spreadsheet"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"), ([0x25, 0x50, 0x44, 0x46], "a PDF file"),
  ]
  if let format = formats.first(where: { bytes.starts(with: $0.head) }) { return format.name }
  // Without its mark: every second byte of a Latin letter is zero.
  let head = Array(bytes.prefix(4))
  if head.count == 4, head[0] == 0, head[2] == 0, head[1] != 0, head[3] != 0 {
    return "UTF-16 text"
  }
  if head.count == 4, head[1] == 0, head[3] == 0, head[0] != 0, head[2] != 0 {
    return "UTF-16 text"
  }
  return nil
}

/// Why a file cannot be read.
private struct Unreadable: Error {
  let reason: String
  var isMissing = false
  /// What its size is limited to, if that is why.
  var limit: String?

  init(_ reason: String, limit: String? = nil) {
    self.reason = reason
    self.limit = limit
  }

  func complaint(about file: String, _ expected: String, _ exitCode: Int32) -> UserError {
    UserError("\(file): \(reason); expected \(limit ?? expected)", exitCode: exitCode)
  }

  /// By what the system says.
  init(errno code: Int32) {
    isMissing = code == ENOENT
    reason = isMissing ? "no such file" : String(cString: strerror(code))
  }
}

/// - Parameter first: bytes that are enough.
private func read(
  _ file: String, atMost limit: Int, isMapped: Bool = false, first: Int = .max
) throws(Unreadable) -> Data {
  // Looked at before it is opened: opening a pipe waits, opening a device may do something.
  var status = stat()
  guard stat(file, &status) == 0 else { throw Unreadable(errno: errno) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw Unreadable("is a folder")
  case S_IFIFO: throw Unreadable("is a pipe")
  default: throw Unreadable("is no regular file")
  }
  let size = Int(status.st_size)
  let tooLarge = Unreadable("got \(size) bytes", limit: "at most \(limit)")
  guard size <= limit else { throw tooLarge }
  let descriptor = open(file, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw Unreadable(errno: errno) }
  defer { close(descriptor) }
  if isMapped, size > 0 {
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw Unreadable(errno: errno) }
    return Data(
      bytesNoCopy: start, count: size, deallocator: .custom { start, count in munmap(start, count) }
    )
  }
  // To its end, which of a file of /proc its size does not tell.
  var bytes = Data(count: min(max(size + 1, 1 << 12), first))
  var count = 0
  while true {
    let got = bytes.withUnsafeMutableBytes {
      Foundation.read(descriptor, $0.baseAddress! + count, $0.count - count)
    }
    if got < 0, errno == EINTR { continue }
    guard got >= 0 else { throw Unreadable(errno: errno) }
    count += got
    if got == 0 || count == first { return bytes.prefix(count) }
    guard count <= limit else { throw tooLarge }
    if count == bytes.count { bytes.append(Data(count: bytes.count)) }
  }
}

/// The bytes of a file of any size.
///
/// - Returns: `nil` if it cannot be read, or is a folder, pipe or device.
package func contents(of file: String) -> Data? {
  guard isRegularFile(file) else { return nil }
  return FileManager.default.contents(atPath: file)
}

/// The lines of a text, which may have the line ends of Windows.
package func textLines(of text: String) -> [Substring] {
  // By bytes, which is ten times as fast as by characters.
  let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
  let (last, carriageReturn) = (lines.count - 1, UInt8(0x0D))
  return lines.enumerated().map { i, line in
    Substring(i < last && line.last == carriageReturn ? line.dropLast() : line)
  }
}

/// Whether a path names what has bytes and an end: no folder, pipe or device.
package func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}
