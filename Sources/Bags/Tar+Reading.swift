import Foundation
import Host

// An archive may come from anyone. It is read whole, and refused whole, before anything of it is
// written: names that leave the folder, links to anything but a file of the archive, kinds other
// than files, folders and links, a name twice, a name below a file.

extension Tar {
  /// More files than an archive of this project will ever have.
  private static let most = 100_000

  /// Reads the bytes of a tar file.
  ///
  /// - Parameter file: where they stood, for messages.
  /// - Throws: `UserError` naming the entry that is cut short, damaged or not to be trusted.
  package init(reading bytes: Data, of file: String) throws {
    var reader = Reader(bytes: bytes, file: file)
    var entries: [Entry] = []
    while let entry = try reader.next() {
      entries.append(entry)
      guard entries.count <= Self.most else {
        throw UserError("\(file): more than \(Self.most) files; expected fewer", exitCode: 1)
      }
    }
    self.init(entries)
    try requireTrust(file)
  }

  private func requireTrust(_ file: String) throws {
    func refuse(_ name: String, _ reason: String, expected: String) -> UserError {
      UserError("\(file): \(shown(name)): \(reason); expected \(expected)", exitCode: 1)
    }
    var names: Set<String> = []
    var files: Set<String> = []
    let top = entries.first.map { components(of: $0.name)[0] } ?? ""
    for entry in entries {
      guard isPlain(entry.name) else {
        throw refuse(entry.name, "a name that leaves the folder", expected: "relative names")
      }
      guard entry.name.utf8.starts(with: "\(top)/".utf8) else {
        throw refuse(entry.name, "outside of \(shown(top))", expected: "one folder")
      }
      guard names.insert(entry.name).inserted else {
        throw refuse(entry.name, "is there twice", expected: "each name once")
      }
      if case .file = entry.content { files.insert(entry.name) }
    }
    for entry in entries {
      var parent = parentFolder(of: entry.name)
      while parent != "." {
        guard !names.contains(parent) else {
          throw refuse(entry.name, "below a file or a link", expected: "files in folders")
        }
        parent = parentFolder(of: parent)
      }
      if case .link(let target) = entry.content {
        guard let path = resolved(target, from: entry.name), files.contains(path) else {
          throw refuse(
            entry.name, "a link to \(shown(target))", expected: "links to files of the archive")
        }
      }
    }
  }

  /// Where a link leads, by its text alone; `nil` if out of the archive.
  private func resolved(_ target: String, from name: String) -> String? {
    guard !target.isEmpty, target.utf8.first != UInt8(ascii: "/") else { return nil }
    var path = components(of: name).dropLast()
    for part in components(of: target) where part != "." && !part.isEmpty {
      if part != ".." {
        path.append(part)
      } else if path.popLast() == nil {
        return nil
      }
    }
    return path.joined(separator: "/")
  }

  /// Writes all entries into a folder, which has to be empty.
  ///
  /// - Throws: `UserError` with the system's reason.
  package func unpack(into folder: String) throws {
    func failure(_ path: String) -> UserError {
      UserError("\(path): \(String(cString: strerror(errno))); expected to write it", exitCode: 1)
    }
    for entry in entries {
      let path = "\(folder)/\(entry.name)"
      try makeFolder(parentFolder(of: path))
      switch entry.content {
      case .link(let target): guard symlink(target, path) == 0 else { throw failure(path) }
      case .file(let content, let isExecutable):
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = open(path, flags, isExecutable ? 0o755 : 0o644)
        guard file >= 0 else { throw failure(path) }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        do { try handle.write(contentsOf: content) } catch { throw failure(path) }
      }
    }
  }
}

// MARK: - Entry by entry

private struct Reader {
  let bytes: Data
  let file: String
  var offset = 0

  init(bytes: Data, file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The next file or link; `nil` at the end.
  mutating func next() throws -> Tar.Entry? {
    var records: [String: String] = [:]
    while true {
      let header = try take(Tar.block)
      if header.allSatisfy({ $0 == 0 }) { return nil }
      let sum = header.indices.reduce(0) { sum, i in
        sum + (148..<156 ~= i ? 32 : Int(header[i]))
      }
      guard try number(header[148..<156]) == sum else {
        throw damaged("a header does not match its sum")
      }
      let content = try take(try number(header[124..<136]))
      _ = try take((Tar.block - content.count % Tar.block) % Tar.block)
      let prefix = text(header[345..<500])
      let name = records["path"] ?? (prefix.isEmpty ? "" : prefix + "/") + text(header[0..<100])
      switch Character(UnicodeScalar(header[156])) {
      case "0", "\u{0}":
        let isExecutable = try number(header[100..<108]) & 0o100 != 0
        return Tar.Entry(name, .file(content, isExecutable: isExecutable))
      case "2": return Tar.Entry(name, .link(records["linkpath"] ?? text(header[157..<257])))
      case "5":
        let folder = name.hasSuffix("/") ? String(name.dropLast()) : name
        guard isPlain(folder) else { throw damaged("a folder named \(shown(name))") }
        records = [:]
      case "x": records = try pax(content)
      case let kind: throw damaged("\(shown(name)) is of kind \(shown(String(kind)))")
      }
    }
  }

  private func damaged(_ reason: String) -> UserError {
    UserError("\(file): \(reason); expected an archive written by cod archive", exitCode: 1)
  }

  private mutating func take(_ count: Int) throws -> Data {
    guard count <= bytes.count - offset else { throw damaged("cut short") }
    defer { offset += count }
    let start = bytes.startIndex + offset
    // A copy, whose indices begin at 0.
    return bytes.subdata(in: start..<(start + count))
  }

  private func number(_ field: Data) throws -> Int {
    let digits = String(decoding: field, as: UTF8.self)
      .trimmingCharacters(in: CharacterSet(charactersIn: " \u{0}"))
    guard let value = Int(digits, radix: 8), value >= 0 else {
      throw damaged("a header with the number \(shown(digits))")
    }
    return value
  }

  private func text(_ field: Data) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// "LENGTH KEY=VALUE\n", one after the other; the length is of all of it.
  private func pax(_ content: Data) throws -> [String: String] {
    var records: [String: String] = [:]
    var rest = content[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != UInt8(ascii: " ") }
      guard let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 1, length <= rest.count
      else { throw damaged("a malformed pax record") }
      let record = String(
        decoding: rest.prefix(length).dropFirst(digits.count + 1).dropLast(), as: UTF8.self)
      guard let equals = record.firstIndex(of: "=") else {
        throw damaged("a malformed pax record")
      }
      records[String(record[..<equals])] = String(record[record.index(after: equals)...])
      rest = rest.dropFirst(length)
    }
    return records
  }
}
