import Paper
import Sampling
import TestSupport
import Testing

/// Numbers with intervals of the data sets that they rest on, where there are more.
@Suite struct SampledNumberTests {
  static let values = [3.0, 100, 4, 1, 5, 100, 9, 2]

  static func mean(_ datasets: [Int]) -> Double? {
    datasets.reduce(0) { $0 + values[$1] } / Double(datasets.count)
  }

  /// Six of eight: their mean, and the interval of six values in the same order.
  @Test func thoseLeftOutDoNotCount() {
    let own = [0, 2, 3, 4, 6, 7]
    let found = SampledNumber(over: own, Self.mean)
    #expect(found.value == 4)
    let six = own.map { Self.values[$0] }
    let expected = Bootstrap.interval(datasets: 6) { sets in
      sets.reduce(0) { $0 + six[$1] } / Double(sets.count)
    }
    #expect(found.interval.low == expected.low && found.interval.high == expected.high)
    #expect(expected.low < 4 && 4 < expected.high && expected.high < 20)
  }

  /// Five have a value and no interval, whatever the number of all; none have neither.
  @Test func tooFew() {
    let five = SampledNumber(over: [0, 2, 3, 4, 6], Self.mean)
    #expect(five.value == 22.0 / 5 && five.interval.low.isNaN && five.interval.high.isNaN)
    let none = SampledNumber(over: [], Self.mean)
    #expect(none.value == nil && none.interval.low.isNaN)
  }
}
