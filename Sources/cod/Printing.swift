import Foundation
import Host

/// Prints a text, which may come from a file of anybody's. What would steer a terminal is shown.
func print(_ text: String, terminator: String = "\n") {
  Swift.print(printable(text), terminator: terminator)
}

/// Writes a line to standard error. What would steer a terminal is shown.
func printError(_ line: String) { writeError(printable(line) + "\n") }

/// Writes a text to standard error, and goes on without it where that is closed or full: a message
/// is not worth the work that it is about.
func writeError(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

/// Prints a value as JSON with sorted keys.
///
/// - Parameter isSnakeCase: whether the property exactTail has the key exact_tail.
func printJSON(_ value: some Encodable, isSnakeCase: Bool = false) throws {
  print(try jsonText(value, isSnakeCase: isSnakeCase))
}

/// Prints a value by its name, and what it is.
///
/// - Parameters:
///   - width: of the column of names.
///   - digits: how many of the value are printed.
func printValue(
  _ name: String, _ value: Double, _ meaning: String, width: Int, digits: Int = 6
) {
  let padded = name.padding(toLength: width, withPad: " ", startingAt: 0)
  print("\(padded)\(String(format: "% -14.*g", digits, value))  \(meaning)")
}
