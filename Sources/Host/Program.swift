import Foundation

/// The path of a program on PATH, if it is there.
package func program(_ name: String) -> String? {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// A program, and what it is started with.
package struct Program: Sendable {
  /// The name by which messages call it.
  package let name: String
  let path: String
  package var arguments: [String]
  package var environment = ProcessInfo.processInfo.environment
  /// The folder where it starts, or `nil` for the present one.
  package var folder: String?
  /// The file that it reads as standard input, or `nil` for an empty one.
  package var input: String?
  /// Time after which it hangs, and is stopped.
  package var timeLimit = Duration.seconds(600)
  /// Bytes of output beyond which it is stopped; the run then has more than these.
  package var outputLimit = Int.max

  /// A program of PATH.
  ///
  /// - Parameter purpose: what the message adds if it is missing, as "expected gnuplot 5 or later".
  /// - Throws: `UserError` if it is not there.
  package init(_ name: String, _ arguments: [String], purpose: String? = nil) throws {
    guard let path = program(name) else {
      throw UserError(
        "\(name): not found on PATH\(purpose.map { "; \($0)" } ?? "")", exitCode: 1)
    }
    self.name = name
    self.path = path
    self.arguments = arguments
  }
}
