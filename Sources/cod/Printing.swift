import Foundation
import Host

/// Writes a line to standard error.
func printError(_ line: String) { writeError(line + "\n") }

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
