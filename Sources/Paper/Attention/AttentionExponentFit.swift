import Figures
import Foundation
import Sampling
import Studies

/// A joint fit P* = c L^a d^b at one alignment, over a choice of sizes.
struct ExponentFit {
  /// Which sizes are fitted.
  enum Choice: Int, CaseIterable {
    case all
    /// L ≥ d.
    case longer
    /// L beyond the smallest.
    case long

    func sizes(of curves: [PredictedCurve], shortest: Int) -> [PredictedCurve] {
      curves.filter { predicted in
        let curve = predicted.curve
        return switch self {
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
  /// The same fit of the least cost, and of the theory's P*; `nil` where it does not answer.
  let cost, predicted: JointFit?
  /// Standard errors over draws of the exponents of the theory's P*.
  let predictedError: (length: Double, dimension: Double)
  let length, dimension: (low: Double, high: Double)

  func interval(of size: KeyPath<JointFit, Double>) -> (low: Double, high: Double) {
    size == \.length ? length : dimension
  }

  /// - Returns: `nil` where the sizes leave an exponent open.
  init?(_ known: [PredictedCurve], _ choice: Choice, threshold: Double, shortest: Int) {
    let chosen = choice.sizes(of: known, shortest: shortest)
    let fitted = chosen.map(\.curve)
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
    func joint(_ values: [Double?]) -> JointFit? {
      values.contains(nil) ? nil : JointFit(fitted, values.map { log($0!) })
    }
    cost = joint(chosen.map { $0.cost?.value })
    predicted = joint(chosen.map { $0.samples?.value })
    // Batches of draws are the same at all sizes, and so are their errors.
    let batches = chosen[0].samples.map { $0.batches.indices } ?? 0..<0
    let fits = batches.compactMap { batch in joint(chosen.map { $0.samples?.batches[batch] }) }
    predictedError = (
      meanAndError(fits.map(\.length)).error, meanAndError(fits.map(\.dimension)).error
    )
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
    for (name, letter, size, error) in [
      ("length", "a", \.length, predictedError.length),
      ("dimension", "b", \.dimension, predictedError.dimension),
    ] as [(String, String, KeyPath<JointFit, Double>, Double)] {
      let value = predicted?[keyPath: size] ?? .nan
      let sampled = interval(of: size)
      numbers.append(
        "predicted_\(name)_exponent_\(suffix)", value,
        interval: (value - 1.96 * error, value + 1.96 * error),
        meaning: "\(letter) of P* by the free energy at the same sizes; interval of its draws")
      numbers.append(
        "\(name)_excess_\(suffix)", fit[keyPath: size] - value,
        interval: (sampled.low - value, sampled.high - value),
        meaning: "sampled less predicted \(letter)")
      numbers.append(
        "cost_\(name)_exponent_\(suffix)", cost?[keyPath: size] ?? .nan,
        meaning: "\(letter) of the least prior cost at the same sizes")
    }
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
          TypedColumn(
            "predicted_length_exponent", "a of P* by the free energy, on the same sizes, or NaN"
          ) { $0.predicted?.length },
          TypedColumn("predicted_length_error", "standard error of its draws") {
            $0.predictedError.length
          },
          TypedColumn("predicted_dimension_exponent", "b of it") { $0.predicted?.dimension },
          TypedColumn("predicted_dimension_error", "standard error of its draws") {
            $0.predictedError.dimension
          },
          TypedColumn(
            "cost_length_exponent", "a of the least prior cost, on the same sizes, or NaN"
          ) { $0.cost?.length },
          TypedColumn("cost_dimension_exponent", "b of it") { $0.cost?.dimension },
        ])
  }
}
