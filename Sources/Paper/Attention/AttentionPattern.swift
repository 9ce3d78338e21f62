import Figures
import Foundation
import Host
import Studies

extension Figure {
  /// The entries of A and w by which two opposed heads have learned, against ε = √α (L/d)^{1/4} and
  /// ω = √α (L d)^{1/4} at the sampled alignment α: nothing is fitted.
  static let attentionPattern = Figure(
    name: "attention-pattern", studies: ["attention-collapse", "attention-long"],
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"]
  ) { archives in
    let curves = try AttentionCurve.all(archives)
    let all = Array(0..<curves[0].datasets)
    let target = curves[0].points[0].parameters.word("target")
    guard target == "plain" else {
      throw UserError(
        "attention-collapse.h5: got target \(target); expected plain, for figure attention-pattern")
    }
    var table = Table(
      "attention-pattern",
      "Pattern of the odd head, squares summed over its two equivalent modes; one row a point of the grid with a mean alignment of at least \(least)",
      columns: [
        .init("length", "L"), .init("dimension", "d"), .init("samples", "P"),
        .init("alignment", "mean over data sets"),
        .init("interaction", "root of the mean of A_12^2 + A_13^2, less its prior mean 2/d^2"),
        .init("interaction_low", "the same one standard error over data sets lower"),
        .init("interaction_high", "and higher"),
        .init("predicted_interaction", "epsilon = sqrt(alignment) (L/d)^(1/4)"),
        .init("readout", "root of the mean of w_2^2 + w_3^2, less its prior mean 2/d"),
        .init("readout_low", "the same one standard error over data sets lower"),
        .init("readout_high", "and higher"),
        .init("predicted_readout", "omega = sqrt(alignment) (L d)^(1/4)"),
        .init("certified", "1 if every cell is certified, else 0"),
      ])
    var ratios: [(interaction: Double, readout: Double)] = []
    for curve in curves {
      for (point, alignments) in zip(curve.points, curve.alignments) {
        let (alignment, _) = meanAndError(alignments)
        guard alignment >= least else { continue }
        let sizes = PatternSizes(curve)
        let (a, w) = (
          meanAndError(sizes.interactions(point)), meanAndError(sizes.readouts(point))
        )
        let (epsilon, omega) = sizes.predicted(alignment)
        func root(_ x: Double) -> Double { max(x, 0).squareRoot() }
        ratios.append((root(a.mean) / epsilon, root(w.mean) / omega))
        table.append([
          .integer(curve.length), .integer(curve.dimension), .integer(point.parameters.samples),
          .real(alignment), .real(root(a.mean)), .real(root(a.mean - a.error)),
          .real(root(a.mean + a.error)), .real(epsilon), .real(root(w.mean)),
          .real(root(w.mean - w.error)), .real(root(w.mean + w.error)), .real(omega),
          .integer(point.certified == point.results.count ? 1 : 0),
        ])
      }
    }
    guard !ratios.isEmpty else {
      throw UserError(
        "attention-collapse: no mean alignment is \(least) or more: widen data.samples", exitCode: 1
      )
    }

    var numbers = QuotedNumbers(figure: "attention-pattern")
    for (name, values) in [
      ("interaction", ratios.map(\.interaction)), ("readout", ratios.map(\.readout)),
    ] {
      numbers.append(
        "\(name)_ratio", exp(meanAndError(values.map { log(max($0, 1e-3)) }).mean),
        meaning: "geometric mean of the sampled over the predicted entry")
      numbers.append("\(name)_ratio_least", values.min()!, meaning: "the least of these ratios")
      numbers.append("\(name)_ratio_largest", values.max()!, meaning: "the largest of them")
    }
    // How the entries grow with L and d where the alignment is the same.
    let known = curves.filter { $0.samples(at: threshold, all) != nil }
    func fit(_ squares: @escaping (PatternSizes, Replicates) -> [Double]) -> ([Int]) -> JointFit? {
      let values = known.map { curve in
        curve.points.map { squares(PatternSizes(curve), $0) }
      }
      return { datasets in
        var logs: [Double] = []
        for (curve, rows) in zip(known, values) {
          guard let at = curve.crossing(of: threshold, datasets) else { return nil }
          let means = rows[at.below...at.below + 1].map { row in
            datasets.reduce(0.0) { $0 + row[$1] } / Double(datasets.count)
          }
          let square = means[0] + at.share * (means[1] - means[0])
          guard square > 0 else { return nil }
          logs.append(0.5 * log(square))
        }
        return JointFit(known, logs)
      }
    }
    for (name, predicted, fit) in [
      ("interaction", (0.25, -0.25), fit { $0.interactions($1) }),
      ("readout", (0.25, 0.25), fit { $0.readouts($1) }),
    ] {
      for (size, predicted, exponent) in [
        ("length", predicted.0, { fit($0)?.length }),
        ("dimension", predicted.1, { fit($0)?.dimension }),
      ] as [(String, Double, ([Int]) -> Double?)] {
        numbers.append(
          "\(name)_\(size)_exponent", exponent(all) ?? .nan,
          interval: Bootstrap.interval(datasets: all.count, exponent),
          meaning:
            "slope of ln of the entry in ln of the \(size) at alignment \(threshold), predicted \(predicted)"
        )
      }
    }
    let lengths = Set(curves.map(\.length)).sorted()
    numbers.append("least_alignment", least, meaning: "points below this alignment are left out")
    numbers.append("length_count", Double(lengths.count), meaning: "how many L there are")
    for (i, length) in lengths.enumerated() {
      numbers.append("length_\(i + 1)", Double(length), meaning: "L of colour \(i + 1)")
    }
    return [table, numbers.table]
  }

  private static let least = 0.1
  private static let threshold = 0.2
}

/// Squared entries of the pattern beyond what the prior has there, of each data set, and as predicted.
private struct PatternSizes {
  let length, dimension, interactionVariance, readoutVariance: Double

  init(_ curve: AttentionCurve) {
    let cell = curve.points[0].parameters
    length = Double(cell.length)
    dimension = Double(cell.dimension)
    interactionVariance = cell.real("interaction_variance")
    readoutVariance = cell.readoutVariance
  }

  /// A₁₂² + A₁₃² − 2σ_A²/d².
  func interactions(_ point: Replicates) -> [Double] {
    point.means("pattern_interaction").map {
      $0 - 2 * interactionVariance / (dimension * dimension)
    }
  }

  /// w₂² + w₃² − 2σ_w²/d.
  func readouts(_ point: Replicates) -> [Double] {
    point.means("pattern_readout").map { $0 - 2 * readoutVariance / dimension }
  }

  /// ε and ω: the least d²ε²/2σ_A² + dω²/2σ_w² at εω = √L α.
  func predicted(_ alignment: Double) -> (epsilon: Double, omega: Double) {
    let root = alignment.squareRoot()
    let ratio = (interactionVariance / readoutVariance).squareRoot().squareRoot()
    return (
      root * ratio * (length / dimension).squareRoot().squareRoot(),
      root / ratio * (length * dimension).squareRoot().squareRoot()
    )
  }
}
