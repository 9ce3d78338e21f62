import Archives
import Execution
import Foundation
import Host
import Networks
import Studies
import TestSupport
import Testing

/// What would fail in the end is found before the first cell.
@Suite struct PreflightTests {
  /// Expects that a study is refused, and that no cell of it is simulated.
  func expectRefusal(
    _ text: String, to name: String = "x.h5", saying words: String
  ) async throws {
    let spec = try await StudySpec.of(text)
    try await withFolder { folder in
      let line = await errorLine { _ = try await simulate(spec, to: "\(folder)/\(name)") }
      #expect(line.contains(words), "got \(line), expected \(words)")
      let cells = try CellStore(besides: "\(folder)/x.h5").keys()
      #expect(cells.isEmpty, "\(cells.count) cells were simulated")
    }
  }

  @Test(arguments: ["200", "1e12"]) func trajectoriesThatAreCut(_ length: String) async throws {
    let text = tinyStudy.with("thin: 5", as: "thin: 5, trajectory: \(length)")
    try await expectRefusal(text, saying: "study.yml: sampler.trajectory: got ")
    try await expectRefusal(text, saying: " with 1024 gradients a trajectory in steps of ")
  }

  /// The archived length is that of the spec where nothing is cut.
  @Test func longTrajectoriesThatAreRun() async throws {
    let spec = try await StudySpec.of(tinyStudy.with("thin: 5", as: "thin: 5, trajectory: 8"))
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/x.h5")
      for result in try Archive(reading: "\(folder)/x.h5").results {
        #expect(result.trajectory == [8, 8])
      }
    }
  }

  @Test func startsBeyondSinglePrecision() async throws {
    try await expectRefusal(
      tinyStudy.with("ridge: 0.1", as: "ridge: 1e12").with(
        "{weight_variance: 1, readout_variance: 1}",
        as: "{weight_variance: 1e-12, readout_variance: 1e-12}"),
      saying: "study.yml: weight_variance 1e-12, readout_variance 1e-12, ridge 1000000000000: a "
        + "planted chain starts at an energy beyond single precision")
  }

  @Test func namesThatAreTooLong() async throws {
    let name = String(repeating: "n", count: 253) + ".h5"
    try await expectRefusal(tinyStudy, to: name, saying: ".h5: File name too long")
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      let longest = "\(folder)/\(String(repeating: "n", count: 252)).h5"
      try await simulate(spec, to: longest)
      #expect(try Archive(reading: longest).keys.count == 4)
    }
  }

  /// A Langevin step beyond the stable ones leaves no numbers: no neuron counts as one without
  /// overlap, in the draws or in the file.
  @Test func countsOfWhatIsNoNumber() async throws {
    let text = tinyStudy.with("kind: hmc", as: "kind: langevin, step: 100")
    let spec = try await StudySpec.of(text)
    try await withFolder { folder in
      let file = "\(folder)/x.h5"
      try await simulate(spec, to: file)
      let archive = try Archive(reading: file)
      for (cell, result) in zip(spec.cells(), archive.results) {
        #expect(result.alignment.allSatisfy { $0.isNaN })
        #expect(result.observable("specialists").allSatisfy { $0.isNaN })
        #expect(result == CellResult(simulating: cell))
      }
      #expect(Summary(archive).cells.allSatisfy { $0.observables["specialists"]!.mean.isNaN })
    }
    #expect(SpecialistThreshold.count([0.9, -0.9, 0.5], beyond: 0.8) == 2)
    #expect(SpecialistThreshold.count([0.9, Float.nan], beyond: 0.8).isNaN)
  }
}
