import Foundation
import TestSupport
import Testing

/// Studies on a real Slurm that nobody waits for, or more than one.
@Suite(.serialized, .enabled(if: hasSlurm, "Slurm is absent: install slurm-wlm and munge"))
struct SlurmDetachTests {
  /// The second finds the first one's array; one that is detached merges by itself.
  @Test func twoSubmissions() async throws {
    try await withSlurm { cluster in
      let expected = try cluster.local().file
      let detached = try cluster.simulate(Cluster.single + ["--detach"]).wait()
      #expect(detached.status == 0, "\(detached)")
      #expect(detached.output.hasPrefix("study.h5: Slurm job "), "\(detached)")
      let status = try cluster.cod("status", "study.yml")
      #expect(status.output.contains(#/; Slurm job \d+: \d+ running, \d+ waiting\n/#), "\(status)")
      let again = try cluster.simulate(Cluster.single + ["--detach"]).wait()
      #expect(again.output == detached.output)
      let waiting = try cluster.simulate(Cluster.single).wait()
      try cluster.wait(for: "the merge") {
        try cluster.slurm("squeue", "--noheader").isEmpty
      }
      try cluster.expectDone(waiting, expected)
      #expect(try cluster.arrays().count == 1)
    }
  }

  /// Whoever submitted the array, with --detach a job merges after it.
  @Test func detachedFromOneThatWaited() async throws {
    try await withSlurm { cluster in
      let expected = try cluster.local().file
      let waiting = try cluster.simulate(Cluster.single)
      defer { kill(waiting.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "an array") { try !cluster.arrays().isEmpty }
      kill(waiting.process.processIdentifier, SIGKILL)
      _ = waiting.wait()
      let detached = try cluster.simulate(Cluster.single + ["--detach"]).wait()
      #expect(detached.output.hasPrefix("study.h5: Slurm job "), "\(detached)")
      try cluster.wait(for: "the file") {
        FileManager.default.fileExists(atPath: "\(cluster.folder)/study.h5")
      }
      try cluster.wait(for: "the end of the merging job") {
        try cluster.slurm("squeue", "--noheader").isEmpty
      }
      try cluster.expectDone(detached, expected)
      #expect(try cluster.arrays().count == 1)
    }
  }

  /// Without anybody waiting for it, a failure in between included.
  @Test func detached() async throws {
    try await withSlurm(twentyLongCells) { cluster in
      let expected = try cluster.local().file
      let run = try cluster.simulate(Cluster.single + ["--detach"]).wait()
      #expect(run.status == 0, "\(run)")
      try cluster.node("kill-task", "n2")
      try cluster.wait(for: "the file") {
        FileManager.default.fileExists(atPath: "\(cluster.folder)/study.h5")
      }
      try cluster.wait(for: "the end of the merging job") {
        try cluster.slurm("squeue", "--noheader").isEmpty
      }
      try cluster.expectDone(run, expected)
      let arrays = try cluster.arrays()
      #expect(arrays.count == 2, "\(arrays)")
      #expect(
        try cluster.cod("status", "study.yml").output == "study.h5: fresh\n")
    }
  }
}
