/// Whether a text is a number in decimal digits, as "-0.5", ".5" or "1e-3": no blanks, and none of
/// the other spellings that readers of numbers take, as 0x10, 1_000, 1:30, inf or nan.
package func isDecimal(_ text: some StringProtocol) -> Bool {
  var bytes = text.utf8[...]
  func isSign(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
  /// Passes over digits, and says how many there were.
  func digits() -> Int {
    let count = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    bytes = bytes.dropFirst(count)
    return count
  }
  if isSign(bytes.first) { bytes = bytes.dropFirst() }
  var count = digits()
  if bytes.first == UInt8(ascii: ".") {
    bytes = bytes.dropFirst()
    count += digits()
  }
  guard count > 0 else { return false }
  if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
    bytes = bytes.dropFirst()
    if isSign(bytes.first) { bytes = bytes.dropFirst() }
    guard digits() > 0 else { return false }
  }
  return bytes.isEmpty
}

/// Whether a number in decimal digits begins with a zero that other readers take as the mark of an
/// octal number, as "010".
package func looksOctal(_ text: some StringProtocol) -> Bool {
  let digits = Array(
    text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }.prefix(2))
  return digits.count == 2 && digits[0] == UInt8(ascii: "0")
    && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits[1])
}
