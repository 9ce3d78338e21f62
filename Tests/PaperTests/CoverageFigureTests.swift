import Archives
import Foundation
import Paper
import Studies
import TestSupport
import Testing

/// The figure of coverage, from small studies.
@Suite struct CoverageFigureTests {
  let twoLayers = tinyStudy.with(
    "dimension: 4, width: [3, 5]", as: "dimension: [10, 16], width: {per_dimension: 1}"
  )
  .with("samples: 10, datasets: 2", as: "samples: {per_dimension: [4, 2, 9]}, datasets: 6")
  .with("warmup: 20, draws: 12", as: "warmup: 100, draws: 60").with("{width: 3}", as: "{width: 4}")
  let threeLayers = tinyStudy.with(
    "kind: two-layer, activation: erf, dimension: 4, width: [3, 5]",
    as: "kind: three-layer, activation: erf, dimension: 4, first_width: 4, second_width: 4"
  )
  .with("datasets: 2", as: "datasets: 2, test: 64")
  .with("prior: {weight_variance: 1, readout_variance: 1}\n", as: "")
  .with("{width: 3}", as: "{first_width: 3}")

  @Test func shares() async throws {
    try await withFolder { folder in
      for (name, text) in [
        ("two-layer-samples", twoLayers), ("two-layer-width", tinyStudy),
        ("three-layer-collapse", threeLayers),
      ] {
        try await simulate(try await StudySpec.of(text), to: "\(folder)/\(name).h5")
      }
      let figure = try Paper.figures.named("coverage")
      let paths = try figure.writeTables(data: folder, to: "\(folder)/figures")
      let table = try Sheet(try #require(paths.first { $0.hasSuffix("coverage.tsv") }))
      // Three layers at one size have no exponent, and are left out; numbers of others stay.
      let places = table("place")
      #expect(
        Set(places).isSuperset(of: [1, 2, 3, 4, 7, 8, 9]) && !places.contains(5), "\(places)")
      for (row, place) in places.enumerated() {
        let (held, plain) = (table("held")[row], table("quantiles")[row])
        // A stretched interval holds what quantiles hold.
        #expect(plain <= held && held <= 1, "row \(row)")
        #expect(held + table("above")[row] <= 1 + 1e-5, "row \(row)")
        // Student's intervals of normal numbers: 300 repeats scatter by 1.3 %, taken three times,
        // beside a bootstrap's own 1 %.
        if place == 1 { expect(held, near: 0.95, within: 0.05, "row \(row)") }
        // Of a known skewness intervals hold less, and lie below more often than above.
        if place == 2 { #expect(held < 0.96 && table("above")[row] < 1 - held, "row \(row)") }
        if place == 7 { #expect(table("above")[row] > 0.5 * (1 - held), "row \(row)") }
      }
    }
  }
}
