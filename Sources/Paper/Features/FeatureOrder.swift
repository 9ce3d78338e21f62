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
  /// The order in which unequal features are learned, and what equal ones cost together.
  static let featureOrder = Figure(
    name: "feature-order", studies: ["several-features"],
    networks: [NetworkKind.twoLayerFeatures.name], axes: ["coefficients", "samples"],
    tables: ["-equal", "-theory"]
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
    let complexities = SampleComplexities(equal, reaching: threshold) {
      Double($0.integer(Parameters.Name.features))
    }
    numbers.append(
      "equal_exponent", complexities.exponent(at: threshold) ?? .nan,
      interval: complexities.exponentInterval(at: threshold),
      meaning: "slope of ln P* of K equal features against ln K")
    numbers.append(
      "threshold", threshold, meaning: "the alignment that defines P* of equal features")
    numbers.append("learned", learned, meaning: "the share B_k/c_k at which features are compared")
    numbers.append("dimension", Double(points[0].parameters.dimension), meaning: "d")
    return [table(of: pair), table(ofEqual: equal), theory(of: pair), numbers.table]
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

  /// What theory has for the two features, nothing fitted, at loads within the grid.
  private static func theory(of pair: [LearnedFeature]) -> Table {
    let (points, c) = (pair[0].points.map(\.parameters), pair.map(\.coefficient))
    let cell = points[0]
    let (d, readout) = (Double(cell.dimension), cell.readoutVariance.squareRoot())
    let model = TwoFeatureAdaptation(
      dimension: cell.dimension, width: cell.width,
      features: zip(c, [0, .pi / 2]).map {
        .init(degree: cell.degree, coefficient: $0, direction: $1)
      }, degrees: [1, 3, 5], weightVariance: cell.weightVariance,
      readoutVariance: cell.readoutVariance)
    let optimum = SpecialistOptimum(
      activation: .erf, degree: cell.degree, weightVariance: cell.weightVariance)
    // The gain Q (c_k − B_k) of another unit of B_k against what a unit costs.
    let cost =
      (optimum?.energyCoefficient ?? .nan) * (d * Double(cell.width)).squareRoot() / readout
    func share(_ c: Double, _ load: Double) -> Double { max(0, 1 - cost / (load * c)) }
    var table = Table(
      "feature-order-theory", "Shares of both features by theory; one row a number of samples",
      columns: [
        .init("samples_per_dimension", "P/d"),
        .init(
          "first", "B_1/c_1 of kernel adaptation, degrees 1, 3, 5; NaN where it is not resolved"),
        .init("second", "B_2/c_2 of kernel adaptation"),
        .init("first_wide", "max(0, 1 - e_1 sqrt(d N)/(Q c_1 sigma_a)), of wide networks"),
        .init("second_wide", "the same of the second feature"),
      ])
    let (least, most) = (Double(points[0].samples), Double(points.last!.samples))
    for step in 0...12 {
      let samples = least * pow(most / least, Double(step) / 12)
      let load = samples / cell.ridge
      // A solution that cannot be vouched for, as at small d and large loads, is left out.
      let found = try? model.solve(load: load)
      let shares = found.map { zip($0.projections, c).map { $0 / $1 } } ?? [.nan, .nan]
      table.append([
        .real(samples / d), .real(shares[0]), .real(shares[1]), .real(share(c[0], load)),
        .real(share(c[1], load)),
      ])
    }
    return table
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
