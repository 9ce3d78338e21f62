import Archives
import Figures
import Foundation
import Host
import Studies

extension Figure {
  /// Alignment of two opposed heads against P/√(L d³), on which it should be one curve, and against P.
  static let attentionCollapse = Figure(
    name: "attention-collapse", studies: ["attention-collapse", "attention-long"],
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"]
  ) { archives in
    let curves = try AttentionCurve.all(archives)
    let all = Array(0..<curves[0].datasets)
    var table = Table(
      "attention-collapse",
      "Alignment of the odd head against samples; one row a point of the grid",
      columns: [
        .init("length", "L"), .init("dimension", "d"), .init("samples", "P"),
        .init("scaled_samples", "P/sqrt(L d^3)"),
        .init("alignment", "mean over data sets of the posterior mean"),
        .init("standard_error", "over data sets, that of the test sets included"),
        .init("test_error", "what drawing the test sets contributes to it"),
        .init("datasets", "data sets"), .init("certified", "of these, certified"),
      ])
    for curve in curves {
      for (point, alignments) in zip(curve.points, curve.alignments) {
        let (mean, error) = meanAndError(alignments)
        // Independent test sets of equal size: the error of one, over the root of their number.
        let test = point.means("test_error").reduce(0) { $0 + $1 * $1 }.squareRoot()
        let cell = point.parameters
        table.append([
          .integer(cell.length), .integer(cell.dimension), .integer(cell.samples),
          .real(Double(cell.samples) / curve.scale), .real(mean), .real(error),
          .real(test / Double(alignments.count)), .integer(alignments.count),
          .integer(point.certified),
        ])
      }
    }

    var numbers = QuotedNumbers(figure: "attention-collapse")
    for threshold in attentionThresholds {
      let known = curves.filter { $0.samples(at: threshold, all) != nil }
      guard known.count > 1 else {
        throw UserError(
          "attention-collapse: the alignment crosses \(threshold) inside the grid for \(known.count) "
            + "of L and d; expected at least 2: widen data.samples", exitCode: 1)
      }
      let name = thresholdName(threshold)
      func spread(_ scaled: Bool) -> ([Int]) -> Double? {
        { datasets in
          let logs = known.map { curve in
            curve.samples(at: threshold, datasets).map { log($0 / (scaled ? curve.scale : 1)) }
          }
          guard logs.allSatisfy({ $0 != nil }) else { return nil }
          return exp(standardDeviation(logs.map { $0! }))
        }
      }
      numbers.append(
        "spread_\(name)", spread(false)(all)!,
        interval: Bootstrap.interval(datasets: all.count, spread(false)),
        meaning:
          "factor of one standard deviation of ln P* over L and d, P* at alignment \(threshold)")
      numbers.append(
        "scaled_spread_\(name)", spread(true)(all)!,
        interval: Bootstrap.interval(datasets: all.count, spread(true)),
        meaning: "the same of P*/sqrt(L d^3)")
      numbers.append(
        "noise_\(name)", scatter(of: known, at: threshold, datasets: all.count),
        meaning: "the factor that a scatter of data sets alone makes, root mean square over L and d"
      )
      numbers.append(
        "crossing_\(name)",
        exp(meanAndError(known.map { log($0.samples(at: threshold, all)! / $0.scale) }).mean),
        meaning: "geometric mean of P*/sqrt(L d^3)")
    }
    let cells = curves.flatMap(\.points)
    numbers.append(
      "uncertified", Double(cells.reduce(0) { $0 + $1.results.count - $1.certified }),
      meaning: "cells that are not certified")
    numbers.append(
      "cells", Double(cells.reduce(0) { $0 + $1.results.count }), meaning: "cells in all")
    let differences = cells.flatMap { $0.results.filter { !$0.isCertified } }.map(startDifference)
    numbers.append(
      "start_difference", rootMeanSquare(differences),
      meaning: "planted less cold mean alignment of cells that are not certified, root mean square")
    numbers.append(
      "scatter", rootMeanSquare(curves.flatMap { $0.alignments.map(standardDeviation) }),
      meaning: "standard deviation of alignments over data sets, root mean square over the grid")
    for (name, values) in [
      ("length", curves.map(\.length)), ("dimension", curves.map(\.dimension)),
    ] {
      let values = Set(values).sorted()
      numbers.append("\(name)_count", Double(values.count), meaning: "how many there are of it")
      for (i, value) in values.enumerated() {
        numbers.append("\(name)_\(i + 1)", Double(value), meaning: "\(name) \(i + 1)")
      }
    }
    return [table, numbers.table]
  }

  /// The bootstrap's standard deviation of ln P*, root mean square over curves, as a factor.
  private static func scatter(
    of curves: [AttentionCurve], at threshold: Double, datasets: Int
  ) -> Double {
    // Half of a 95 % interval is 1.96 standard deviations of a normal distribution.
    let squares = curves.map { curve -> Double in
      let interval = Bootstrap.interval(datasets: datasets) {
        curve.samples(at: threshold, $0).map { log($0) }
      }
      let deviation = (interval.high - interval.low) / (2 * 1.96)
      return deviation * deviation
    }.filter(\.isFinite)
    return squares.isEmpty ? .nan : exp(meanAndError(squares).mean.squareRoot())
  }
}

/// Mean alignment of the planted less that of the cold chains.
private func startDifference(_ result: CellResult) -> Double {
  func mean(_ start: SamplerSpec.Start) -> Double {
    let chains = zip(result.starts, result.chains(result.alignment)).filter { $0.0 == start }
    return meanAndError(chains.flatMap(\.1)).mean
  }
  return mean(.planted) - mean(.cold)
}

private func rootMeanSquare(_ x: [Double]) -> Double {
  meanAndError(x.map { $0 * $0 }).mean.squareRoot()
}

/// Of a sample, with n − 1.
func standardDeviation(_ x: [Double]) -> Double {
  meanAndError(x).error * Double(x.count).squareRoot()
}
