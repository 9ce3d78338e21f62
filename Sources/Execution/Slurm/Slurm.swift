import Foundation
import Host

/// The commands of Slurm that are used: sbatch, squeue, scontrol. An accounting database
/// is not needed.
package enum Slurm {
  /// What is submitted: a script, as an array of tasks or as one job.
  struct Job {
    let name: String
    let script: String
    /// The folder in which the job runs, and which has its log.
    let folder: String
    /// The name of its log, a pattern of sbatch.
    let log: String
    /// Indices 0 … tasks − 1, or `nil` for one job.
    var tasks: Int?
    /// How many of the tasks run at once at the most.
    var parallel: Int?
    /// The jobs after whose end, good or bad, this one begins.
    var after: [String] = []
    var partition: String?
    let time: String
    let cores: Int
    let megabytes: Int

    var arguments: [String] {
      var list = [
        "--parsable", "--job-name=\(name)", "--chdir=\(folder)", "--output=\(log)",
        "--open-mode=append", "--no-requeue", "--ntasks=1", "--cpus-per-task=\(cores)",
        "--mem=\(megabytes)M", "--time=\(time)",
      ]
      if let tasks {
        let limit = parallel.map { "%\($0)" } ?? ""
        list += ["--array=0-\(tasks - 1)\(limit)", "--signal=B:USR1@60"]
      }
      if !after.isEmpty { list.append("--dependency=afterany:\(after.joined(separator: ":"))") }
      if let partition { list.append("--partition=\(partition)") }
      return list + [script]
    }
  }

  /// A task that is queued or runs.
  package struct Task: Hashable, Sendable {
    package let job: String
    /// The task's number within its array; 0 for a single job.
    package let index: Int
    package let isRunning: Bool
  }

  static var isInstalled: Bool { program("sbatch") != nil }
  static var hasQueue: Bool { program("squeue") != nil }

  /// A command of Slurm. A controller that is busy takes seconds; a minute is that of one that
  /// hangs.
  private static func command(_ name: String, _ arguments: [String]) throws -> Program {
    var program = try Program(name, arguments)
    program.environment = environment
    program.timeLimit = .seconds(60)
    return program
  }

  /// - Returns: the job's number.
  /// - Throws: `UserError` with what sbatch says.
  static func submit(_ job: Job) async throws -> String {
    let run = try await command("sbatch", job.arguments).run()
    guard run.succeeded else { throw UserError("sbatch: \(run.complaint)", exitCode: 1) }
    guard let number = number(ofJobSubmitted: run.text) else {
      throw UserError(
        "sbatch: got \(shown(String(run.text.prefix(120)))); expected the number of a job",
        exitCode: 1)
    }
    return number
  }

  /// The number of a job from what `sbatch --parsable` writes: a line that is a number, or
  /// number;cluster. A site's own notices may stand around it.
  package static func number(ofJobSubmitted text: String) -> String? {
    text.split(whereSeparator: \.isNewline).lazy.map { $0.trimmingCharacters(in: .whitespaces) }
      .compactMap { $0.wholeMatch(of: #/([0-9]+)(;\S+)?/#).map { String($0.1) } }.first
  }

  /// The tasks of a name that are queued or run.
  ///
  /// - Throws: `UserError` if the controller does not answer.
  static func active(named name: String) async throws -> [Task] {
    try tasks(of: await queue(of: name).run())
  }

  /// The same for callers that may wait.
  static func active(named name: String) throws -> [Task] {
    try tasks(of: queue(of: name).run())
  }

  private static func queue(of name: String) throws -> Program {
    try command("squeue", ["--noheader", "--array", "--name=\(name)", "--format=%F|%K|%T"])
  }

  private static func tasks(of queue: ProgramRun) throws -> [Task] {
    guard queue.succeeded else { throw UserError("squeue: \(queue.complaint)", exitCode: 1) }
    return tasks(listed: queue.text)
  }

  /// From what squeue lists: array, index and state, a line a task.
  package static func tasks(listed text: String) -> [Task] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 3 else { return nil }
      let waiting = ["PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED"]
      return Task(
        job: fields[0], index: Int(fields[1]) ?? 0, isRunning: !waiting.contains(fields[2]))
    }
  }

  /// What Slurm calls those tasks of an array, all in one, that were cancelled before they ran.
  package static let neverRan = 4_294_967_294

  /// State and exit code of the tasks of an array that Slurm has not forgotten, by index.
  static func endings(of job: String) async -> [Int: (state: String, exitCode: String)] {
    // A controller that is busy does not answer at once.
    for _ in 0..<5 {
      guard let run = try? await command("scontrol", ["show", "job", "--oneliner", job]).run(),
        !run.complaint.contains("Invalid job id")
      else { break }
      if run.succeeded { return endings(shown: run.text) }
      try? await _Concurrency.Task.sleep(for: .seconds(1))
    }
    return [:]
  }

  /// From what `scontrol show job --oneliner` shows, a line a task.
  package static func endings(shown text: String) -> [Int: (state: String, exitCode: String)] {
    var all: [Int: (state: String, exitCode: String)] = [:]
    for line in text.split(separator: "\n") {
      guard let tasks = line.firstMatch(of: #/ ArrayTaskId=([0-9,-]+)/#)?.1,
        let state = line.firstMatch(of: #/ JobState=([A-Z_]+)/#)?.1
      else { continue }
      let code = line.firstMatch(of: #/ ExitCode=(\d+:\d+)/#)?.1 ?? "0:0"
      // Tasks that never ran share a line: "3-5,8".
      for range in tasks.split(separator: ",") {
        let ends = range.split(separator: "-").compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, first <= last else { continue }
        for index in first...last { all[index] = (String(state), String(code)) }
      }
    }
    return all
  }

  /// Tasks in the largest array that this cluster takes.
  static var largestArray: Int {
    get async {
      let run = try? await command("scontrol", ["show", "config"]).run()
      return run.flatMap { largestArray(shown: $0.text) } ?? 1000
    }
  }

  /// From what `scontrol show config` shows: MaxArraySize is one more than the largest index.
  package static func largestArray(shown text: String) -> Int? {
    text.firstMatch(of: #/MaxArraySize\s*=\s*(\d+)/#).flatMap { Int($0.1) }.map { max(1, $0) }
  }

  /// Without what a job is told of itself, which sbatch would take for options.
  private static var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter {
      (!$0.key.hasPrefix("SLURM_") || $0.key.hasPrefix("SLURM_CONF"))
        // What would hide tasks from us, or send them elsewhere.
        && !$0.key.hasPrefix("SQUEUE_") && $0.key != "SBATCH_CLUSTERS"
    }
  }
}
