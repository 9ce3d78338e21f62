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
    let text = String(decoding: bytes, as: UTF8.self).trimmingPrefix("\u{FEFF}")
    return text.split(omittingEmptySubsequences: false) { ["\n", "\r", "\r\n"].contains($0) }
      .enumerated().filter { !$0.element.isEmpty }.map {
        CSVRow(line: $0.offset + 1, text: $0.element)
      }
  }

  /// What stands between the commas.
  var fields: [CSVField] {
    text.split(separator: ",", omittingEmptySubsequences: false).map {
      CSVField(text: $0.trimmingCharacters(in: .whitespaces))
    }
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

  /// The number, infinite beyond single precision; `nil` if the text is no decimal number.
  var value: Float? { isDecimal(text) ? Float(text) : nil }

  /// What it is, without the text of what is no number.
  var description: String {
    if text.isEmpty { return "nothing" }
    if value != nil || ["nan", "inf", "infinity"].contains(text.lowercased().trimmingPrefix("-")) {
      return "'\(text.prefix(40))'"
    }
    if text.contains(#/^[-+]?0[xX][0-9a-fA-F.]+/#) { return "a hexadecimal number" }
    if text.contains(#/^[-+]?\d[\d_]*_[\d_]*\d/#) { return "a number with underscores" }
    if text.contains(#/^[-+.\d][^\s]*\s+[-+.\d]/#) { return "blanks between numbers" }
    return "no number"
  }
}
