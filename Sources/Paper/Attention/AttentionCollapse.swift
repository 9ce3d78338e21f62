import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// Alignment of two opposed heads against P/√(L d³), on which it should be one curve, and against
  /// P.
  static let attentionCollapse = Figure(
    name: "attention-collapse", studies: studiesOfOpposedHeads,
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"], tables: ["-modes"]
  ) { archives in
    let curves = try LearningCurve.ofAttention(archives)
    var numbers = QuotedNumbers(figure: "attention-collapse")
    for threshold in attentionThresholds {
      try appendCrossings(of: curves, from: files(archives), at: threshold, to: &numbers)
    }
    appendCertification(of: curves, to: &numbers)
    appendSizes(of: curves, to: &numbers)
    let modes = curves.flatMap(\.points).flatMap(\.results).compactMap(AttentionModes.init)
    appendModes(modes, to: &numbers)
    return [
      points(of: curves), .modes("attention-collapse-modes", of: modes), numbers.table,
    ]
  }

  private static func points(of curves: [LearningCurve]) -> Table {
    Table(
      "attention-collapse",
      "Alignment of the odd head against samples; one row a point of the grid",
      of: curves.flatMap(\.points),
      columns: [
        TypedColumn("length", "L") { $0.parameters.length },
        TypedColumn("dimension", "d") { $0.parameters.dimension },
        TypedColumn("samples", "P") { $0.parameters.samples },
        TypedColumn("scaled_samples", "P/sqrt(L d^3)") {
          Double($0.parameters.samples) / attentionScale($0.parameters)
        },
        TypedColumn("alignment", "mean over data sets of the posterior mean") { $0.alignment.mean },
        TypedColumn("standard_error", "over data sets, that of the test sets included") {
          $0.alignment.error
        },
        TypedColumn("test_error", "what drawing the test sets contributes to it", testError),
      ] + TypedColumn.certified)
  }

  /// Independent test sets of equal size: the error of one, over the root of their number.
  private static func testError(of point: Replicates) -> Double {
    let test = point.means("test_error").reduce(0) { $0 + $1 * $1 }.squareRoot()
    return test / Double(point.results.count)
  }

  /// How far P* at an alignment is from one for all L and d, before and after scaling.
  private static func appendCrossings(
    of curves: [LearningCurve], from files: String, at threshold: Double,
    to numbers: inout QuotedNumbers
  ) throws {
    let known = curves.filter { $0.samples(at: threshold) != nil }
    guard known.count > 1 else {
      throw UserError(
        "\(files): the alignment crosses \(threshold) inside the grid for \(known.count) "
          + "of L and d; expected at least 2: widen data.samples", exitCode: 1)
    }
    let name = thresholdName(threshold)
    func spread(_ scaled: Bool, _ datasets: [[Int]]? = nil) -> Double? {
      let logs = known.enumerated().map { i, curve in
        curve.samples(at: threshold, datasets: datasets?[i])
          .map { log($0 / (scaled ? curve.scale : 1)) }
      }
      guard logs.allSatisfy({ $0 != nil }) else { return nil }
      return exp(standardDeviation(logs.map { $0! }))
    }
    numbers.append(
      "spread_\(name)", spread(false)!,
      interval: Bootstrap.interval(of: known) { spread(false, $0) },
      meaning:
        "factor of one standard deviation of ln P* over L and d, P* at alignment \(threshold)")
    numbers.append(
      "scaled_spread_\(name)", spread(true)!,
      interval: Bootstrap.interval(of: known) { spread(true, $0) },
      meaning: "the same of P*/sqrt(L d^3)")
    numbers.append(
      "noise_\(name)", scatter(of: known, at: threshold),
      meaning: "the factor that a scatter of data sets alone makes, root mean square over L and d"
    )
    numbers.append(
      "crossing_\(name)", scaledCrossing(of: known, at: threshold),
      meaning: "geometric mean of P*/sqrt(L d^3)")
  }

  /// The bootstrap's standard deviation of ln P*, root mean square over curves, as a factor.
  private static func scatter(of curves: [LearningCurve], at threshold: Double) -> Double {
    let squares = curves.map { curve -> Double in
      let deviation = Bootstrap(groups: [curve.datasets]).standardError {
        curve.samples(at: threshold, datasets: $0[0]).map { log($0) }
      }
      return deviation * deviation
    }.filter(\.isFinite)
    return squares.isEmpty ? .nan : exp(meanAndError(squares).mean.squareRoot())
  }

  /// Cells that are not certified, and what tells how far that matters.
  private static func appendCertification(
    of curves: [LearningCurve], to numbers: inout QuotedNumbers
  ) {
    let points = curves.flatMap(\.points)
    numbers.append(
      "uncertified", Double(points.reduce(0) { $0 + $1.results.count - $1.certified }),
      meaning: "cells that are not certified")
    numbers.append(
      "cells", Double(points.reduce(0) { $0 + $1.results.count }), meaning: "cells in all")
    let differences = points.flatMap { point in
      point.isCertified ? [] : point.results.filter { !$0.isCertified }
    }.map(startDifference)
    numbers.append(
      "start_difference", rootMeanSquare(differences),
      meaning: "planted less cold mean alignment of cells that are not certified, root mean square")
    numbers.append(
      "scatter", rootMeanSquare(points.map { standardDeviation($0.alignments) }),
      meaning: "standard deviation of alignments over data sets, root mean square over the grid")
  }

  /// Cells with two modes, and how far these are apart.
  private static func appendModes(_ modes: [AttentionModes], to numbers: inout QuotedNumbers) {
    numbers.append(
      "two_modes", Double(modes.count),
      meaning:
        "cells with at least \(AttentionModes.least) of the draws in each of two modes")
    numbers.append(
      "joined_modes", Double(modes.count(where: \.isJoined)),
      meaning: "of these, cells whose chains agree on the share of a mode")
    let squares = modes.reduce(0) {
      let difference = $1.alignments[0] - $1.alignments[1]
      return $0 + difference * difference
    }
    numbers.append(
      "mode_difference", (squares / Double(max(1, modes.count))).squareRoot(),
      meaning:
        "alignment of one mode less that of the other, root mean square over these cells, or 0 "
        + "without any")
  }

  private static func appendSizes(
    of curves: [LearningCurve], to numbers: inout QuotedNumbers
  ) {
    for (name, values) in [
      ("length", curves.map(\.length)), ("dimension", curves.map(\.dimension)),
    ] {
      let values = Set(values).sorted()
      numbers.append("\(name)_count", Double(values.count), meaning: "how many there are of it")
      for (i, value) in values.enumerated() {
        numbers.append("\(name)_\(i + 1)", Double(value), meaning: "\(name) \(i + 1)")
      }
    }
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
