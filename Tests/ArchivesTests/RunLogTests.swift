import Archives
import Execution
import Experiments
import Foundation
import Host
import Kernels
import Studies
import TestSupport
import Testing

/// What runs took, and how far those are that go on.
@Suite struct RunLogTests {
  func run(_ key: String, simulated: Int = 4) -> RunLog.Run {
    RunMeasurement().run(
      of: "study", key: key, cells: 4, simulated: simulated, workers: 3, kernels: .best)
  }

  @Test func appendedAndFound() async throws {
    try withFolder { folder in
      let study = "\(folder)/study.h5"
      #expect(try RunLog(in: folder) == nil)
      let (whole, part, other) = (run("a"), run("a", simulated: 3), run("b"))
      for run in [whole, part, other] { try RunLog.append(run, besides: study) }
      let log = try #require(try RunLog(in: folder))
      #expect(log.runs == [whole, part, other])
      #expect(log.whole("a") == whole, "a run of some cells does not tell what all take")
      #expect(log.whole("a", on: whole.processor) == whole)
      #expect(log.whole("a", on: "another processor") == nil)
      #expect(log.whole("c") == nil)
      #expect(log.coreSeconds(of: "study", key: "a", cells: 4) == whole.coreSeconds)
      // Of another key: eleven cells were simulated in all, of which five are wanted.
      let sum = [whole, part, other].reduce(0) { $0 + $1.coreSeconds }
      #expect(log.coreSeconds(of: "study", key: "c", cells: 5) == sum / 11 * 5)
      #expect(log.coreSeconds(of: "another", key: "c", cells: 5) == nil)
    }
  }

  /// Parts that together are the whole tell what it takes, where an older study of the same name
  /// was cheaper; parts of a part do not.
  @Test func inParts() throws {
    func run(_ key: String, simulated: Int, seconds: Double) -> RunLog.Run {
      RunLog.Run(
        study: "study", studyKey: key, date: "2026-11-21T22:05:00Z", processor: "p", system: "s",
        instructionSet: "avx2", cores: 2, workers: 2, simulated: simulated, cells: 4,
        seconds: seconds, coreSeconds: seconds, peakMemory: 1e6)
    }
    try withFolder { folder in
      let study = "\(folder)/study.h5"
      func coreSeconds() throws -> Double? {
        try RunLog(in: folder)?.coreSeconds(of: "study", key: "new", cells: 4)
      }
      try RunLog.append(run("old", simulated: 4, seconds: 4), besides: study)
      try RunLog.append(run("new", simulated: 1, seconds: 11), besides: study)
      #expect(try coreSeconds() == 15.0 / 5 * 4)
      try RunLog.append(run("new", simulated: 3, seconds: 33), besides: study)
      #expect(try coreSeconds() == 44)
    }
  }

  @Test func anotherFormIsRefusedAndKept() async throws {
    try withFolder { folder in
      let text = Data("{\"runs\": 3}".utf8)
      try text.write(to: URL(filePath: "\(folder)/runs.json"))
      #expect(throws: UserError.self) { try RunLog.append(run("a"), besides: "\(folder)/x.h5") }
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/runs.json")) == text)
    }
  }

  @Test func whatIsMeasured() async throws {
    let measurement = RunMeasurement()
    try await Task.sleep(for: .milliseconds(50))
    let run = measurement.run(
      of: "x", key: "a", cells: 1, simulated: 1, workers: 1, kernels: .best)
    #expect(run.seconds >= 0.05)
    #expect(run.peakMemory > 1e6, "in bytes")
    #expect(!run.processor.isEmpty && run.date.hasSuffix("Z"))
  }

  /// What a study took stands beside its estimate, on the same processor alone.
  @Test func measuredBesideEstimated() async throws {
    try await withFolder { folder in
      let spec = try await StudySpec.of(tinyStudy)
      func measured() -> Double? {
        CostModel(archives: folder, kernels: .best)
          .estimate(spec, to: "\(folder)/study.h5", workers: 1).measuredCoreSeconds
      }
      #expect(measured() == nil)
      let run = run(spec.key)
      try RunLog.append(run, besides: "\(folder)/study.h5")
      #expect(measured() == run.coreSeconds)
      try RunLog.append(self.run(spec.key, simulated: 3), besides: "\(folder)/study.h5")
      #expect(measured() == run.coreSeconds, "not that of a part")
    }
  }
}
