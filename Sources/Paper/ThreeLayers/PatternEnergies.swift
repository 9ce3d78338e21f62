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
    let ratios = cells.compactMap { result, patterns -> (cell: Parameters, ratio: Double)? in
      let sampled = result.logEvidence.filter(\.isFinite)
      guard !sampled.isEmpty else { return nil }
      let training = ProblemInstance(kind: .threeLayer, parameters: result.parameters)
        .trainingSet(kernels: .best)
      let ofZero =
        training.targets.reduce(0) { $0 + Double($1) * Double($1) } / (2 * result.parameters.ridge)
      let found = ofZero + sampled.reduce(0, +) / Double(sampled.count)
      return (result.parameters, (ofZero - patterns.energy) / found)
    }
    append(
      "evidence_cells", Double(ratios.count),
      meaning: "how many cells were tempered, so that their evidence is known")
    // Networks of one d are of the same data sets, which are what is independent.
    let groups = Dictionary(grouping: ratios) { $0.cell.dimension }.sorted { $0.key < $1.key }
      .map { Dictionary(grouping: $0.value) { $0.cell.dataset }.values.map { $0.map(\.ratio) } }
      .map { $0.sorted { $0.lexicographicallyPrecedes($1) } }
    append(
      "evidence_datasets", Double(groups.reduce(0) { $0 + $1.count }),
      meaning: "how many data sets these cells are of")
    let all = ratios.map(\.ratio)
    append(
      "evidence_ratio", all.isEmpty ? .nan : meanAndError(all).mean,
      interval: Bootstrap(groups: groups.map(\.count)).interval { sets in
        let own = zip(groups, sets).flatMap { group, sets in sets.flatMap { group[$0] } }
        return own.isEmpty ? nil : meanAndError(own).mean
      },
      meaning: "mean over these of ln of the evidence above that of f = 0, predicted over sampled")
    append("evidence_ratio_low", all.min() ?? .nan, meaning: "the least of these ratios")
    append("evidence_ratio_high", all.max() ?? .nan, meaning: "the largest of these ratios")
  }

  /// Adds where the second layer takes over and how M₁ grows before, sampled and predicted.
  fileprivate mutating func append(
    _ series: TransitionSeries, _ predicted: [[ThreeLayerPatterns.Patterns]], number: Int
  ) {
    append("dimension_\(number)", Double(series.dimension), meaning: "d of series \(number)")
    append("ridge_\(number)", series.ridge, meaning: "kappa of series \(number)")
    let sampled = series.points.map { $0.secondSpecialists(beyond: TransitionPoint.mode) }
    let probabilities = predicted.map { $0.map(\.secondSpecialists) }
    let expected = series.takeover(of: probabilities)
    append(
      "takeover_\(number)", expected,
      meaning:
        "predicted N1/d of series \(number) at which the second layer has half a specialist; NaN where it does not come to that on the grid"
    )
    let everything = Array(0..<series.datasets)
    let ratio = SampledNumber(over: everything) { sets in
      guard let found = series.takeover(of: sampled, over: sets),
        let expected = series.takeover(of: probabilities, over: sets)
      else { return nil }
      return found / expected
    }
    append(
      "takeover_ratio_\(number)", ratio,
      meaning: "sampled over predicted N1/d of series \(number) there")
    let bound = SampledNumber(over: everything) { sets in
      guard mean(sampled[0], over: sets) >= 0.5 else { return nil }
      return series.takeover(of: probabilities, over: sets).map { series.points[0].ratio / $0 }
    }
    append(
      "takeover_bound_\(number)", bound,
      meaning:
        "where the narrowest sampled network of series \(number) has half a specialist already: a bound that this ratio is below"
    )

    let counts = series.branch.map { $0.firstSpecialists() }
    let ofPattern = zip(series.branch, predicted).map { point, patterns in
      patterns.map {
        ($0.first?.firstSpecialists ?? .nan) - point.network.priorFirstLayerSpecialists()
      }
    }
    for (name, first, meaning) in [
      ("exponent", 0, "while the first layer has the specialists"),
      ("late_exponent", series.half, "over the three widest of these networks"),
    ] {
      let staying = series.staying(from: first)
      let slope = SampledNumber(over: staying) {
        series.slope(of: ofPattern, from: first, over: $0)
      }
      let difference = SampledNumber(over: staying) { sets in
        guard let a = series.slope(of: ofPattern, from: first, over: sets),
          let b = series.slope(of: counts, from: first, over: sets)
        else { return nil }
        return a - b
      }
      append(
        "\(name)_\(number)", slope,
        meaning: "predicted slope of ln M1 against ln N1 of series \(number) \(meaning)")
      append(
        "\(name)_difference_\(number)", difference,
        meaning: "predicted minus sampled slope of series \(number) \(meaning)")
    }
  }
}
