import Figures
import Foundation
import Host
import Studies
import Theory

extension Figure {
  /// Fig. 2b: P*, the samples at which the alignment reaches 0.1, against d.
  static let sampleComplexity = Figure(
    name: "sample-complexity", studies: ["two-layer-samples"], axes: ["dimension", "samples"],
    tables: ["-alignment"]
  ) { archives in
    let points = archives[0].replicates
    let curves = LearningCurve.all(points)
    let dimensions = curves.map(\.parameters.dimension)
    let datasets = curves[0].datasets

    var alignment = Table(
      "sample-complexity-alignment", "Alignment against samples; one row a point of the grid",
      columns: [
        .init("dimension", "d"), .init("samples_per_dimension", "P/d"),
        .init("alignment", "mean over data sets of the posterior mean"),
        .init("standard_error", "over data sets"), .init("datasets", "data sets"),
        .init("certified", "of these, certified"),
      ])
    for point in points {
      let (mean, error) = meanAndError(point.alignments)
      let cell = point.parameters
      alignment.append([
        .integer(cell.dimension), .real(Double(cell.samples) / Double(cell.dimension)),
        .real(mean), .real(error), .integer(point.results.count), .integer(point.certified),
      ])
    }

    let bounds = try curves.map { curve in
      try curve.points[0].largeDeviation().solve(alignment: threshold)
        .sampleBound(ridge: curve.parameters.ridge)
    }
    let all = Array(0..<datasets)
    let thresholds = curves.map { $0.samples(at: threshold) ?? .nan }
    let known = thresholds.indices.filter { thresholds[$0].isFinite }
    guard known.count > 1 else {
      throw UserError(
        "two-layer-samples: the alignment crosses \(threshold) inside the grid at \(known.count) "
          + "dimensions; expected at least 2: widen data.samples", exitCode: 1)
    }
    let factor = exp(meanAndError(known.map { log(thresholds[$0] / bounds[$0]) }).mean)
    func exponent(_ datasets: [Int]) -> Double? {
      let crossings = known.map { curves[$0].samples(at: threshold, datasets: datasets) }
      guard crossings.allSatisfy({ $0 != nil }) else { return nil }
      return leastSquares(known.map { log(Double(dimensions[$0])) }, crossings.map { log($0!) })
        .slope
    }

    var table = Table(
      "sample-complexity",
      "Samples P* at which the alignment reaches \(threshold); one row a dimension",
      columns: [
        .init("dimension", "d"), .init("width", "N"),
        .init("samples", "P*: mean alignment over data sets interpolated in P"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("bound", "large-deviation bound 2 kappa E/k"),
        .init("rescaled_bound", "the same times one factor for all d, fitted to P*"),
        .init("certified", "1 if every cell at this d is certified, else 0"),
      ])
    for (i, curve) in curves.enumerated() {
      let interval = Bootstrap.interval(datasets: datasets) {
        curve.samples(at: threshold, datasets: $0)
      }
      table.append([
        .integer(dimensions[i]), .integer(curve.parameters.width), .real(thresholds[i]),
        .real(interval.low), .real(interval.high),
        .real(bounds[i]), .real(factor * bounds[i]),
        .integer(curve.isCertified ? 1 : 0),
      ])
    }

    var numbers = QuotedNumbers(figure: "sample-complexity")
    numbers.append(
      "exponent", exponent(all)!, interval: Bootstrap.interval(datasets: datasets, exponent),
      meaning: "slope of ln P* against ln d")
    numbers.append(
      "bound_exponent",
      leastSquares(known.map { log(Double(dimensions[$0])) }, known.map { log(bounds[$0]) }).slope,
      meaning: "slope of ln of the bound against ln d")
    numbers.append("bound_factor", factor, meaning: "geometric mean of P* over the bound")
    numbers.append("alignment_threshold", threshold, meaning: "the alignment that defines P*")
    let ratios = Set(
      curves.map { Double($0.parameters.width) / Double($0.parameters.dimension) })
    numbers.append(
      "width_ratio", ratios.count == 1 ? ratios.first! : .nan,
      meaning: "N/d, NaN if it is not the same for all d")
    numbers.append("dimension_count", Double(dimensions.count), meaning: "how many d there are")
    for (i, d) in dimensions.enumerated() {
      numbers.append("dimension_\(i + 1)", Double(d), meaning: "d of curve \(i + 1)")
    }
    return [table, alignment, numbers.table]
  }

  private static let threshold = 0.1
}
