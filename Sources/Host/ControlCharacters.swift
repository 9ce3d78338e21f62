extension Unicode.Scalar {
  /// Whether it is a control character, a terminal's command perhaps; line breaks and tabs are
  /// harmless.
  package var isCommand: Bool {
    properties.generalCategory == .control && self != "\n" && self != "\t"
  }

  /// "U+001B".
  package var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// A text with its control characters spelt, "<U+001B>", fit for a terminal.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: \.isCommand) else { return text }
  return text.unicodeScalars.map { $0.isCommand ? "<\($0.codePoint)>" : String($0) }.joined()
}

/// The lines of a text from elsewhere.
///
/// - Throws: `UserError` naming file and line of a control character, which would command the
///   terminal that shows the text. A carriage return before a line break is none.
package func requirePrintable(_ text: String, of file: String) throws {
  var line = 1
  var isAfterReturn = false
  for scalar in text.unicodeScalars {
    if isAfterReturn, scalar != "\n" { throw command("\r", file, line) }
    isAfterReturn = scalar == "\r"
    if scalar == "\n" { line += 1 }
    if scalar.isCommand, scalar != "\r" { throw command(scalar, file, line) }
  }
}

private func command(_ scalar: Unicode.Scalar, _ file: String, _ line: Int) -> UserError {
  UserError(
    "\(file):\(line): got the control character \(scalar.codePoint); expected a text without one")
}
