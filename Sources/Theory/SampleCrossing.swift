/// Where the mean alignment over draws of data sets crosses a threshold: P* of a theory of finite
/// size.
public struct SampleCrossing: Hashable, Sendable {
  /// P below and above the crossing.
  public let bracket: ClosedRange<Int>
  /// The alignment of each draw at the lower P.
  public let below: [Double]
  /// The alignment of each draw at the upper P.
  public let above: [Double]
  /// The alignment that is crossed.
  public let threshold: Double

  /// Takes alignments on both sides of a crossing, or beside it.
  package init(bracket: ClosedRange<Int>, below: [Double], above: [Double], threshold: Double) {
    (self.bracket, self.below, self.above) = (bracket, below, above)
    self.threshold = threshold
  }

  /// P*, linear between the ends of the bracket.
  public var value: Double { value(over: Array(below.indices)) }

  /// Returns P* over some draws, with repeats in a bootstrap. Where these cross the threshold
  /// outside the bracket, it is extrapolated.
  public func value(over draws: [Int]) -> Double {
    let low = draws.map { below[$0] }.mean
    let high = draws.map { above[$0] }.mean
    return Double(bracket.lowerBound) + (threshold - low) / (high - low) * length
  }

  /// The standard error of P* over draws: that of A at P*, over the slope of A.
  public var drawError: Double {
    let share = (value - Double(bracket.lowerBound)) / length
    let there = zip(below, above).map { $0 + share * ($1 - $0) }
    return there.standardError / (above.mean - below.mean) * length
  }

  private var length: Double { Double(bracket.count - 1) }
}

extension SampleCrossing {
  /// Finds neighbouring P, at most a tenth apart, between which the mean alignment crosses.
  ///
  /// - Parameters:
  ///   - start: the P to begin with.
  ///   - most: the largest P; the least is 2.
  ///   - steps: the parts of P, upwards and downwards, by which the search moves to the crossing.
  ///   - alignments: the alignment of each draw at P samples.
  /// - Returns: `nil` if no P has the threshold.
  init?<Failure: Error>(
    of threshold: Double, near start: Double, most: Int, steps: (up: Int, down: Int),
    alignments: (Int) throws(Failure) -> [Double]
  ) throws(Failure) {
    var p = Int(start.rounded())
    var low: (p: Int, draws: [Double])?
    var high: (p: Int, draws: [Double])?
    while true {
      let found = (p: p, draws: try alignments(p))
      if found.draws.mean < threshold { low = found } else { high = found }
      guard let low else {
        guard p > 2 else { return nil }
        p = max(2, p - max(1, p / steps.down))
        continue
      }
      guard let high else {
        guard p < most else { return nil }
        p = min(most, p + max(1, p / steps.up))
        continue
      }
      guard high.p - low.p > max(1, high.p / 10) else {
        self.init(
          bracket: low.p...high.p, below: low.draws, above: high.draws, threshold: threshold)
        return
      }
      p = (low.p + high.p) / 2
    }
  }
}

extension [Double] {
  /// The mean over draws.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard error of the mean over draws.
  var standardError: Double {
    let mean = mean
    let sum = reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(count * (count - 1))).squareRoot()
  }
}
