import Figures
import Foundation
import Host
import Studies

extension Figure {
  /// P* ∝ L^a d^b at three alignments, against the predicted a = 1/2, b = 3/2.
  static let attentionExponents = Figure(
    name: "attention-exponents", studies: ["attention-collapse", "attention-long"],
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"], tables: ["-samples"]
  ) { archives in
    let curves = try AttentionCurve.all(archives)
    let all = Array(0..<curves[0].datasets)
    var samples = Table(
      "attention-exponents-samples",
      "Samples P* at three alignments; one row a length and dimension",
      columns: [
        .init("alignment", "the alignment that defines P*"),
        .init("length", "L"), .init("dimension", "d"), .init("scale", "sqrt(L d^3)"),
        .init("samples", "P*: mean alignment over data sets interpolated in P"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("certified", "1 if every cell of the two points around P* is certified, else 0"),
      ])
    var table = Table(
      "attention-exponents",
      "Joint fits P* = c L^a d^b; one row an alignment and a choice of sizes",
      columns: [
        .init("alignment", "the alignment that defines P*"),
        .init(
          "choice", "sizes fitted: 0 all, 1 those with L >= d, 2 those with L beyond the smallest"),
        .init("curves", "sizes fitted"),
        .init("length_exponent", "a"), .init("length_low", "2.5 % of the bootstrap over data sets"),
        .init("length_high", "97.5 % of it"),
        .init("dimension_exponent", "b"), .init("dimension_low", "2.5 % of the bootstrap"),
        .init("dimension_high", "97.5 % of it"),
        .init(
          "finite_length_exponent",
          "a of sqrt(L d^3)/(1 - 1/L), the predicted cost before the limit of large L, on the same sizes"
        ),
        .init("finite_dimension_exponent", "b of it"),
      ])
    var numbers = QuotedNumbers(figure: "attention-exponents")
    for threshold in attentionThresholds {
      let known = curves.filter { $0.samples(at: threshold, all) != nil }
      for curve in known {
        let interval = Bootstrap.interval(datasets: all.count) { curve.samples(at: threshold, $0) }
        samples.append([
          .real(threshold), .integer(curve.length), .integer(curve.dimension), .real(curve.scale),
          .real(curve.samples(at: threshold, all)!), .real(interval.low), .real(interval.high),
          .integer(curve.isCertified(at: threshold, all) ? 1 : 0),
        ])
      }
      numbers.append(
        "crossing_\(thresholdName(threshold))",
        exp(meanAndError(known.map { log($0.samples(at: threshold, all)! / $0.scale) }).mean),
        meaning: "geometric mean of P*/sqrt(L d^3) at alignment \(threshold)")
      let shortest = curves.map(\.length).min()!
      for (choice, name) in ["all", "longer", "long"].enumerated() {
        let fitted = known.filter {
          [true, $0.length >= $0.dimension, $0.length > shortest][choice]
        }
        func exponents(_ datasets: [Int]) -> JointFit? {
          let logs = fitted.map { $0.samples(at: threshold, datasets).map { log($0) } }
          guard logs.allSatisfy({ $0 != nil }) else { return nil }
          return JointFit(fitted, logs.map { $0! })
        }
        guard let fit = exponents(all) else {
          throw UserError(
            "attention-collapse: \(fitted.count) of L and d cross alignment \(threshold) inside the grid; "
              + "expected two lengths and two dimensions: widen data.samples", exitCode: 1)
        }
        let finite = JointFit(fitted, fitted.map { log($0.scale / (1 - 1 / Double($0.length))) })!
        let length = Bootstrap.interval(datasets: all.count) { exponents($0)?.length }
        let dimension = Bootstrap.interval(datasets: all.count) { exponents($0)?.dimension }
        table.append([
          .real(threshold), .integer(choice), .integer(fitted.count),
          .real(fit.length), .real(length.low), .real(length.high),
          .real(fit.dimension), .real(dimension.low), .real(dimension.high),
          .real(finite.length), .real(finite.dimension),
        ])
        let suffix = "\(name)_\(thresholdName(threshold))"
        numbers.append(
          "length_exponent_\(suffix)", fit.length, interval: length,
          meaning: "a of P* = c L^a d^b at alignment \(threshold), predicted 1/2")
        numbers.append(
          "dimension_exponent_\(suffix)", fit.dimension, interval: dimension,
          meaning: "b of it, predicted 3/2")
        numbers.append(
          "finite_length_exponent_\(suffix)", finite.length,
          meaning: "a of sqrt(L d^3)/(1 - 1/L) at the same sizes")
      }
    }
    numbers.append(
      "shortest", Double(curves.map(\.length).min()!), meaning: "the smallest L of the study")
    return [table, samples, numbers.table]
  }
}
