import Foundation
import TestSupport
import Testing

/// Killed at any moment, with all that it has started, a command leaves no half-written file under
/// its name, and ends well when it is run again. Runs of `cod simulate` are killed in `KillTests`.
@Suite(.enabled(if: has("setsid"), "setsid is not on PATH (Linux: util-linux)"))
struct KilledAnywhereTests {
  /// Runs a command in a session of its own, which `kill` reaches as a whole.
  func startSession(_ arguments: [String], in folder: String) throws -> (Running, leader: String) {
    let leader = "\(folder)/leader-\(UUID().uuidString)"
    let script = "echo $$ > \"$0.part\"; mv \"$0.part\" \"$0\"; exec \"$@\""
    let running = try start(
      URL(filePath: "/usr/bin/env"),
      ["setsid", "--wait", "bash", "-c", script, leader] + arguments, in: folder,
      environment: SmallPipeline.environment)
    return (running, leader)
  }

  /// Kills a command five times at moments of a generator, spread over the time that it takes
  /// undisturbed, and then lets it end.
  ///
  /// - Parameters:
  ///   - prepare: brings the folder into the state before the command, which an earlier kill may
  ///     have left further on.
  ///   - check: what has to hold after each kill.
  func killRepeatedly(
    _ arguments: [String], in folder: String, seed: UInt64,
    prepare: () throws -> Void, check: (String) throws -> Void
  ) throws {
    var random = Seeded(seed)
    let clock = ContinuousClock()
    try prepare()
    let begin = clock.now
    let calm = try startSession(arguments, in: folder).0.wait()
    try #require(calm.status == 0, "\(calm)")
    var whole = begin.duration(to: clock.now) / .seconds(1)
    var (kills, tries) = (0, 0)
    while kills < 5, tries < 40 {
      tries += 1
      // A quarter of the kills goes on from where the last one left things.
      if tries % 4 != 0 { try prepare() }
      let begin = clock.now
      let (running, leader) = try startSession(arguments, in: folder)
      while running.process.isRunning, !FileManager.default.fileExists(atPath: leader) {
        Thread.sleep(forTimeInterval: 0.001)
      }
      let part = Double.random(in: 0.02...0.95, using: &random)
      Thread.sleep(forTimeInterval: part * whole)
      let text = try? String(contentsOfFile: leader, encoding: .utf8)
      let pid = text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      if let pid, running.process.isRunning, kill(-pid, SIGKILL) == 0 {
        _ = running.wait()
        if running.process.terminationStatus != 0 { kills += 1 }
      } else {
        // The machine has become faster than it was.
        _ = running.wait()
        whole = min(whole, begin.duration(to: clock.now) / .seconds(1))
      }
      try check("seed \(seed), try \(tries), killed after \(part) of \(whole) s")
    }
    #expect(kills == 5, "of \(tries) runs, \(kills) could be killed; seed \(seed)")
    let last = try startSession(arguments, in: folder).0.wait()
    #expect(last.status == 0, "after \(kills) kills, seed \(seed): \(last)")
    try check("seed \(seed), at the end")
  }

  /// Expects each file of these to be absent, as it was, or as an undisturbed run leaves it.
  func expectWhole(
    _ names: [String], in folder: String, old: Data?, calm: [String: Data], _ moment: String
  ) {
    for name in names {
      guard let now = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
      #expect(now == old || now == calm[name], "\(name) is half-written; \(moment)")
    }
  }

  @Test func theMerge() throws {
    try withFolder { folder in
      let text = study(datasets: 20, sampler: "warmup: 20, draws: 400")
      try write(text, to: "\(folder)/study.yml")
      _ = try cod("simulate", "study.yml", in: folder)
      let calm = ["study.h5": try bytes("\(folder)/study.h5")]
      #expect(storedCells(in: folder) == 40)
      let old = Data([0x89, 0x48, 0x44, 0x46]) + Data("an earlier file".utf8)
      try killRepeatedly([tool.path, "simulate", "study.yml"], in: folder, seed: 1) {
        try old.write(to: URL(filePath: "\(folder)/study.h5"))
      } check: { moment in
        expectWhole(["study.h5"], in: folder, old: old, calm: calm, moment)
        #expect(storedCells(in: folder) == 40, "\(moment)")
      }
      #expect(try bytes("\(folder)/study.h5") == calm["study.h5"])
    }
  }

  @Test func tables() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      let names = ["specialists.tsv", "specialists-numbers.tsv"].map { "figures/\($0)" }
      _ = try cod("tables", "specialists", in: folder)
      let calm = contents(folder).filter { names.contains($0.key) }
      #expect(calm.count == 2)
      let old = Data("old".utf8)
      try killRepeatedly([tool.path, "tables", "specialists"], in: folder, seed: 2) {
        for name in names { try old.write(to: URL(filePath: "\(folder)/\(name)")) }
      } check: {
        expectWhole(names, in: folder, old: old, calm: calm, $0)
      }
      #expect(contents(folder).filter { names.contains($0.key) } == calm)
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func render() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      _ = try cod("tables", "specialists", in: folder)
      let names = ["specialists.svg", "specialists.pdf"].map { "figures/\($0)" }
      _ = try cod("render", "specialists", in: folder)
      let calm = contents(folder).filter { names.contains($0.key) }
      #expect(calm.count == 2)
      let old = Data("old".utf8)
      try killRepeatedly([tool.path, "render", "specialists"], in: folder, seed: 3) {
        for name in names { try old.write(to: URL(filePath: "\(folder)/\(name)")) }
      } check: {
        expectWhole(names, in: folder, old: old, calm: calm, $0)
      }
      #expect(contents(folder).filter { names.contains($0.key) } == calm)
    }
  }

  /// From scratch to pictures, five times killed; finished cells are never simulated again.
  @Test(.enabled(if: hasGnuplot && has("make"), "no gnuplot or make on PATH"))
  func makeSmoke() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      #expect(try pipeline.make("smoke").status == 0)
      let calm = pipeline.made(under: "smoke")
      #expect(calm.count == 2 + 4 + 4 + 1, "\(calm.keys.sorted())")
      let command = ["env"] + SmallPipeline.arguments(["-j2", "smoke"])
      var (fresh, stored) = (true, 0)
      try killRepeatedly(command, in: folder, seed: 4) {
        try? FileManager.default.removeItem(atPath: "\(folder)/smoke")
        fresh = true
      } check: { moment in
        let now = storedCells(in: "\(folder)/smoke/data")
        #expect(fresh || now >= stored, "a finished cell is lost; \(moment)")
        (fresh, stored) = (false, now)
        // A lock that is not complete yet lacks an entry, but is whole.
        let names = calm.keys.filter { !$0.hasSuffix(".json") }
        expectWhole(names, in: "\(folder)/smoke", old: nil, calm: calm, moment)
      }
      #expect(pipeline.made(under: "smoke") == calm)
      #expect(storedCells(in: "\(folder)/smoke/data") == 8)
      let again = try pipeline.make("smoke")
      #expect(again.status == 0 && again.output == "", "\(again)")
    }
  }
}
