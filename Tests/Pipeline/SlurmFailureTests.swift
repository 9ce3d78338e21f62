import Foundation
import TestSupport
import Testing

/// Tasks and nodes of a real Slurm that fail, beside the other suites of Slurm, since all of them
/// wait more than they work.
@Suite(.serialized, .enabled(if: hasSlurm, "Slurm is absent: install slurm-wlm and munge"))
struct SlurmFailureTests {
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
}
