import Experiments
import Figures
import Foundation
import Networks
import Sampling
import Studies

extension Figure {
  /// Alignment of three layers, N₁ = N₂ = d, against P/d, and P* against d.
  static let threeLayerCollapse = Figure(
    name: "three-layer-collapse", studies: ["three-layer-collapse"],
    networks: [NetworkKind.threeLayer.name],
    axes: ["dimension", "samples"], tables: ["-threshold"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    let dimensions = curves.map(\.parameters.dimension)
    let datasets = curves[0].datasets
    let threshold = 0.1

    var alignment = Table(
      "three-layer-collapse", "Alignment against samples; one row a point of the grid",
      columns: [
        .init("dimension", "d = N1 = N2"), .init("samples_per_dimension", "P/d"),
        .init("alignment", "mean over data sets of the posterior mean"),
        .init("standard_error", "over data sets"),
        .init(
          "first_specialists",
          "mean number of first-layer neurons with |w.w*| > \(SpecialistThreshold.overlap)"),
        .init(
          "second_specialists",
          "mean number of second-layer neurons with |<h,x_1>| > \(SpecialistThreshold.secondLayer)"),
        .init("datasets", "data sets"), .init("certified", "of these, certified"),
      ])
    for curve in curves {
      for point in curve.points {
        let (mean, error) = meanAndError(point.alignments)
        alignment.append([
          .integer(point.parameters.dimension),
          .real(Double(point.parameters.samples) / Double(point.parameters.dimension)),
          .real(mean), .real(error), .real(meanAndError(point.means("first_specialists")).mean),
          .real(meanAndError(point.means("second_specialists")).mean),
          .integer(point.results.count), .integer(point.certified),
        ])
      }
    }

    /// The slope of ln of a value against ln d over the curves that have it for all data sets;
    /// `nil` where one of these lacks it in a resample.
    func exponent(
      _ value: (LearningCurve, [Int]?) -> Double?
    ) -> (value: Double?, interval: (low: Double, high: Double)) {
      let known = curves.filter { value($0, nil) != nil }
      func slope(_ datasets: [[Int]]? = nil) -> Double? {
        let values = known.enumerated().map { value($1, datasets?[$0]) }
        guard known.count > 1, values.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
        return leastSquares(
          known.map { log(Double($0.parameters.dimension)) }, values.map { log($0!) }
        ).slope
      }
      return (slope(), Bootstrap.interval(of: known) { slope($0) })
    }

    var table = Table(
      "three-layer-collapse-threshold",
      "Samples P* at which the alignment reaches \(threshold); one row a dimension",
      columns: [
        .init("dimension", "d = N1 = N2"),
        .init("samples", "P*: mean alignment over data sets interpolated in P"),
        .init("low", "low end of its 95 % interval over data sets"),
        .init("high", "high end of it"),
        .init("per_dimension", "P*/d"),
        .init("slope", "dA/d ln P there"),
        .init("slope_low", "low end of its 95 % interval over data sets"),
        .init("slope_high", "high end of it"),
        .init("certified", "1 if every cell at this d is certified, else 0"),
      ])
    for curve in curves {
      let samples = curve.samples(at: threshold) ?? .nan
      let interval = Bootstrap.interval(datasets: datasets) {
        curve.samples(at: threshold, datasets: $0)
      }
      let slopes = Bootstrap.interval(datasets: datasets) {
        curve.slope(at: threshold, datasets: $0)
      }
      table.append([
        .integer(curve.parameters.dimension), .real(samples), .real(interval.low),
        .real(interval.high), .real(samples / Double(curve.parameters.dimension)),
        .real(curve.slope(at: threshold) ?? .nan), .real(slopes.low), .real(slopes.high),
        .integer(curve.isCertified ? 1 : 0),
      ])
    }

    var numbers = QuotedNumbers(figure: "three-layer-collapse")
    for (name, threshold) in [("exponent", threshold), ("exponent_20", 0.2)] {
      let slope = exponent { $0.samples(at: threshold, datasets: $1) }
      numbers.append(
        name, slope.value ?? .nan, interval: slope.interval,
        meaning: "slope of ln P* at alignment \(threshold) against ln d; the paper's is 1")
    }
    for (name, threshold) in [("slope_exponent", threshold), ("slope_exponent_20", 0.2)] {
      let sharpening = exponent { $0.slope(at: threshold, datasets: $1) }
      numbers.append(
        name, sharpening.value ?? .nan, interval: sharpening.interval,
        meaning:
          "slope of ln (dA/d ln P) at alignment \(threshold) against ln d: positive where the rise sharpens"
      )
    }
    numbers.append("alignment_threshold", threshold, meaning: "the alignment that defines P*")
    let cells = alignment.rows.count * datasets
    let certified = curves.flatMap(\.points).reduce(0) { $0 + $1.certified }
    numbers.append("cells", Double(cells), meaning: "how many cells there are")
    numbers.append("certified", Double(certified), meaning: "how many of them are certified")
    numbers.append("dimension_count", Double(curves.count), meaning: "how many d there are")
    for (i, d) in dimensions.enumerated() {
      numbers.append("dimension_\(i + 1)", Double(d), meaning: "d of curve \(i + 1)")
    }
    return [alignment, table, numbers.table]
  }
}
