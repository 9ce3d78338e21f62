import Foundation
import TestSupport
import Testing

/// A run killed at any instant loses what its chains did since they were saved and nothing else;
/// two at once are harmless.
@Suite struct KillTests {
  /// Twenty cells of some ten milliseconds each.
  let text = study(
    widths: "[40, 44, 48, 52, 56]", datasets: 4, sampler: "warmup: 200, draws: 200, thin: 20")

  /// The numbers of cells simulated and taken over that a run tells.
  func counts(_ run: Run) throws -> (simulated: Int, reused: Int) {
    let pattern = #/: (\d+) cells simulated, (\d+) taken over, /#
    let match = try #require(run.output.firstMatch(of: pattern), "\(run)")
    return (try #require(Int(match.1)), try #require(Int(match.2)))
  }

  /// The bytes of an undisturbed run.
  func undisturbed(_ folder: String) throws -> Data {
    try write(text, to: "\(folder)/study.yml")
    let run = try cod("simulate", "\(folder)/study.yml", "-o", "\(folder)/calm/study.h5")
    #expect(try counts(run) == (20, 0))
    return try bytes("\(folder)/calm/study.h5")
  }

  @Test func killedAtRandomUntilDone() throws {
    try withFolder { folder in
      let clock = ContinuousClock()
      let begin = clock.now
      let calm = try undisturbed(folder)
      let whole = begin.duration(to: clock.now) / .seconds(1)
      let output = "\(folder)/wild/study.h5"
      var random = Seeded(8)
      var (kills, begun, last) = (0, 0, Run(status: 0, output: "", errors: ""))
      while kills < 200 {
        let before = storedCells(in: "\(folder)/wild")
        #expect(before >= begun, "a finished cell is lost, seed \(random.seed)")
        begun = before
        let running = try start(
          tool, ["simulate", "\(folder)/study.yml", "-o", output, "--workers", "2"])
        // Within a part of a whole run's time here and now, so that some cells are finished and
        // others not; a part that grows, as a machine may have become slower since.
        let patience = whole * (1 + Double(kills) / 20)
        Thread.sleep(forTimeInterval: .random(in: 0.02...0.4, using: &random) * patience)
        let finished = !running.process.isRunning
        if !finished { kill(running.process.processIdentifier, SIGKILL) }
        last = running.wait()
        // A run begins with all cells that earlier ones finished.
        if let line = last.errors.split(separator: "\n").first {
          #expect(line.contains(": \(before)/20 cells, "), "\(before) were stored; \(last.errors)")
        }
        // A run that says so is done, even if it is killed on its way out.
        if !last.output.isEmpty { break }
        kills += 1
        if FileManager.default.fileExists(atPath: output) { #expect(try bytes(output) == calm) }
      }
      #expect(kills > 0, "no run was killed")
      #expect(try bytes(output) == calm, "after \(kills) kills, seed \(random.seed)")
      if !last.output.contains("fresh") {
        let (simulated, reused) = try counts(last)
        #expect(simulated + reused == 20)
        #expect(reused == begun, "of \(begun) stored cells")
      }
      #expect(storedCells(in: "\(folder)/wild") == 20)
    }
  }

  /// One cell, which takes several times as long as any of the runs lives: its chains first, then
  /// its ladders, as 40 draws are never certified.
  @Test func killedInsideChainsAndLadders() throws {
    try withFolder { folder in
      try write(
        study(widths: "200", datasets: 1, sampler: "warmup: 3000, draws: 40, replicas: 3"),
        to: "\(folder)/study.yml")
      func begin(_ output: String) throws -> Running {
        try start(
          tool,
          [
            "simulate", "\(folder)/study.yml", "-o", "\(folder)/\(output)/study.h5",
            "--workers", "1", "--checkpoint-minutes", "0.0005",
          ])
      }
      let clock = ContinuousClock()
      let first = clock.now
      #expect(try begin("calm").wait().status == 0)
      let whole = first.duration(to: clock.now) / .seconds(1)
      var random = Seeded(9)
      var (kills, rounds) = (0, Set<Substring>())
      while kills < 60 {
        let running = try begin("wild")
        Thread.sleep(forTimeInterval: .random(in: 0.05...0.2, using: &random) * whole)
        let finished = !running.process.isRunning
        if !finished { kill(running.process.processIdentifier, SIGKILL) }
        let last = running.wait()
        if finished || !last.output.isEmpty { break }
        kills += 1
        let parts = FileManager.default.subpaths(atPath: "\(folder)/wild/.cells/parts") ?? []
        rounds.formUnion(parts.filter { !$0.contains(".tmp-") }.map { $0.split(separator: "-")[1] })
      }
      #expect((3..<60).contains(kills), "of a run of \(whole) s, seed \(random.seed)")
      #expect(rounds == ["0", "1"], "chains and ladders were left: \(rounds)")
      #expect(
        try bytes("\(folder)/wild/study.h5") == bytes("\(folder)/calm/study.h5"),
        "after \(kills) kills, seed \(random.seed)")
      let left = FileManager.default.subpaths(atPath: "\(folder)/wild/.cells/parts") ?? []
      #expect(left.filter { !$0.contains(".tmp-") } == [])
    }
  }

  @Test func twoRunsAtOnce() throws {
    try withFolder { folder in
      let calm = try undisturbed(folder)
      let output = "\(folder)/both/study.h5"
      let runs = try (0..<2).map { _ in
        try start(tool, ["simulate", "\(folder)/study.yml", "-o", output, "--workers", "1"])
      }.map { $0.wait() }
      for run in runs {
        #expect(run.status == 0 && run.complaints == [], "\(run)")
        let (simulated, reused) = try counts(run)
        #expect(simulated + reused == 20)
      }
      #expect(try bytes(output) == calm)
      let left = FileManager.default.subpaths(atPath: "\(folder)/both") ?? []
      #expect(!left.contains { $0.contains(".tmp-") }, "\(left)")
    }
  }

  /// What a kill leaves half-written goes when next something is written there, and is an hour old.
  @Test func draftsAreSweptAway() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      var cases = [
        (["tables", "specialists"], "figures")
      ]
      if hasGnuplot { cases.append((["render", "specialists"], "figures")) }
      for (arguments, part) in cases {
        let (old, new) = (
          "\(folder)/\(part)/x.tsv.tmp-12-34", "\(folder)/\(part)/x.tsv.tmp-56-78"
        )
        let other = "\(folder)/\(part)/x.tmp-notes"
        for path in [old, new, other] { try write("half", to: path) }
        for path in [old, other] {
          try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: path)
        }
        let done = try run(tool, arguments, in: folder)
        #expect(done.status == 0, "\(done)")
        #expect(!FileManager.default.fileExists(atPath: old), "\(arguments)")
        #expect(FileManager.default.fileExists(atPath: new), "another run may be writing it")
        #expect(FileManager.default.fileExists(atPath: other), "somebody's own")
      }
    }
  }

  /// A study with all its cells there is recognised as it is, whatever its comments.
  @Test func aFreshStudyIsLeftAlone() throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/study.yml")
      _ = try cod("simulate", "\(folder)/study.yml")
      try write("# a comment\n" + text, to: "\(folder)/study.yml")
      let run = try cod("simulate", "\(folder)/study.yml")
      #expect(run.status == 0 && run.errors == "", "\(run)")
      #expect(run.output == "\(folder)/study.h5: fresh, 20 cells\n")
    }
  }
}
