import Foundation
import TestSupport
import Testing

/// What the limits of a real Slurm do to tasks, and what the next submission makes of it.
@Suite(.serialized, .enabled(if: hasSlurm, "Slurm is absent: install slurm-wlm and munge"))
struct SlurmLimitTests {
  /// Of two seconds each.
  let fourCells = study(
    widths: "[40, 44]", datasets: 2,
    sampler: "warmup: 200, draws: 40000, thin: 2000, doublings: 0")

  /// Slurm ends a task whose time is over, here one that hangs; its chain is submitted again,
  /// alone. A minute is the shortest time.
  @Test func outOfTime() async throws {
    try await withSlurm(fourCells) { cluster in
      let expected = try cluster.local().file
      let programs = try cluster.programs(
        """
        ((calls > 1)) || sed -i '2i trap "" USR1; ((SLURM_ARRAY_TASK_ID)) || sleep 300' "${@: -1}"
        """)
      let running = try cluster.simulate(Cluster.single, programs: programs)
      defer { kill(running.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "an array") { try !cluster.arrays().isEmpty }
      let task = "\(try #require(try cluster.arrays().first))_0"
      try cluster.wait(for: "a task") { try cluster.ending(of: task).hasPrefix("RUNNING ") }
      try cluster.setTimeLimit(of: task)
      let run = running.wait()
      #expect(run.output.hasPrefix("study.h5: 4 cells simulated, 0 taken over, "), "\(run)")
      try cluster.expectDone(run, expected)
      let ending = try cluster.ending(of: task)
      #expect(ending.hasPrefix("TIMEOUT "))
      let tasks = try cluster.slurm("squeue", "--states=all", "--noheader", "--array")
      #expect(tasks.split(separator: "\n").count == 2 * 4 + 1, "\(tasks)")
    }
  }

  /// A minute before, Slurm warns the task, and has it continue: it saves the chain that it is at,
  /// and ends.
  @Test func nearlyOutOfTime() async throws {
    try await withSlurm(fourCells) { cluster in
      let expected = try cluster.local().file
      let running = try cluster.simulate(["--engine", "slurm"])
      defer { kill(running.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "a cell") { !cluster.stored.isEmpty }
      let task = try cluster.stopTask(on: "n1")
      #expect((1..<4).contains(cluster.stored.count))
      try cluster.setTimeLimit(of: task.job)
      let run = running.wait()
      #expect(run.output.hasPrefix("study.h5: 4 cells simulated, 0 taken over, "), "\(run)")
      try cluster.expectDone(run, expected)
      let ending = try cluster.ending(of: task.job)
      #expect(ending == "FAILED 3:0")
      #expect((2...4).contains(try cluster.arrays().count))
    }
  }

  /// Slurm ends a task that takes more memory than was asked for; here far too little is asked for,
  /// once.
  @Test func outOfMemory() async throws {
    try await withSlurm(fourCells) { cluster in
      let expected = try cluster.local().file
      let programs = try cluster.programs(
        #"((calls > 1)) || set -- "${@/#--mem=*/--mem=5M}""#)
      let running = try cluster.simulate(["--engine", "slurm"], programs: programs)
      defer { kill(running.process.processIdentifier, SIGKILL) }
      let run = running.wait()
      #expect(run.output.hasPrefix("study.h5: 4 cells simulated, 0 taken over, "), "\(run)")
      try cluster.expectDone(run, expected)
      let first = try #require(try cluster.arrays().min())
      let ending = try cluster.ending(of: String(first))
      // With cgroups Slurm itself sees it.
      #expect(ending == "FAILED 0:9" || ending.hasPrefix("OUT_OF_MEMORY "))
      let asked = try String(contentsOfFile: "\(programs)/arguments", encoding: .utf8)
        .matches(of: #/--mem=(\d+)M/#).map { Int($0.1)! }
      // Twice the estimate, rounded up, and 200 MB for the tool itself.
      try #require(asked.count == 2)
      #expect((0...1).contains(2 * (asked[0] - 200) - (asked[1] - 200)), "\(asked)")
    }
  }
}
