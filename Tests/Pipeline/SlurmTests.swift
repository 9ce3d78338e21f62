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
