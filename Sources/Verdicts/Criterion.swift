/// A number with its 95 % interval, if it has one.
package struct Estimate: Hashable, Sendable {
  /// The number; NaN if it is missing.
  package let value: Double
  /// Ends of the interval; NaN if it is missing.
  package let low: Double
  package let high: Double

  package init(_ value: Double, low: Double = .nan, high: Double = .nan) {
    self.value = value
    self.low = low
    self.high = high
  }

  package var hasInterval: Bool { low.isFinite && high.isFinite }
}

/// What a claim comes to.
package enum Verdict: String, CaseIterable, Hashable, Sendable, Encodable {
  case supported
  case inPart = "supported in part"
  case undecided
  /// A registered prediction whose study is not simulated yet.
  case pending
  case notSupported = "not supported"
  /// A registered prediction that is not older than the data of its study, and so is none.
  case late = "not registered in time"

  /// The verdict on a claim of several numbers: the worst of theirs.
  package static func worst(_ verdicts: [Verdict]) -> Verdict {
    allCases.last { verdicts.contains($0) } ?? .undecided
  }
}

/// What counts as support of a claim about one number, and what as support in part.
package struct Criterion: Hashable, Sendable {
  package enum Expectation: Hashable, Sendable {
    case value(Double)
    /// From, to; either may be infinite.
    case range(Double, Double)
  }

  package let expected: Expectation
  /// The value if the claim is wrong.
  package let rival: Double?
  /// Where an estimate still counts in part.
  package let inPart: Expectation?
  /// Whether the number has no interval and is taken as it is.
  package let isExact: Bool

  package init(
    _ expected: Expectation, rival: Double? = nil, inPart: Expectation? = nil,
    isExact: Bool = false
  ) {
    self.expected = expected
    self.rival = rival
    self.inPart = inPart
    self.isExact = isExact
  }

  /// A value is supported if the interval holds it and not its rival; undecided if it holds both. A
  /// range is supported if it holds the whole interval, and undecided if it holds a part. What the
  /// interval rules out is supported in part if the estimate is where that is said to be, and not
  /// supported otherwise.
  ///
  /// An estimate without the interval that it should have decides nothing.
  package func verdict(on estimate: Estimate) -> Verdict {
    guard estimate.value.isFinite, isExact || estimate.hasInterval else { return .undecided }
    // Tables have six digits.
    let rounding = 1e-5 * max(1, abs(estimate.value))
    let (low, high) =
      estimate.hasInterval
      ? (estimate.low, estimate.high)
      : (estimate.value - rounding, estimate.value + rounding)
    func holds(_ value: Double) -> Bool { low <= value && value <= high }
    let rivals = rival.map(holds) ?? false
    switch expected {
    case .value(let value) where holds(value): return rivals ? .undecided : .supported
    case .range(let from, let to):
      if from <= low && high <= to { return .supported }
      if from <= high && low <= to { return .undecided }
    default: break
    }
    guard case .range(let from, let to)? = inPart, !rivals,
      from <= estimate.value && estimate.value <= to
    else { return .notSupported }
    return .inPart
  }

  /// How many times as much data would decide on an estimate that is undecided: if it stays where
  /// it is, and its interval shrinks as the inverse root of the data. `nil` where the estimate is
  /// decided, has no interval, or stands where no interval around it decides.
  package func dataToDecide(_ estimate: Estimate) -> Double? {
    guard verdict(on: estimate) == .undecided, estimate.hasInterval else { return nil }
    let value = estimate.value
    /// The share of the interval that ends at a place; none is left of an interval that begins
    /// there.
    func share(to place: Double) -> Double {
      let reach = place > value ? estimate.high - value : value - estimate.low
      return abs(place - value) / reach
    }
    let largest: Double
    switch expected {
    case .value(let expected):
      // One of the two has to be outside.
      largest = max(share(to: expected), rival.map(share) ?? 0)
    case .range(let from, let to):
      largest =
        from <= value && value <= to
        ? min(share(to: from), share(to: to)) : share(to: value < from ? from : to)
    }
    return largest > 0 ? 1 / (largest * largest) : nil
  }
}
