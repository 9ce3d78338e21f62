import Execution
import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// What a study will cost follows what its cells did cost.
@Suite struct EstimateTests {
  func estimate(
    _ text: String, _ folder: String, workers: Int = 1
  ) async throws -> CostEstimate {
    CostModel(archives: folder, kernels: .best)
      .estimate(try await .of(text), to: "\(folder)/study.h5", workers: workers)
  }

  @Test func whatItIsTakenFrom() async throws {
    try await withFolder { folder in
      let before = try await estimate(tinyStudy, folder)
      #expect(before.source == .formula && before.error == nil, "nothing tells how far it is off")
      #expect(before.all.cells == 4 && before.missing.cells == 4)
      #expect(before.all.coreSeconds > 0)

      try await simulate(try await .of(tinyStudy), to: "\(folder)/study.h5")
      let after = try await estimate(tinyStudy, folder)
      #expect(after.source == .sameCells)
      #expect(after.missing.cells == 0 && after.missing.coreSeconds == 0)
      #expect(after.missing.wallSeconds == 0)

      let wider = try await estimate(tinyStudy.with("[3, 5]", as: "[3, 5, 7]"), folder)
      #expect(wider.source == .nearestCells && wider.error != nil)
      #expect(wider.all.cells == 6 && wider.missing.cells == 2)
      #expect(wider.missing.coreSeconds > 0 && wider.missing.coreSeconds < wider.all.coreSeconds)
    }
  }

  /// Of every sample a cell holds the input of four numbers twice, and the features of a thousand
  /// neurons with their slopes, in single precision.
  @Test func memoryOfMoreSamples() async throws {
    try await withFolder { folder in
      var bytes: [Double] = []
      for samples in [1000, 3000] {
        let text = tinyStudy.with("[3, 5]", as: "1000")
          .with("samples: 10", as: "samples: \(samples)")
        bytes.append(try await estimate(text, folder).memory)
      }
      expect(bytes[1] - bytes[0], near: 2000 * 8 * (4 + 1000), within: 1e-9, "bytes")
    }
  }

  /// A job that merges asks for 6 MB of memory a megabyte of the archive.
  @Test func memoryOfAMergingJob() async throws {
    let cells = try await StudySpec.of(tinyStudy).cells()
    let (none, much) = (
      mergeMegabytes(of: cells, archived: 0), mergeMegabytes(of: cells, archived: 1e9)
    )
    #expect(none > 500 && abs(much - none - 6000) <= 1, "\(none) MB, \(much) MB")
  }

  /// Twice the draws of archived cells are about twice the gradients, less the warm-up.
  @Test func draws() async throws {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/study.h5")
      let more = try await estimate(tinyStudy.with("draws: 12", as: "draws: 6400"), folder)
      let few = try await estimate(tinyStudy, folder)
      #expect(more.all.coreSeconds > 20 * few.all.coreSeconds, "(6400 + 20)/(12 + 20) is 200")
      #expect(more.file > few.file && more.memory > few.memory)
    }
  }

  /// Further data sets take what the archived ones of their point took.
  @Test func moreDataSets() async throws {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/study.h5")
      let more = try await estimate(tinyStudy.with("datasets: 2", as: "datasets: 4"), folder)
      #expect(more.source == .nearestCells && more.missing.cells == 4)
      expect(more.missing.coreSeconds, near: more.all.coreSeconds / 2, within: 1e-9, "seconds")
    }
  }

  @Test func workersShareTheCells() async throws {
    try await withFolder { folder in
      let one = try await estimate(tinyStudy, folder)
      #expect(abs(one.all.wallSeconds / one.all.coreSeconds - 1) < 1e-9)
      let many = try await estimate(tinyStudy, folder, workers: 9)
      #expect(many.all.wallSeconds < 0.6 * many.all.coreSeconds, "four cells, two sizes")
      #expect(many.memory >= one.memory)
    }
  }

  /// What of a chain several workers can do shortens its time.
  @Test func workersShareAChain() async throws {
    let text = tinyStudy.with("[3, 5]", as: "3").with("datasets: 2", as: "datasets: 1")
      .with("planted: 1", as: "planted: 0")
    try await withFolder { folder in
      for (slices, share) in [(1, 1.0), (2, 0.5), (3, 1.0 / 3)] {
        let sliced = text.with("thin: 5", as: "thin: 5, slices: \(slices)")
        let all = try await estimate(sliced, folder, workers: 3).all
        expect(all.wallSeconds, near: share * all.coreSeconds, within: 1e-9, "\(slices)")
      }
    }
  }

  /// What nothing is learned from is named.
  @Test func damagedFilesAreNamed() async throws {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/study.h5")
      #expect(CostModel(archives: folder, kernels: .best).notes == [])
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/study.h5"))
      try bytes.dropLast(1).write(to: URL(filePath: "\(folder)/half.h5"))
      try Data("{\"runs\": 3}".utf8).write(to: URL(filePath: "\(folder)/runs.json"))
      let model = CostModel(archives: folder, kernels: .best)
      try #require(model.notes.count == 2, "\(model.notes)")
      #expect(model.notes[0].hasPrefix("\(folder)/half.h5: damaged"))
      #expect(model.notes[0].hasSuffix("; nothing is learned from it"))
      #expect(
        model.notes[1] == "\(folder)/runs.json: got another form; "
          + "expected what cod simulate writes; no measured time is told")
      let spec = try await StudySpec.of(tinyStudy)
      let estimate = model.estimate(spec, to: "\(folder)/study.h5", workers: 1)
      #expect(estimate.source == .sameCells && estimate.measuredCoreSeconds == nil)
    }
  }
}
