import Archives
import Figures
import Foundation
import Networks
import Sampling
import Studies
import Theory

extension Figure {
  /// Fig. 2c: the number of specialised neurons against √(N/d).
  static let specialists = Figure(
    name: "specialists", studies: ["two-layer-width"], axes: ["width"]
  ) {
    archives in
    let points = archives[0].replicates
    let datasets = points[0].results.count
    let threshold = SpecialistThreshold.overlap
    let counts = points.map(\.specialists)
    let logWidths = points.map { log(Double($0.parameters.width)) }
    func exponent(_ counts: [[Double]]) -> ([Int]) -> Double? {
      { datasets in
        let means = counts.map { c in datasets.reduce(0.0) { $0 + c[$1] } / Double(datasets.count) }
        guard means.allSatisfy({ $0 > 0 }) else { return nil }
        return leastSquares(logWidths, means.map { log($0) }).slope
      }
    }

    var table = Table(
      "specialists", "Specialised neurons, |w.w*| beyond a threshold; one row a width",
      columns: [
        .init("width", "N"), .init("dimension", "d"), .init("root_ratio", "sqrt(N/d)"),
        .init("specialists", "mean number beyond \(threshold), over draws, chains and data sets"),
        .init("standard_error", "over data sets"),
        .init("at_0.6", "mean number beyond 0.6, over kept draws"),
        .init("at_1.0", "mean number beyond 1.0, over kept draws"),
        .init(
          "ldt",
          "large-deviation number beyond \(threshold) at the mean alignment; NaN where that is not positive"
        ),
        .init("alignment", "mean alignment"),
        .init("alignment_error", "standard error over data sets"),
        .init("guide", "c sqrt(N/d), c fitted"),
        .init("certified", "1 if every cell is certified, else 0"),
      ])
    let ratios = points.map {
      (Double($0.parameters.width) / Double($0.parameters.dimension)).squareRoot()
    }
    let means = counts.map { meanAndError($0).mean }
    var predictions: [Double] = []
    let guide = exp(meanAndError(zip(means, ratios).map { log(max($0, 1e-3) / $1) }).mean)
    for (i, point) in points.enumerated() {
      let cell = point.parameters
      let (alignment, alignmentError) = meanAndError(point.alignments)
      let predicted =
        alignment > 0
        ? try point.largeDeviation().solve(alignment: alignment).specialists(beyond: threshold)
        : .nan
      predictions.append(predicted)
      table.append([
        .integer(cell.width), .integer(cell.dimension), .real(ratios[i]),
        .real(means[i]), .real(meanAndError(counts[i]).error),
        .real(meanAndError(point.specialists(beyond: 0.6)).mean),
        .real(meanAndError(point.specialists(beyond: 1.0)).mean),
        .real(predicted), .real(alignment), .real(alignmentError),
        .real(guide * ratios[i]), .integer(point.certified == point.results.count ? 1 : 0),
      ])
    }

    var numbers = QuotedNumbers(figure: "specialists")
    let all = Array(0..<datasets)
    for (name, at, counts) in [
      ("exponent", threshold, counts),
      ("exponent_06", 0.6, points.map { $0.specialists(beyond: 0.6) }),
      ("exponent_10", 1.0, points.map { $0.specialists(beyond: 1.0) }),
    ] {
      let slope = exponent(counts)
      numbers.append(
        name, slope(all) ?? .nan, interval: Bootstrap.interval(datasets: datasets, slope),
        meaning: "slope of ln M against ln N, M neurons beyond \(at); the paper's is 1/2")
    }
    let deviations = { (datasets: [Int]) -> Double? in
      zip(counts, predictions).map { counts, predicted in
        let mean = datasets.reduce(0.0) { $0 + counts[$1] } / Double(datasets.count)
        return abs(predicted / mean - 1)
      }.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    }
    numbers.append(
      "ldt_deviation", deviations(all) ?? .nan,
      interval: Bootstrap.interval(datasets: datasets, deviations),
      meaning:
        "largest relative deviation of the large-deviation number from the sampled one, at the sampled alignment"
    )
    numbers.append(
      "ldt_exponent", leastSquares(logWidths, predictions.map { log($0) }).slope,
      meaning: "slope of ln of the large-deviation numbers against ln N")
    numbers.append("guide_factor", guide, meaning: "c of the guide c sqrt(N/d)")
    return [table, numbers.table]
  }
}
