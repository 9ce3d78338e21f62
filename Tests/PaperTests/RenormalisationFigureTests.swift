import Archives
import Experiments
import Figures
import Foundation
import Paper
import Studies
import TestSupport
import Testing

/// Tables of the figures on renormalisation, on small studies, with numbers computed once more.
@Suite struct RenormalisationFigureTests {
  /// Simulates studies, and gives `body` their archives and the figure's tables by name.
  func withTables(
    of figure: String, studies: [(name: String, text: String)],
    _ body: ([Archive], [String: Sheet]) throws -> Void
  ) async throws {
    var specs: [StudySpec] = []
    for study in studies { specs.append(try await StudySpec.of(study.text)) }
    try await withFolder { folder in
      for (study, spec) in zip(studies, specs) {
        try await simulate(spec, to: "\(folder)/\(study.name).h5")
      }
      let archives = try studies.map { try Archive(reading: "\(folder)/\($0.name).h5") }
      var sheets: [String: Sheet] = [:]
      for path in try Paper.figures.named(figure).writeTables(data: folder, to: "\(folder)/a") {
        sheets[((path as NSString).lastPathComponent as NSString).deletingPathExtension] =
          try Sheet(path)
      }
      try body(archives, sheets)
    }
  }

  static let head = "question: a test\nsource: a test\n"

  @Test func quarticIrrelevance() async throws {
    func text(_ exponents: String, _ quartic: String) -> String {
      Self.head + """
        experiment: quartic-loss
        action: {exponent: \(exponents), frequencies: 4, quartic: \(quartic)}
        data: {samples: [16, 64], datasets: 2}
        ridge: 1
        sampler: {chains: 2, warmup: 30, draws: 40}
        """
    }
    try await withTables(
      of: "quartic-irrelevance",
      studies: [("quartic-strong", text("[1, 0.5]", "1")), ("quartic-weak", text("1", "0.1"))]
    ) { archives, sheets in
      let table = try #require(sheets["quartic-irrelevance"])
      let place = try #require(
        zip(table("exponent"), zip(table("quartic"), table("samples"))).enumerated().first {
          $1.0 == 1 && $1.1.0 == 1 && $1.1.1 == 16
        }?.offset)
      let shifts = archives[0].results.filter {
        $0.parameters.real("exponent") == 1 && $0.parameters.samples == 16
      }.map { result in
        let errors = result.singles("error").map(Double.init)
        return 1 - errors.reduce(0, +) / Double(errors.count) / result.doubles("gaussian")[0]
      }
      #expect(shifts.count == 2)
      #expect(abs(table("shift")[place] - (shifts[0] + shifts[1]) / 2) < 1e-5)
      let numbers = try #require(sheets["quartic-irrelevance-numbers"])
      // Far in the limit the Hartree approximation has the exponent −α/(1 + α) nearly.
      #expect(abs(try numbers.number("linear_limit_slope").value + 0.5) < 0.02)
      #expect(abs(try numbers.number("rough_limit_slope").value + 1 / 3.0) < 0.08)
    }
  }

  @Test func powerLaws() async throws {
    let counts = (1...80).map { Int(30000 * pow(Double($0) + 1.5, -1.2)) }
    let rows = "inputs: uniform, rows: 24, dimension: 3, halves: 2"
    let sphere = "{\(rows)}"
    try await withTables(
      of: "power-laws",
      studies: [
        (
          "word-ranks",
          Self.head + """
            experiment: spectrum
            spectrum: {of: counts, ranks: [40, 60, 80]}
            data: {counts: \(counts), resamples: 3}
            """
        ),
        (
          "digit-covariance",
          Self.head + "experiment: spectrum\nspectrum: {of: covariance}\ndata: \(sphere)\n"
        ),
        (
          "digit-kernel",
          Self.head + "experiment: spectrum\nspectrum: {of: arcsine}\ndata: \(sphere)\n"
        ),
      ]
    ) { archives, sheets in
      let table = try #require(sheets["power-laws"])
      let total = Double(counts.reduce(0, +))
      for (rank, frequency) in zip(table("rank"), table("frequency")) {
        #expect(abs(frequency / (Double(counts[Int(rank) - 1]) / total) - 1) < 1e-5)
      }
      for (law, frequency) in zip(table("law"), table("frequency")) {
        #expect(abs(law / frequency - 1) < 0.03)
      }
      let exponent = try #require(sheets["power-laws-numbers"]).number("exponent_60")
      #expect(abs(exponent.value - 1.2) < 0.01 && exponent.low < exponent.value)
    }
  }
}
