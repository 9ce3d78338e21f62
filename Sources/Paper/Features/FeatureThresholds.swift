import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// The samples at which the specialist of a feature is there, against the feature's coefficient,
  /// whatever else the target has.
  static let featureThresholds = Figure(
    name: "feature-thresholds", studies: ["several-features"],
    networks: [NetworkKind.twoLayerFeatures.name], axes: ["coefficients", "samples"],
    tables: ["-curve"]
  ) { archives in
    let features = LearnedFeature.all(archives[0].replicates)
    let thresholds = features.map { FeatureThreshold($0) }
    let known = thresholds.filter { $0.samples.value != nil }
    guard Set(known.map(\.feature.coefficient)).count > 1 else {
      throw UserError(
        "\(archives[0].file): half a specialist is there inside the grid for \(known.count) "
          + "features; expected at least 2 coefficients: widen data.samples", exitCode: 1)
    }
    let logs = known.map { log($0.feature.coefficient) }
    func fit(_ datasets: [[Int]]? = nil) -> (line: (slope: Double, intercept: Double), [Double])? {
      let samples = known.enumerated().map {
        $1.curve.samples(at: half, datasets: datasets?[$0])
      }
      guard samples.allSatisfy({ $0 != nil }) else { return nil }
      let values = samples.map { log($0!) }
      return (leastSquares(logs, values), values)
    }
    func scatter(_ datasets: [[Int]]? = nil) -> Double? {
      fit(datasets).map { line, values in
        let squares = zip(logs, values).reduce(0.0) { sum, pair in
          let rest = pair.1 - line.intercept - line.slope * pair.0
          return sum + rest * rest
        }
        return (squares / Double(logs.count)).squareRoot()
      }
    }
    let curves = known.map(\.curve)
    let line = fit()!.line
    var numbers = QuotedNumbers(figure: "feature-thresholds")
    numbers.append(
      "exponent", line.slope, interval: Bootstrap.interval(of: curves) { fit($0)?.line.slope },
      meaning: "slope of ln P_k* against ln c_k, over all targets")
    numbers.append(
      "scatter", scatter()!, interval: Bootstrap.interval(of: curves) { scatter($0) },
      meaning: "root mean square of ln P_k* about that line; resampling adds its noise to the "
        + "interval")
    numbers.append("prefactor", exp(line.intercept), meaning: "P* on that line at c = 1")
    numbers.append(
      "dimension", Double(archives[0].cells[0].dimension), meaning: "d, which is N too")
    numbers.append("feature_count", Double(known.count), meaning: "how many points there are")
    return [table(of: thresholds), curve(of: features), numbers.table]
  }

  private static func table(of thresholds: [FeatureThreshold]) -> Table {
    Table(
      "feature-thresholds",
      "Samples P_k* at which half a neuron is specialised on a feature, in the mean; one row a feature",
      of: thresholds,
      columns: [
        TypedColumn("features", "K of the target") { $0.feature.count },
        TypedColumn("coefficient", "c_k, normalised") { $0.feature.coefficient },
      ] + TypedColumn.samples(\.samples) + [
        .isCertified("every cell between which P* is interpolated") {
          $0.curve.isCertified(at: half)
        }
      ])
  }

  private static func curve(of features: [LearnedFeature]) -> Table {
    let rows = features.flatMap { feature in
      feature.specialists.points.map { (feature: feature, point: $0) }
    }
    return Table(
      "feature-thresholds-curve",
      "Mean number of specialists of a feature against samples; one row a feature and P", of: rows,
      columns: [
        TypedColumn("features", "K of the target") { $0.feature.count },
        TypedColumn("coefficient", "c_k, normalised") { $0.feature.coefficient },
        TypedColumn("samples", "P") { $0.point.parameters.samples },
        TypedColumn("specialists", "M_k, mean over data sets") { $0.point.alignment.mean },
        TypedColumn("standard_error", "over data sets") { $0.point.alignment.error },
        TypedColumn("datasets", "data sets") { $0.point.results.count },
        TypedColumn("certified", "of these, certified") { $0.point.certified },
      ])
  }
}

/// M_k at which a feature counts as learned.
private let half = 0.5

/// P* of a feature.
private struct FeatureThreshold {
  let feature: LearnedFeature
  let curve: LearningCurve
  let samples: Crossed

  init(_ feature: LearnedFeature) {
    self.feature = feature
    curve = feature.specialists
    samples = curve.crossed(half)
  }
}
