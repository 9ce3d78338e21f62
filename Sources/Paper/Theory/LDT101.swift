import Archives
import Figures
import Foundation
import Kernels
import Networks
import Studies
import Theory

extension Figure {
  /// Large deviations 101: the tail of a sum of cubes, exact, sampled and by large deviations.
  static let ldt101 = Figure(name: "ldt-101", studies: [], axes: [], tables: ["-sampled"]) { _ in
    let sum = CubicSum(count: 32)
    var theory = Table(
      "ldt-101",
      "Pr[A >= alpha] for A = sum of a_i^3/sqrt(15 N), a_i standard normal, N = \(sum.count); one row an alpha",
      columns: [
        .init("alpha", "alpha"),
        .init("exact", "-ln Pr[A >= alpha], by the characteristic function"),
        .init("gaussian", "-ln of a standard normal's tail, what the central limit theorem says"),
        .init("large_deviation", "E(alpha), one large a_i and a Gaussian rest"),
        .init("specialist", "that a_i, 0 where there is none"),
      ])
    for alpha in stride(from: 0.1, through: 8.001, by: 0.05) {
      let (energy, specialist) = sum.largeDeviation(alpha)
      theory.append([
        .real(alpha), .real(-log(sum.exactTail(alpha))),
        .real(-log(erfc(alpha / 2.0.squareRoot()) / 2)), .real(energy), .real(specialist),
      ])
    }

    let thresholds = stride(from: 0.25, through: 8.001, by: 0.25).map { $0 }
    let sample = sum.sample(
      draws: 1 << 23, thresholds: thresholds, stream: RandomStream(key: 0x101))
    var sampled = Table(
      "ldt-101-sampled", "The same, sampled: \(sample.draws) draws; one row an alpha",
      columns: [
        .init("alpha", "alpha"), .init("count", "draws with A >= alpha"),
        .init("tail", "-ln of their share"),
        .init("low", "-ln of the upper end of its 95 % interval (Wilson)"),
        .init("high", "-ln of the lower end"),
        .init("largest", "mean over these draws of the largest a_i"),
        .init("largest_low", "that mean less its standard deviation"),
        .init("largest_high", "that mean and its standard deviation"),
      ])
    for (i, alpha) in thresholds.enumerated() where sample.counts[i] >= 20 {
      let interval = wilson(sample.counts[i], of: sample.draws)
      let (mean, deviation) = sample.largest[i]
      sampled.append([
        .real(alpha), .integer(sample.counts[i]),
        .real(-log(Double(sample.counts[i]) / Double(sample.draws))), .real(-log(interval.high)),
        .real(-log(interval.low)), .real(mean), .real(mean - deviation), .real(mean + deviation),
      ])
    }
    var numbers = QuotedNumbers(figure: "ldt-101")
    numbers.append("count", Double(sum.count), meaning: "N")
    numbers.append("draws", Double(sample.draws), meaning: "draws")
    let jump = stride(from: 0.5, through: 8, by: 0.001)
      .first { sum.largeDeviation($0).specialist > 0 }
    numbers.append(
      "jump", jump ?? .nan, meaning: "alpha at which a single large a_i becomes cheaper")
    try appendNetwork(to: &numbers)
    return [theory, sampled, numbers.table]
  }
}

/// The same for the alignment of a two-layer network: E and M as d and N grow.
private func appendNetwork(to numbers: inout QuotedNumbers) throws {
  let alignment = 0.1
  func solve(
    _ d: Int, _ width: Int, _ transverse: LargeDeviation.Transverse = .full
  ) throws -> LargeDeviation.Solution {
    try LargeDeviation(dimension: d, width: width, transverse: transverse).solve(
      alignment: alignment)
  }
  func slope(_ sizes: [Int], _ value: (Int) throws -> Double) rethrows -> Double {
    leastSquares(sizes.map { log(Double($0)) }, try sizes.map { log(try value($0)) }).slope
  }
  for (suffix, sizes) in [("", [15, 20, 30, 45, 60]), ("_large", [4000, 8000, 16000])] {
    let range = "d = \(sizes.first!) to \(sizes.last!)"
    numbers.append(
      "energy_exponent\(suffix)", try slope(sizes) { try solve($0, $0).energy },
      meaning: "slope of ln E against ln d of a two-layer network, N = d, alpha = 0.1, \(range)")
    numbers.append(
      "frozen_ratio\(suffix)",
      try solve(sizes.last!, sizes.last!, .frozen).energy / solve(sizes.last!, sizes.last!).energy,
      meaning: "E with |w_perp|^2 frozen at its prior mean over E, at d = N = \(sizes.last!)")
  }
  let widths = [20, 40, 80, 160, 320]
  for (suffix, factor) in [("", 1), ("_large", 200)] {
    numbers.append(
      "specialists_exponent\(suffix)",
      try slope(widths) { width in
        try solve(20 * factor, width * factor).specialists(beyond: SpecialistThreshold.overlap)
      },
      meaning:
        "slope of ln M against ln N of a two-layer network, d = \(20 * factor), N/d = 1 to 16, alpha = 0.1"
    )
  }
}

/// Wilson's 95 % interval for a share of `count` in `total`.
func wilson(_ count: Int, of total: Int) -> (low: Double, high: Double) {
  let (n, z) = (Double(total), 1.959964)
  let p = Double(count) / n
  let middle = p + z * z / (2 * n)
  let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
  return ((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n))
}
