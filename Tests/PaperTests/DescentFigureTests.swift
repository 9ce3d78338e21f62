import Archives
import Experiments
import Figures
import Foundation
import Paper
import Studies
import TestSupport
import Testing

/// The figures of descent, whose numbers are computed anew from the runs.
@Suite struct DescentFigureTests {
  static let noise = """
    question: Is it noisy?
    source: a test
    experiment: linear-descent
    spectrum: {alpha: 1.5, beta: 0.5, modes: 16}
    width: 16
    batch: [infinite, 8]
    step: 0.05
    richness: [0, 1]
    time: {from: 0.5, to: 50, per_decade: 4}
    nets: 2
    datasets: 3
    """
  static let hard = noise.with("alpha: 1.5, beta: 0.5", as: "alpha: 2, beta: 0.3")
    .with("[0, 1]", as: "5").with("[infinite, 8]", as: "[infinite, 4]")
  static let easy = noise.with("alpha: 1.5, beta: 0.5", as: "alpha: [1.5, 2], beta: 2.5")
    .with("[0, 1]", as: "0").with("step: 0.05", as: "step: 0.2").with("from: 0.5", as: "from: 2")

  @Test func relativeNoise() async throws {
    try await withFolder { folder in
      for (name, text) in [
        ("descent-noise", Self.noise), ("descent-noise-hard", Self.hard),
        ("descent-noise-easy", Self.easy),
      ] {
        try await simulate(try await StudySpec.of(text), to: "\(folder)/\(name).h5")
      }
      _ = try Paper.figures.named("descent-noise").writeTables(
        data: folder, to: "\(folder)/figures")
      let numbers = try Sheet("\(folder)/figures/descent-noise-numbers.tsv")
      let archive = try Archive(reading: "\(folder)/descent-noise-hard.h5")
      func end(_ batch: Int) -> Double {
        let ends = archive.results.filter { $0.parameters.integer("batch") == batch }
          .flatMap { $0.runs("loss").map { $0.last! } }
        return ends.reduce(0, +) / Double(ends.count)
      }
      let relative = try numbers.number("relative_last_3")
      #expect(near(relative.value, end(4) / end(0) - 1))
      expectNoInterval(relative.low, relative.value, relative.high, "relative noise")
      #expect(try numbers.number("noise_exponent_exact_2").value > 1)
      // The exact mean of lazy descent is that of its runs.
      #expect(try numbers.number("easy_deviation_1").value < 0.5)
    }
  }
}
