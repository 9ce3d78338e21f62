import Archives
import Figures
import Foundation
import Host
import Studies
import Theory

extension Figure {
  /// Amplification of the filters of linear convolutions along the target's feature and across it: where half
  /// of the target is learned, against the number of channels and against the size, and everywhere on one
  /// curve.
  static let cnnAmplification = Figure(
    name: "cnn-amplification", studies: ["cnn-channels", "cnn-learnability"],
    networks: [NetworkKind.patch.name],
    axes: ["patch", "channels", "samples"], tables: ["-theory", "-points"]
  ) { archives in
    let families = zip(["channels", "size"], archives).map { name, archive in
      (name: name, curves: LearningCurve.all(archive.replicates))
    }
    var table = Table(
      "cnn-amplification",
      "Amplification where the alignment is \(half); one row a network that gets there within its grid",
      columns: [
        .init("series", "what varies: the channels alone, or S = N_w = C"),
        .init("ratio", "N_w S/C"), .init("channels", "C"), .init("dimension", "d"),
        .init("amplification", "D along w*, mean over data sets interpolated in P at P*"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("across", "the same of a direction across w*"),
        .init("certified", "1 if every cell of the curve is certified, else 0"),
      ])
    var slopes: [Slope] = []
    for (name, curves) in families {
      for curve in curves {
        guard let along = curve.mean("amplification", at: half),
          let across = curve.mean("transverse_amplification", at: half)
        else { continue }
        let interval = Bootstrap.interval(datasets: curve.datasets) {
          curve.mean("amplification", at: half, datasets: $0)
        }
        let cell = curve.parameters
        table.append([
          .word(name), .real(cell.channelRatio), .integer(cell.channels),
          .integer(cell.dimension), .real(along), .real(interval.low), .real(interval.high),
          .real(across), .integer(curve.isCertified ? 1 : 0),
        ])
      }
      slopes.append(Slope(name, curves))
    }
    guard !table.rows.isEmpty else {
      throw UserError(
        "cnn-channels: the alignment never crosses \(half); expected it to: widen data.samples",
        exitCode: 1)
    }

    // Predictions at u = 1/2, over the ratios of the table.
    let variances = Set(
      archives.flatMap { $0.cells.map { $0.weightVariance * $0.readoutVariance } })
    guard let outputVariance = variances.first, variances.count == 1 else {
      throw UserError(
        "cnn-channels.h5, cnn-learnability.h5: the prior's variances differ; expected them to be the same"
      )
    }
    let ratios = families.flatMap { $0.curves.map(\.parameters.channelRatio) }
    var theory = Table(
      "cnn-amplification-theory", "Predicted amplification; one row a ratio",
      columns: [
        .init("ratio", "N_w S/C"), .init("along", "1/(1 - tau^2) where u is \(half)"),
        .init("scaling", "sqrt(N_w S/C), at which the scaling argument's energy of GFL is least"),
      ])
    for i in 0...60 {
      let (first, last) = (0.7 * ratios.min()!, 1.4 * ratios.max()!)
      let ratio = first * pow(last / first, Double(i) / 60)
      theory.append([
        .real(ratio), .real(amplification(alignment: half, outputVariance: outputVariance, ratio)),
        .real(ratio.squareRoot()),
      ])
    }

    var points = Table(
      "cnn-amplification-points", "Amplification at every point of both grids; one row a point",
      columns: [
        .init("series", "what varies: the channels alone, or S = N_w = C"),
        .init("field", "(A/sigma_a) sqrt(N_w S/C) at the sampled alignment A"),
        .init("amplification", "D along w*, mean over data sets"),
        .init("standard_error", "over data sets"),
        .init("across", "the same of a direction across w*"),
        .init("predicted", "1/2 + sqrt(1/4 + field^2), nothing fitted"),
        .init("certified", "1 if every data set is certified, else 0"),
      ])
    var (deviations, across): ([Double], [Double]) = ([], [])
    for (name, curves) in families {
      for point in curves.flatMap(\.points) {
        let (d, error) = meanAndError(point.means("amplification"))
        let (transverse, _) = meanAndError(point.means("transverse_amplification"))
        let alignment = max(0, meanAndError(point.alignments).mean)
        let predicted = amplification(
          alignment: alignment, outputVariance: outputVariance, point.parameters.channelRatio)
        let field = alignment * (point.parameters.channelRatio / outputVariance).squareRoot()
        if alignment > 0.4 {
          deviations.append(d / predicted - 1)
          across.append(transverse)
        }
        points.append([
          .word(name), .real(field), .real(d), .real(error), .real(transverse), .real(predicted),
          .integer(point.certified == point.results.count ? 1 : 0),
        ])
      }
    }

    var numbers = QuotedNumbers(figure: "cnn-amplification")
    for slope in slopes {
      numbers.append(
        "\(slope.name)_exponent", slope.value, interval: slope.interval,
        meaning:
          "slope of ln D against ln(N_w S/C), beyond 4, as \(slope.name) varies; GFL's is 1/2")
      numbers.append(
        "\(slope.name)_state_exponent", slope.predicted, meaning: "of the equation of state there")
    }
    numbers.append("alignment", half, meaning: "where D is compared")
    numbers.append(
      "largest_deviation", deviations.map { 100 * abs($0) }.max() ?? .nan,
      meaning: "percent between D and its prediction where A > 0.4, the largest")
    numbers.append(
      "least_across", across.min() ?? .nan, meaning: "amplification across w* there, the least")
    numbers.append("largest_across", across.max() ?? .nan, meaning: "the same, the largest")
    return [table, theory, points, numbers.table]
  }

  private static let half = 0.5

  /// D of the equation of state at alignment u: D = 1/(1 − τ²) and u √(N_w S/(s C)) = τ/(1 − τ²) =: v give
  /// D² − D = v².
  private static func amplification(
    alignment: Double, outputVariance: Double, _ ratio: Double
  ) -> Double {
    0.5 + (0.25 + alignment * alignment * ratio / outputVariance).squareRoot()
  }
}

extension Figure {
  /// The slope of ln D against ln(N_w S/C) where A = 1/2, over the curves of one family beyond a ratio of 4,
  /// below which filters are hardly amplified.
  private struct Slope {
    let name: String
    let value, predicted: Double
    let interval: (low: Double, high: Double)

    init(_ name: String, _ curves: [LearningCurve]) {
      self.name = name
      let known = curves.filter {
        $0.parameters.channelRatio >= 4 && $0.samples(at: half) != nil
      }
      let ratios = known.map(\.parameters.channelRatio)
      func slope(_ values: [Double]) -> Double {
        leastSquares(ratios.map { log($0) }, values.map { log($0) }).slope
      }
      func sampled(_ datasets: [Int]? = nil) -> Double? {
        let values = known.map { $0.mean("amplification", at: half, datasets: datasets) }
        guard known.count > 1, values.allSatisfy({ $0 != nil }) else { return nil }
        return slope(values.map { $0! })
      }
      value = sampled() ?? .nan
      interval = Bootstrap.interval(datasets: curves.map(\.datasets).min()!) { sampled($0) }
      let prior = curves[0].parameters
      predicted =
        known.count < 2
        ? .nan
        : slope(
          ratios.map {
            amplification(
              alignment: half, outputVariance: prior.weightVariance * prior.readoutVariance, $0)
          })
    }
  }
}

extension Parameters {
  /// N_w S/C.
  fileprivate var channelRatio: Double { Double(dimension) / Double(channels) }
}

extension LearningCurve {
  /// An observable where the alignment crosses a threshold, both means over the given data sets and linear in P
  /// between grid points.
  func mean(_ observable: String, at threshold: Double, datasets: [Int]? = nil) -> Double? {
    guard let p = samples(at: threshold, datasets: datasets) else { return nil }
    let datasets = datasets ?? Array(0..<self.datasets)
    let values = points.map { point in
      let means = point.means(observable)
      return datasets.reduce(0.0) { $0 + means[$1] } / Double(datasets.count)
    }
    let sizes = points.map { Double($0.parameters.samples) }
    guard let next = sizes.firstIndex(where: { $0 >= p }) else { return nil }
    if next == 0 { return values[0] }
    let share = (p - sizes[next - 1]) / (sizes[next] - sizes[next - 1])
    return values[next - 1] + share * (values[next] - values[next - 1])
  }
}
