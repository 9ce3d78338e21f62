import Foundation
import TestSupport
import Testing

/// The commands that look at study files: status, verify, summary.
@Suite struct CheckTests {
  struct States: Decodable {
    let studies: [State]
    struct State: Decodable {
      let target, state, summary: String
      let causes: [String]
    }
  }

  @Test func statusOfAStudysLife() throws {
    try withFolder { folder in
      func status(_ state: String, _ code: Int32, _ line: Int = #line) throws {
        let run = try cod("status", in: folder)
        #expect(run.status == code && run.errors == "", "\(run), line \(line)")
        #expect(run.output == "data/x.h5: \(state)\n", "line \(line)")
        let json = try cod("status", "data/x.yml", "--json", in: folder)
        #expect(json.status == code, "line \(line)")
        let states = try JSONDecoder().decode(States.self, from: Data(json.output.utf8)).studies
        #expect(states.map(\.target) == ["data/x.h5"], "line \(line)")
        #expect(states.map(\.summary) == [state], "line \(line)")
        #expect(state.hasPrefix(states[0].state) && states[0].causes.isEmpty == (code == 0))
      }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data", withIntermediateDirectories: false)
      try write(study(), to: "\(folder)/data/x.yml")
      try status("missing", 1)
      _ = try cod("simulate", "data/x.yml", in: folder)
      try status("fresh", 0)
      try write(study(widths: "[3, 5, 7]"), to: "\(folder)/data/x.yml")
      try status("stale (4 of 6 cells can be reused)", 1)
      try FileManager.default.removeItem(atPath: "\(folder)/data/x.h5")
      try status("partial (4 of 6 cells)", 1)
      _ = try cod("simulate", "data/x.yml", in: folder)
      try status("fresh", 0)
      var damaged = try bytes("\(folder)/data/x.h5")
      damaged[damaged.count / 2] ^= 1
      try damaged.write(to: URL(filePath: "\(folder)/data/x.h5"))
      try status(
        "damaged: its bytes do not match their checksum; "
          + "expected an intact study file", 1)
      expectFailure(
        try cod("summary", "data/x.h5", in: folder), 1,
        saying: "cod: data/x.h5: damaged: its bytes do not match their checksum; expected")
    }
  }

  /// Whether system calls can be watched here.
  static let canTrace: Bool = {
    guard let strace = program("strace") else { return false }
    return (try? run(strace, ["-f", "-e", "trace=openat", "/bin/true"]).status) == 0
  }()

  /// Each file is read once, whatever is asked of it, and none that nobody asks for.
  @Test(.enabled(if: canTrace, "no strace on PATH, or it is not allowed"))
  func aStudyFileIsOpenedOnce() throws {
    try withFolder { folder in
      for part in ["data", "figures"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: false)
      }
      for name in ["two-layer-width", "two-layer-samples", "x"] {
        try write(study(), to: "\(folder)/data/\(name).yml")
        #expect(try cod("simulate", "data/\(name).yml", in: folder).status == 0)
      }
      // Stale, so that what has changed is asked of the file, too.
      try write(study(widths: "[3, 5, 7]"), to: "\(folder)/data/two-layer-width.yml")
      func opened(_ arguments: String...) throws -> [String] {
        let run = try run(
          try #require(program("strace")),
          ["-f", "-e", "trace=open,openat", tool.path] + arguments, in: folder)
        #expect(run.output.contains("two-layer-width.h5: stale"), "\(run.output)")
        return run.errors.split(separator: "\n").compactMap {
          $0.firstMatch(of: #/open(?:at)?\(.*"(?:[^"]*/)?(data/[^"/]*\.h5)"/#).map {
            String($0.output.1)
          }
        }.sorted()
      }
      #expect(try opened("why", "specialists") == ["data/two-layer-width.h5"])
      #expect(try opened("why", "two-layer-width") == ["data/two-layer-width.h5"])
      #expect(
        try opened("status")
          == ["data/two-layer-samples.h5", "data/two-layer-width.h5", "data/x.h5"])
    }
  }

  /// Every name that `cod status` prints is one that `cod why` takes, and says the same of.
  @Test func whyTakesWhatStatusPrints() throws {
    try withFolder { folder in
      for part in ["data", "figures"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: false)
      }
      try write(study(), to: "\(folder)/data/x.yml")
      let lines = try cod("status", in: folder).output.split(separator: "\n").map(String.init)
      let figures = lines.filter { $0.hasPrefix("figures/") }
      #expect(figures.count > 20 && lines.contains { $0.hasPrefix("data/x.h5: ") }, "\(lines)")
      for line in ["data/x.h5: missing"] + figures.enumerated().filter({ $0.0 % 7 == 0 }).map(\.1) {
        let target = String(line.prefix { $0 != ":" })
        let run = try cod("why", target, in: folder)
        #expect(run.status == 1 && run.errors == "", "\(target): \(run)")
        #expect("\n\(run.output)".contains("\n\(line)"), "\(target): \(run)")
      }
      for target in ["./figures/specialists", "data/x", "./data/x.yml"] {
        let run = try cod("why", target, in: folder)
        #expect(run.status == 1 && run.errors == "", "\(target): \(run)")
      }
      // A figure of another folder is none of these.
      expectFailure(
        try cod("why", "elsewhere/specialists", in: folder), 2,
        saying: "cod: 'elsewhere/specialists': neither a figure nor a study in data")
    }
  }

  @Test func aFullDeviceIsAFailure() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      _ = try cod("simulate", "x.yml", in: folder)
      let script = "exec \"$0\" summary x.h5 --json > /dev/full"
      let run = try run(URL(filePath: "/bin/sh"), ["-c", script, tool.path], in: folder)
      expectFailure(run, 1, saying: "cod: standard output: No space left on device\n")
    }
  }

  struct Numbers: Decodable {
    let cells: [Cell]
    struct Cell: Decodable {
      let dimension, width, samples, degree, dataset, gradients: Int
      let ridge, weightVariance, readoutVariance, virial, acceptance: Double
      let certified: Bool
      let alignment, trainingLoss, specialists, squaredOverlap, squaredNorm: Quantity
    }
    struct Quantity: Decodable { let mean, mcse, ess, rhat: Double }

    init(json: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Numbers.self, from: Data(json.utf8))
    }
  }

  @Test func summaryAsTextAndAsJSON() throws {
    try withFolder { folder in
      try write(study(sampler: "warmup: 50, draws: 400"), to: "\(folder)/x.yml")
      _ = try cod("simulate", "x.yml", in: folder)
      let text = try cod("summary", "x.h5", in: folder)
      #expect(text.status == 0 && text.errors == "", "\(text)")
      let lines = text.output.split(separator: "\n")
      #expect(lines.count == 1 + 4 + 1, "\(text.output)")

      let json = try cod("summary", "x.h5", "--json", in: folder)
      #expect(json.status == 0 && json.errors == "", "\(json)")
      let cells = try Numbers(json: json.output).cells
      #expect(cells.map(\.width) == [3, 3, 5, 5])
      #expect(cells.map(\.dataset) == [0, 1, 0, 1])
      #expect(cells.allSatisfy { $0.samples == 10 && $0.ridge == 0.1 && $0.degree == 3 })
      for cell in cells {
        #expect(cell.certified == (cell.alignment.rhat < 1.05 && cell.alignment.ess > 100))
        #expect(cell.alignment.mcse > 0 && cell.trainingLoss.mean > 0)
        #expect(cell.squaredNorm.mean > cell.squaredOverlap.mean)
        #expect(cell.specialists.mean >= 0 && cell.acceptance > 0.3 && cell.gradients > 900)
      }
      let certified = cells.count { $0.certified }
      let criterion =
        "Metropolis-adjusted chains, cold and planted, all of which moved, with R-hat < 1.05 and "
        + "ESS > 100"
      #expect(lines.last == "\(certified) of 4 cells certified (\(criterion))")
    }
  }
}
