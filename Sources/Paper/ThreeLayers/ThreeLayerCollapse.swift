import Experiments
import Figures
import Foundation
import Networks
import Sampling
import Studies

extension Figure {
  /// Alignment of three layers, N₁ = N₂ = d, against P/d, and P* against d, beside what the free
  /// energies of the patterns predict on the same data sets.
  static let threeLayerCollapse = Figure(
    name: "three-layer-collapse", studies: ["three-layer-collapse"],
    networks: [NetworkKind.threeLayer.name],
    axes: ["dimension", "samples"], tables: ["-threshold", "-windows"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    let dimensions = curves.map(\.parameters.dimension)
    let datasets = curves[0].datasets
    let threshold = 0.1
    let pairs = curves.map(PatternCurve.init)

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
        .init("predicted", "mean alignment that the patterns predict on the same data sets"),
        .init("deviation_error", "standard error over data sets of predicted minus sampled"),
      ])
    for (curve, pair) in zip(curves, pairs) {
      for (point, predicted) in zip(curve.points, pair.alignments) {
        let (mean, error) = meanAndError(point.alignments)
        alignment.append([
          .integer(point.parameters.dimension),
          .real(Double(point.parameters.samples) / Double(point.parameters.dimension)),
          .real(mean), .real(error), .real(meanAndError(point.means("first_specialists")).mean),
          .real(meanAndError(point.means("second_specialists")).mean),
          .integer(point.results.count), .integer(point.certified),
          .real(predicted.map { meanAndError($0).mean } ?? .nan),
          .real(
            predicted.map { meanAndError(zip($0, point.alignments).map(-)).error } ?? .nan),
        ])
      }
    }

    /// The slope of ln of a value against ln d over the curves that have it for all data sets;
    /// `nil` where one of these lacks it in a resample.
    func exponent(
      _ value: @escaping (PatternCurve, [Int]?) -> Double?
    ) -> (value: Double?, interval: (low: Double, high: Double)) {
      statistic(of: pairs, value) { known, values in
        leastSquares(known.map { log(Double($0.dimension)) }, values.map { log($0) }).slope
      }
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
        .init("predicted", "P* that the patterns predict on the same data sets"),
        .init("ratio", "predicted over sampled P*"),
        .init("ratio_low", "low end of its 95 % interval over data sets"),
        .init("ratio_high", "high end of it"),
      ])
    for (curve, pair) in zip(curves, pairs) {
      let samples = curve.samples(at: threshold) ?? .nan
      let interval = Bootstrap.interval(datasets: datasets) {
        curve.samples(at: threshold, datasets: $0)
      }
      let slopes = Bootstrap.interval(datasets: datasets) {
        curve.slope(at: threshold, datasets: $0)
      }
      let ratio = Bootstrap.interval(datasets: datasets) { pair.ratio(at: threshold, datasets: $0) }
      table.append([
        .integer(curve.parameters.dimension), .real(samples), .real(interval.low),
        .real(interval.high), .real(samples / Double(curve.parameters.dimension)),
        .real(curve.slope(at: threshold) ?? .nan), .real(slopes.low), .real(slopes.high),
        .integer(curve.isCertified ? 1 : 0),
        .real(pair.predicted?.samples(at: threshold) ?? .nan),
        .real(pair.ratio(at: threshold) ?? .nan), .real(ratio.low), .real(ratio.high),
      ])
    }

    var numbers = QuotedNumbers(figure: "three-layer-collapse")
    for (name, threshold) in [("exponent", threshold), ("exponent_20", 0.2)] {
      let slope = exponent { $0.sampled.samples(at: threshold, datasets: $1) }
      numbers.append(
        name, slope.value ?? .nan, interval: slope.interval,
        meaning: "slope of ln P* at alignment \(threshold) against ln d; the paper's is 1")
    }
    for (name, threshold) in [("slope_exponent", threshold), ("slope_exponent_20", 0.2)] {
      let sharpening = exponent { $0.sampled.slope(at: threshold, datasets: $1) }
      numbers.append(
        name, sharpening.value ?? .nan, interval: sharpening.interval,
        meaning:
          "slope of ln (dA/d ln P) at alignment \(threshold) against ln d: positive where the rise sharpens"
      )
    }
    for (suffix, threshold) in [("", threshold), ("_20", 0.2)] {
      let at = "at alignment \(threshold)"
      let predicted = exponent { $0.predicted?.samples(at: threshold, datasets: $1) }
      numbers.append(
        "predicted_exponent\(suffix)", predicted.value ?? .nan, interval: predicted.interval,
        meaning: "slope of ln of the predicted P* \(at) against ln d")
      let difference = exponent { $0.ratio(at: threshold, datasets: $1) }
      numbers.append(
        "exponent_difference\(suffix)", difference.value ?? .nan, interval: difference.interval,
        meaning: "predicted minus sampled slope \(at), on the same data sets")
      let largest = statistic(of: pairs) {
        $0.ratio(at: threshold, datasets: $1)
      } over: { _, ratios in
        ratios.map { abs($0 - 1) }.max()!
      }
      numbers.append(
        "largest_deviation\(suffix)", largest.value ?? .nan, interval: largest.interval,
        meaning: "largest |predicted P*/sampled P* - 1| over d \(at)")
      let sharpening = exponent { $0.predicted?.slope(at: threshold, datasets: $1) }
      numbers.append(
        "predicted_slope_exponent\(suffix)", sharpening.value ?? .nan,
        interval: sharpening.interval,
        meaning: "slope of ln of the predicted dA/d ln P \(at) against ln d")
    }
    let windows = [(threshold, ""), (0.2, "_20")].flatMap { threshold, suffix in
      let found = exponentWindows(of: pairs, at: threshold)
      found.append(suffix: suffix, to: &numbers)
      return found
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
    return [alignment, table, windows.table(of: "three-layer-collapse"), numbers.table]
  }
}

/// Exponents of P* over neighbouring d, and by the patterns on the same data sets.
private func exponentWindows(of pairs: [PatternCurve], at threshold: Double) -> [ExponentWindow] {
  PredictedExponent(
    curves: pairs.map(\.sampled), variable: "d", size: \.parameters.dimension, limit: 1,
    samples: { pairs[$0].predicted?.samples(at: threshold, datasets: $1) },
    slope: LearningCurve.exponentOfDimension
  ).windows(at: threshold)
}

/// A sampled curve, and that which the free energies of the patterns predict on its data sets.
private struct PatternCurve {
  let sampled: LearningCurve
  /// The predicted alignments of each point's data sets; `nil` where a saddle point was not found.
  let alignments: [[Double]?]
  /// The predicted curve; `nil` where a point is missing.
  let predicted: LearningCurve?

  var dimension: Int { sampled.parameters.dimension }

  /// A specialist of the second layer is not searched for: at N₁ = N₂ = d and P ≤ 30 d the theory
  /// gives it a probability below 0.001.
  init(_ sampled: LearningCurve) {
    self.sampled = sampled
    alignments = sampled.points.map { point in
      try? point.patterns(secondLayer: false).map { try $0.get().alignment }
    }
    let points = zip(sampled.points, alignments).compactMap { point, alignments in
      alignments.map(point.predicted)
    }
    predicted = points.count == alignments.count ? LearningCurve(points: points) : nil
  }

  /// Predicted over sampled P*.
  func ratio(at threshold: Double, datasets: [Int]? = nil) -> Double? {
    guard let found = sampled.samples(at: threshold, datasets: datasets),
      let expected = predicted?.samples(at: threshold, datasets: datasets)
    else { return nil }
    return expected / found
  }
}

/// A statistic of positive values of the curves that have one for all data sets, with its interval;
/// `nil` where one of these lacks it in a resample.
private func statistic(
  of curves: [PatternCurve], _ value: (PatternCurve, [Int]?) -> Double?,
  over statistic: ([PatternCurve], [Double]) -> Double
) -> (value: Double?, interval: (low: Double, high: Double)) {
  let known = curves.filter { value($0, nil) != nil }
  func found(_ datasets: [[Int]]? = nil) -> Double? {
    let values = known.enumerated().map { value($1, datasets?[$0]) }
    guard known.count > 1, values.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
    return statistic(known, values.map { $0! })
  }
  return (found(), Bootstrap.interval(of: known.map(\.sampled)) { found($0) })
}
