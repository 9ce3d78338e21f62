import Foundation
import Sampling
import Studies

/// P* of several networks, and its exponent in a size.
struct SampleComplexities {
  let curves: [LearningCurve]
  /// The logarithm of what P* is a power of, for each curve.
  let logSizes: [Double]

  init(_ curves: [LearningCurve], against size: (Parameters) -> Double) {
    self.curves = curves
    logSizes = curves.map { log(size($0.parameters)) }
  }

  /// Of those networks that reach the threshold with all their data sets.
  init(_ curves: [LearningCurve], reaching threshold: Double, against size: (Parameters) -> Double)
  {
    self.init(curves.filter { $0.samples(at: threshold) != nil }, against: size)
  }

  /// The slope of ln P* where all curves cross the threshold, over all data sets or some of each
  /// curve's.
  func exponent(at threshold: Double, datasets: [[Int]]? = nil) -> Double? {
    let crossings = curves.enumerated().map {
      $1.samples(at: threshold, datasets: datasets?[$0])
    }
    guard curves.count > 1, crossings.allSatisfy({ $0 != nil }) else { return nil }
    return leastSquares(logSizes, crossings.map { log($0!) }).slope
  }

  /// The exponent's interval of 95 %, its ends NaN where the exponent is undefined.
  func exponentInterval(at threshold: Double) -> (low: Double, high: Double) {
    Bootstrap.interval(of: curves) { exponent(at: threshold, datasets: $0) }
  }

  /// The slope of the logarithm of a prediction for each curve.
  func slope(_ predictions: [Double]) -> Double {
    leastSquares(logSizes, predictions.map { log($0) }).slope
  }
}
