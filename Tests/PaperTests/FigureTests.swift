import Archives
import Experiments
import Figures
import Foundation
import Paper
import Studies
import TestSupport
import Testing
import Theory

/// The figures' tables, on small studies simulated for the purpose: their form, and their numbers
/// computed once more from the draws.
@Suite struct FigureTests {
  /// Simulates a study, and gives `body` its archive and its figure's tables by name.
  func withTables(
    of figure: String, study: String, text: String,
    _ body: (Archive, [String: Sheet]) throws -> Void
  ) async throws {
    let spec = try await StudySpec.of(text)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/\(study).h5")
      let archive = try Archive(reading: "\(folder)/\(study).h5")
      var sheets: [String: Sheet] = [:]
      let paths = try Paper.figures.named(figure).writeTables(data: folder, to: "\(folder)/a/b")
      let again = try Paper.figures.named(figure).writeTables(data: folder, to: "\(folder)/again")
      for (path, copy) in zip(paths, again) {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try text == String(contentsOfFile: copy, encoding: .utf8), "\(path)")
        let source = "\n# study \(study) \(archive.studyKey) \(archive.contentDigest)\n"
        #expect(text.contains(source), "\(path)")
        let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
        let sheet = try Sheet(path)
        sheets[name] = sheet
        // Two sizes are no window of three.
        #expect(!sheet.rows.isEmpty || name.hasSuffix("-windows"), "\(path)")
        for column in sheet.columns {
          #expect(text.contains("\n# \(column): "), "\(path) does not explain \(column)")
          guard !["name", "meaning", "series"].contains(column) else { continue }
          for row in sheet.rows {
            #expect(Double(row[column]!) != nil, "\(path): \(column) is '\(row[column]!)'")
          }
        }
      }
      try body(archive, sheets)
    }
  }

  @Test func specialists() async throws {
    let text = tinyStudy.with("datasets: 2", as: "datasets: 6").with("draws: 12", as: "draws: 60")
      .with("thin: 5", as: "thin: 2").with("[3, 5]", as: "[4, 16]")
    try await withTables(of: "specialists", study: "two-layer-width", text: text) {
      archive, sheets in
      let table = try #require(sheets["specialists"])
      #expect(table("width") == [4, 16])
      #expect(table("root_ratio") == [1, 2])
      var means: [Double] = []
      for (i, row) in table("specialists").enumerated() {
        let counts = archive.results[(6 * i)..<(6 * i + 6)].map {
          $0.observable("specialists").reduce(0, +) / Double($0.observable("specialists").count)
        }
        let mean = counts.reduce(0, +) / 6
        let squares = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(near(row, mean), "specialists of row \(i): \(row), not \(mean)")
        let (error, expected) = (table("standard_error")[i], (squares / 30).squareRoot())
        #expect(near(error, expected), "standard error of row \(i): \(error), not \(expected)")
        #expect(table("at_1.0")[i] < row && row < table("at_0.6")[i], "thresholds of row \(i)")
        means.append(mean)
      }
      let numbers = try #require(sheets["specialists-numbers"])
      let slope = try numbers.number("exponent")
      #expect(near(slope.value, log(means[1] / means[0]) / log(4)), "exponent \(slope)")
      for name in ["exponent", "exponent_06", "exponent_10"] {
        let (value, low, high) = try numbers.number(name)
        expectInterval(low, value, high, name)
      }
    }
  }

  @Test func density() async throws {
    let text = tinyStudy.with("thin: 5", as: "thin: 1").with("draws: 12", as: "draws: 100")
    try await withTables(of: "ldt-density", study: "two-layer-density", text: text) {
      archive, sheets in
      let table = try #require(sheets["ldt-density"])
      for width in ["3", "5"] {
        for series in ["sampled", "full", "frozen", "finite"] {
          let rows = table.rows.filter { $0["width"] == width && $0["series"] == series }
          let densities = rows.map { exp(-Double($0["minus_log_density"]!)!) }
          let overlaps = rows.map { Double($0["overlap"]!)! }
          // Both signs; by bins where sampled, by the trapezoidal rule from 0 else.
          let step = overlaps[1] - overlaps[0]
          let first = ["sampled", "finite"].contains(series) ? 0 : densities[0] / 2
          let total = 2 * step * (densities.reduce(0, +) - first)
          #expect(near(total, 1, within: 0.01), "N = \(width), \(series) integrates to \(total)")
        }
      }
      for row in table.rows where ["sampled", "finite"].contains(row["series"]) {
        let (value, high) = (Double(row["minus_log_density"]!)!, Double(row["high"]!)!)
        let low = Double(row["low"]!)!
        #expect(low <= value && value <= high, "\(row)")
      }
      let numbers = try #require(sheets["ldt-density-numbers"])
      for name in ["alignment_1", "alignment_2"] {
        let error = try numbers.number(name.replacing("_", with: "_error_")).value
        #expect(try numbers.number(name).value > 0 && error > 0, "\(name)")
      }
      // Gibbs: a divergence is positive, and the frozen theory is another than the full one.
      let full = try numbers.number("divergence_full_2").value
      let frozen = try numbers.number("divergence_frozen_2").value
      #expect(full > 0 && frozen > 0 && full != frozen, "\(full), \(frozen)")
      let histogram = table.rows.filter { $0["width"] == "5" && $0["series"] == "sampled" }
      let byHand = try histogram.reduce(0.0) { sum, row in
        let (x, p) = (Double(row["overlap"]!)!, exp(-Double(row["minus_log_density"]!)!))
        let theory = try LargeDeviation(dimension: 4, width: 5)
          .solve(alignment: numbers.number("alignment_2").value)
        var q = 0.0
        for i in 0..<100 {
          q += theory.density(at: x - 0.05 + 0.001 * (Double(i) + 0.5)) / 100
        }
        return sum + 0.2 * p * log(p / q)
      }
      #expect(near(full, byHand, within: 1e-3), "KL divergence \(full), by hand \(byHand)")
      try checkFiniteSize(
        archive, numbers,
        histogram.map {
          (overlap: Double($0["overlap"]!)!, density: exp(-Double($0["minus_log_density"]!)!))
        })
      #expect(try numbers.number("width_2").value == 5)
    }
  }

  /// The numbers of the finite-size theory at N = 5, from the data sets themselves.
  func checkFiniteSize(
    _ archive: Archive, _ numbers: Sheet, _ histogram: [(overlap: Double, density: Double)]
  ) throws {
    let model = try FiniteWidthPosterior(dimension: 4, width: 5, ridge: 0.1)
    let point = try #require(archive.replicates.last)
    let pairs = try point.results.map { result in
      let training = ProblemInstance(kind: .twoLayer, parameters: result.parameters)
        .trainingSet(kernels: .best)
      let rows = stride(from: 0, to: training.inputs.count, by: 4)
      return try model.pair(
        of: rows.map { Double(training.inputs[$0]) }, number: result.parameters.dataset,
        sweeps: 200)
    }
    let finite = try FiniteWidthPosterior.Estimate(pairs, binWidth: 0.1)
    let ratio = finite.alignment.value / meanAndError(point.alignments).mean
    let quotedRatio = try numbers.number("finite_ratio_2").value
    #expect(near(quotedRatio, ratio, within: 1e-5), "\(quotedRatio), by hand \(ratio)")
    var divergence = 0.0
    for (x, p) in histogram {
      divergence += 0.2 * p * log(p / max(1e-6, finite.density[Int(x / 0.1)].value))
    }
    let quoted = try numbers.number("divergence_finite_2").value
    #expect(near(quoted, divergence, within: 1e-3), "\(quoted), by hand \(divergence)")
  }

  /// A second ridge would be drawn as if it were the first.
  @Test func axesThatAFigureCannotShow() async throws {
    for (figure, study, axis, change) in [
      ("specialists", "two-layer-width", "ridge", ("ridge: 0.1", "ridge: [0.1, 0.2]")),
      ("specialists", "two-layer-width", "samples", ("samples: 10", "samples: [9, 10]")),
      ("ldt-density", "two-layer-density", "dimension", ("dimension: 4", "dimension: [4, 5]")),
      ("sample-complexity", "two-layer-samples", "width", ("ridge: 0.1", "ridge: 0.1")),
    ] {
      let spec = try await StudySpec.of(tinyStudy.with(change.0, as: change.1))
      try await withFolder { folder in
        try await simulate(spec, to: "\(folder)/\(study).h5")
        let line = await errorLine {
          _ = try Paper.figures.named(figure).writeTables(data: folder, to: "\(folder)/figures")
        }
        #expect(
          line
            == "\(folder)/\(study).h5: \(axis) takes 2 values; expected one, for figure \(figure)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/figures"))
      }
    }
  }

  /// Small dimensions at which the alignment crosses 0.1 within the grid.
  let complexity = tinyStudy.with(
    "dimension: 4, width: [3, 5]", as: "dimension: [10, 16], width: {per_dimension: 1}"
  )
  .with("samples: 10, datasets: 2", as: "samples: {per_dimension: [4, 2, 9]}, datasets: 6")
  .with("warmup: 20, draws: 12", as: "warmup: 100, draws: 60").with("{width: 3}", as: "{width: 4}")

  /// Studies of another experiment, and those of another kind of network, are refused, by every
  /// figure that is made from studies.
  @Test func studiesThatAFigureCannotShow() async throws {
    var specs: [StudySpec] = []
    for text in [tinyStudy, TinyKind.convolution.text, TinyKind.attention.text] {
      specs.append(try await StudySpec.of(text))
    }
    for figure in Paper.figures where !figure.studies.isEmpty {
      let spec = specs.first { !figure.networks.contains($0.layout.model) } ?? specs[1]
      try await withFolder { folder in
        for study in figure.studies { try await simulate(spec, to: "\(folder)/\(study).h5") }
        let line = await errorLine {
          _ = try figure.writeTables(data: folder, to: "\(folder)/figures")
        }
        let fault =
          figure.experiments.contains(spec.layout.experiment)
          ? "network '\(spec.layout.model)'; expected \(figure.networks.joined(separator: " or "))"
          : "experiment '\(spec.layout.experiment)'; expected "
            + figure.experiments.joined(separator: " or ")
        // A figure of studies of any kind has a check of its own.
        let expected =
          figure.axes == nil && figure.networks.contains(spec.layout.model)
          ? "got a study without replication; expected some of its cells in a study of the "
            + "experiment replication"
          : fault
        #expect(
          line == "\(folder)/\(figure.studies[0]).h5: \(expected), for figure \(figure.name)")
      }
    }
  }

  @Test func sampleComplexity() async throws {
    try await withTables(
      of: "sample-complexity", study: "two-layer-samples", text: complexity
    ) { archive, sheets in
      let curves = try #require(sheets["sample-complexity-alignment"])
      let table = try #require(sheets["sample-complexity"])
      #expect(curves("dimension") == [10, 10, 10, 16, 16, 16])
      #expect(curves("samples_per_dimension") == [2, 4, 9, 2, 4, 9])
      // The grid lists 4 d before 2 d.
      let means = [1, 0, 2, 4, 3, 5].map { point in
        archive.results[(6 * point)..<(6 * point + 6)].map {
          $0.alignment.reduce(0, +) / Double($0.alignment.count)
        }.reduce(0, +) / 6
      }
      for (i, mean) in means.enumerated() {
        #expect(
          near(curves("alignment")[i], mean), "row \(i): \(curves("alignment")[i]), not \(mean)")
      }
      for (i, d) in [10.0, 16].enumerated() {
        let curve = Array(means[(3 * i)..<(3 * i + 3)])
        let (ratios, k) = ([2.0, 4, 9], try #require(curve.lastIndex { $0 < 0.1 }))
        try #require(k < 2, "d = \(d): alignments \(curve) do not cross 0.1")
        let ratio =
          ratios[k]
          + (0.1 - curve[k]) / (curve[k + 1] - curve[k]) * (ratios[k + 1] - ratios[k])
        let (got, low, high) = (table("samples")[i], table("low")[i], table("high")[i])
        #expect(near(got, d * ratio), "d = \(d): P* = \(got), not \(d * ratio)")
        expectInterval(low, got, high, "P* at d = \(d)")
      }
      let numbers = try #require(sheets["sample-complexity-numbers"])
      let (exponent, low, high) = try numbers.number("exponent")
      let expected = log(table("samples")[1] / table("samples")[0]) / log(1.6)
      #expect(near(exponent, expected, within: 1e-4), "exponent \(exponent), not \(expected)")
      expectInterval(low, exponent, high, "exponent")
      let ratio = table("rescaled_bound")[0] / table("bound")[0]
      #expect(
        near(try numbers.number("bound_factor").value, ratio, within: 1e-4), "factor \(ratio)")
      var deviations: [Double] = []
      for (i, d) in [10, 16].enumerated() {
        let theory = try NeuronBesideBath(dimension: d, width: d, ridge: 0.1)
          .samples(alignment: 0.1)
        let crossing = theory.crossing
        #expect(near(table("predicted")[i], crossing.value, within: 1e-4), "d = \(d): \(theory)")
        let error = hypot(crossing.drawError, theory.gridError)
        #expect(near(table("predicted_error")[i], error, within: 1e-4))
        deviations.append(abs(table("predicted")[i] / table("samples")[i] - 1))
      }
      let deviation = try numbers.number("predicted_largest_deviation")
      #expect(near(deviation.value, deviations.max()!, within: 1e-3), "\(deviations)")
      expectInterval(deviation.low, deviation.value, deviation.high, "largest deviation")
      let slope = log(table("predicted")[1] / table("predicted")[0]) / log(1.6)
      #expect(near(try numbers.number("predicted_exponent").value, slope, within: 1e-3))
      let difference = try numbers.number("predicted_exponent_difference").value
      #expect(abs(difference - (slope - exponent)) < 1e-3, "\(difference)")

      // All neurons at finite size, on the data sets themselves: the alignments of both points
      // between which the prediction crosses are computed here by the library.
      for (i, d) in [10, 16].enumerated() {
        let theory = try FiniteWidthPosterior(dimension: d, width: d, ridge: 0.1)
        let alignments = try [2, 4, 9].map { ratio in
          let cells = archive.cells.filter { $0.dimension == d && $0.samples == ratio * d }
          return try cells.map { cell -> Double in
            let training = ProblemInstance(kind: .twoLayer, parameters: cell)
              .trainingSet(kernels: .best)
            let inputs = (0..<cell.samples).map { Double(training.inputs[$0 * d]) }
            let pair = try theory.pair(of: inputs, number: cell.dataset, sweeps: 300)
            return (pair.lazy.alignment + pair.planted.alignment) / 2
          }.reduce(0, +) / Double(cells.count)
        }
        let k = try #require(alignments.lastIndex { $0 < 0.1 })
        let ratios = [2.0, 4, 9]
        let ratio =
          ratios[k]
          + (0.1 - alignments[k]) / (alignments[k + 1] - alignments[k])
          * (ratios[k + 1] - ratios[k])
        let got = table("joint")[i]
        #expect(near(got, Double(d) * ratio, within: 1e-3), "d = \(d): \(got), not \(ratio) d")
        let relative = table("joint_ratio")[i]
        #expect(near(relative, got / table("samples")[i], within: 1e-4))
      }
      let jointSlope = log(table("joint")[1] / table("joint")[0]) / log(1.6)
      #expect(near(try numbers.number("joint_exponent").value, jointSlope, within: 1e-3))
    }
  }

  @Test func anAlignmentThatNeverCrosses() async throws {
    let spec = try await StudySpec.of(complexity.with("[4, 2, 9]", as: "[0.5, 1]"))
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/two-layer-samples.h5")
      let line = await errorLine {
        _ = try Paper.figures.named("sample-complexity").writeTables(data: folder, to: folder)
      }
      #expect(
        line == "\(folder)/two-layer-samples.h5: the alignment crosses 0.1 inside the grid at 0 "
          + "dimensions; expected at least 2: widen data.samples")
    }
  }

  @Test func namesOfFiguresAndStudies() async throws {
    let smoke = try Paper.figures.matching("nowhere/data/two-layer-width.yml")
    #expect(
      smoke.figures.map(\.name) == ["specialists", "phase-diagram"]
        && smoke.folder == "nowhere/data")
    // Figures that need further studies, which are not there, are left out.
    let here = try Paper.figures.matching("two-layer-samples.h5")
    #expect(
      here.figures.map(\.name) == ["sample-complexity", "phase-diagram"] && here.folder == ".")
    // Studies that figures show as overlays.
    let narrow = try Paper.figures.matching("data/pattern-transition-32.yml")
    #expect(
      narrow.figures.map(\.name) == ["pattern-transition", "pattern-energies", "calibration"])
    let wide = try Paper.figures.matching("data/pattern-transition-wide.h5")
    #expect(
      wide.figures.map(\.name) == [
        "pattern-transition", "pattern-energies", "overlap-densities", "calibration",
      ])
    let named = try Paper.figures.matching("ldt-density")
    #expect(named.figures.map(\.studies) == [["two-layer-density"]] && named.folder == nil)
    #expect(
      await errorLine { _ = try Paper.figures.matching("specialist") }
        == "figure 'specialist': no such figure; "
        + "expected one of \(Paper.figures.map(\.name).joined(separator: ", "))")
    #expect(
      await errorLine { _ = try Paper.figures.matching("data/width.yml") }
        == "data/width.yml: no figure is made from study 'width'")
  }
}
