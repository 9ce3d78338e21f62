import Execution
import Foundation
import Host
import Testing

/// The real tool, as it was built beside these tests.
package let tool: URL = {
  // On macOS the tests are a bundle in the folder of the products, elsewhere a program in it.
  let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
  let folders = [bundle?.bundleURL.deletingLastPathComponent(), Bundle.main.bundleURL]
  return folders.compactMap { $0?.appending(path: "cod") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? URL(filePath: "cod")
}()

/// What a command did.
package struct Run {
  package let status: Int32
  package let output: String
  package let errors: String

  package init(status: Int32, output: String, errors: String) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// Lines of standard error that are not progress.
  package var complaints: [String] {
    errors.split(separator: "\n").map(String.init).filter { !$0.contains(" % of the work") }
  }
}

/// Runs a program to its end.
package func run(
  _ program: URL, _ arguments: [String], in folder: String? = nil,
  environment: [String: String] = [:]
) throws -> Run {
  let running = try start(program, arguments, in: folder, environment: environment)
  return running.wait()
}

/// Runs `cod` to its end.
package func cod(
  _ arguments: String..., in folder: String? = nil, environment: [String: String] = [:]
) throws -> Run {
  try run(tool, arguments, in: folder, environment: environment)
}

/// The same with a list of arguments.
package func cod(
  arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
) throws -> Run {
  try run(tool, arguments, in: folder, environment: environment)
}

/// A program that runs.
package struct Running {
  package let process: Process
  fileprivate let output: URL
  fileprivate let errors: URL

  /// Waits for its end.
  package func wait() -> Run {
    process.waitUntilExit()
    defer {
      for file in [output, errors] { try? FileManager.default.removeItem(at: file) }
    }
    func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "?" }
    return Run(
      status: process.terminationStatus, output: text(output), errors: text(errors))
  }
}

/// Starts a program. Its output goes to files, which unlike pipes cannot fill.
package func start(
  _ program: URL, _ arguments: [String], in folder: String? = nil,
  environment: [String: String] = [:]
) throws -> Running {
  func scratch() throws -> (URL, FileHandle) {
    let file = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
    try Data().write(to: file)
    return (file, try FileHandle(forWritingTo: file))
  }
  let (output, errors) = (try scratch(), try scratch())
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  if let folder { process.currentDirectoryURL = URL(filePath: folder) }
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output.1
  process.standardError = errors.1
  try process.run()
  return Running(process: process, output: output.0, errors: errors.0)
}

/// Expects a failure: an exit code, nothing on standard output, one line on standard error.
package func expectFailure(
  _ run: Run, _ status: Int32, saying words: String,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(run.status == status, "exit code; \(run)", sourceLocation: location)
  #expect(run.output == "", "standard output is for results", sourceLocation: location)
  #expect(run.complaints.count == 1, "expected one line: \(run.errors)", sourceLocation: location)
  #expect(
    run.errors.contains(words), "got \(run.errors), expected \(words)", sourceLocation: location)
}

/// A program on PATH.
package func program(_ name: String) -> URL? {
  ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
    .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    .map { URL(filePath: $0) }
}

/// A study of tiny cells.
package func study(
  widths: String = "[3, 5]", datasets: Int = 2, sampler: String = "warmup: 20, draws: 12"
)
  -> String
{
  """
  question: Is it tiny?
  source: a test
  network: {kind: two-layer, activation: erf, dimension: 4, width: \(widths)}
  target: {kind: hermite, degree: 3}
  data: {samples: 10, datasets: \(datasets)}
  ridge: 0.1
  sampler: {kind: hmc, chains: {cold: 1, planted: 1}, \(sampler)}

  """
}
