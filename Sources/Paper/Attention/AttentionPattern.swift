import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// The entries of A and w by which two opposed heads have learned, against ε = √α (L/d)^{1/4} and
  /// ω = √α (L d)^{1/4} at the sampled alignment α, and against the theory of these sizes: nothing
  /// is fitted.
  static let attentionPattern = Figure(
    name: "attention-pattern", studies: studiesOfOpposedHeads,
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"]
  ) { archives in
    let curves = try LearningCurve.ofAttention(archives)
    let target = curves[0].parameters.word("target")
    guard target == "plain" else {
      throw UserError(
        "\(files(archives)): got target \(target); expected plain, for figure attention-pattern")
    }
    let theory = AttentionPosterior.all(of: curves)
    let points = zip(curves, theory).flatMap { curve, theory in
      let points = curve.points.filter { $0.alignment.mean >= least }
      let found = parallelMap(points.map(PatternSizes.Sampled.init), together: 1) {
        FinitePattern($0, theory)
      }
      return zip(points, found).map(PatternPoint.init)
    }
    guard !points.isEmpty else {
      throw UserError(
        "\(files(archives)): no mean alignment is \(least) or more: widen data.samples",
        exitCode: 1)
    }

    var numbers = QuotedNumbers(figure: "attention-pattern")
    appendRatios("interaction", points.map(\.interaction), of: curves, to: &numbers) {
      $0.interaction($1)
    }
    appendRatios("readout", points.map(\.readout), of: curves, to: &numbers) {
      $0.readout($1)
    }
    appendExponents("interaction", of: curves, predicted: (0.25, -0.25), to: &numbers) {
      $0.interactions($1)
    }
    appendExponents("readout", of: curves, predicted: (0.25, 0.25), to: &numbers) {
      $0.readouts($1)
    }
    appendFinite(points, to: &numbers)
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
        ).map { $0.of(\.readout) } + [.isCertified { $0.point.isCertified }]
        + [
          TypedColumn(
            "finite_interaction", "epsilon by the free energy at this size and alignment, or NaN"
          ) { $0.finite.state?.epsilon },
          TypedColumn("finite_readout", "omega of it") { $0.finite.state?.omega },
          TypedColumn(
            "bulk", "variance of the other entries of A over that of the prior, mean over data sets"
          ) { $0.finite.sampled.variance },
          TypedColumn("finite_bulk", "the same by the free energy") { $0.finite.state?.variance },
          TypedColumn("softmax", "alignment over that to first order in A, both sampled") {
            $0.finite.sampled.softmax
          },
          TypedColumn(
            "predicted_softmax",
            "the same of a pattern and a bulk as large as the sampled ones, or NaN"
          ) { $0.finite.softmax },
        ])
  }

  /// How far entries are from those of the theory of these sizes, and what the softmax takes.
  private static func appendFinite(
    _ points: [PatternPoint], to numbers: inout QuotedNumbers
  ) {
    func append(_ name: String, _ meaning: String, _ ratio: (PatternPoint) -> Double?) {
      let ratios = points.map(ratio)
      let logs = ratios.contains(nil) ? [] : ratios.map { log($0!) }
      numbers.append(
        "\(name)_ratio", logs.isEmpty ? .nan : exp(meanAndError(logs).mean),
        meaning: "geometric mean of \(meaning)")
      numbers.append(
        "\(name)_deviation",
        logs.isEmpty ? .nan : exp(meanAndError(logs.map { $0 * $0 }).mean.squareRoot()),
        meaning: "factor of its root mean square distance from 1")
    }
    append("finite_interaction", "sampled epsilon over that of the free energy") { point in
      point.finite.state.map { point.interaction.value / $0.epsilon }
    }
    append("finite_readout", "sampled omega over that of the free energy") { point in
      point.finite.state.map { point.readout.value / $0.omega }
    }
    append("finite_bulk", "the bulk's sampled variance over that of the free energy") { point in
      point.finite.state.map { point.finite.sampled.variance / $0.variance }
    }
    append("softmax", "what the softmax leaves of the alignment, sampled over predicted") { point in
      point.finite.softmax.map { point.finite.sampled.softmax / $0 }
    }
  }

  private static func appendRatios(
    _ name: String, _ entries: [PatternEntry], of curves: [LearningCurve],
    to numbers: inout QuotedNumbers, _ entry: (PatternSizes, Replicates) -> ([Int]) -> PatternEntry
  ) {
    func geometricMean(_ entries: [PatternEntry]) -> Double {
      exp(meanAndError(entries.map { log(max($0.ratio, 1e-3)) }).mean)
    }
    let rows = curves.map { curve in
      curve.points.filter { $0.alignment.mean >= least }
        .map { entry(PatternSizes($0.parameters), $0) }
    }
    let ratios = entries.map(\.ratio)
    numbers.append(
      "\(name)_ratio", geometricMean(entries),
      interval: Bootstrap.interval(of: curves) { sets in
        geometricMean(zip(rows, sets).flatMap { row, sets in row.map { $0(sets) } })
      },
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
