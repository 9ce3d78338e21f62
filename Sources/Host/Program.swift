import Foundation

/// The path of a program on PATH, if it is there.
package func program(_ name: String) -> String? {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// What git says in a folder.
///
/// - Throws: `UserError` with its own words.
package func gitOutput(_ arguments: [String], in folder: String) throws -> Data {
  guard let executable = program("git") else {
    throw UserError(
      "git: not found on PATH; expected it, as \(folder) is a repository", exitCode: 1)
  }
  let process = Process()
  let (output, errors) = (Pipe(), Pipe())
  process.executableURL = URL(fileURLWithPath: executable)
  process.arguments = ["-C", folder] + arguments
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  let bytes = output.fileHandleForReading.readDataToEndOfFile()
  let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    let reason = said.split(separator: "\n").first ?? "exit code \(process.terminationStatus)"
    throw UserError("\(folder): git: \(reason)", exitCode: 1)
  }
  return bytes
}
