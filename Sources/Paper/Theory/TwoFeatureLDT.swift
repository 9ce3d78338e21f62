import Figures
import Foundation
import Theory

extension Figure {
  /// Large deviations of two features: the joint energy beside the sum of both, and which feature
  /// provides the alignment with the whole target, beside the posterior of kernel adaptation.
  static let twoFeatureLDT = Figure(
    name: "two-feature-ldt", studies: [], axes: [], tables: ["-whole", "-posterior"]
  ) { _ in
    let c = [2 / 5.0.squareRoot(), 1 / 5.0.squareRoot()]
    let (dimension, width) = (20, 160)

    var joint = Table(
      "two-feature-ldt", "Joint energy of two projections at N = d; one row a dimension and pair",
      columns: [
        .init("second", "B_2; B_1 is 0.1"), .init("dimension", "d"),
        .init("energy", "E(B_1, B_2)"), .init("decoupled", "E(B_1) + E(B_2)"),
        .init("excess", "E(B_1, B_2)/(E(B_1) + E(B_2)) - 1"),
      ])
    var excesses: [Double] = []
    for second in [0.05, 0.1] {
      for d in [10, 12, 15, 20, 25, 30, 40, 50] {
        let found = try JointLargeDeviation(dimension: d, width: d).solve(
          projections: [0.1, second])
        let excess = found.energy / found.decoupled - 1
        excesses.append(excess)
        joint.append([
          .real(second), .integer(d), .real(found.energy), .real(found.decoupled), .real(excess),
        ])
      }
    }

    var whole = Table(
      "two-feature-ldt-whole",
      "Large deviations of the whole target, c = (2, 1)/sqrt 5, d = \(dimension), N = \(width); one row an alignment",
      columns: [
        .init("alignment", "alpha"), .init("energy", "E(alpha)"),
        .init("first_alone", "E of the first feature alone, at alpha/c_1"),
        .init("both", "E of both features at B_k = alpha c_k"),
        .init("first", "mean of B_1/c_1"), .init("second", "mean of B_2/c_2"),
      ])
    let model = JointLargeDeviation(dimension: dimension, width: width)
    for alignment in [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6] {
      let found = try model.solve(alignment: alignment, coefficients: c)
      let first = try model.solve(projections: [alignment / c[0], 0])
      let both = try model.solve(projections: c.map { alignment * $0 })
      whole.append([
        .real(alignment), .real(found.energy), .real(first.energy), .real(both.energy),
        .real(found.projections[0] / c[0]), .real(found.projections[1] / c[1]),
      ])
    }

    var posterior = Table(
      "two-feature-ldt-posterior",
      "Kernel adaptation to the same target, degrees 1, 3, 5; one row a load",
      columns: [
        .init("load", "Q = P/kappa"), .init("alignment", "A"), .init("first", "B_1/c_1"),
        .init("second", "B_2/c_2"),
      ])
    let adaptation = TwoFeatureAdaptation(
      dimension: dimension, width: width,
      features: zip(c, [0, .pi / 2]).map { .init(coefficient: $0, direction: $1) })
    var learned: [(alignment: Double, ratio: Double)] = []
    for load in [300.0, 500, 700, 900, 1150, 1450, 1800, 2200, 2700, 3300, 4000, 5000, 6500] {
      let found = try adaptation.solve(load: load)
      let shares = zip(found.projections, c).map { $0 / $1 }
      learned.append((found.alignment, shares[1] / shares[0]))
      posterior.append([
        .real(load), .real(found.alignment), .real(shares[0]), .real(shares[1]),
      ])
    }

    let half = try model.solve(alignment: 0.5, coefficients: c)
    let shares = zip(half.projections, c).map { $0 / $1 }
    let narrow = JointLargeDeviation(dimension: 15, width: 15)
    let small = try narrow.solve(alignment: 0.1, coefficients: c)
    var numbers = QuotedNumbers(figure: "two-feature-ldt")
    numbers.append(
      "excess_low", excesses.min()!, meaning: "least excess of the joint energy over the sum")
    numbers.append(
      "excess_high", excesses.max()!, meaning: "largest excess of the joint energy over the sum")
    numbers.append(
      "share_whole", shares[1] / shares[0],
      meaning: "(B_2/c_2)/(B_1/c_1) of the whole target's large deviations at alpha = 0.5")
    numbers.append(
      "share_posterior", interpolated(learned, at: 0.5),
      meaning: "(B_2/c_2)/(B_1/c_1) of kernel adaptation at A = 0.5, between loads")
    numbers.append(
      "overshoot", shares[0], meaning: "B_1/c_1 of the whole target's large deviations there")
    numbers.append(
      "energy_ratio",
      small.energy / (try narrow.solve(projections: [0.1, 0]).energy),
      meaning: "E(0.1) of the whole target over that of one feature, d = N = 15")
    numbers.append("larger", 1 / c[0], meaning: "1/c_1, what that ratio tends to")
    numbers.append("dimension", Double(dimension), meaning: "d")
    numbers.append("width", Double(width), meaning: "N")
    return [joint, whole, posterior, numbers.table]
  }
}

/// Returns the ratio at an alignment, on the straight line between the loads around it; not a
/// number beyond them.
private func interpolated(
  _ points: [(alignment: Double, ratio: Double)], at alignment: Double
) -> Double {
  for (low, high) in zip(points, points.dropFirst())
  where low.alignment <= alignment && alignment < high.alignment {
    let share = (alignment - low.alignment) / (high.alignment - low.alignment)
    return low.ratio + share * (high.ratio - low.ratio)
  }
  return .nan
}
