import Archives
import Experiments
import Figures
import Foundation
import Paper
import Studies
import TestSupport
import Testing
import Theory

/// The tables of three layers say what the draws say.
@Suite struct ThreeLayerFigureTests {
  static let study = """
    question: Is it tiny?
    source: a test
    network: {kind: three-layer, dimension: 5, first_width: [5, 10, 20], second_width: 5}
    target: {kind: hermite, degree: 3}
    data: {samples: 100, datasets: 2, test: 128}
    ridge: [1, 0.5]
    sampler: {kind: hmc, chains: {cold: 1, planted: 2}, warmup: 20, draws: 40, thin: 4}
    """

  @Test func transitionTable() async throws {
    let spec = try await StudySpec.of(Self.study)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/pattern-transition.h5")
      let archive = try Archive(reading: "\(folder)/pattern-transition.h5")
      _ = try Paper.figures.named("pattern-transition").writeTables(data: folder, to: folder)
      let sheet = try Sheet("\(folder)/pattern-transition.tsv")
      #expect(sheet.rows.count == 6)
      for row in 0..<6 {
        let (ratio, ridge) = (try sheet.value(row, "ratio"), try sheet.value(row, "ridge"))
        let cells = archive.cells.indices.filter {
          archive.cells[$0].ridge == ridge
            && Double(archive.cells[$0].firstWidth) == 5 * ratio
        }
        #expect(cells.count == 2)
        func mean(_ value: (CellResult) -> [Double]) -> Double {
          let all = cells.flatMap { value(archive.results[$0]) }
          return all.reduce(0, +) / Double(all.count)
        }
        // 2 N₁ Φ(−0.8 √5) of the prior are none of the data's.
        let prior = 5 * ratio * erfc(0.8 * 5.0.squareRoot() / 2.0.squareRoot())
        let first = mean { $0.observable("first_specialists") } - prior
        #expect(abs(try sheet.value(row, "first") - first) < 1e-4 * max(1, abs(first)))
        let second = mean { $0.observable("second_specialists") }
        #expect(abs(try sheet.value(row, "second") - second) < 1e-4 * max(1, second))
        let counts = cells.map { i -> Double in
          let overlaps = archive.results[i].unit("second_overlap")
          return Double(overlaps.count { abs($0) > 0.4 }) / Double(overlaps.count / 5)
        }
        let below = counts.reduce(0, +) / 2
        #expect(abs(try sheet.value(row, "second_at_0.4") - below) < 1e-4 * max(1, below))
      }
    }
  }

  /// Densities are counts: in each panel those of the second layer integrate to its width, but for
  /// what is beyond the last bin; the prior's to the width of its layer.
  @Test func densitiesCountNeurons() async throws {
    let spec = try await StudySpec.of(Self.study)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/pattern-transition.h5")
      _ = try Paper.figures.named("overlap-densities").writeTables(data: folder, to: folder)
      let sheet = try Sheet("\(folder)/overlap-densities.tsv")
      for panel in ["1", "2", "3"] {
        for (layer, series, step) in [
          ("1", "sampled", 0.1), ("2", "sampled", 0.1), ("1", "prior", 0.01), ("2", "prior", 0.01),
        ] {
          let rows = sheet.rows.filter {
            $0["panel"] == panel && $0["layer"] == layer && $0["series"] == series
          }
          var total = try rows.reduce(0.0) {
            $0 + step * (try #require(Double($1["neurons"] ?? "")))
          }
          if series == "prior" { total -= step / 2 * (Double(rows[0]["neurons"]!)!) }
          let ratio = try #require(rows.first.flatMap { Double($0["ratio"]!) })
          let width = layer == "1" ? 5 * ratio : 5
          #expect(
            abs(total - width) < 0.02 * width, "panel \(panel) layer \(layer) \(series): \(total)")
        }
      }
    }
  }

  /// P* and the rise of the table from curves that are interpolated here.
  @Test func collapseTable() async throws {
    let text = Self.study
      .with(
        "dimension: 5, first_width: [5, 10, 20], second_width: 5",
        as: "dimension: [4, 6], first_width: {per_dimension: 1}, second_width: {per_dimension: 1}"
      )
      .with("samples: 100, datasets: 2", as: "samples: {per_dimension: [1, 8, 40]}, datasets: 3")
      .with("ridge: [1, 0.5]", as: "ridge: 0.1")
    let spec = try await StudySpec.of(text)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/three-layer-collapse.h5")
      let archive = try Archive(reading: "\(folder)/three-layer-collapse.h5")
      _ = try Paper.figures.named("three-layer-collapse").writeTables(data: folder, to: folder)
      let sheet = try Sheet("\(folder)/three-layer-collapse-threshold.tsv")
      var checked = 0
      for (row, d) in [4, 6].enumerated() {
        let curve = [1, 8, 40].map { factor -> (p: Double, a: Double) in
          let cells = archive.cells.indices.filter {
            archive.cells[$0].dimension == d && archive.cells[$0].samples == factor * d
          }
          let means = cells.map { i in
            archive.results[i].alignment.reduce(0, +) / Double(archive.results[i].alignment.count)
          }
          return (Double(factor * d), means.reduce(0, +) / Double(means.count))
        }
        guard let below = curve.lastIndex(where: { $0.a < 0.1 }), below + 1 < curve.count else {
          continue
        }
        let (from, to) = (curve[below], curve[below + 1])
        let expected = from.p + (to.p - from.p) * (0.1 - from.a) / (to.a - from.a)
        checked += 1
        let found = try sheet.value(row, "samples")
        #expect(abs(found - expected) < 1e-4 * expected, "d = \(d): \(found), not \(expected)")
        let slope = expected * (to.a - from.a) / (to.p - from.p)
        #expect(abs(try sheet.value(row, "slope") - slope) < 1e-4 * slope, "d = \(d)")
      }
      #expect(checked > 0, "no curve crosses the threshold")
    }
  }

  /// What patterns predict on the archive's data sets: a point of the table from the library, on
  /// values of x₁ that are read from the training sets here, and numbers from rows of the tables.
  @Test func collapseIsPredictedOnItsDataSets() throws {
    let archive = try Archive(reading: "\(projectFolder)/data/three-layer-collapse.h5")
    let table = try Sheet("\(projectFolder)/figures/three-layer-collapse.tsv")
    let row = try #require(
      table.rows.firstIndex { $0["dimension"] == "12" && $0["samples_per_dimension"] == "20" })
    let cells = archive.cells.filter { $0.dimension == 12 && $0.samples == 240 }
    let model = try ThreeLayerPatterns(dimension: 12, firstWidth: 12, secondWidth: 12, ridge: 1)
    var (mean, far) = (0.0, 0.0)
    for cell in cells {
      let training = ProblemInstance(kind: .threeLayer, parameters: cell)
        .trainingSet(kernels: .best)
      let found = try model.patterns(
        of: (0..<240).map { Double(training.inputs[12 * $0]) }, secondLayer: cell.dataset < 4)
      mean += found.alignment / Double(cells.count)
      far = max(far, found.secondSpecialists)
    }
    #expect(abs(try table.value(row, "predicted") - mean) < 1e-4 * mean)
    // What the figure leaves out, of the first four data sets.
    #expect(far < 1e-3)

    let crossed = try Sheet("\(projectFolder)/figures/three-layer-collapse-threshold.tsv")
    var ratios: [Double] = []
    for row in crossed.rows.indices {
      let (sampled, predicted) = (
        try crossed.value(row, "samples"), try crossed.value(row, "predicted")
      )
      ratios.append(predicted / sampled)
      #expect(abs(try crossed.value(row, "ratio") - ratios[row]) < 1e-4)
      #expect(try crossed.value(row, "ratio_low") < ratios[row])
      #expect(try crossed.value(row, "ratio_high") > ratios[row])
    }
    let numbers = try Sheet("\(projectFolder)/figures/three-layer-collapse-numbers.tsv")
    func number(_ name: String) throws -> Double {
      let row = try #require(numbers.rows.firstIndex { $0["name"] == name })
      return try numbers.value(row, "value")
    }
    let largest = ratios.map { abs($0 - 1) }.max()!
    #expect(abs(try number("largest_deviation") - largest) < 1e-4)
    let difference = try number("predicted_exponent") - number("exponent")
    #expect(abs(try number("exponent_difference") - difference) < 1e-4)
  }
}
