import Foundation
import Kernels
import Sampling
import TestSupport
import Testing

/// The bootstrap on statistics whose distribution over resamples, or over samples, is known.
@Suite struct BootstrapTests {
  /// Of 256 data sets, the first two that are drawn make a number of two digits of base 256, which
  /// is uniform on [0, 1). So the quantiles are 0.025 and 0.975, up to the scatter of the quantile
  /// of 2000 draws, √(0.025 · 0.975/2000) = 0.0035, taken four times.
  @Test func quantilesOfAUniformNumber() {
    var drawn: [Double] = []
    let (low, high) = Bootstrap(groups: [256]).quantiles { sets in
      #expect(sets[0].count == 256)
      drawn.append((Double(sets[0][0]) + Double(sets[0][1]) / 256) / 256)
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
      Double(indices.count { $0 % 2 == 0 }) / Double(indices.count)
    }
    let (half, tolerance) = (1.959964 / 40, 1.0 / 400 + 0.24 / 40)
    #expect(abs(0.5 - low - half) < tolerance, "lower end \(low), expected \(0.5 - half)")
    #expect(abs(high - 0.5 - half) < tolerance, "upper end \(high), expected \(0.5 + half)")
  }

  /// Two of sixteen data sets have a share of 1, and the others of 0. Stretched, the interval of
  /// the mean begins below zero; what a share can be cuts it there and nowhere else.
  @Test func aShareStaysAShare() {
    func interval(within possible: ClosedRange<Double>, ones: Int) -> (low: Double, high: Double) {
      Bootstrap.interval(datasets: 16, within: possible) { indices in
        Double(indices.count { $0 < ones }) / Double(indices.count)
      }
    }
    let free = interval(within: -.infinity ... .infinity, ones: 2)
    let share = interval(within: 0...1, ones: 2)
    #expect(free.low < 0, "\(free)")
    #expect(share.low == 0 && share.high == free.high, "\(share), \(free)")
    let others = interval(within: 0...1, ones: 14)
    #expect(others.high == 1 && others.low > 0.5, "\(others)")
  }

  /// Every data set is drawn as often as another: χ² of 4 degrees of freedom, beyond 23.5 with a
  /// probability of 1e-4.
  @Test func dataSetsAreDrawnAlike() {
    var counts = [Double](repeating: 0, count: 5)
    _ = Bootstrap(groups: [5]).quantiles { sets in
      for i in sets[0] { counts[i] += 1 }
      return 0
    }
    let expected = counts.reduce(0, +) / 5
    let square = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(square < 23.5, "χ² \(square) of \(counts)")
  }

  /// Up to one resample in forty may leave the statistic undefined.
  @Test func undefinedResamples() {
    func interval(undefined: Int, as value: Double?) -> (low: Double, high: Double) {
      // The first call is about all data sets.
      var calls = -1
      return Bootstrap.interval(datasets: 6) { _ in
        calls += 1
        return 0 < calls && calls <= undefined ? value : 1
      }
    }
    for value in [nil, Double.nan, .infinity] {
      #expect(interval(undefined: Bootstrap.count / 40, as: value) == (1, 1))
      let none = interval(undefined: Bootstrap.count / 40 + 1, as: value)
      #expect(none.low.isNaN && none.high.isNaN)
    }
    let nothing = Bootstrap.interval(datasets: 6) { _ in nil }
    #expect(nothing.low.isNaN && nothing.high.isNaN)
  }
}

/// What intervals of 95 % hold.
@Suite struct CoverageTests {
  let stream = RandomStream(key: 0x636F_7665)

  /// Normal numbers of a repeat.
  func normals(_ count: Int, repeat step: Int) -> [Double] {
    let buffer = RandomStream.normalBuffer(count: count)
    stream.fill(buffer, step: UInt64(step))
    return (0..<count).map { Double(buffer[$0]) }
  }

  func mean(_ values: [Double], _ indices: [Int]) -> Double {
    indices.reduce(0) { $0 + values[$1] } / Double(indices.count)
  }

  /// The width for a mean of normal numbers is that of Student's interval, 2 t s/√n, on average.
  /// Quantiles of 2000 resamples scatter by 3 %, and so by 0.3 % over a hundred repeats; those of
  /// the mean of six numbers are 1 % less than normal ones. A tenth too narrow fails.
  @Test(arguments: [(6, 2.5706), (8, 2.3646), (16, 2.1314)])
  func widthOfAMean(count: Int, student: Double) {
    let ratios = (0..<100).map { step in
      let values = normals(count, repeat: step)
      let (low, high) = Bootstrap(groups: [count], seed: UInt64(step)).interval {
        mean(values, $0[0])
      }
      let center = values.reduce(0, +) / Double(count)
      let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
      return (high - low) / (2 * student * (squares / Double(count * (count - 1))).squareRoot())
    }
    expect(ratios.reduce(0, +) / 100, near: 1, within: 0.025, "n = \(count), width over Student's")
  }

  /// The slope of the logarithm of means over five sizes, each of eight data sets of its own with a
  /// scatter of 15 %: of 600 intervals 95 % hold the slope 1. The binomial scatter is 0.9 %, taken
  /// three times; quantiles as they are hold it in 91 %.
  @Test func coverageOfASlope() {
    let sizes = [10.0, 15, 20, 30, 45].map { log($0) }
    let center = sizes.reduce(0, +) / 5
    let norm = sizes.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let held = (0..<600).count { step in
      let noise = normals(40, repeat: 1000 + step)
      let values = (0..<5).map { g in (0..<8).map { exp(sizes[g] + 0.15 * noise[8 * g + $0]) } }
      let (low, high) = Bootstrap(
        groups: [8, 8, 8, 8, 8], count: 200, seed: UInt64(step)
      ).interval { sets in
        (0..<5).reduce(0.0) { $0 + (sizes[$1] - center) * log(mean(values[$1], sets[$1])) } / norm
      }
      return low <= 1 && 1 <= high
    }
    expect(Double(held) / 600, near: 0.95, within: 0.027, "share of intervals that hold the slope")
  }

  /// A group that adds nothing changes nothing, and two that add alike have twice the degrees of
  /// freedom: the interval of five and five data sets exists, that of five does not.
  @Test func sharesOfTheVariance() {
    let values = normals(12, repeat: 0)
    func width(_ groups: [Int], _ statistic: ([[Int]]) -> Double?) -> Double {
      let (low, high) = Bootstrap(groups: groups).interval(statistic)
      return high - low
    }
    let alone = width([6]) { mean(values, $0[0]) }
    let idle = width([6, 6]) { mean(values, $0[0]) }
    // Other resamples: quantiles of 2000 scatter by 3 %.
    expect(idle / alone, near: 1, within: 0.09, "width beside an idle group")
    #expect(width([5]) { mean(values, $0[0]) }.isNaN)
    let five = normals(5, repeat: 1)
    let both = width([5, 5]) { mean(five, $0[0]) + mean(five, $0[1]) }
    // Satterthwaite: 8 degrees of freedom, t = 2.306 and √(5/4).
    let squares = (0..<5).reduce(0.0) { sum, i in
      let deviation = five[i] - five.reduce(0, +) / 5
      return sum + deviation * deviation
    }
    let expected = 2 * 2.306 * (2 * squares / 20).squareRoot()
    expect(both / expected, near: 1, within: 0.09, "width of two groups of five")
  }

  /// An interval holds its own value, also of a statistic that resamples shift: the largest of all
  /// is at most that of a resample.
  @Test func holdsItsOwnValue() {
    let values = normals(8, repeat: 3)
    let (low, high) = Bootstrap.interval(datasets: 8) { $0.map { values[$0] }.max() }
    #expect(low <= values.max()! && high == values.max()!, "\(low) … \(high)")
  }

  /// The standard error of a mean of n numbers is s/√n.
  @Test func standardErrorOfAMean() {
    let values = normals(8, repeat: 4)
    let center = values.reduce(0, +) / 8
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let error = Bootstrap(groups: [8]).standardError { mean(values, $0[0]) }
    // The standard deviation of 2000 resamples scatters by 1.6 %, taken four times.
    expect(error / (squares / 56).squareRoot(), near: 1, within: 0.064, "over s/√n")
  }
}
