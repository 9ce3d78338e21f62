import Foundation
import Testing

/// Studies on a real Slurm: a controller and virtual nodes of one core, started by `Tests/slurm-local`.
@Suite(.serialized, .enabled(if: hasSlurm, "Slurm is absent: install slurm-wlm and munge"))
struct SlurmTests {
  /// Twenty cells that take a while.
  let text = study(
    widths: "[40, 44, 48, 52, 56]", datasets: 4,
    sampler: "warmup: 200, draws: 10000, thin: 500, doublings: 0")
  /// Tasks of one cell, whatever the machine.
  let single = ["--engine", "slurm", "--task-minutes", "0.00001"]

  /// A cluster for the time of `body`.
  func withSlurm(largestArray: Int = 101, _ body: (Cluster) throws -> Void) throws {
    try withFolder { folder in
      let cluster = Cluster(folder: folder)
      defer { cluster.stop() }
      try cluster.start(largestArray: largestArray)
      try write(text, to: "\(folder)/study.yml")
      try body(cluster)
    }
  }

  struct Cluster {
    let folder: String
    private var script: URL { URL(filePath: "\(package)/Tests/slurm-local") }
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

    func node(_ command: String, _ node: String) throws {
      let run = try run(script, [command, own, node])
      #expect(run.status == 0, "\(run)")
    }

    /// Starts cod simulate of the study.
    func simulate(_ arguments: [String], to output: String = "study.h5") throws -> Running {
      try PipelineTests.start(
        tool, ["simulate", "study.yml", "-o", output] + arguments, in: folder,
        environment: environment)
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
        $0.split(separator: "/").count == 2 && !$0.contains(".tmp-")
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
  }

  /// The bytes of a run on this machine alone.
  func local(_ cluster: Cluster) throws -> Data {
    let run = try cluster.simulate(["--workers", "2"], to: "local/study.h5").wait()
    try #require(run.status == 0, "\(run)")
    return try bytes("\(cluster.folder)/local/study.h5")
  }

  func expectDone(_ run: Run, _ cluster: Cluster, _ expected: Data) throws {
    #expect(run.status == 0, "\(run)")
    #expect(try bytes("\(cluster.folder)/study.h5") == expected, "\(run)")
    #expect(!FileManager.default.fileExists(atPath: "\(cluster.folder)/.slurm"))
  }

  /// Twenty tasks in arrays of at most eight, in a folder whose name a shell could stumble over.
  @Test func theSameFile() throws {
    try withSlurm(largestArray: 8) { cluster in
      let expected = try local(cluster)
      let output = "it's a 'folder' of 100 %a/study.h5"
      let run = try cluster.simulate(single, to: output).wait()
      #expect(run.status == 0, "\(run)")
      #expect(run.output.hasPrefix("\(output): 20 cells simulated, 0 taken over, "), "\(run)")
      #expect(try bytes("\(cluster.folder)/\(output)") == expected)
      #expect(try cluster.arrays().count == 3)
      #expect(
        try cluster.simulate(single, to: output).wait().output == "\(output): fresh, 20 cells\n")
    }
  }

  /// A cell that cannot be stored fails its task, which is tried three more times; the others are done once.
  @Test func oneTaskFails() throws {
    try withSlurm { cluster in
      let expected = try local(cluster)
      let folder = cluster.folder
      let cells = FileManager.default.subpaths(atPath: "\(folder)/local/.cells") ?? []
      let prefixes = cells.filter { $0.utf8.count == 2 }
      let alone = try #require(prefixes.first { a in cells.count { $0.hasPrefix("\(a)/") } == 1 })
      try FileManager.default.createDirectory(
        atPath: "\(folder)/.cells", withIntermediateDirectories: true)
      try write("", to: "\(folder)/.cells/\(alone)")
      let failed = try cluster.simulate(single).wait()
      #expect(failed.status == 1 && failed.output == "", "\(failed)")
      #expect(failed.complaints.count == 1, "\(failed)")
      #expect(failed.errors.contains("no cell came of 3 rounds: "), "\(failed)")
      #expect(failed.errors.contains(".cells/\(alone): File exists; "), "\(failed)")
      #expect(failed.errors.contains("; 1 cells are missing, logs in "), "\(failed)")
      #expect(cluster.stored.count == 19)
      try FileManager.default.removeItem(atPath: "\(folder)/.cells/\(alone)")
      let again = try cluster.simulate(single).wait()
      #expect(again.output.hasPrefix("study.h5: 1 cells simulated, 19 taken over, "), "\(again)")
      try expectDone(again, cluster, expected)
      let tasks = try cluster.slurm("squeue", "--states=all", "--noheader", "--array")
      #expect(tasks.split(separator: "\n").count == 20 + 3 + 1, "\(tasks)")
    }
  }

  /// A node dies in mid-task; what it had begun is done by the other one.
  @Test func aNodeDies() throws {
    try withSlurm { cluster in
      let expected = try local(cluster)
      let running = try cluster.simulate(single)
      defer { kill(running.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "a cell") { !cluster.stored.isEmpty }
      try cluster.node("kill", "n1")
      let run = running.wait()
      #expect(run.output.hasPrefix("study.h5: 20 cells simulated, 0 taken over, "), "\(run)")
      try expectDone(run, cluster, expected)
      let arrays = try cluster.arrays()
      #expect(arrays.count == 2, "the dead task's cell was submitted again, alone: \(arrays)")
    }
  }

  @Test func cancelledAndContinued() throws {
    try withSlurm { cluster in
      let expected = try local(cluster)
      let running = try cluster.simulate(single)
      defer { kill(running.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "a cell") { !cluster.stored.isEmpty }
      _ = try cluster.slurm("scancel", "--user=\(NSUserName())")
      let cancelled = running.wait()
      #expect(cancelled.status == 1 && cancelled.output == "", "\(cancelled)")
      #expect(cancelled.errors.contains(": cancelled; "), "\(cancelled)")
      let done = cluster.stored.count
      #expect((1..<20).contains(done))
      let again = try cluster.simulate(single).wait()
      #expect(
        again.output.hasPrefix("study.h5: \(20 - done) cells simulated, \(done) taken over, "),
        "\(again)")
      try expectDone(again, cluster, expected)
    }
  }

  /// The second finds the first one's array; one that is detached merges by itself.
  @Test func twoSubmissions() throws {
    try withSlurm { cluster in
      let expected = try local(cluster)
      let detached = try cluster.simulate(single + ["--detach"]).wait()
      #expect(detached.status == 0, "\(detached)")
      #expect(detached.output.hasPrefix("study.h5: Slurm job "), "\(detached)")
      let status = try cluster.cod("status", "study.yml")
      #expect(status.output.contains(#/; Slurm job \d+: \d+ running, \d+ waiting\n/#), "\(status)")
      let again = try cluster.simulate(single + ["--detach"]).wait()
      #expect(again.output == detached.output)
      let waiting = try cluster.simulate(single).wait()
      try cluster.wait(for: "the merge") {
        try cluster.slurm("squeue", "--noheader").isEmpty
      }
      try expectDone(waiting, cluster, expected)
      #expect(try cluster.arrays().count == 1)
    }
  }

  /// Whoever submitted the array, with --detach a job merges after it.
  @Test func detachedFromOneThatWaited() throws {
    try withSlurm { cluster in
      let expected = try local(cluster)
      let waiting = try cluster.simulate(single)
      defer { kill(waiting.process.processIdentifier, SIGKILL) }
      try cluster.wait(for: "an array") { try !cluster.arrays().isEmpty }
      kill(waiting.process.processIdentifier, SIGKILL)
      _ = waiting.wait()
      let detached = try cluster.simulate(single + ["--detach"]).wait()
      #expect(detached.output.hasPrefix("study.h5: Slurm job "), "\(detached)")
      try cluster.wait(for: "the file") {
        FileManager.default.fileExists(atPath: "\(cluster.folder)/study.h5")
      }
      try cluster.wait(for: "the end of the merging job") {
        try cluster.slurm("squeue", "--noheader").isEmpty
      }
      try expectDone(detached, cluster, expected)
      #expect(try cluster.arrays().count == 1)
    }
  }

  /// Without anybody waiting for it, a failure in between included.
  @Test func detached() throws {
    try withSlurm { cluster in
      let expected = try local(cluster)
      let run = try cluster.simulate(single + ["--detach"]).wait()
      #expect(run.status == 0, "\(run)")
      try cluster.node("kill-task", "n2")
      try cluster.wait(for: "the file") {
        FileManager.default.fileExists(atPath: "\(cluster.folder)/study.h5")
      }
      try cluster.wait(for: "the end of the merging job") {
        try cluster.slurm("squeue", "--noheader").isEmpty
      }
      try expectDone(run, cluster, expected)
      let arrays = try cluster.arrays()
      #expect(arrays.count == 2, "\(arrays)")
      #expect(
        try cluster.cod("status", "study.yml").output == "study.h5: fresh\n")
    }
  }
}

/// Whether a cluster of one's own can be had here.
private let hasSlurm = ["munged", "slurmctld", "slurmd", "sbatch"].allSatisfy { program in
  (ProcessInfo.processInfo.environment["PATH", default: ""] + ":/usr/sbin").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}
