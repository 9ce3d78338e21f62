import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// The entries of A and w by which two opposed heads have learned, against ε = √α (L/d)^{1/4} and
  /// ω = √α (L d)^{1/4} at the sampled alignment α: nothing is fitted.
  static let attentionPattern = Figure(
    name: "attention-pattern", studies: ["attention-collapse", "attention-long"],
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"]
  ) { archives in
    let curves = try LearningCurve.ofAttention(archives)
    let target = curves[0].parameters.word("target")
    guard target == "plain" else {
      throw UserError(
        "\(files(archives)): got target \(target); expected plain, for figure attention-pattern")
    }
    let points = curves.flatMap(\.points).filter { $0.alignment.mean >= least }
      .map(PatternPoint.init)
    guard !points.isEmpty else {
      throw UserError(
        "\(files(archives)): no mean alignment is \(least) or more: widen data.samples",
        exitCode: 1)
    }

    var numbers = QuotedNumbers(figure: "attention-pattern")
    appendRatios("interaction", points.map(\.interaction), to: &numbers)
    appendRatios("readout", points.map(\.readout), to: &numbers)
    appendExponents("interaction", of: curves, predicted: (0.25, -0.25), to: &numbers) {
      $0.interactions($1)
    }
    appendExponents("readout", of: curves, predicted: (0.25, 0.25), to: &numbers) {
      $0.readouts($1)
    }
    let lengths = Set(curves.map(\.length)).sorted()
    numbers.append("least_alignment", least, meaning: "points below this alignment are left out")
    numbers.append("length_count", Double(lengths.count), meaning: "how many L there are")
    for (i, length) in lengths.enumerated() {
      numbers.append("length_\(i + 1)", Double(length), meaning: "L of colour \(i + 1)")
    }
    return [table(of: points), numbers.table]
  }

  private static let least = 0.1
  private static let threshold = 0.2

  private static func table(of points: [PatternPoint]) -> Table {
    Table(
      "attention-pattern",
      "Pattern of the odd head, squares summed over its two equivalent modes; one row a point of the grid with a mean alignment of at least \(least)",
      of: points,
      columns: [
        TypedColumn("length", "L") { $0.point.parameters.length },
        TypedColumn("dimension", "d") { $0.point.parameters.dimension },
        TypedColumn("samples", "P") { $0.point.parameters.samples },
        TypedColumn("alignment", "mean over data sets") { $0.point.alignment.mean },
      ]
        + PatternEntry.columns(
          "interaction", "root of the mean of A_12^2 + A_13^2, less its prior mean 2/d^2",
          "epsilon = sqrt(alignment) (L/d)^(1/4)"
        ).map { $0.of(\.interaction) }
        + PatternEntry.columns(
          "readout", "root of the mean of w_2^2 + w_3^2, less its prior mean 2/d",
          "omega = sqrt(alignment) (L d)^(1/4)"
        ).map { $0.of(\.readout) } + [.isCertified { $0.point.isCertified }])
  }

  private static func appendRatios(
    _ name: String, _ entries: [PatternEntry], to numbers: inout QuotedNumbers
  ) {
    let ratios = entries.map(\.ratio)
    numbers.append(
      "\(name)_ratio", exp(meanAndError(ratios.map { log(max($0, 1e-3)) }).mean),
      meaning: "geometric mean of the sampled over the predicted entry")
    numbers.append("\(name)_ratio_least", ratios.min()!, meaning: "the least of these ratios")
    numbers.append("\(name)_ratio_largest", ratios.max()!, meaning: "the largest of them")
  }

  /// How an entry grows with L and d where the alignment is the same.
  private static func appendExponents(
    _ name: String, of curves: [LearningCurve], predicted: (length: Double, dimension: Double),
    to numbers: inout QuotedNumbers, _ squares: (PatternSizes, Replicates) -> [Double]
  ) {
    let known = curves.filter { $0.samples(at: threshold) != nil }
    let values = known.map { curve in
      let sizes = PatternSizes(curve.parameters)
      return curve.points.map { squares(sizes, $0) }
    }
    func fit(_ datasets: [[Int]]? = nil) -> JointFit? {
      var logs: [Double] = []
      for (i, (curve, rows)) in zip(known, values).enumerated() {
        guard
          let square = curve.interpolated(rows, at: threshold, datasets: datasets?[i]), square > 0
        else { return nil }
        logs.append(0.5 * log(square))
      }
      return JointFit(known, logs)
    }
    for (size, predicted, exponent) in [
      ("length", predicted.length, \.length), ("dimension", predicted.dimension, \.dimension),
    ] as [(String, Double, KeyPath<JointFit, Double>)] {
      numbers.append(
        "\(name)_\(size)_exponent", fit()?[keyPath: exponent] ?? .nan,
        interval: Bootstrap.interval(of: known) { fit($0)?[keyPath: exponent] },
        meaning:
          "slope of ln of the entry in ln of the \(size) at alignment \(threshold), predicted \(predicted)"
      )
    }
  }
}

/// A point of the grid with the entries of its pattern.
private struct PatternPoint {
  let point: Replicates
  let interaction, readout: PatternEntry

  init(_ point: Replicates) {
    let sizes = PatternSizes(point.parameters)
    let (epsilon, omega) = sizes.predicted(point.alignment.mean)
    self.point = point
    interaction = PatternEntry(squares: sizes.interactions(point), predicted: epsilon)
    readout = PatternEntry(squares: sizes.readouts(point), predicted: omega)
  }
}

/// An entry of the pattern: the root of a mean square over data sets.
private struct PatternEntry {
  let value, low, high, predicted: Double
  var ratio: Double { value / predicted }

  init(squares: [Double], predicted: Double) {
    let (mean, error) = meanAndError(squares)
    func root(_ x: Double) -> Double { max(x, 0).squareRoot() }
    (value, low, high) = (root(mean), root(mean - error), root(mean + error))
    self.predicted = predicted
  }

  static func columns(
    _ name: String, _ meaning: String, _ prediction: String
  ) -> [TypedColumn<PatternEntry>] {
    [
      TypedColumn(name, meaning) { $0.value },
      TypedColumn("\(name)_low", "the same one standard error over data sets lower") { $0.low },
      TypedColumn("\(name)_high", "and higher") { $0.high },
      TypedColumn("predicted_\(name)", prediction) { $0.predicted },
    ]
  }
}

/// Squared entries of the pattern beyond what the prior has there, of each data set, and as
/// predicted.
private struct PatternSizes {
  let length, dimension, interactionVariance, readoutVariance: Double

  init(_ cell: Parameters) {
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
