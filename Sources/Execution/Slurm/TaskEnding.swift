import Foundation
import Host

/// How a task of a job array ended, as far as Slurm and the task's log tell. Whether its cells are
/// simulated is another question, which their files answer.
package enum TaskEnding: Hashable, Sendable {
  case completed
  /// Stopped when asked to since its time was nearly over, or beyond it.
  case timeout
  case outOfMemory
  /// The node failed or was taken away.
  case nodeFailure
  /// By somebody.
  case cancelled
  /// Ended with an error: what it said last.
  case failed(String)
  /// Neither Slurm nor a log knows.
  case unknown

  /// - Parameters:
  ///   - state: JobState of `scontrol show job`, or `nil` where Slurm has forgotten the task.
  ///   - exitCode: its ExitCode, "status:signal". - log: the end of what the task wrote.
  package init(state: String?, exitCode: String?, log: String) {
    switch state {
    case "COMPLETED": self = .completed
    case "TIMEOUT", "DEADLINE": self = .timeout
    case "OUT_OF_MEMORY": self = .outOfMemory
    case "NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED": self = .nodeFailure
    // Without cgroups Slurm's own watch on memory cancels; only the log says why.
    case "CANCELLED": self = Self.traced(in: log) ?? .cancelled
    case "FAILED":
      // By itself, or by the signal, Linux' SIGUSR1, if that came before it had begun.
      if exitCode == "\(StoppedRun.code):0" || exitCode == "0:10" {
        self = .timeout
      } else if exitCode?.hasSuffix(":9") == true || exitCode == "137:0" {
        // The kernel kills so where memory runs out, and Slurm does not always see it.
        self = Self.traced(in: log) ?? .outOfMemory
      } else {
        self =
          Self.traced(in: log) ?? .failed(Self.lastLine(of: log) ?? "exit code \(exitCode ?? "?")")
      }
    default:
      self = Self.traced(in: log) ?? Self.lastLine(of: log).map(Self.failed) ?? .unknown
    }
  }

  /// What slurmstepd writes into a task's log when it ends it, and the task when it stops.
  private static func traced(in log: String) -> TaskEnding? {
    let marks: [(String, TaskEnding)] = [
      ("DUE TO TIME LIMIT", .timeout), (StoppedRun.mark, .timeout),
      ("DUE TO NODE FAILURE", .nodeFailure), ("DUE TO PREEMPTION", .nodeFailure),
      ("DUE TO JOB REQUEUE", .nodeFailure), ("oom-kill", .outOfMemory),
      ("oom_kill", .outOfMemory), ("Out Of Memory", .outOfMemory),
      ("exceeded memory limit", .outOfMemory), ("Exceeded job memory limit", .outOfMemory),
      ("CANCELLED AT", .cancelled),
    ]
    // The last run's: a task that was requeued goes on in the same log.
    return marks.compactMap { mark, ending in
      log.range(of: mark, options: .backwards).map { (place: $0.lowerBound, ending) }
    }.max { $0.place < $1.place }?.1
  }

  private static func lastLine(of log: String) -> String? {
    log.split(separator: "\n").last.map { String($0.trimmingPrefix("cod: ")) }
  }
}

/// What the rounds of a submission have taught: what the next one asks for.
package struct Lessons: Codable, Hashable, Sendable {
  /// Times the estimate that cells take, and that they need.
  package private(set) var slowness = 1.0
  package private(set) var memory = 1.0
  /// Seconds that a task is to take at the most, if any failed: a cell that fails takes those
  /// behind it with it, so tasks become shorter.
  package internal(set) var seconds: Double?
  /// Rounds in a row that brought no cell, and no lesson either.
  var idle = 0

  package init() {}

  private static let mostSlowness = 64.0
  private static let mostMemory = 16.0
  private static let mostIdle = 2

  /// Learns from tasks whose cells are not all there.
  ///
  /// - Parameters:
  ///   - progress: whether the round brought any cell, or went on with one. - taskSeconds: what its
  ///     tasks were to take.
  /// - Throws: `UserError` where another round would be in vain.
  package mutating func learn(
    from endings: [TaskEnding], progress: Bool, taskSeconds: Double?
  ) throws {
    if endings.contains(.cancelled) {
      throw UserError("cancelled", exitCode: 1)
    }
    var learned = false
    // What is left of a task that went on is less.
    if endings.contains(.timeout), !progress {
      slowness *= 2
      learned = true
      guard slowness <= Self.mostSlowness else {
        throw UserError(
          "out of time, even at \(Int(Self.mostSlowness)) times the estimate; expected a longer --time",
          exitCode: 1)
      }
    }
    if endings.contains(.outOfMemory) {
      memory *= 2
      learned = true
      guard memory <= Self.mostMemory else {
        throw UserError(
          "out of memory, even at \(Int(Self.mostMemory)) times the estimate", exitCode: 1)
      }
    }
    // Where all of many fail it is not for a cell's sake.
    if endings.contains(where: { if case .failed = $0 { true } else { false } }),
      progress || endings.count == 1
    {
      seconds = taskSeconds.map { $0 / 8 }
    }
    idle = progress || learned ? 0 : idle + 1
    guard idle <= Self.mostIdle else {
      throw UserError(
        "no cell came of \(idle) rounds: \(endings.first?.text ?? "not submitted")", exitCode: 1)
    }
  }
}

extension TaskEnding {
  var text: String {
    switch self {
    case .completed: "ended well, but its cells are not there: is their folder shared by all nodes?"
    case .timeout: "out of time"
    case .outOfMemory: "out of memory"
    case .nodeFailure: "node failure"
    case .cancelled: "cancelled"
    case .failed(let line): line
    case .unknown: "it left no trace"
    }
  }
}
