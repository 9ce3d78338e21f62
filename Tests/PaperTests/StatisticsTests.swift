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

/// The bootstrap on statistics whose distribution over resamples is known.
@Suite struct BootstrapTests {
  /// Of 256 data sets, the first two that are drawn make a number of two digits of base 256, which
  /// is uniform on [0, 1). So the interval's ends are 0.025 and 0.975, up to the scatter of the
  /// quantile of 2000 draws, √(0.025 · 0.975/2000) = 0.0035, taken four times.
  @Test func quantilesOfAUniformNumber() {
    var drawn: [Double] = []
    let (low, high) = Bootstrap.interval(datasets: 256) { indices in
      #expect(indices.count == 256)
      drawn.append((Double(indices[0]) + Double(indices[1]) / 256) / 256)
      return drawn.last
    }
    let scatter = 4 * (0.025 * 0.975 / Double(drawn.count)).squareRoot()
    #expect(scatter < 0.0141, "only \(drawn.count) resamples")
    #expect(abs(low - 0.025) < scatter && abs(high - 0.975) < scatter, "\(low) … \(high)")
    // Exactly so many of the numbers drawn are outside.
    let outside = drawn.count { $0 < low } + drawn.count { $0 > high }
    #expect(abs(Double(outside) - 0.05 * Double(drawn.count)) <= 2, "\(outside) are outside")
  }

  /// The mean of n numbers, of which half are 0 and half are 1, is binomial over resamples. With n
  /// = 400 it has the standard deviation 1/40, so the ends are 1/2 ± 1.96/40, to a step of 1/400
  /// and the scatter of the quantiles, four times 0.0035 over the density 0.0584 there: 0.24 of a
  /// standard deviation.
  @Test func intervalOfAMean() {
    let (low, high) = Bootstrap.interval(datasets: 400) { indices in
      Double(indices.count { $0 % 2 == 0 }) / 400
    }
    let (half, tolerance) = (1.959964 / 40, 1.0 / 400 + 0.24 / 40)
    #expect(abs(0.5 - low - half) < tolerance, "lower end \(low), expected \(0.5 - half)")
    #expect(abs(high - 0.5 - half) < tolerance, "upper end \(high), expected \(0.5 + half)")
  }

  /// Every data set is drawn as often as another: χ² of 4 degrees of freedom, beyond 23.5 with a
  /// probability of 1e-4.
  @Test func dataSetsAreDrawnAlike() {
    var counts = [Double](repeating: 0, count: 5)
    _ = Bootstrap.interval(datasets: 5) { indices in
      for i in indices { counts[i] += 1 }
      return 0
    }
    let expected = counts.reduce(0, +) / 5
    let square = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(square < 23.5, "χ² \(square) of \(counts)")
  }

  /// Up to one resample in forty may leave the statistic undefined.
  @Test func undefinedResamples() {
    func interval(undefined: Int, as value: Double?) -> (low: Double, high: Double) {
      var calls = 0
      return Bootstrap.interval(datasets: 2) { _ in
        calls += 1
        return calls <= undefined ? value : 1
      }
    }
    for value in [nil, Double.nan, .infinity] {
      #expect(interval(undefined: Bootstrap.count / 40, as: value) == (1, 1))
      let none = interval(undefined: Bootstrap.count / 40 + 1, as: value)
      #expect(none.low.isNaN && none.high.isNaN)
    }
    let alone = Bootstrap.interval(datasets: 1) { _ in 1 }
    #expect(alone.low.isNaN && alone.high.isNaN)
  }
}
