/// Something that the user can mend: one line that names the file, the key, the value and what was
/// expected.
public struct UserError: Error, CustomStringConvertible, Sendable {
  public let description: String
  /// The tool's exit code: 2 for bad usage or input, 1 for a check or an operation that failed.
  public let exitCode: Int32

  public init(_ description: String, exitCode: Int32 = 2) {
    self.description = description
    self.exitCode = exitCode
  }
}
