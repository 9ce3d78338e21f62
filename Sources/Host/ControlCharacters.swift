import Foundation

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

/// A text in which no character steers a terminal: ␛ for the escape, and \u009b for those that
/// Unicode has no picture of. Tabs and line ends stay.
package func printable(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
    guard scalar.properties.generalCategory == .control else { return false }
    return !["\n", "\t"].contains(scalar) && !(scalar == "\r" && next == "\n")
  }
  let scalars = Array(text.unicodeScalars)
  func next(_ i: Int) -> Unicode.Scalar? { i + 1 < scalars.count ? scalars[i + 1] : nil }
  guard scalars.indices.contains(where: { isControl(scalars[$0], before: next($0)) }) else {
    return text
  }
  var shown = String.UnicodeScalarView()
  for (i, scalar) in scalars.enumerated() {
    if !isControl(scalar, before: next(i)) {
      shown.append(scalar)
    } else if scalar.value < 0x20 {
      shown.append(Unicode.Scalar(0x2400 + scalar.value)!)
    } else {
      shown += String(format: "\\u%04x", scalar.value).unicodeScalars
    }
  }
  return String(shown)
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
