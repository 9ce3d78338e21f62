import Figures
import Foundation
import Sampling
import Studies

/// The exponent of P* over three neighbouring sizes, sampled and by a theory of these sizes.
///
/// An exponent that drifts with size is told apart from a wrong one by its windows. Where a theory
/// says how far the exponent of a window is from the limit of large sizes, that much is taken off:
/// what is left is what these sizes say of the limit.
package struct ExponentWindow {
  /// How many neighbouring sizes there are.
  package static let width = 3

  /// What varies: "d" or "L".
  package let variable: String
  /// The smallest and the largest of the sizes.
  package let sizes: ClosedRange<Int>
  /// The alignment that defines P*.
  package let threshold: Double
  package let sampled: SampledNumber
  /// The theory's at the same sizes; `nil` where it does not answer.
  package let predicted: Double?
  /// The sampled exponent plus what the theory's lacks to its limit.
  package let extrapolated: SampledNumber
}

/// Curves with a theory's P* for each, and the limit of its exponent.
package struct PredictedExponent {
  let curves: [LearningCurve]
  /// What varies from window to window: "d" or "L".
  let variable: String
  let size: (LearningCurve) -> Int
  /// The exponent as sizes grow.
  let limit: Double
  /// P* of the curve of this index, over all data sets or some; `nil` where the theory does not
  /// answer.
  let samples: (_ curve: Int, _ datasets: [Int]?) -> Double?
  /// The exponent of positive values of some curves, given their logarithms. It is linear in these.
  let slope: ([LearningCurve], [Double]) -> Double?

  package init(
    curves: [LearningCurve], variable: String, size: @escaping (LearningCurve) -> Int,
    limit: Double, samples: @escaping (_ curve: Int, _ datasets: [Int]?) -> Double?,
    slope: @escaping ([LearningCurve], [Double]) -> Double?
  ) {
    self.curves = curves
    self.variable = variable
    self.size = size
    self.limit = limit
    self.samples = samples
    self.slope = slope
  }

  /// The windows over all curves that cross a threshold, from small sizes to large ones.
  package func windows(at threshold: Double) -> [ExponentWindow] {
    let known = curves.indices.filter { curves[$0].samples(at: threshold) != nil }
    let sizes = Set(known.map { size(curves[$0]) }).sorted()
    guard sizes.count >= ExponentWindow.width else { return [] }
    return (0...sizes.count - ExponentWindow.width).map { first in
      let ends = sizes[first]...sizes[first + ExponentWindow.width - 1]
      return window(
        of: known.filter { ends.contains(size(curves[$0])) }, ends, at: threshold)
    }
  }

  private func window(
    of chosen: [Int], _ sizes: ClosedRange<Int>, at threshold: Double
  ) -> ExponentWindow {
    let members = chosen.map { curves[$0] }
    func exponent(_ datasets: [[Int]]?, _ value: (Int, [Int]?) -> Double?) -> Double? {
      let values = chosen.indices.map { value(chosen[$0], datasets?[$0]) }
      guard values.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
      return slope(members, values.map { log($0!) })
    }
    func estimate(_ value: (Int, [Int]?) -> Double?) -> SampledNumber {
      SampledNumber(
        value: exponent(nil, value),
        interval: Bootstrap.interval(of: members) { exponent($0, value) })
    }
    // Exponents are linear in logarithms: that of a ratio is the difference of exponents.
    let excess = estimate { curve, datasets in
      guard let found = curves[curve].samples(at: threshold, datasets: datasets),
        let expected = samples(curve, datasets)
      else { return nil }
      return found / expected
    }
    return ExponentWindow(
      variable: variable, sizes: sizes, threshold: threshold,
      sampled: estimate { curves[$0].samples(at: threshold, datasets: $1) },
      predicted: exponent(nil, samples),
      extrapolated: SampledNumber(
        value: excess.value.map { limit + $0 },
        interval: (limit + excess.interval.low, limit + excess.interval.high)))
  }
}

extension [ExponentWindow] {
  /// The table `<figure>-windows`, one row a window.
  func table(of figure: String) -> Table {
    Table(
      "\(figure)-windows",
      "Exponent of P* over \(ExponentWindow.width) neighbouring sizes; one row a window",
      of: self,
      columns: [
        TypedColumn("series", "the size that varies") { $0.variable },
        TypedColumn("alignment", "the alignment that defines P*") { $0.threshold },
        TypedColumn("from", "the smallest of the sizes") { $0.sizes.lowerBound },
        TypedColumn("to", "the largest of them") { $0.sizes.upperBound },
        TypedColumn("exponent", "sampled") { $0.sampled.value },
      ] + TypedColumn.bootstrap { $0.sampled.interval } + [
        TypedColumn("predicted", "of the theory at the same sizes, or NaN") { $0.predicted },
        TypedColumn("extrapolated", "sampled, plus what the predicted one lacks to its limit") {
          $0.extrapolated.value
        },
      ]
        + TypedColumn.bootstrap("extrapolated_low", "extrapolated_high") {
          $0.extrapolated.interval
        }
    )
  }

  /// Adds what each window says of the limit as `<prefix>window_<i><suffix>`, and its sizes.
  func append(prefix: String = "", suffix: String = "", to numbers: inout QuotedNumbers) {
    numbers.append(
      "\(prefix)windows\(suffix)", Double(count),
      meaning: "windows of \(ExponentWindow.width) sizes")
    for (i, window) in enumerated() {
      let name = "\(prefix)window_\(i + 1)"
      let (from, to) = (window.sizes.lowerBound, window.sizes.upperBound)
      let place = "over \(window.variable) = \(from) to \(to) at alignment \(window.threshold)"
      numbers.append(
        "\(name)_exponent\(suffix)", window.sampled,
        meaning: "sampled exponent of P* \(place)")
      numbers.append(
        "\(name)_predicted\(suffix)", window.predicted ?? .nan, meaning: "the theory's")
      numbers.append(
        "\(name)_extrapolated\(suffix)", window.extrapolated,
        meaning: "sampled, plus what the predicted one lacks to its limit")
    }
  }
}

extension LearningCurve {
  /// The exponent in d of values of some curves, given their logarithms.
  package static func exponentOfDimension(_ curves: [LearningCurve], _ logs: [Double]) -> Double? {
    curves.count > 1
      ? leastSquares(curves.map { log(Double($0.parameters.dimension)) }, logs).slope : nil
  }
}
