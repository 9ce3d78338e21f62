import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// P* ∝ L^a d^b at three alignments, against the predicted a = 1/2, b = 3/2.
  static let attentionExponents = Figure(
    name: "attention-exponents", studies: ["attention-collapse", "attention-long"],
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples"], tables: ["-samples"]
  ) { archives in
    let curves = try LearningCurve.ofAttention(archives)
    let shortest = curves.map(\.length).min()!
    var numbers = QuotedNumbers(figure: "attention-exponents")
    var crossings: [Crossing] = []
    var fits: [ExponentFit] = []
    for threshold in attentionThresholds {
      let known = curves.filter { $0.samples(at: threshold) != nil }
      crossings += known.map { Crossing(threshold: threshold, curve: $0) }
      numbers.append(
        "crossing_\(thresholdName(threshold))", scaledCrossing(of: known, at: threshold),
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
    }
    numbers.append("shortest", Double(shortest), meaning: "the smallest L of the study")
    return [ExponentFit.table(of: fits), table(of: crossings), numbers.table]
  }

  /// A curve where it crosses a threshold.
  private struct Crossing {
    let threshold: Double
    let curve: LearningCurve
    let samples: Crossed

    init(threshold: Double, curve: LearningCurve) {
      self.threshold = threshold
      self.curve = curve
      samples = curve.crossed(threshold)
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
        }
      ])
  }
}

/// A joint fit P* = c L^a d^b at one alignment, over a choice of sizes.
private struct ExponentFit {
  /// Which sizes are fitted.
  enum Choice: Int, CaseIterable {
    case all
    /// L ≥ d.
    case longer
    /// L beyond the smallest.
    case long

    func sizes(of curves: [LearningCurve], shortest: Int) -> [LearningCurve] {
      curves.filter { curve in
        switch self {
        case .all: true
        case .longer: curve.length >= curve.dimension
        case .long: curve.length > shortest
        }
      }
    }
  }

  let threshold: Double
  let choice: Choice
  let curves: Int
  let fit: JointFit
  /// The same fit of √(L d³)/(1 − 1/L).
  let finite: JointFit
  let length, dimension: (low: Double, high: Double)

  /// - Returns: `nil` where the sizes leave an exponent open.
  init?(_ known: [LearningCurve], _ choice: Choice, threshold: Double, shortest: Int) {
    let fitted = choice.sizes(of: known, shortest: shortest)
    func exponents(_ datasets: [[Int]]? = nil) -> JointFit? {
      let logs = fitted.enumerated().map {
        $1.samples(at: threshold, datasets: datasets?[$0]).map { log($0) }
      }
      guard logs.allSatisfy({ $0 != nil }) else { return nil }
      return JointFit(fitted, logs.map { $0! })
    }
    guard let fit = exponents() else { return nil }
    self.threshold = threshold
    self.choice = choice
    self.fit = fit
    curves = fitted.count
    finite = JointFit(fitted, fitted.map { log($0.scale / (1 - 1 / Double($0.length))) })!
    length = Bootstrap.interval(of: fitted) { exponents($0)?.length }
    dimension = Bootstrap.interval(of: fitted) { exponents($0)?.dimension }
  }

  func append(to numbers: inout QuotedNumbers) {
    let suffix = "\(choice)_\(thresholdName(threshold))"
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

  static func table(of fits: [ExponentFit]) -> Table {
    Table(
      "attention-exponents",
      "Joint fits P* = c L^a d^b; one row an alignment and a choice of sizes", of: fits,
      columns: [
        TypedColumn("alignment", "the alignment that defines P*") { $0.threshold },
        TypedColumn(
          "choice", "sizes fitted: 0 all, 1 those with L >= d, 2 those with L beyond the smallest"
        ) { $0.choice.rawValue },
        TypedColumn("curves", "sizes fitted") { $0.curves },
        TypedColumn("length_exponent", "a") { $0.fit.length },
      ] + TypedColumn.bootstrap("length_low", "length_high") { $0.length } + [
        TypedColumn("dimension_exponent", "b") { $0.fit.dimension }
      ]
        + TypedColumn.bootstrap(
          "dimension_low", "dimension_high", meaning: "low end of its 95 % interval"
        ) { $0.dimension } + [
          TypedColumn(
            "finite_length_exponent",
            "a of sqrt(L d^3)/(1 - 1/L), the predicted cost before the limit of large L, on the same sizes"
          ) { $0.finite.length },
          TypedColumn("finite_dimension_exponent", "b of it") { $0.finite.dimension },
        ])
  }
}
