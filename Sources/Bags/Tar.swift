import Foundation

/// A tar file: regular files and symbolic links, in the order of their names. Folders follow from
/// the names.
///
/// What is written depends on names, contents and the executable bit alone: owner 0, one time for
/// all, modes 644 and 755. The format is POSIX ustar, with a pax record where a name is longer than
/// its field.
package struct Tar: Equatable, Sendable {
  package let entries: [Entry]

  package struct Entry: Equatable, Sendable {
    package let name: String
    package let content: Content

    package init(_ name: String, _ content: Content) {
      self.name = name
      self.content = content
    }
  }

  package enum Content: Equatable, Sendable {
    case file(Data, isExecutable: Bool)
    /// A symbolic link to this path, relative to the folder that it stands in.
    case link(String)

    /// How many bytes it holds.
    var count: Int {
      if case .file(let content, _) = self { content.count } else { 0 }
    }
  }

  package init(_ entries: [Entry]) {
    self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

// MARK: - Writing

extension Tar {
  /// 1 January 1980, the first day that zip files know too. GNU tar finds 1970 implausible.
  private static let time = 315_532_800
  static let block = 512

  /// The file's bytes.
  package var bytes: Data {
    var out = Data()
    out.reserveCapacity(entries.reduce(2 * Self.block) { $0 + $1.content.count + 4 * Self.block })
    for entry in entries {
      var records = ""
      let name = Self.field(entry.name, "path", &records)
      switch entry.content {
      case .file(let content, let isExecutable):
        append("0", name, content, mode: isExecutable ? 0o755 : 0o644)
      case .link(let target):
        append("2", name, Data(), mode: 0o777, target: Self.field(target, "linkpath", &records))
      }

      func append(
        _ kind: Character, _ name: String, _ content: Data, mode: Int, target: String = ""
      ) {
        if !records.isEmpty {
          out += Self.header("x", "pax", size: records.utf8.count, mode: 0o644)
          pad(Data(records.utf8))
        }
        out += Self.header(kind, name, size: content.count, mode: mode, target: target)
        pad(content)
      }

      func pad(_ content: Data) {
        out += content
        out += Data(count: (Self.block - content.count % Self.block) % Self.block)
      }
    }
    out += Data(count: 2 * Self.block)
    return out
  }

  /// A name for a field of a hundred bytes; a longer one goes into a pax record, whose length
  /// counts its own digits.
  private static func field(_ name: String, _ key: String, _ records: inout String) -> String {
    if name.utf8.count <= 100 { return name }
    let rest = " \(key)=\(name)\n"
    var length = rest.utf8.count
    while "\(length)".utf8.count + rest.utf8.count != length {
      length = "\(length)".utf8.count + rest.utf8.count
    }
    records += "\(length)\(rest)"
    return "long-name"
  }

  private static func header(
    _ kind: Character, _ name: String, size: Int, mode: Int, target: String = ""
  ) -> Data {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put(octal(mode, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(time, 11), at: 136)
    put("        ", at: 148)
    put(String(kind), at: 156)
    put(target, at: 157)
    put("ustar\u{0}00", at: 257)
    put("root", at: 265)
    put("root", at: 297)
    put(octal(0, 7), at: 329)
    put(octal(0, 7), at: 337)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    return Data(header)
  }
}
