import Kernels

/// The nonparametric bootstrap over data sets, which are a study's independent replicates, with
/// intervals of 95 % that hold for few of them.
///
/// Data sets come in groups. Those of one group are resampled jointly, because everything that is
/// measured on one of them shares it; groups are independent, and resampled each by itself.
///
/// The distribution of resamples is too narrow, because the variance over n data sets is taken
/// about their own mean, and its quantiles are those of a known variance. So the distances of the
/// 2.5 % and 97.5 % quantiles from the statistic are stretched by √(n/(n − 1)) t/z, where t and z
/// are the quantiles of Student's distribution and of the normal one. For a mean of normal numbers
/// this is the interval of Student's t. Of several groups, each counts by its share of the
/// variance, which the jackknife gives, and degrees of freedom are those of Satterthwaite 1946, "An
/// approximate distribution of estimates of variance components", Biometrics Bulletin 2.
package struct Bootstrap {
  /// Resamples drawn.
  package static let count = 2000
  /// Below so many degrees of freedom there is no interval: resamples of five data sets hold too
  /// few values for their quantiles to tell how the statistic is distributed.
  package static let leastDegreesOfFreedom = 5.0

  /// Numbers of data sets, of each independent group.
  let groups: [Int]
  /// Resamples drawn.
  let count: Int
  private let stream: RandomStream

  /// The bootstrap of independent groups of data sets.
  ///
  /// - Parameter seed: another one gives other resamples.
  package init(groups: [Int], count: Int = Self.count, seed: UInt64 = 0) {
    self.groups = groups
    self.count = count
    stream = RandomStream(key: 0x626F_6F74 ^ seed << 32)
  }

  /// An interval of 95 % for a statistic of data sets that all share, as `interval(within:_:)`
  /// gives it.
  package static func interval(
    datasets: Int, within possible: ClosedRange<Double> = -.infinity ... .infinity,
    _ statistic: ([Int]) -> Double?
  ) -> (low: Double, high: Double) {
    Bootstrap(groups: [datasets]).interval(within: possible) { statistic($0[0]) }
  }

  /// An interval of 95 % for a statistic.
  ///
  /// Its ends are NaN where the statistic of all data sets is undefined, where more than one
  /// resample in forty leaves it undefined, because a quantile is then undefined too, and where
  /// there are too few data sets.
  ///
  /// - Parameters:
  ///   - possible: what the statistic can be, as 0 … 1 of a share. Its resamples are in it, but
  ///     what they are stretched to may be beyond, and is cut off.
  ///   - statistic: of indices of data sets of each group, in a resample with repeats, and as many
  ///     as there are or fewer.
  package func interval(
    within possible: ClosedRange<Double> = -.infinity ... .infinity,
    _ statistic: ([[Int]]) -> Double?
  ) -> (low: Double, high: Double) {
    guard let interval = intervalAndQuantiles(statistic)?.interval else { return (.nan, .nan) }
    return (max(possible.lowerBound, interval.low), min(possible.upperBound, interval.high))
  }

  /// The interval of 95 % beside the quantiles that it is stretched from, of the same resamples;
  /// `nil` where there is none.
  package func intervalAndQuantiles(
    _ statistic: ([[Int]]) -> Double?
  ) -> (interval: (low: Double, high: Double), quantiles: (low: Double, high: Double))? {
    guard groups.allSatisfy({ $0 > 1 }), let value = statistic(all), value.isFinite,
      let stretch = Precision(of: self, statistic).stretch,
      let values = resampled(statistic)
    else { return nil }
    let (low, high) = Self.quantiles(values)
    return (
      (value - stretch * max(0, value - low), value + stretch * max(0, high - value)), (low, high)
    )
  }

  /// The quantiles of 2.5 % and 97.5 % over resamples, as they are: what an interval was before it
  /// is stretched. NaN where they are undefined.
  package func quantiles(_ statistic: ([[Int]]) -> Double?) -> (low: Double, high: Double) {
    resampled(statistic).map(Self.quantiles) ?? (.nan, .nan)
  }

  /// - Parameter values: in ascending order.
  private static func quantiles(_ values: [Double]) -> (low: Double, high: Double) {
    (values[Int(0.025 * Double(values.count))], values[Int(0.975 * Double(values.count))])
  }

  /// The standard error of a statistic: the standard deviation over resamples, times √(n/(n − 1));
  /// NaN where it is undefined.
  package func standardError(_ statistic: ([[Int]]) -> Double?) -> Double {
    guard groups.allSatisfy({ $0 > 1 }), let values = resampled(statistic) else { return .nan }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Precision(of: self, statistic).inflation
      * (squares / Double(values.count - 1)).squareRoot()
  }

  /// The indices of all data sets.
  private var all: [[Int]] { groups.map { Array(0..<$0) } }

  /// Finite values of the statistic over resamples, in ascending order; `nil` if they are too few.
  private func resampled(_ statistic: ([[Int]]) -> Double?) -> [Double]? {
    var values: [Double] = []
    for resample in 0..<count {
      var index: UInt32 = 0
      let chosen = groups.map { size in
        (0..<size).map { _ in
          defer { index += 1 }
          return stream.integer(below: size, step: UInt64(resample), index: index)
        }
      }
      if let value = statistic(chosen), value.isFinite { values.append(value) }
    }
    guard 40 * (count - values.count) <= count else { return nil }
    return values.sorted()
  }
}

/// How well data sets tell the variance of a statistic.
private struct Precision {
  /// √(n/(n − 1)), by which the resamples' standard deviation is too small.
  let inflation: Double
  let degreesOfFreedom: Double

  init(of bootstrap: Bootstrap, _ statistic: ([[Int]]) -> Double?) {
    let sizes = bootstrap.groups.map(Double.init)
    guard let shares = Self.shares(of: bootstrap.groups, statistic) else {
      // The smallest group may be the one that counts.
      let smallest = sizes.min()!
      inflation = (smallest / (smallest - 1)).squareRoot()
      degreesOfFreedom = smallest - 1
      return
    }
    inflation =
      zip(shares, sizes).reduce(0) { $0 + $1.0 * $1.1 / ($1.1 - 1) }.squareRoot()
    degreesOfFreedom = 1 / zip(shares, sizes).reduce(0) { $0 + $1.0 * $1.0 / ($1.1 - 1) }
  }

  /// How many times as far as the quantiles of resamples an interval reaches; `nil` for too few
  /// degrees of freedom.
  var stretch: Double? {
    let z = 1.9599639845400545
    // Shares of 1 have rounding errors.
    guard degreesOfFreedom > Bootstrap.leastDegreesOfFreedom - 1e-9 else { return nil }
    return inflation * studentQuantile(normal: z, degreesOfFreedom) / z
  }

  /// Each group's share of the variance, by the jackknife; `nil` where it is undefined or 0.
  private static func shares(
    of groups: [Int], _ statistic: ([[Int]]) -> Double?
  ) -> [Double]? {
    guard groups.count > 1 else { return [1] }
    let all = groups.map { Array(0..<$0) }
    var variances: [Double] = []
    for (group, size) in groups.enumerated() {
      var values: [Double] = []
      for left in 0..<size {
        var kept = all
        kept[group].remove(at: left)
        guard let value = statistic(kept), value.isFinite else { return nil }
        values.append(value)
      }
      let mean = values.reduce(0, +) / Double(size)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      variances.append(squares * Double(size - 1) / Double(size))
    }
    let sum = variances.reduce(0, +)
    return sum > 0 ? variances.map { $0 / sum } : nil
  }
}

/// The mean of the values of some data sets, with repeats in a bootstrap; of all of them if `nil`.
///
/// Here instead of beside its callers, since a bootstrap asks for it thousands of times.
package func mean(_ values: [Double], over datasets: [Int]?) -> Double {
  guard let datasets else { return values.reduce(0, +) / Double(values.count) }
  return datasets.reduce(0.0) { $0 + values[$1] } / Double(datasets.count)
}
