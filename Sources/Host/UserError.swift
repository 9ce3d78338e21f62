/// Something that the user can mend: one line that names the file, the key, the value and what was
/// expected.
package struct UserError: Error, CustomStringConvertible, Sendable {
  package let description: String
  /// The tool's exit code: 2 for bad usage or input, 1 for a check or an operation that failed.
  package let exitCode: Int32

  package init(_ description: String, exitCode: Int32 = 2) {
    self.description = description
    self.exitCode = exitCode
  }
}
