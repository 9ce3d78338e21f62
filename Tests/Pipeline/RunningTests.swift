import Foundation
import TestSupport
import Testing

/// What a run leaves for others to see: how far it is, and afterwards what it took.
@Suite struct RunningTests {
  @Test func statusOfARunningStudy() throws {
    try withFolder { folder in
      // Far more than the test waits for.
      try write(
        study(widths: "400", datasets: 50, sampler: "warmup: 200000, draws: 20000"),
        to: "\(folder)/x.yml")
      let running = try start(tool, ["simulate", "x.yml", "--workers", "1"], in: folder)
      let process = running.process.processIdentifier
      defer {
        kill(process, SIGKILL)
        _ = running.wait()
      }
      let sign = "x.h5: missing; running, process \(process): 0/50 cells, 0 % of the work\n"
      var seen = try cod("status", "x.yml", in: folder)
      for _ in 0..<500 where running.process.isRunning && !seen.output.contains("running") {
        Thread.sleep(forTimeInterval: 0.02)
        seen = try cod("status", "x.yml", in: folder)
      }
      #expect(seen.output == sign && seen.status == 1, "\(seen)")
      kill(process, SIGKILL)
      running.process.waitUntilExit()
      #expect(
        try cod("status", "x.yml", in: folder).output == "x.h5: missing\n",
        "what a killed process said does not count")
      func signs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/.cells")
          .filter { $0.contains("running") }
      }
      let left = try signs()
      #expect(
        left.count == 1 && left[0].hasPrefix("x.h5.running-") && left[0].hasSuffix("-\(process)"),
        "who only looks removes nothing: \(left)")
      try write(study(), to: "\(folder)/y.yml")
      #expect(try cod("simulate", "y.yml", in: folder).status == 0)
      #expect(try signs() == [], "the next simulation clears it away, and its own")
    }
  }

  struct Log: Decodable {
    let runs: [Run]
    struct Run: Decodable {
      let study: String
      let simulated, cells: Int
      let seconds, coreSeconds, peakMemory: Double
    }
  }

  @Test func whatARunTook() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      func log() throws -> [Log.Run] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Log.self, from: bytes("\(folder)/runs.json")).runs
      }
      _ = try cod("simulate", "x.yml", in: folder)
      let first = try #require(try log().first)
      #expect(first.study == "x" && first.simulated == 4 && first.cells == 4)
      #expect(first.coreSeconds > 0 && first.seconds > 0 && first.peakMemory > 1e6)
      _ = try cod("simulate", "x.yml", in: folder)
      #expect(try log().count == 1, "a run that simulates nothing is none")
      try write(study(widths: "[3, 5, 7]"), to: "\(folder)/x.yml")
      _ = try cod("simulate", "x.yml", in: folder)
      let second = try #require(try log().last)
      #expect(second.simulated == 2 && second.cells == 6)
    }
  }
}
