import Archives
import Execution
import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// The arrays depend on the study alone: not on workers, instruction set or order.
@Suite struct SimulationTests {
  @Test func oneTwoAndThreeWorkers() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      var files: [Data] = []
      for workers in 1...3 {
        let output = "\(folder)/\(workers)/study.h5"
        let outcome = try await simulate(spec, to: output, workers: workers)
        #expect(outcome.simulated == 4, "with \(workers) workers")
        #expect(outcome.reused == 0, "with \(workers) workers")
        #expect(!outcome.fresh, "with \(workers) workers")
        files.append(try Data(contentsOf: URL(filePath: output)))
      }
      #expect(files[1] == files[0], "2 workers give another file than 1")
      #expect(files[2] == files[0], "3 workers give another file than 1")
    }
  }

  /// With one chain and two workers, each computes a slice of a gradient.
  @Test(arguments: ["kind: hmc", "kind: langevin, step: 0.001", "kind: hmc, replicas: 3"])
  func coresOfAChain(_ method: String) async throws {
    let text = tinyStudy.with("[3, 5]", as: "3").with("samples: 10", as: "samples: 150")
      .with("datasets: 2", as: "datasets: 1")
      .with("kind: hmc", as: "\(method), slices: 2")
      .with("planted: 1", as: "planted: \(method.contains("replicas") ? 1 : 0)")
    let spec = try await StudySpec.of(text)
    try await withFolder { folder in
      for workers in [1, 2] {
        try await simulate(spec, to: "\(folder)/\(workers)/study.h5", workers: workers)
      }
      let files = try [1, 2].map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)/study.h5")) }
      #expect(files[0] == files[1])
    }
  }

  /// The plain build emulates fused multiply-adds one by one, hence the smallest of cells.
  @Test(arguments: InstructionSet.available)
  func everyInstructionSet(_ set: InstructionSet) async throws {
    let text = tinyStudy.with("warmup: 20, draws: 12", as: "warmup: 10, draws: 8")
    let cells = try await StudySpec.of(text).cells()
    let kernels = try #require(KernelSet(set))
    #expect(
      try cells[0].compute(kernels: kernels) == cells[0].compute(),
      "\(set) and \(KernelSet.best.instructionSet) differ")
  }

  @Test func theBitsOfOneCell() async throws {
    let cell = try await StudySpec.of(tinyStudy).cells()[0]
    let fingerprint = String(try cell.compute().fingerprint, radix: 16)
    #expect(
      fingerprint == "dcf84bf4a1e461ef",
      """
      the bits of cell \(cell.key) have changed. If that is meant, raise numericsVersion, so that no \
      archive of the old bits counts as fresh, and pin the new fingerprint here
      """)
  }

  @Test func noTwoCellsOrChainsShareTheirNoise() async throws {
    let text = tinyStudy.with("cold: 1, planted: 1", as: "cold: 2, planted: 2")
    let results = try await StudySpec.of(text).cells().map { try $0.compute() }
    let steps = results.flatMap(\.stepSize)
    #expect(Set(steps).count == steps.count, "\(steps)")
  }

  @Test func progressCountsEveryCell() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      var lines: [String] = []
      let simulation = Simulation(
        spec: spec, output: "\(folder)/study.h5", workers: 2, kernels: .best)
      _ = try await simulation.run { lines.append($0.line) }
      #expect(lines.count == 13, "one at first, and three a cell, which has two chains: \(lines)")
      #expect(lines.first == "0/4 cells, 0 % of the work")
      #expect(lines.last?.hasPrefix("4/4 cells, 100 % of the work, ") == true, "\(lines)")
      #expect(lines.last?.hasSuffix(" cells a minute, 0:00 left") == true, "\(lines)")
    }
  }

  @Test func aFolderInThePlaceOfTheOutput() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      let line = await errorLine { try await simulate(spec, to: folder) }
      #expect(line == "\(folder): got a folder; expected the name of a file to write")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names == [])
    }
  }
}
