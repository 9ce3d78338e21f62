import Foundation
import TestSupport
import Testing

#if os(Linux)
  private let canLimitMemory = true
#else
  private let canLimitMemory = false
#endif

/// Cells for which there is not the memory are refused before any is taken, with what they need and
/// what there is.
@Suite(.enabled(if: canLimitMemory, "no limit of memory to set here"))
struct MemoryTests {
  func simulate(_ text: String, kilobytes: Int, in folder: String) throws -> Run {
    try write(text, to: "\(folder)/x.yml")
    let script = "ulimit -v \(kilobytes); exec timeout 100 \"$0\" simulate x.yml --workers 1"
    return try run(URL(filePath: "/bin/bash"), ["-c", script, tool.path], in: folder)
  }

  @Test(arguments: [
    // Weights, samples, and draws of many neurons.
    ("dimension: 4", "dimension: 10000000"), ("samples: 10", "samples: 20000000"),
    ("draws: 12", "draws: 10000000"),
  ])
  func aStudyBeyondTheMemory(part: String, replacement: String) throws {
    try withFolder { folder in
      let text = study().replacing(part, with: replacement)
      let run = try simulate(text, kilobytes: 1_000_000, in: folder)
      expectFailure(run, 1, saying: "cod: x.yml: cells of ")
      #expect(run.errors.contains("expected at most 1.0 GB, which this process may have"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"])
    }
  }

  /// However little memory there is, a run works or says so in a line. Below some limit the system
  /// cannot load the tool, and just above it the language's own library stops before the tool
  /// begins: there `cod --version` cannot run either.
  @Test(arguments: Array(stride(from: 80_000, through: 240_000, by: 8_000)) + [101_000, 103_000])
  func aLine(kilobytes: Int) throws {
    try withFolder { folder in
      let run = try simulate(study(), kilobytes: kilobytes, in: folder)
      if run.status != 0 {
        let isLine = [1, 127].contains(run.status) && run.complaints.count == 1
        #expect(isLine || !canLoad(kilobytes: kilobytes - 1000), "\(run)")
      }
    }
  }

  /// Whether the tool gets as far as its own first instruction.
  func canLoad(kilobytes: Int) -> Bool {
    let script = "ulimit -v \(kilobytes); exec \"$0\" --version"
    return (try? run(URL(filePath: "/bin/bash"), ["-c", script, tool.path]).status) == 0
  }

  @Test func aStudyWithinIt() throws {
    try withFolder { folder in
      let run = try simulate(study(), kilobytes: 2_000_000, in: folder)
      #expect(run.status == 0, "\(run)")
    }
  }
}
