import Archives
import Evaluation
import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// Where a value stands among draws.
@Suite struct DistributionTests {
  @Test func aKnownSet() throws {
    let distribution = try #require(Distribution((0...100).map { Double((37 * $0) % 101) }))
    #expect(distribution.mean == 50)
    expect(distribution.deviation, near: (101.0 * 102 / 12).squareRoot(), within: 1e-12, "sd")
    #expect(distribution.low == 5 && distribution.high == 95)
    #expect(distribution.percentile(of: -1) == 0 && distribution.percentile(of: 101) == 100)
    expect(distribution.percentile(of: 25), near: 100 * 25.5 / 101, within: 1e-12, "at a draw")
    expect(distribution.percentile(of: 25.5), near: 100 * 26 / 101, within: 1e-12, "between")
    #expect(distribution.holds(5) && distribution.holds(95) && !distribution.holds(95.01))
  }

  @Test func whatHasNone() {
    #expect(Distribution([]) == nil && Distribution([1]) == nil && Distribution([1, .nan]) == nil)
    #expect(Distribution([2, 2, 2])?.percentile(of: 2) == 50)
    #expect(Distribution([1, 2])?.low == 1.05)
  }
}
