import Archives
import Experiments
import Figures
import Foundation
import Host
import Paper
import Sampling
import Studies
import TestSupport
import Testing

/// The figure langevin-bias, whose tables come from two studies.
@Suite struct LangevinFigureTests {
  static let exact = tinyStudy.with("[3, 5]", as: "3").with("datasets: 2", as: "datasets: 1")
    .with("draws: 12", as: "draws: 200")
  static let biased = exact.with("kind: hmc", as: "kind: langevin, step: [0.02, 0.005]")

  func simulated(_ texts: (bias: String, exact: String), _ body: (String) throws -> Void)
    async throws
  {
    try await withFolder { folder in
      try await simulate(try await StudySpec.of(texts.bias), to: "\(folder)/langevin-bias.h5")
      try await simulate(try await StudySpec.of(texts.exact), to: "\(folder)/langevin-exact.h5")
      try body(folder)
    }
  }

  @Test func numbersAreThoseOfTheDraws() async throws {
    try await simulated((Self.biased, Self.exact)) { folder in
      _ = try Paper.figures.named("langevin-bias").writeTables(
        data: folder, to: "\(folder)/figures")
      let table = try Sheet("\(folder)/figures/langevin-bias.tsv")
      let numbers = try Sheet("\(folder)/figures/langevin-bias-numbers.tsv")
      #expect(table("step") == [0.005, 0.02], "ascending, whatever the study's order")
      let archive = try Archive(reading: "\(folder)/langevin-bias.h5")
      let exact = try Archive(reading: "\(folder)/langevin-exact.h5").results[0]
      let truth = exact.alignmentDiagnostics
      #expect(
        abs(try numbers.number("exact_alignment").value - truth.mean) <= 1e-5 * abs(truth.mean))
      for (row, result) in [archive.results[1], archive.results[0]].enumerated() {
        let got = result.alignmentDiagnostics
        let z = (got.mean - truth.mean) / hypot(got.standardError, truth.standardError)
        let cost = Double(result.gradients.reduce(0, +)) / got.bulkESS
        let virial = (result.virial[0] + result.virial[1]) / 2
        for (name, expected) in [
          ("alignment", got.mean), ("standard_error", got.standardError), ("z", z),
          ("virial", virial), ("rhat", got.rHat), ("ess", got.bulkESS), ("cost", cost),
        ] {
          let value = table(name)[row]
          #expect(
            abs(value - expected) <= 1e-5 * abs(expected), "\(name) of row \(row): \(value)")
        }
      }
    }
  }

  @Test func studiesInEachOthersPlace() async throws {
    for (bias, exact, line) in [
      (
        Self.exact, Self.exact,
        "FOLDER/langevin-bias.h5: got chains of hmc; expected those of langevin"
      ),
      (
        Self.biased, Self.biased.with("[0.02, 0.005]", as: "0.02"),
        "FOLDER/langevin-exact.h5: got chains of langevin; expected those of hmc"
      ),
      (
        Self.biased.with("samples: 10", as: "samples: 11"), Self.exact,
        "FOLDER/langevin-bias.h5, FOLDER/langevin-exact.h5: got several posteriors; "
          + "expected one data set, network, prior and ridge"
      ),
      (
        Self.biased.with("datasets: 1", as: "datasets: 2"),
        Self.exact.with("datasets: 1", as: "datasets: 2"),
        "FOLDER/langevin-bias.h5, FOLDER/langevin-exact.h5: got several posteriors; "
          + "expected one data set, network, prior and ridge"
      ),
    ] {
      try await simulated((bias, exact)) { folder in
        let error = #expect(throws: UserError.self) {
          try Paper.figures.named("langevin-bias").writeTables(
            data: folder, to: "\(folder)/figures")
        }
        #expect(error.map { "\($0)" } == line.replacing("FOLDER", with: folder))
      }
    }
  }

  /// No other figure shows what is no equilibrium.
  @Test func otherFiguresRefuseLangevin() async throws {
    try await withFolder { folder in
      let text = tinyStudy.with("kind: hmc", as: "kind: langevin, step: 0.01")
      try await simulate(try await StudySpec.of(text), to: "\(folder)/two-layer-width.h5")
      let line = await errorLine {
        _ = try Paper.figures.named("specialists").writeTables(
          data: folder, to: "\(folder)/figures")
      }
      #expect(
        line == "\(folder)/two-layer-width.h5: got unadjusted Langevin dynamics; "
          + "expected an exact sampler, for figure specialists")
    }
  }
}
