import Foundation

/// What a program said that has run to its end.
package struct ProgramRun: Sendable {
  package let status: Int32
  package let output: String
  /// The first line of standard error.
  package let complaint: String

  /// - Throws: `UserError` if it is not on PATH.
  package init(_ name: String, _ arguments: [String], environment: [String: String]) throws {
    guard let path = program(name) else {
      throw UserError("\(name): not found on PATH", exitCode: 1)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment
    let (results, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = results
    process.standardError = errors
    try process.run()
    // What these programs complain of fits into a pipe; what they list may not.
    let said = results.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: said, as: UTF8.self)
    complaint =
      String(decoding: complaints, as: UTF8.self).split(separator: "\n").first.map(String.init)
      ?? "exit code \(status)"
  }
}
