import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// P* ∝ L^a d^b at three alignments, against the limit a = 1/2, b = 3/2, and against the theory
  /// of these sizes.
  static let attentionExponents = Figure(
    name: "attention-exponents", studies: studiesOfOpposedHeads,
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"], tables: ["-samples", "-windows"]
  ) { archives in
    let curves = try LearningCurve.ofAttention(archives)
    let shortest = curves.map(\.length).min()!
    let theory = AttentionPosterior.all(of: curves)
    var numbers = QuotedNumbers(figure: "attention-exponents")
    var crossings: [Crossing] = []
    var fits: [ExponentFit] = []
    var windows: [ExponentWindow] = []
    for threshold in attentionThresholds {
      let known = PredictedCurve.all(of: curves, theory: theory, at: threshold)
      crossings += known.map { Crossing(threshold: threshold, predicted: $0) }
      numbers.append(
        "crossing_\(thresholdName(threshold))",
        scaledCrossing(of: known.map(\.curve), at: threshold),
        meaning: "geometric mean of P*/sqrt(L d^3) at alignment \(threshold)")
      for choice in ExponentFit.Choice.allCases {
        guard
          let fit = ExponentFit(known, choice, threshold: threshold, shortest: shortest)
        else {
          throw UserError(
            "\(files(archives)): \(choice.sizes(of: known, shortest: shortest).count) of L and d cross "
              + "alignment \(threshold) inside the grid; expected two lengths and two dimensions: "
              + "widen data.samples", exitCode: 1)
        }
        fits.append(fit)
        fit.append(to: &numbers)
      }
      appendRatios(of: known, at: threshold, to: &numbers)
      windows += appendWindows(of: known, at: threshold, to: &numbers)
    }
    numbers.append("shortest", Double(shortest), meaning: "the smallest L of the study")
    appendHeld(fits, to: &numbers)
    appendCosts(crossings.map(\.predicted), to: &numbers)
    return [
      ExponentFit.table(of: fits), table(of: crossings), windows.table(of: "attention-exponents"),
      numbers.table,
    ]
  }

  /// A curve where it crosses a threshold.
  private struct Crossing {
    let threshold: Double
    let predicted: PredictedCurve
    let samples: Crossed
    var curve: LearningCurve { predicted.curve }

    init(threshold: Double, predicted: PredictedCurve) {
      self.threshold = threshold
      self.predicted = predicted
      samples = predicted.curve.crossed(threshold)
    }
  }

  private static func table(of crossings: [Crossing]) -> Table {
    Table(
      "attention-exponents-samples",
      "Samples P* at three alignments; one row a length and dimension", of: crossings,
      columns: [
        TypedColumn("alignment", "the alignment that defines P*") { $0.threshold },
        TypedColumn("length", "L") { $0.curve.length },
        TypedColumn("dimension", "d") { $0.curve.dimension },
        TypedColumn("scale", "sqrt(L d^3)") { $0.curve.scale },
      ] + TypedColumn.samples(\.samples) + [
        .isCertified("every cell of the two points around P*") {
          $0.curve.isCertified(at: $0.threshold)
        },
        TypedColumn("predicted", "P* by the free energy at this size, nothing fitted, or NaN") {
          $0.predicted.samples?.value
        },
        TypedColumn("predicted_error", "standard error of its draws") {
          $0.predicted.samples?.drawError
        },
        TypedColumn("cost", "least prior cost E with the full softmax, or NaN") {
          $0.predicted.cost?.value
        },
      ])
  }
}

extension Figure {
  /// How far sampled P* are from those of the theory, and from one another in units of them.
  private static func appendRatios(
    of known: [PredictedCurve], at threshold: Double, to numbers: inout QuotedNumbers
  ) {
    let name = thresholdName(threshold)
    func logs(_ datasets: [[Int]]? = nil) -> [Double]? {
      let logs = known.enumerated().map { i, curve in
        curve.logRatio(at: threshold, datasets: datasets?[i])
      }
      return logs.allSatisfy { $0 != nil } ? logs.map { $0! } : nil
    }
    func interval(_ statistic: ([Double]) -> Double) -> (low: Double, high: Double) {
      Bootstrap.interval(of: known.map(\.curve)) { logs($0).map { exp(statistic($0)) } }
    }
    func mean(_ x: [Double]) -> Double { meanAndError(x).mean }
    numbers.append(
      "samples_ratio_\(name)", logs().map { exp(mean($0)) } ?? .nan, interval: interval(mean),
      meaning: "geometric mean of sampled over predicted P* at alignment \(threshold)")
    numbers.append(
      "samples_spread_\(name)", logs().map { exp(standardDeviation($0)) } ?? .nan,
      interval: interval(standardDeviation),
      meaning: "factor of one standard deviation of that ratio over L and d")
    let scaled = known.compactMap { curve in
      curve.samples.map { log($0.value / curve.curve.scale) }
    }
    numbers.append(
      "predicted_spread_\(name)",
      scaled.count == known.count ? exp(standardDeviation(scaled)) : .nan,
      meaning: "the same factor of predicted P*/sqrt(L d^3)")
  }

  /// Joint exponents over neighbouring L of all d, and over neighbouring d of all L.
  private static func appendWindows(
    of known: [PredictedCurve], at threshold: Double, to numbers: inout QuotedNumbers
  ) -> [ExponentWindow] {
    let variables: [(String, KeyPath<JointFit, Double>, (LearningCurve) -> Int, Double, String)] = [
      ("L", \.length, \.length, 0.5, "length"), ("d", \.dimension, \.dimension, 1.5, "dimension"),
    ]
    return variables.flatMap { variable, exponent, size, limit, name in
      let windows = PredictedExponent(
        curves: known.map(\.curve), variable: variable, size: size, limit: limit,
        samples: { curve, _ in known[curve].samples?.value },
        slope: { JointFit($0, $1)?[keyPath: exponent] }
      ).windows(at: threshold)
      windows.append(
        prefix: "\(name)_", suffix: "_\(thresholdName(threshold))", to: &numbers)
      return windows
    }
  }

  /// How many of the intervals of exponents hold what the theory of the same sizes has.
  private static func appendHeld(_ fits: [ExponentFit], to numbers: inout QuotedNumbers) {
    for (name, size) in [("length", \JointFit.length), ("dimension", \JointFit.dimension)] {
      let known = fits.compactMap { fit in
        fit.predicted.map { (interval: fit.interval(of: size), value: $0[keyPath: size]) }
      }.filter { $0.interval.low.isFinite && $0.interval.high.isFinite }
      numbers.append(
        "\(name)_intervals", Double(known.count),
        meaning: "fits whose exponent of the \(name) has an interval")
      numbers.append(
        "\(name)_held",
        Double(known.count { ($0.interval.low...$0.interval.high).contains($0.value) }),
        meaning: "how many of these hold the predicted exponent")
    }
  }

  /// The least cost over its leading order: over all sizes, and at two lengths for large tokens.
  private static func appendCosts(_ curves: [PredictedCurve], to numbers: inout QuotedNumbers) {
    let ratios = curves.compactMap { $0.cost.map { $0.value / $0.leading } }
    numbers.append(
      "cost_ratio_least", ratios.min() ?? .nan,
      meaning: "least of E/(A sqrt(L d^3)) over L, d and the alignments A")
    numbers.append("cost_ratio_largest", ratios.max() ?? .nan, meaning: "the largest of them")
    numbers.append(
      "predicted_error",
      curves.compactMap { $0.samples.map { $0.drawError / $0.value } }.max() ?? .nan,
      meaning: "largest relative standard error of a predicted P*, of its draws")
    for length in [64, 128] {
      let cost = try? AttentionAlignment(length: length, dimension: 64).leastCost(alignment: 0.1)
      let (ratio, error) =
        cost.map { ($0.value / $0.leading, $0.drawError / $0.leading) } ?? (.nan, .nan)
      numbers.append(
        "cost_ratio_\(length)", ratio, interval: (ratio - 1.96 * error, ratio + 1.96 * error),
        meaning: "E/(A sqrt(L d^3)) at L = \(length), d = 64 and A = 0.1")
    }
  }
}
