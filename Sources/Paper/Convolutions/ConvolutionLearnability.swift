import Figures
import Foundation
import Host
import Studies
import Theory

extension Figure {
  /// Alignment of linear convolutions with S = N_w = C against P/d^{3/4} and against P/d: sampled, by the
  /// equation of state, and of the lazy network.
  static let cnnLearnability = Figure(
    name: "cnn-learnability", studies: ["cnn-learnability"],
    networks: [NetworkKind.patch.name], axes: ["patch", "samples"], tables: ["-theory"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    var table = Table(
      "cnn-learnability", "Alignment of sampled networks; one row a point of the grid",
      columns: loads + [
        .init("alignment", "mean over data sets of the posterior mean"),
        .init("standard_error", "over data sets"),
        .init("equation_of_state", "u at the same samples, nothing fitted"),
        .init("datasets", "data sets"), .init("certified", "of these, certified"),
      ])
    var theory = Table(
      "cnn-learnability-theory", "Predicted alignment; one row a number of samples",
      columns: loads + [
        .init("equation_of_state", "u"), .init("lazy", "the Gaussian process of infinite channels"),
      ])
    var differences: [Double] = []
    for curve in curves {
      for point in curve.points {
        let p = Double(point.parameters.samples)
        let (mean, error) = meanAndError(point.alignments)
        let state = try point.equationOfState.state(samples: p)
        differences.append(mean - state.alignment)
        table.append(
          load(p, at: curve.parameters) + [
            .real(mean), .real(error), .real(state.alignment), .integer(point.results.count),
            .integer(point.certified),
          ])
      }
      let samples = curve.points.map { Double($0.parameters.samples) }
      let (first, last) = (0.5 * samples.first!, 1.15 * samples.last!)
      for i in 0...80 {
        let p = first * pow(last / first, Double(i) / 80)
        let state = try curve.points[0].equationOfState.state(samples: p)
        theory.append(
          load(p, at: curve.parameters) + [.real(state.alignment), .real(state.lazyAlignment)])
      }
    }

    var numbers = QuotedNumbers(figure: "cnn-learnability")
    numbers.append("size_count", Double(curves.count), meaning: "how many sizes there are")
    for (i, curve) in curves.enumerated() {
      numbers.append(
        "patch_\(i + 1)", Double(curve.parameters.patch), meaning: "S = N_w = C of curve \(i + 1)")
    }
    numbers.append(
      "largest_difference", differences.map { abs($0) }.max()!,
      meaning: "between sampled and predicted alignment")
    return [table, theory, numbers.table]
  }

  private static let loads: [Table.Column] = [
    .init("patch", "S = N_w = C"), .init("dimension", "d = N_w S"), .init("samples", "P"),
    .init("load", "P/d^(3/4)"), .init("samples_per_dimension", "P/d"),
  ]

  private static func load(_ p: Double, at cell: Parameters) -> [Table.Value] {
    let d = Double(cell.dimension)
    return [
      .integer(cell.patch), .integer(cell.dimension), .real(p), .real(p / pow(d, 0.75)),
      .real(p / d),
    ]
  }

  /// P* of these networks against d, and its exponent against the alignment that defines P*.
  static let cnnExponent = Figure(
    name: "cnn-exponent", studies: ["cnn-learnability"],
    networks: [NetworkKind.patch.name], axes: ["patch", "samples"], tables: ["-thresholds"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    let complexities = SampleComplexities(curves) { Double($0.dimension) }
    func predictions(_ threshold: Double) throws -> (state: [Double], lazy: [Double]) {
      (
        try curves.map {
          try $0.points[0].equationOfState.samples(alignment: threshold).samples
        }, try curves.map { try $0.points[0].lazySamples(alignment: threshold) }
      )
    }

    let sampled = curves.map { $0.samples(at: half) }
    guard sampled.allSatisfy({ $0 != nil }) else {
      throw UserError(
        "cnn-learnability: the alignment crosses \(half) inside the grid at "
          + "\(sampled.count { $0 != nil }) of \(curves.count) sizes; expected all: widen data.samples",
        exitCode: 1)
    }
    let (state, lazy) = try predictions(half)
    var table = Table(
      "cnn-exponent", "Samples P* at which the alignment reaches \(half); one row a size",
      columns: [
        .init("dimension", "d = N_w S"), .init("patch", "S = N_w = C"),
        .init("samples", "P*: mean alignment over data sets interpolated in P"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("equation_of_state", "P* by the equation of state, nothing fitted"),
        .init("lazy", "P* of the Gaussian process of infinite channels"),
        .init("certified", "1 if every cell at this size is certified, else 0"),
      ])
    for (i, curve) in curves.enumerated() {
      let interval = Bootstrap.interval(datasets: curve.datasets) {
        curve.samples(at: half, datasets: $0)
      }
      table.append([
        .integer(curve.parameters.dimension), .integer(curve.parameters.patch), .real(sampled[i]!),
        .real(interval.low), .real(interval.high), .real(state[i]), .real(lazy[i]),
        .integer(curve.isCertified ? 1 : 0),
      ])
    }

    var thresholds = Table(
      "cnn-exponent-thresholds", "Exponent of P* in d; one row an alignment that defines P*",
      columns: [
        .init("threshold", "the alignment"),
        .init("exponent", "of sampled networks; NaN where a curve does not cross the threshold"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("equation_of_state", "of the equation of state at the same sizes"),
        .init("lazy", "of the Gaussian process"),
      ])
    for threshold in stride(from: 1, through: 7, by: 1).map({ Double($0) / 10 }) {
      let interval = complexities.exponentInterval(at: threshold)
      let (state, lazy) = try predictions(threshold)
      thresholds.append([
        .real(threshold), .real(complexities.exponent(at: threshold) ?? .nan),
        .real(interval.low), .real(interval.high), .real(complexities.slope(state)),
        .real(complexities.slope(lazy)),
      ])
    }

    var numbers = QuotedNumbers(figure: "cnn-exponent")
    for (name, threshold) in [("exponent", half), ("exponent_01", 0.1), ("exponent_07", 0.7)] {
      numbers.append(
        name, complexities.exponent(at: threshold) ?? .nan,
        interval: complexities.exponentInterval(at: threshold),
        meaning: "slope of ln P* against ln d at alignment \(threshold)")
    }
    numbers.append(
      "state_exponent", complexities.slope(state), meaning: "of the equation of state at \(half)")
    numbers.append("lazy_exponent", complexities.slope(lazy), meaning: "of the Gaussian process")
    let shortfalls = zip(state, sampled).map { 100 * (1 - $0 / $1!) }
    numbers.append(
      "least_shortfall", shortfalls.min()!,
      meaning: "percent by which P* of the equation of state is below the sampled one, the least")
    numbers.append("largest_shortfall", shortfalls.max()!, meaning: "the same, the largest")
    numbers.append(
      "lazy_ratio", lazy.last! / sampled.last!!,
      meaning: "P* of the Gaussian process over the sampled one at the largest size")
    numbers.append("alignment_threshold", half, meaning: "the alignment that defines P*")
    return [table, thresholds, numbers.table]
  }

  private static let half = 0.5
}
