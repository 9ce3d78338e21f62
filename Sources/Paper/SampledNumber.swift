import Figures
import Sampling

/// A number, and its interval of 95 % over data sets.
package struct SampledNumber {
  /// `nil` where it is undefined.
  package let value: Double?
  /// Ends that are NaN where there is no interval.
  package let interval: (low: Double, high: Double)
}

extension SampledNumber {
  /// An estimate from some data sets that all share.
  ///
  /// - Parameter statistic: of data sets, with repeats in a bootstrap.
  init(over datasets: [Int], _ statistic: ([Int]) -> Double?) {
    self.init(
      value: datasets.isEmpty ? nil : statistic(datasets),
      interval: Bootstrap.interval(datasets: datasets.count) { sets in
        statistic(sets.map { datasets[$0] })
      })
  }
}

extension QuotedNumbers {
  /// Adds an estimate, NaN where it is undefined.
  mutating func append(_ name: String, _ estimate: SampledNumber, meaning: String) {
    append(name, estimate.value ?? .nan, interval: estimate.interval, meaning: meaning)
  }
}
