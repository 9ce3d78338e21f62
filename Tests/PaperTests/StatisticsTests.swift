import Foundation
import Paper
import TestSupport
import Testing

/// The statistics that figures share, on numbers whose statistics are known.
@Suite struct StatisticsTests {
  @Test func meansAndErrors() {
    // The deviations −4/3, −1/3, 5/3 have the variance 7/3.
    let (mean, error) = meanAndError([1, 2, 4])
    expect(mean, near: 7.0 / 3, within: 1e-15, "mean")
    expect(error, near: 7.0.squareRoot() / 3, within: 1e-15, "standard error")
    #expect(meanAndError([1]).mean == 1 && meanAndError([1]).error.isNaN)
  }

  /// Residuals of the least-squares line are orthogonal to a constant and to x.
  @Test func linesThroughPoints() {
    let x = [0.0, 1, 3, 7]
    let exact = leastSquares(x, x.map { 3 - 2 * $0 })
    expect(exact.slope, near: -2, within: 1e-14, "slope")
    expect(exact.intercept, near: 3, within: 1e-14, "intercept")
    let y = [1.0, -1, 4, 2]
    let (slope, intercept) = leastSquares(x, y)
    let residuals = zip(x, y).map { $1 - intercept - slope * $0 }
    let sums = (residuals.reduce(0, +), zip(x, residuals).reduce(0) { $0 + $1.0 * $1.1 })
    #expect(abs(sums.0) < 1e-13 && abs(sums.1) < 1e-13, "residuals \(residuals)")
  }
}
