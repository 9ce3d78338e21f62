import Foundation
import TestSupport
import Testing

/// A study in parts, by machines that know nothing of one another.
@Suite struct ShardTests {
  let text = study(widths: "[3, 5, 8, 13]", datasets: 3)

  @Test func sevenShardsAreTheWhole() throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/study.yml")
      for workers in 1...2 {
        let run = try cod(
          "simulate", "study.yml", "-o", "\(workers)/study.h5", "--workers", "\(workers)",
          in: folder)
        #expect(run.status == 0, "\(run)")
      }
      let whole = try bytes("\(folder)/1/study.h5")
      #expect(try bytes("\(folder)/2/study.h5") == whole)
      var missing = 12
      for shard in [3, 7, 1, 6, 2, 5, 4] {
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/7/study.h5"), "before \(shard)")
        let run = try cod(
          "simulate", "study.yml", "-o", "7/study.h5", "--shard", "\(shard)/7", in: folder)
        #expect(run.status == 0, "\(run)")
        let simulated = try #require(
          run.output.firstMatch(of: #/(\d) cells simulated, 0 taken over/#).flatMap { Int($0.1) })
        #expect((1...2).contains(simulated), "\(run)")
        missing -= simulated
        let rest = "; \(missing) of the study's cells are missing\n"
        #expect(missing == 0 || run.output.hasSuffix(rest), "\(run)")
      }
      #expect(missing == 0)
      #expect(try bytes("\(folder)/7/study.h5") == whole)
    }
  }

  /// Two at once, of which one finds all cells there, and one that comes again.
  @Test func shardsAtOnce() throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/study.yml")
      let runs = try (1...2).map {
        try start(tool, ["simulate", "study.yml", "--shard", "\($0)/2"], in: folder)
      }.map { $0.wait() }
      #expect(runs.allSatisfy { $0.status == 0 && $0.complaints == [] }, "\(runs)")
      #expect(try cod("simulate", "study.yml", in: folder).output == "study.h5: fresh, 12 cells\n")
      #expect(
        try cod("simulate", "study.yml", "--shard", "2/2", in: folder).output
          == "study.h5: fresh, 12 cells\n")
    }
  }

  /// SIGUSR1 has the chains in flight saved, and nothing else done.
  @Test func stoppedWhenAskedTo() throws {
    try withFolder { folder in
      // Longer than the start of the tool.
      try write(
        study(datasets: 8, sampler: "warmup: 20, draws: 20000, thin: 1000, doublings: 0"),
        to: "\(folder)/study.yml")
      let running = try start(tool, ["simulate", "study.yml", "--workers", "1"], in: folder)
      while running.process.isRunning, !FileManager.default.fileExists(atPath: "\(folder)/.cells") {
        usleep(10000)
      }
      kill(running.process.processIdentifier, SIGUSR1)
      let run = running.wait()
      expectFailure(run, 3, saying: "cod: study.h5: stopped when asked to, ")
      let simulated = try #require(
        run.errors.firstMatch(of: #/(\d+) cells simulated/#).flatMap { Int($0.1) })
      #expect(simulated < 16)
      // The chain that it was at, unless that had not begun.
      let status = try cod("status", "study.yml", in: folder).output
      let begun = simulated == 0 ? "missing" : "partial \\(\(simulated) of 16 cells\\)"
      #expect(status.contains(try Regex("study.h5: \(begun)(; 1 in parts)?\n")), "\(status)")
      let again = try cod("simulate", "study.yml", in: folder)
      #expect(again.output.contains(" \(simulated) taken over, "), "\(run) \(again)")
    }
  }

  @Test func whatCannotBeAsked() throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/x.yml")
      for (arguments, words) in [
        (["--shard", "8/7"], "--shard: got '8/7'; expected I/N"),
        (["--partition", "long"], "--partition: expected --engine slurm beside it"),
        (["--detach"], "--detach: expected --engine slurm beside it"),
        (["--engine", "slurm", "--shard", "1/2"], "--engine slurm: expected no --shard beside it"),
        (
          ["--engine", "slurm", "--max-parallel", "0"],
          "--max-parallel: got '0'; expected a positive"
        ),
        (
          ["--engine", "slurm", "--task-minutes", "0"],
          "--task-minutes: got '0.0'; expected a positive"
        ),
        (["--engine", "slurm", "--time", "soon"], "--time: got 'soon'; expected minutes"),
        (["--bundle", "x.yml:99"], "x.yml: no line 99; expected one of 1 … 7"),
        (["--bundle", "none:1"], "none: no such file; expected an index of cells"),
      ] {
        let run = try run(tool, ["simulate", "x.yml"] + arguments, in: folder)
        expectFailure(run, 2, saying: "cod: \(words)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"])
    }
  }

  @Test func noSlurm() throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/x.yml")
      let run = try cod(
        "simulate", "x.yml", "--engine", "slurm", in: folder, environment: ["PATH": folder])
      #expect(run.status == 2 && run.output == "")
      #expect(
        run.complaints == [
          "cod: --engine slurm: sbatch not found on PATH; expected Slurm, or use --engine local or --shard"
        ])
    }
  }
}
