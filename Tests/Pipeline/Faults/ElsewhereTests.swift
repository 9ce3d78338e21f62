import Foundation
import TestSupport
import Testing

/// Another language, another time zone, another time: the same bytes.
@Suite(.enabled(if: hasGnuplot && has("make"), "no gnuplot or make on PATH"))
struct ElsewhereTests {
  /// Simulates, tabulates and draws under an environment, through `make` and without.
  func made(_ environment: [String: String]) throws -> [String: Data] {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate(environment: environment)
      let run = try pipeline.make("figures", environment: environment)
      #expect(run.status == 0, "\(run)")
      // The Makefile sets a locale of its own.
      for command in ["tables", "render"] {
        let run = try cod(command, "specialists", in: folder, environment: environment)
        #expect(run.status == 0 && run.errors == "", "\(run)")
      }
      let summary = try cod(
        "summary", "data/two-layer-width.h5", in: folder, environment: environment)
      return pipeline.made(under: ".").merging(["summary": Data(summary.output.utf8)]) { $1 }
    }
  }

  @Test(arguments: ["Pacific/Kiritimati", "America/St_Johns", "Nowhere/Nothing"])
  func anotherTimeZone(name: String) throws {
    let (here, there) = (try made(["TZ": "UTC"]), try made(["TZ": name]))
    #expect(here.count == 2 + 1 + 8 + 1, "\(here.keys.sorted())")
    #expect(here == there)
  }

  /// In Germany 0.5 is written 0,5. The locale is made for the test where it is not installed.
  @Test(.enabled(if: has("localedef"), "localedef is not on PATH"))
  func aLocaleWithDecimalCommas() throws {
    try withFolder { folder in
      let compiled = try run(
        URL(filePath: "/usr/bin/env"),
        ["localedef", "-i", "de_DE", "-f", "UTF-8", "\(folder)/de_DE.UTF-8"])
      let german = ["LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "LOCPATH": folder]
      let number = try run(
        URL(filePath: "/bin/bash"), ["-c", "printf %.1f 0,5"], environment: german)
      guard number.output == "0,5" else {
        print("aLocaleWithDecimalCommas: skipped, no locale sources here: \(compiled.errors)")
        return
      }
      #expect(try made([:]) == made(german))
    }
  }

  /// Files of a time that is still to come, as after a clock has gone backwards.
  @Test func filesFromTheFuture() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      func make(_ target: String) throws -> Run {
        let run = try pipeline.make(target)
        #expect(run.status == 0, "\(run)")
        return run
      }
      func date(_ part: String, in hours: Double) throws {
        for name in contents("\(folder)/\(part)").keys
        where !name.hasPrefix(".") && !name.hasSuffix(".gp") {
          try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 3600 * hours)],
            ofItemAtPath: "\(folder)/\(part)/\(name)")
        }
      }
      try pipeline.simulate()
      _ = try make("figures")
      let first = pipeline.made(under: "figures")

      // Pictures and tables of the future do not hide a study that changes now.
      try date("figures", in: 5)
      try write(
        study(widths: "[5, 30]", sampler: "warmup: 20, draws: 60"),
        to: "\(folder)/data/two-layer-width.yml")
      _ = try cod("simulate", "data/two-layer-width.yml", in: folder)
      _ = try make("figures")
      let second = pipeline.made(under: "figures")
      #expect(second != first, "stale figures passed as fresh")
      #expect(try cod("status", "data/two-layer-width.yml", in: folder).status == 0)

      // Studies of the future are drawn again and again, to the same bytes.
      try date("data", in: 5)
      for _ in 0..<2 {
        _ = try make("figures")
        #expect(pipeline.made(under: "figures") == second)
      }
      // Time goes on.
      try date("data", in: -5)
      _ = try make("figures")
      #expect(try make("figures").output == "")
    }
  }

  /// What a tool has begun it goes on with, whenever that was.
  @Test func aClockThatGoesBackLosesNoCells() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      let files = FileManager.default
      #expect(try pipeline.make("smoke").status == 0)
      let first = pipeline.made(under: "smoke")
      for hours in [5.0, -5] {
        for name in [".begun", "data/two-layer-density.h5"] {
          try files.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 3600 * hours)],
            ofItemAtPath: "\(folder)/smoke/\(name)")
        }
        try files.removeItem(atPath: "\(folder)/smoke/data/two-layer-width.h5")
        let run = try pipeline.make("smoke")
        #expect(run.status == 0, "\(run)")
        #expect(
          run.output.contains("two-layer-width.h5: 0 cells simulated, 4 taken over, "), "\(run)")
        #expect(pipeline.made(under: "smoke") == first)
      }
    }
  }
}
