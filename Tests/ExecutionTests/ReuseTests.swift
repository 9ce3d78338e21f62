import Archives
import Execution
import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// No cell is simulated twice: what the store or an earlier file has is taken over.
@Suite struct ReuseTests {
  let files = FileManager.default

  /// Simulates and expects so many new and old cells.
  func run(
    _ text: String, to output: String, simulated: Int, reused: Int,
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await simulate(try await StudySpec.of(text), to: output)
    #expect(outcome.simulated == simulated, "simulated", sourceLocation: location)
    #expect(outcome.reused == reused, "reused", sourceLocation: location)
    #expect(!outcome.fresh, sourceLocation: location)
  }

  @Test func anUnchangedStudyIsLeftAlone() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await run(tinyStudy, to: output, simulated: 4, reused: 0)
      let before = try files.attributesOfItem(atPath: output)[.systemFileNumber] as? Int
      let spec = try await StudySpec.of("# a comment\n" + tinyStudy)
      let outcome = try await simulate(spec, to: output)
      #expect(outcome.fresh && outcome.simulated == 0 && outcome.reused == 4)
      let after = try files.attributesOfItem(atPath: output)[.systemFileNumber] as? Int
      #expect(before == after, "the file has been replaced")
    }
  }

  @Test func fromTheStore() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await run(tinyStudy, to: output, simulated: 4, reused: 0)
      let bytes = try Data(contentsOf: URL(filePath: output))
      try files.removeItem(atPath: output)
      try await run(tinyStudy, to: output, simulated: 0, reused: 4)
      #expect(try Data(contentsOf: URL(filePath: output)) == bytes)
    }
  }

  @Test func fromTheEarlierFile() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await run(tinyStudy, to: output, simulated: 4, reused: 0)
      let old = try Archive(reading: output)
      try files.removeItem(atPath: "\(folder)/.cells")
      // Of another width in front, and in another order.
      try await run(tinyStudy.with("[3, 5]", as: "[9, 5, 3]"), to: output, simulated: 2, reused: 4)
      let new = try Archive(reading: output)
      #expect(new.cells.map(\.width) == [9, 9, 5, 5, 3, 3])
      #expect(Array(new.results[2...]) == [2, 3, 0, 1].map { old.results[$0] })
      #expect(Array(new.keys[2...]) == [2, 3, 0, 1].map { old.keys[$0] })
    }
  }

  @Test(arguments: [
    ("datasets: 2", "datasets: 3", 2, 4), ("width: [3, 5]", "width: [5]", 0, 2),
    ("ridge: 0.1", "ridge: [0.1, 0.2]", 4, 4), ("samples: 10", "samples: [9, 10]", 4, 4),
    ("samples: 10", "samples: {per_dimension: 2.5}", 0, 4), ("draws: 12", "draws: 14", 4, 0),
  ])
  func aChangedAxis(_ part: String, replacement: String, simulated: Int, reused: Int) async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await run(tinyStudy, to: output, simulated: 4, reused: 0)
      let changed = tinyStudy.with(part, as: replacement)
      if simulated == 0, reused == 4 {
        #expect(try await simulate(try await StudySpec.of(changed), to: output).fresh)
      } else {
        try await run(changed, to: output, simulated: simulated, reused: reused)
      }
      let scratch = "\(folder)/scratch/study.h5"
      try await simulate(try await StudySpec.of(changed), to: scratch)
      #expect(
        try Archive(reading: output).results == Archive(reading: scratch).results,
        "what was taken over is not what is simulated from scratch")
    }
  }

  @Test func damageIsSimulatedAnew() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await run(tinyStudy, to: output, simulated: 4, reused: 0)
      let bytes = try Data(contentsOf: URL(filePath: output))
      let stored = try #require(files.subpaths(atPath: "\(folder)/.cells"))
        .filter { $0.hasSuffix(".cell") }.sorted()
      try #require(stored.count == 4)
      // One cell is empty, one is in the place of another.
      try Data().write(to: URL(filePath: "\(folder)/.cells/\(stored[0])"))
      try files.removeItem(atPath: "\(folder)/.cells/\(stored[1])")
      try files.copyItem(
        atPath: "\(folder)/.cells/\(stored[2])", toPath: "\(folder)/.cells/\(stored[1])")
      try bytes.dropLast(1).write(to: URL(filePath: output))
      try await run(tinyStudy, to: output, simulated: 2, reused: 2)
      #expect(try Data(contentsOf: URL(filePath: output)) == bytes)
    }
  }

  /// What a run says before it simulates.
  func warnings(_ text: String, to output: String) async throws -> [String] {
    var lines: [String] = []
    let simulation = Simulation(
      spec: try await StudySpec.of(text), output: output, workers: 2, kernels: .best)
    _ = try await simulation.run(warn: { lines.append($0) }, progress: { _ in })
    return lines
  }

  @Test func damageIsSaid() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      #expect(try await warnings(tinyStudy, to: output) == [])
      let bytes = try Data(contentsOf: URL(filePath: output))
      try bytes.dropLast(1).write(to: URL(filePath: output))
      #expect(try await warnings(tinyStudy, to: output) == [], "the store has all cells")
      try bytes.dropLast(1).write(to: URL(filePath: output))
      let stored = try #require(files.subpaths(atPath: "\(folder)/.cells"))
      let cell = try #require(stored.first { $0.hasSuffix(".cell") })
      try files.removeItem(atPath: "\(folder)/.cells/\(cell)")
      let error = await errorLine { _ = try Archive(reading: output) }
      #expect(error.contains("no checksum at its end"))
      #expect(
        try await warnings(tinyStudy, to: output) == ["\(error); 1 cell is simulated anew"])
      #expect(try Data(contentsOf: URL(filePath: output)) == bytes)
      try files.removeItem(atPath: "\(folder)/.cells")
      #expect(
        try await warnings(tinyStudy.with("[3, 5]", as: "[3, 4]"), to: output) == [],
        "cells that a whole file has not are no loss")
    }
  }

  @Test func whatKilledRunsLeftIsSweptAfterAnHour() async throws {
    try await withFolder { folder in
      try files.createDirectory(
        atPath: "\(folder)/.cells/ab", withIntermediateDirectories: true)
      let (old, new) = (
        "\(folder)/.cells/ab/c.cell.tmp-a-1-2", "\(folder)/.cells/ab/c.cell.tmp-b-3-4"
      )
      let beside = "\(folder)/study.h5.tmp-a-5-6"
      for path in [old, new, beside] { try Data("half".utf8).write(to: URL(filePath: path)) }
      for path in [old, beside] {
        try files.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: path)
      }
      try await run(tinyStudy, to: "\(folder)/study.h5", simulated: 4, reused: 0)
      #expect(!files.fileExists(atPath: old))
      #expect(!files.fileExists(atPath: beside))
      #expect(files.fileExists(atPath: new), "another run may be writing it")
    }
  }
}
