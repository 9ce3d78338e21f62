import Foundation
import Synchronization
import TestSupport
import Testing

/// A Slurm of one's own, in a folder with a study, `study.yml`.
struct Cluster {
  /// Tasks of one chain, whatever the machine.
  static let single = ["--engine", "slurm", "--task-minutes", "0.00001"]

  let folder: String
  private var script: URL { URL(filePath: "\(projectFolder)/Tests/slurm-local") }
  private var own: String { "\(folder)/slurm" }
  private var environment: [String: String] { ["SLURM_CONF": "\(own)/slurm.conf"] }

  init(folder: String) { self.folder = folder }

  func start(largestArray: Int) throws {
    let run = try run(
      script, ["start", own, "2"], environment: ["MAX_ARRAY_SIZE": "\(largestArray)"])
    try #require(run.status == 0, "\(run)")
  }

  func stop() {
    let left = try? run(script, ["stop", own])
    #expect(left?.status == 0, "\(String(describing: left))")
  }

  /// - Returns: what the script says.
  @discardableResult
  func node(_ command: String, _ node: String) throws -> String {
    let run = try run(script, [command, own, node])
    #expect(run.status == 0, "\(run)")
    return run.output
  }

  /// Waits for a task on a node, and has it stand still.
  func stopTask(on node: String) throws -> (process: pid_t, job: String) {
    let words = try self.node("stop-task", node).split(whereSeparator: \.isWhitespace)
    try #require(words.count == 2, "\(words)")
    return (try #require(pid_t(words[0])), String(words[1]))
  }

  /// Starts cod simulate of the study.
  ///
  /// - Parameter programs: a folder that is searched before all others.
  func simulate(
    _ arguments: [String], to output: String = "study.h5", programs: String? = nil
  ) throws -> Running {
    var environment = environment
    if let programs {
      environment["PATH"] = "\(programs):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    }
    return try TestSupport.start(
      tool, ["simulate", "study.yml", "-o", output] + arguments, in: folder,
      environment: environment)
  }

  /// A folder with an sbatch in which some lines of bash come before the real one. Calls are in
  /// `arguments` there.
  func programs(_ lines: String) throws -> String {
    let folder = "\(folder)/programs"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write(
      """
      #!/bin/bash
      PATH=${PATH#*:}
      echo "$@" >> '\(folder)/arguments'
      calls=$(wc -l < '\(folder)/arguments')
      \(lines)
      exec sbatch "$@"
      """, to: "\(folder)/sbatch")
    try #require(chmod("\(folder)/sbatch", 0o755) == 0)
    return folder
  }

  /// A minute, the least there is.
  func setTimeLimit(of job: String) throws {
    let update = try run(
      URL(filePath: "/usr/bin/env"), ["scontrol", "update", "JobId=\(job)", "TimeLimit=1"],
      in: folder, environment: environment)
    try #require(update.status == 0, "\(update)")
  }

  /// State and exit code of a job as Slurm tells them, "TIMEOUT 0:0".
  func ending(of job: String) throws -> String {
    let shown = try slurm("scontrol", "show", "job", "--oneliner", job)
    let match = try #require(
      shown.firstMatch(of: #/ JobState=(\w+).* ExitCode=(\d+:\d+)/#), "\(shown)")
    return "\(match.1) \(match.2)"
  }

  func cod(_ arguments: String...) throws -> Run {
    try run(tool, arguments, in: folder, environment: environment)
  }

  /// What a command of Slurm says.
  func slurm(_ arguments: String...) throws -> String {
    let run = try run(
      URL(filePath: "/usr/bin/env"), arguments, in: folder, environment: environment)
    #expect(run.status == 0, "\(arguments): \(run)")
    return run.output
  }

  /// Numbers of all arrays that were ever submitted.
  func arrays() throws -> Set<Substring> {
    Set(
      try slurm("squeue", "--states=all", "--noheader", "--format=%F %j").split(separator: "\n")
        .filter { !$0.hasSuffix("-merge") }.map { $0.split(separator: " ")[0] })
  }

  var stored: [String] {
    (FileManager.default.subpaths(atPath: "\(folder)/.cells") ?? []).filter {
      $0.hasSuffix(".cell")
    }
  }

  /// Waits until a condition holds.
  func wait(for what: String, _ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now.advanced(by: .seconds(120))
    while try !condition() {
      try #require(ContinuousClock.now < end, "waited for \(what)")
      usleep(100_000)
    }
  }

  /// What the study gives on this machine alone: the bytes of its file, and the names of its cells.
  func local() throws -> (file: Data, cells: [String]) {
    try Self.alone.withLock { known in
      let text = try String(contentsOfFile: "\(folder)/study.yml", encoding: .utf8)
      if let found = known[text] { return found }
      let run = try simulate(["--workers", "2"], to: "local/study.h5").wait()
      try #require(run.status == 0, "\(run)")
      let found = (
        file: try bytes("\(folder)/local/study.h5"),
        cells: FileManager.default.subpaths(atPath: "\(folder)/local/.cells") ?? []
      )
      known[text] = found
      return found
    }
  }

  /// By the study's text, for all clusters of the tests.
  private static let alone = Mutex<[String: (file: Data, cells: [String])]>([:])

  /// Expects the study file to be there, and nothing else of the submission.
  func expectDone(_ run: Run, _ expected: Data) throws {
    #expect(run.status == 0, "\(run)")
    #expect(try bytes("\(folder)/study.h5") == expected, "\(run)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/.slurm"))
  }
}

/// A cluster for the time of `body`, which waits on a thread of its own.
///
/// - Parameter text: its study.
func withSlurm(
  _ text: String = twentyCells, largestArray: Int = 101,
  _ body: @escaping @Sendable (Cluster) throws -> Void
) async throws {
  try await onOwnThread {
    try withFolder { folder in
      let cluster = Cluster(folder: folder)
      defer { cluster.stop() }
      try cluster.start(largestArray: largestArray)
      try write(text, to: "\(folder)/study.yml")
      try body(cluster)
    }
  }
}

/// Of a tenth of a second each.
let twentyCells = study(
  widths: "[40, 44, 48, 52, 56]", datasets: 4,
  sampler: "warmup: 200, draws: 3000, thin: 150, doublings: 0")

/// With four times the draws: a task is caught before it ends, on a busy machine too.
let twentyLongCells = twentyCells.with("draws: 3000, thin: 150", as: "draws: 12000, thin: 600")

/// Whether a cluster of one's own can be had here.
let hasSlurm = ["munged", "slurmctld", "slurmd", "sbatch"].allSatisfy { program in
  (ProcessInfo.processInfo.environment["PATH", default: ""] + ":/usr/sbin").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}
