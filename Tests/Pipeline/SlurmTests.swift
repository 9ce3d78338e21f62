import Foundation
import TestSupport
import Testing

/// Studies on a real Slurm: a controller and virtual nodes of one core, started by
/// `Tests/slurm-local`.
@Suite(.serialized, .enabled(if: hasSlurm, "Slurm is absent: install slurm-wlm and munge"))
struct SlurmTests {
  /// Forty tasks, of twenty cells with two chains, in arrays of at most eight, in a folder whose
  /// name a shell could stumble over.
  @Test func theSameFile() async throws {
    try await withSlurm(largestArray: 8) { cluster in
      let expected = try cluster.local().file
      let output = "it's a 'folder' of 100 %a/study.h5"
      let run = try cluster.simulate(Cluster.single, to: output).wait()
      #expect(run.status == 0, "\(run)")
      #expect(run.output.hasPrefix("\(output): 20 cells simulated, 0 taken over, "), "\(run)")
      #expect(try bytes("\(cluster.folder)/\(output)") == expected)
      #expect(try cluster.arrays().count >= 5)
      #expect(
        try cluster.simulate(Cluster.single, to: output).wait().output
          == "\(output): fresh, 20 cells\n")
    }
  }

  /// A cell that cannot be stored fails its task, which is tried three more times; the others are
  /// done once, but for one or two that a busy node loses. Where all are one task, what it fails
  /// with becomes shorter, until nothing else is missing.
  @Test(arguments: [Cluster.single, ["--engine", "slurm"]])
  func oneTaskFails(_ options: [String]) async throws {
    try await withSlurm { cluster in
      let (expected, cells) = try cluster.local()
      let folder = cluster.folder
      let prefixes = cells.filter { $0.utf8.count == 2 }
      let alone = try #require(prefixes.first { a in cells.count { $0.hasPrefix("\(a)/") } == 1 })
      try FileManager.default.createDirectory(
        atPath: "\(folder)/.cells", withIntermediateDirectories: true)
      try write("", to: "\(folder)/.cells/\(alone)")
      let failed = try cluster.simulate(options).wait()
      #expect(failed.status == 1 && failed.output == "", "\(failed)")
      #expect(failed.complaints.count == 1, "\(failed)")
      #expect(failed.errors.contains("no cell came of 3 rounds: "), "\(failed)")
      #expect(failed.errors.contains(".cells/\(alone): File exists; "), "\(failed)")
      #expect(failed.errors.contains("; 1 cells are missing, logs in "), "\(failed)")
      #expect(cluster.stored.count == 19)
      try FileManager.default.removeItem(atPath: "\(folder)/.cells/\(alone)")
      let again = try cluster.simulate(options).wait()
      #expect(again.output.hasPrefix("study.h5: 1 cells simulated, 19 taken over, "), "\(again)")
      try cluster.expectDone(again, expected)
      let tasks = try cluster.slurm("squeue", "--states=all", "--noheader", "--array")
        .split(separator: "\n").count
      let most = 20 + 3 + 1
      #expect(
        options == Cluster.single ? (2 * most..<3 * most).contains(tasks) : tasks < most,
        "\(tasks)")
    }
  }

  /// A node dies in mid-task; what it had begun is done by the other one.
  @Test func aNodeDies() async throws {
    try await withSlurm(twentyLongCells) { cluster in
      let expected = try cluster.local().file
      let running = try cluster.simulate(Cluster.single)
      defer { kill(running.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "a cell") { !cluster.stored.isEmpty }
      try cluster.node("kill", "n1")
      let run = running.wait()
      #expect(run.output.hasPrefix("study.h5: 20 cells simulated, 0 taken over, "), "\(run)")
      try cluster.expectDone(run, expected)
      let arrays = try cluster.arrays()
      #expect(
        (2...4).contains(arrays.count), "the dead task's cell was submitted again, alone: \(arrays)"
      )
    }
  }

  /// Chains of one cell side by side, then again at twice the spacing, then ladders. A task goes on
  /// to the next round where it finds the other's chain, and else leaves that to another array.
  @Test func roundsOfOneCell() async throws {
    let text = study(
      widths: "40", datasets: 1, sampler: "warmup: 200, draws: 12, doublings: 1, replicas: 3")
    try await withSlurm(text) { cluster in
      let expected = try cluster.local().file
      let run = try cluster.simulate(Cluster.single).wait()
      #expect(run.output.hasPrefix("study.h5: 1 cells simulated, 0 taken over, "), "\(run)")
      try cluster.expectDone(run, expected)
      let tasks = try cluster.slurm("squeue", "--states=all", "--noheader", "--array")
        .split(separator: "\n").count
      #expect(tasks >= 2, "one for each chain: \(tasks)")
      let parts = "\(cluster.folder)/.cells/parts"
      #expect(try FileManager.default.contentsOfDirectory(atPath: parts) == [])
    }
  }

  @Test func cancelledAndContinued() async throws {
    try await withSlurm { cluster in
      let expected = try cluster.local().file
      let running = try cluster.simulate(Cluster.single)
      defer { kill(running.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "a cell") { !cluster.stored.isEmpty }
      _ = try cluster.slurm("scancel", "--user=\(NSUserName())")
      let cancelled = running.wait()
      #expect(cancelled.status == 1 && cancelled.output == "", "\(cancelled)")
      #expect(cancelled.errors.contains(": cancelled; "), "\(cancelled)")
      let done = cluster.stored.count
      #expect((1..<20).contains(done))
      let again = try cluster.simulate(Cluster.single).wait()
      #expect(
        again.output.hasPrefix("study.h5: \(20 - done) cells simulated, \(done) taken over, "),
        "\(again)")
      try cluster.expectDone(again, expected)
    }
  }
}
