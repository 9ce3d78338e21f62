import Archives
import Experiments
import Figures
import Foundation
import Host
import Networks
import Sampling
import Studies
import Theory

extension Figure {
  /// Specialised neurons of both layers as the first one widens, beside what the free energies of
  /// the patterns predict on the same data sets.
  static let patternEnergies = Figure(
    name: "pattern-energies", studies: ["pattern-transition"],
    overlays: ["pattern-transition-wide", "pattern-transition-32"],
    networks: [NetworkKind.threeLayer.name], axes: ["dimension", "first_width", "ridge"]
  ) { archives in
    let points = archives.flatMap(\.replicates).map(TransitionPoint.init)
    let predicted = try predictedPatterns(of: points)
    let series = TransitionSeries.all(of: points)

    var table = Table(
      "pattern-energies",
      "Specialised neurons as the first layer widens, sampled and predicted; one row a network",
      columns: [
        .init("series", "number of the series: one d and one ridge"), .init("dimension", "d = N2"),
        .init("ridge", "kappa"), .init("ratio", "N1/d"),
        .init(
          "first",
          "mean number of first-layer neurons with |w.w*| > \(SpecialistThreshold.overlap) "
            + "beyond the prior's, sampled"),
        .init("first_error", "standard error over data sets"),
        .init("first_predicted", "the same, predicted on the same data sets"),
        .init(
          "second",
          "mean number of second-layer neurons with |<h,x_1>| > \(TransitionPoint.mode), sampled"),
        .init("second_error", "standard error over data sets"),
        .init("second_predicted", "mean probability of a specialist there, predicted"),
        .init("alignment", "mean alignment, sampled"),
        .init("alignment_error", "standard error"),
        .init("alignment_predicted", "mean alignment, predicted"),
        .init(
          "lead",
          "energy of specialists in the first layer minus that of one in the second, in nats: mean over data sets that have both"
        ),
        .init("lead_low", "the least of them"), .init("lead_high", "the largest of them"),
        .init("both", "data sets that have both patterns"),
        .init("datasets", "data sets"), .init("certified", "of these, certified"),
      ])
    for (index, one) in series.enumerated() {
      for (point, predicted) in zip(one.points, one.places.map { predicted[$0] }) {
        let first = meanAndError(point.firstSpecialists())
        let second = meanAndError(point.secondSpecialists(beyond: TransitionPoint.mode))
        let alignment = meanAndError(point.replicates.alignments)
        let prior = point.network.priorFirstLayerSpecialists()
        func mean(_ value: (ThreeLayerPatterns.Patterns) -> Double) -> Table.Value {
          .real(meanAndError(predicted.map(value)).mean)
        }
        let leads = predicted.compactMap { $0.lead }
        table.append([
          .integer(index + 1), .integer(one.dimension), .real(one.ridge), .real(point.ratio),
          .real(first.mean), .real(first.error), mean { $0.firstSpecialists - prior },
          .real(second.mean), .real(second.error),
          mean(\.secondSpecialists), .real(alignment.mean), .real(alignment.error),
          mean(\.alignment), .real(leads.isEmpty ? .nan : meanAndError(leads).mean),
          .real(leads.min() ?? .nan), .real(leads.max() ?? .nan), .integer(leads.count),
          .integer(predicted.count), .integer(point.replicates.certified),
        ])
      }
    }

    var numbers = QuotedNumbers(figure: "pattern-energies")
    numbers.append("series_count", Double(series.count), meaning: "how many series there are")
    for (index, one) in series.enumerated() {
      numbers.append(one, one.places.map { predicted[$0] }, number: index + 1)
    }
    numbers.append(zip(points, predicted).flatMap { zip($0.replicates.results, $1) })
    return [table, numbers.table]
  }
}

extension ThreeLayerPatterns.Patterns {
  /// How much lower the energy with a specialist in the second layer is.
  fileprivate var lead: Double? {
    guard let first, let second else { return nil }
    return first.energy - second.energy
  }
}

/// The patterns of the points' data sets.
private func predictedPatterns(
  of points: [TransitionPoint]
) throws -> [[ThreeLayerPatterns.Patterns]] {
  try points.map { point in
    try zip(point.replicates.results, point.replicates.patterns()).map { result, found in
      do { return try found.get() } catch {
        let cell = result.parameters
        throw UserError(
          "pattern-energies: N₁ = \(cell.firstWidth), κ = \(cell.ridge), data set \(cell.dataset): "
            + "\(error)", exitCode: 1)
      }
    }
  }
}

extension QuotedNumbers {
  /// Adds how predicted evidence compares with that of the cells that were tempered.
  fileprivate mutating func append(_ cells: [(CellResult, ThreeLayerPatterns.Patterns)]) {
    let ratios = cells.compactMap { result, patterns -> Double? in
      let sampled = result.logEvidence.filter(\.isFinite)
      guard !sampled.isEmpty else { return nil }
      let training = ProblemInstance(kind: .threeLayer, parameters: result.parameters)
        .trainingSet(kernels: .best)
      let ofZero =
        training.targets.reduce(0) { $0 + Double($1) * Double($1) } / (2 * result.parameters.ridge)
      return (ofZero - patterns.energy)
        / (ofZero + sampled.reduce(0, +) / Double(sampled.count))
    }
    append(
      "evidence_cells", Double(ratios.count),
      meaning: "how many cells were tempered, so that their evidence is known")
    append(
      "evidence_ratio", ratios.isEmpty ? .nan : ratios.reduce(0, +) / Double(ratios.count),
      interval: Bootstrap.interval(datasets: ratios.count) { own in
        own.isEmpty ? nil : own.reduce(0) { $0 + ratios[$1] } / Double(own.count)
      },
      meaning: "mean over these of ln of the evidence above that of f = 0, predicted over sampled")
    append("evidence_ratio_low", ratios.min() ?? .nan, meaning: "the least of these ratios")
    append("evidence_ratio_high", ratios.max() ?? .nan, meaning: "the largest of these ratios")
  }

  /// Adds where the second layer takes over and how M₁ grows before, sampled and predicted.
  fileprivate mutating func append(
    _ series: TransitionSeries, _ predicted: [[ThreeLayerPatterns.Patterns]], number: Int
  ) {
    append("dimension_\(number)", Double(series.dimension), meaning: "d of series \(number)")
    append("ridge_\(number)", series.ridge, meaning: "kappa of series \(number)")
    let found = series.takeover(
      series.points.map { meanAndError($0.secondSpecialists(beyond: TransitionPoint.mode)).mean })
    let expected = series.takeover(predicted.map { meanAndError($0.map(\.secondSpecialists)).mean })
    append(
      "takeover_\(number)", expected ?? .nan,
      meaning:
        "predicted N1/d of series \(number) at which the second layer has half a specialist; NaN where it does not come to that on the grid"
    )
    append(
      "takeover_ratio_\(number)", (found ?? .nan) / (expected ?? .nan),
      meaning: "sampled over predicted N1/d of series \(number) there")
    let narrowest = meanAndError(
      series.points[0].secondSpecialists(beyond: TransitionPoint.mode)
    ).mean
    append(
      "takeover_bound_\(number)",
      narrowest < 0.5 ? .nan : series.points[0].ratio / (expected ?? .nan),
      meaning:
        "where the narrowest sampled network of series \(number) has half a specialist already: a bound that this ratio is below"
    )

    let counts = series.branch.map { $0.firstSpecialists() }
    let ofPattern = zip(series.branch, predicted).map { point, patterns in
      patterns.map {
        ($0.first?.firstSpecialists ?? .nan) - point.network.priorFirstLayerSpecialists()
      }
    }
    let all = Array(0..<series.shared)
    for (name, first, meaning) in [
      ("exponent", 0, "while the first layer has the specialists"),
      ("late_exponent", series.half, "over the three widest of these networks"),
    ] {
      let sampled = series.slope(of: counts, from: first)
      let slope = series.slope(of: ofPattern, from: first)
      func difference(_ datasets: [Int]) -> Double? {
        guard let a = slope(datasets), let b = sampled(datasets) else { return nil }
        return a - b
      }
      append(
        "\(name)_\(number)", slope(all) ?? .nan,
        interval: Bootstrap.interval(datasets: series.shared, slope),
        meaning: "predicted slope of ln M1 against ln N1 of series \(number) \(meaning)")
      append(
        "\(name)_difference_\(number)", difference(all) ?? .nan,
        interval: Bootstrap.interval(datasets: series.shared, difference),
        meaning: "predicted minus sampled slope of series \(number) \(meaning)")
    }
  }
}
