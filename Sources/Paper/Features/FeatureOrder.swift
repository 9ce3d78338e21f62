import Archives
import Experiments
import Figures
import Foundation
import Host
import Networks
import Sampling
import Studies

extension Figure {
  /// The order in which unequal features are learned, and what equal ones cost together.
  static let featureOrder = Figure(
    name: "feature-order", studies: ["features"],
    networks: [NetworkKind.twoLayerFeatures.name], axes: ["coefficients", "samples"],
    tables: ["-equal"]
  ) { archives in
    let points = archives[0].replicates
    let unequal = LearnedFeature.all(points).filter { $0.count == 2 && $0.indices.count == 1 }
    // Of several ratios, that which is nearest to 2.
    func ratio(_ feature: LearnedFeature) -> Double {
      let c = FeatureTarget(of: feature.points[0].parameters).coefficients
      return c.max()! / c.min()!
    }
    let nearest = unequal.map { abs(log(ratio($0) / 2)) }.min()
    let pair = unequal.filter { abs(log(ratio($0) / 2)) == nearest }
    guard pair.count == 2 else {
      throw UserError(
        "\(archives[0].file): target.coefficients: got no two unequal features; expected some",
        exitCode: 1)
    }
    let equal = LearningCurve.all(points).filter {
      Set(FeatureTarget(of: $0.parameters).coefficients).count == 1
    }.sorted { features($0) < features($1) }
    let known = equal.filter { $0.samples(at: threshold) != nil }

    var numbers = QuotedNumbers(figure: "feature-order")
    let shares = pair.map(\.share)
    func order(_ sets: [Int]?) -> Double? {
      guard let strong = shares[0].samples(at: learned, datasets: sets),
        let weak = shares[1].samples(at: learned, datasets: sets)
      else { return nil }
      return weak / strong
    }
    numbers.append(
      "order", order(nil) ?? .nan,
      interval: Bootstrap.interval(datasets: shares[0].datasets) { order($0) },
      meaning: "samples at which the weaker feature is learned to \(learned) over those of the "
        + "stronger, of the same data sets")
    numbers.append("ratio", ratio(pair[0]), meaning: "of the two coefficients")
    let logs = known.map { log(Double(features($0))) }
    func exponent(_ datasets: [[Int]]? = nil) -> Double? {
      guard known.count > 1 else { return nil }
      let crossings = known.enumerated().map {
        $1.samples(at: threshold, datasets: datasets?[$0])
      }
      guard crossings.allSatisfy({ $0 != nil }) else { return nil }
      return leastSquares(logs, crossings.map { log($0!) }).slope
    }
    numbers.append(
      "equal_exponent", exponent() ?? .nan,
      interval: known.count > 1
        ? Bootstrap.interval(of: known) { exponent($0) } : (.nan, .nan),
      meaning: "slope of ln P* of K equal features against ln K")
    numbers.append(
      "threshold", threshold, meaning: "the alignment that defines P* of equal features")
    numbers.append("learned", learned, meaning: "the share B_k/c_k at which features are compared")
    numbers.append("dimension", Double(points[0].parameters.dimension), meaning: "d")
    return [table(of: pair), table(ofEqual: equal), numbers.table]
  }

  private static func features(_ curve: LearningCurve) -> Int {
    curve.parameters.integer(Parameters.Name.features)
  }

  private static func table(of pair: [LearnedFeature]) -> Table {
    let rows = pair.flatMap { feature in
      feature.share.points.map { (feature: feature, point: $0) }
    }
    return Table(
      "feature-order", "Shares of two features that are learned; one row a feature and P",
      of: rows,
      columns: [
        TypedColumn("coefficient", "c_k, normalised") { $0.feature.coefficient },
        TypedColumn("samples_per_dimension", "P/d") {
          Double($0.point.parameters.samples) / Double($0.point.parameters.dimension)
        },
        TypedColumn("share", "B_k/c_k, mean over data sets") { $0.point.alignment.mean },
        TypedColumn("standard_error", "over data sets") { $0.point.alignment.error },
        TypedColumn("datasets", "data sets") { $0.point.results.count },
        TypedColumn("certified", "of these, certified") { $0.point.certified },
      ])
  }

  private static func table(ofEqual curves: [LearningCurve]) -> Table {
    Table(
      "feature-order-equal",
      "Samples P* at which targets of K equal features have alignment \(threshold); one row a K",
      of: curves,
      columns: [TypedColumn("features", "K") { features($0) }]
        + TypedColumn.samples { $0.crossed(threshold) } + [
          .isCertified("every cell between which P* is interpolated") {
            $0.isCertified(at: threshold)
          }
        ])
  }
}

/// The alignment that defines P* of equal features.
private let threshold = 0.1
/// The share of a feature at which it counts as learned.
private let learned = 0.2
