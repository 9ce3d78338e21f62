import ArgumentParser
import Execution
import Foundation
import Host
import Studies

/// Where a study is simulated, and what a cluster is asked for.
struct ClusterArguments: ParsableArguments {
  enum Engine: String, ExpressibleByArgument, CaseIterable { case local, slurm }

  @Option(help: "Where cells are simulated: on this machine, or by Slurm as job arrays.")
  var engine = Engine.local

  @Option(help: "The partition of Slurm. (default: the cluster's)")
  var partition: String?

  @Option(help: "The time limit of a task, as Slurm spells it. (default: from the estimate)")
  var time: String?

  @Option(help: "The largest number of tasks in one array. (default: the cluster's limit)")
  var arrayLimit: Int?

  @Option(help: "The largest number of tasks at once. (default: no limit of our own)")
  var maxParallel: Int?

  @Option(help: "Minutes that a task should take. (default: 15)")
  var taskMinutes: Double?

  @Flag(help: "Return after submission. A job that merges the cells follows by itself.")
  var detach = false

  /// What Slurm is asked, or `nil` if it is not.
  ///
  /// - Throws: `UserError` if an option is out of range, or needs Slurm and there is none.
  func slurm(
    study: String, output: String, smoke: Bool, workers: Int?, checkpointMinutes: Double,
    whole: Bool
  ) throws -> SlurmOptions? {
    guard engine == .slurm else {
      let given: [(String, Bool)] = [
        ("partition", partition != nil), ("time", time != nil), ("array-limit", arrayLimit != nil),
        ("max-parallel", maxParallel != nil), ("task-minutes", taskMinutes != nil),
        ("detach", detach),
      ]
      if let (name, _) = given.first(where: \.1) {
        throw UserError("--\(name): expected --engine slurm beside it")
      }
      return nil
    }
    guard whole else { throw UserError("--engine slurm: expected no --shard beside it") }
    func positive(_ name: String, _ value: Int?) throws -> Int? {
      if let value, value < 1 {
        throw UserError("--\(name): got '\(value)'; expected a positive integer")
      }
      return value
    }
    if let taskMinutes, !(taskMinutes > 0 && taskMinutes.isFinite) {
      throw UserError("--task-minutes: got '\(taskMinutes)'; expected a positive number")
    }
    // A task starts in a folder of its own.
    func absolute(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.path
    }
    let tool = Foundation.Bundle.main.executablePath ?? absolute(CommandLine.arguments[0])
    var options = SlurmOptions(
      command: [tool, "simulate", absolute(study), "-o", absolute(output)]
        + (smoke ? ["--smoke"] : []) + ["--checkpoint-minutes", checkpointMinutes.spelt])
    options.partition = partition
    options.time = try time.map { time in try value(of: "--time") { try TimeLimit(time) } }
    options.arrayLimit = try positive("array-limit", arrayLimit)
    options.maxParallel = try positive("max-parallel", maxParallel)
    options.taskMinutes = taskMinutes ?? options.taskMinutes
    options.detach = detach
    options.workers = workers ?? 1
    options.options = [
      ("--partition", partition), ("--time", time), ("--array-limit", arrayLimit.map { "\($0)" }),
      ("--max-parallel", maxParallel.map { "\($0)" }),
      ("--task-minutes", taskMinutes.map { "\($0)" }), ("--workers", workers.map { "\($0)" }),
    ].flatMap { name, value in value.map { [name, $0] } ?? [] }
    return options
  }
}
