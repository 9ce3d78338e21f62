import Kernels

/// Mean, and its standard error from independent replicates.
package func meanAndError(_ x: [Double]) -> (mean: Double, error: Double) {
  let mean = x.reduce(0, +) / Double(x.count)
  let squares = x.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, x.count > 1 ? (squares / Double(x.count - 1) / Double(x.count)).squareRoot() : .nan)
}

/// Slope and intercept of the least-squares line.
package func leastSquares(
  _ x: [Double], _ y: [Double]
) -> (slope: Double, intercept: Double) {
  let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
  var (xx, xy) = (0.0, 0.0)
  for (a, b) in zip(x, y) {
    xx += (a - mx) * (a - mx)
    xy += (a - mx) * (b - my)
  }
  return (xy / xx, my - xy / xx * mx)
}

/// The nonparametric bootstrap over data sets, which are a study's independent replicates.
package struct Bootstrap {
  /// Resamples drawn.
  package static let count = 2000

  /// 2.5 % and 97.5 % quantiles of a statistic over resampled data sets; NaN where more than one
  /// resample in forty leaves it undefined, because a quantile is then undefined too.
  ///
  /// - Parameters:
  ///   - datasets: how many there are. - statistic: from indices of data sets, with repeats.
  package static func interval(
    datasets: Int, _ statistic: ([Int]) -> Double?
  ) -> (low: Double, high: Double) {
    guard datasets > 1 else { return (.nan, .nan) }
    let stream = RandomStream(key: 0x626F_6F74)
    return quantiles { resample in
      statistic(
        (0..<datasets).map {
          stream.integer(below: datasets, step: UInt64(resample), index: UInt32($0))
        })
    }
  }

  private static func quantiles(_ value: (Int) -> Double?) -> (low: Double, high: Double) {
    var values: [Double] = []
    for resample in 0..<count {
      if let value = value(resample), value.isFinite { values.append(value) }
    }
    guard 40 * (count - values.count) <= count else { return (.nan, .nan) }
    values.sort()
    return (values[Int(0.025 * Double(values.count))], values[Int(0.975 * Double(values.count))])
  }

  /// The same of a statistic of several independent groups of data sets, each of which is resampled
  /// by itself.
  ///
  /// - Parameters:
  ///   - groups: how many data sets each group has.
  ///   - statistic: from indices of data sets of each group.
  static func interval(
    groups: [Int], _ statistic: ([[Int]]) -> Double?
  ) -> (low: Double, high: Double) {
    guard groups.allSatisfy({ $0 > 1 }) else { return (.nan, .nan) }
    let stream = RandomStream(key: 0x6772_6F75)
    return quantiles { resample in
      var index: UInt32 = 0
      return statistic(
        groups.map { count in
          (0..<count).map { _ in
            index += 1
            return stream.integer(below: count, step: UInt64(resample), index: index)
          }
        })
    }
  }
}
