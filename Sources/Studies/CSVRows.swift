import Foundation
import Host

/// A line of a text of comma-separated numbers.
struct CSVRow {
  /// Counted from 1.
  let line: Int
  let text: Substring

  /// The lines of a text that are not empty. They may end in a line feed, a carriage return or
  /// both, and a byte order mark may stand before the first.
  static func rows(of bytes: Data) -> [CSVRow] {
    var text = String(decoding: bytes, as: UTF8.self)[...]
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var rows: [CSVRow] = []
    var (line, start, last) = (1, text.startIndex, UInt8(0))
    func add(until end: Substring.Index) {
      if start < end { rows.append(CSVRow(line: line, text: text[start..<end])) }
    }
    for (index, byte) in zip(text.utf8.indices, text.utf8) {
      defer { last = byte }
      guard byte == feed || byte == carriage else { continue }
      add(until: index)
      start = text.utf8.index(after: index)
      // A line feed after a carriage return ends no line of its own.
      if !(byte == feed && last == carriage) { line += 1 }
    }
    add(until: text.endIndex)
    return rows
  }

  /// What stands between the commas.
  var fields: [CSVField] { pieces.map { CSVField(text: Substring($0)) } }

  /// The same, as bytes.
  var pieces: [Substring.UTF8View.SubSequence] {
    text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
  }

  /// What tells that a line is of another form, in words.
  var foreignMark: String? {
    let marks: [(character: Unicode.Scalar, words: String)] = [
      ("\0", "a NUL character"), ("\"", "quotes"), ("'", "quotes"), (";", "semicolons"),
      ("\t", "tabs"), ("|", "bars"),
    ]
    if text.hasPrefix("#") { return "a comment" }
    return marks.first { text.unicodeScalars.contains($0.character) }?.words
  }
}

/// A number of such a text.
struct CSVField {
  let text: String

  /// - Parameter text: what stands between commas, with the blanks around it.
  init(text: Substring) { self.text = text.trimmingCharacters(in: .whitespaces) }

  /// The number, infinite beyond single precision; `nil` if the text is no decimal number.
  var value: Float? { isDecimal(text) ? Float(text) : nil }

  /// The number of a field that is seven digits or fewer and nothing else, as most are.
  static func smallInteger(_ bytes: Substring.UTF8View.SubSequence) -> Int? {
    var (value, count) = (0, 0)
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 7 else { return nil }
      value = 10 * value + Int(byte - UInt8(ascii: "0"))
      count += 1
    }
    return count > 0 ? value : nil
  }

  /// Whether it may be the name of a column: neither a number nor the mark of a missing one.
  var isName: Bool { value == nil && description == Self.noNumber }

  /// What it is, without the text of what is no number.
  var description: String {
    if text.isEmpty { return "nothing" }
    if value != nil || ["nan", "inf", "infinity"].contains(text.lowercased().trimmingPrefix("-")) {
      return "'\(text.prefix(40))'"
    }
    if text.contains(#/^[-+]?0[xX][0-9a-fA-F.]+/#) { return "a hexadecimal number" }
    if text.contains(#/^[-+]?\d[\d_]*_[\d_]*\d/#) { return "a number with underscores" }
    if text.contains(#/^[-+.\d][^\s]*\s+[-+.\d]/#) { return "blanks between numbers" }
    return Self.noNumber
  }

  private static let noNumber = "no number"
}
