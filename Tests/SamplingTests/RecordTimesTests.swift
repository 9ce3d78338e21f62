import Foundation
import Sampling
import TestSupport
import Testing

@Suite struct RecordTimesTests {
  @Test func timesAreEvenlySpacedOnALogarithmicScale() {
    let times = RecordTimes(first: 0.01, last: 100, perDecade: 14)
    #expect(times.count == 57 && times.times.count == 57)
    for (j, time) in times.times.enumerated() {
      expect(time, near: 0.01 * pow(10, Double(j) / 14), within: 1e-14, "t of \(j)")
    }
  }

  /// The grid ends at the last of its times that is not beyond the end.
  @Test(arguments: [(1.0, 1.0, 5, 1), (0.1, 0.99, 1, 1), (0.1, 1, 1, 2), (0.03, 30, 4, 13)])
  func counts(first: Double, last: Double, perDecade: Int, count: Int) {
    let times = RecordTimes(first: first, last: last, perDecade: perDecade)
    #expect(times.count == count, "\(times)")
    #expect(times.times.last! <= last * (1 + 1e-12))
  }

  @Test func movesAreTheNearestAndEachBlockHasOne() {
    let times = RecordTimes(first: 0.01, last: 1, perDecade: 2)
    #expect(times.moves(step: 0.004) == [3, 8, 25, 79, 250])
    #expect(times.moves(step: 0.01) == [1, 3, 10, 32, 100])
    // The first block, or another, has no move.
    #expect(times.moves(step: 0.03) == nil)
    #expect(RecordTimes(first: 0.01, last: 1, perDecade: 9).moves(step: 0.01) == nil)
  }
}
