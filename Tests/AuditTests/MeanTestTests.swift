import Audit
import Foundation
import TestSupport
import Testing

/// Welch's test of two means, against Student's t by integration of its density.
@Suite struct MeanTestTests {
  /// Two means with equal errors from n samples have 2 (n − 1) degrees of freedom; one of them
  /// alone has n − 1; the last is worked out by hand: 0.13²/(0.04²/25 + 0.09²/50).
  @Test(arguments: [
    (0.04, 26.0, 0.04, 26.0, 50.0), (0.04, 26, 0, .infinity, 25), (0, .infinity, 0.04, 26, 25),
    (0.04, 26, 0.09, 51, 74.7788), (0, .infinity, 0, .infinity, .infinity),
  ])
  func degreesOfFreedom(a: Double, m: Double, b: Double, n: Double, expected: Double) {
    let pair = MeanPair(
      "x", .init(mean: 0, squaredError: a, degreesOfFreedom: m - 1, samples: m),
      .init(mean: 0, squaredError: b, degreesOfFreedom: n - 1, samples: n))
    #expect(
      pair.degreesOfFreedom == expected || abs(pair.degreesOfFreedom / expected - 1) < 1e-6,
      "ν of \(a) from \(m) and \(b) from \(n): got \(pair.degreesOfFreedom), not \(expected)")
    #expect(abs(pair.standardError - (a + b).squareRoot()) < 1e-15, "\(pair.standardError)")
  }

  /// A difference is allowed so far that all means together are outside, to either side, with the
  /// level's probability, plus the relative tolerance of the old mean.
  @Test(arguments: [1, 10, 1000], [0.0, -2000])
  func levelOfAllMeans(count: Int, mean: Double) throws {
    let tolerances = try Tolerances(reading: archiveTolerances).means
    let test = MeanTest(ofMeans: count, tolerances)
    let pair = MeanPair(
      "x", .init(mean: mean, squaredError: 0.04, degreesOfFreedom: 26 - 1, samples: 26),
      .init(mean: mean + 1, squaredError: 0.09, degreesOfFreedom: 51 - 1, samples: 51))
    let deviation = test.deviation(pair, in: "here")
    let t = (deviation.allowed - 1e-6 * abs(mean)) / 0.13.squareRoot()
    let level = 2 * Double(count) * studentTail(t, 74.7788)
    // The level of the archive's tolerances, to Wallace's 1e-3 times t².
    #expect(abs(level / 0.01 - 1) < 0.01, "level of \(count) means: got \(level), expected 0.01")
    #expect(deviation.deviation == 1 && deviation.place == "here: mean x")
  }
}
