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
  /// A number of some data sets, which alone count for its interval: those left out tell nothing of
  /// its error.
  ///
  /// - Parameters:
  ///   - datasets: those that it rests on, each once.
  ///   - statistic: of data sets, with repeats in a bootstrap; `nil` where it is undefined.
  package init(over datasets: [Int], _ statistic: ([Int]) -> Double?) {
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
