import Foundation

/// The panels on which a quadrature divides the half line, for a prior of any width.
///
/// A function of the overlaps changes over a unit of length near zero, and in proportion to the
/// distance beyond. Its prior adds a longest length. So panels are short up to four units, grow
/// geometrically, and keep the longest length from there on. A prior a million times as wide as the
/// function takes some dozens of panels more. Where the prior is the narrower one, all panels have
/// its length.
struct PanelGrid: Sendable {
  /// The length of the first panels.
  let short: Double
  /// The length of the last panels.
  private let long: Double
  /// The number of short panels, and of panels up to the first long one.
  private let (shortCount, growingCount): (Double, Double)
  /// The logarithm of the ratio between two growing panels, and the ratio less one.
  private let (logGrowth, growth): (Double, Double)
  /// The ends of the short panels and of the growing ones.
  private let (shortEnd, growingEnd): (Double, Double)

  /// Creates panels of at most the length `longest`.
  ///
  /// - Parameters:
  ///   - longest: the length that the prior allows.
  ///   - relative: the length of a panel near zero in units, if the prior allows it; at most 1.
  ///   - unit: the distance at which the function begins to change in proportion.
  ///   - growth: the growth of a panel over the one before; half of `relative` if `nil`.
  init(longest: Double, relative: Double, unit: Double = 1, growth: Double? = nil) {
    short = min(longest, relative * unit)
    long = longest
    self.growth = growth ?? relative / 2
    logGrowth = log1p(self.growth)
    if short < long {
      shortCount = (4 * unit / short).rounded(.up)
      growingCount = shortCount + (log(long / short) / logGrowth).rounded(.up)
    } else {
      (shortCount, growingCount) = (.infinity, .infinity)
    }
    shortEnd = short * shortCount
    growingEnd =
      shortEnd + short * expm1((growingCount - shortCount) * logGrowth) / self.growth
  }

  /// Returns the start of a panel.
  func start(_ panel: Int) -> Double {
    let i = Double(panel)
    if i <= shortCount { return short * i }
    if i <= growingCount { return shortEnd + short * expm1((i - shortCount) * logGrowth) / growth }
    return growingEnd + long * (i - growingCount)
  }

  /// Returns the length of a panel in units of the first one's.
  func ratio(_ panel: Int) -> Double {
    let i = Double(panel)
    if i < shortCount { return 1 }
    return i < growingCount ? exp((i - shortCount) * logGrowth) : long / short
  }

  /// Returns the point of a panel at a share of its length.
  func point(_ panel: Int, _ share: Double) -> Double {
    // Short panels are multiples of one length, to the last bit.
    if Double(panel) < shortCount { return short * (Double(panel) + share) }
    return start(panel) + short * ratio(panel) * share
  }

  /// Returns the number of panels up to an end, at least one; `nil` if it is beyond 2⁵².
  func count(upTo end: Double) -> Int? {
    var count = (end / short).rounded(.up)
    if end > shortEnd {
      count = shortCount + (log1p((end - shortEnd) * growth / short) / logGrowth).rounded(.up)
    }
    if end > growingEnd { count = growingCount + ((end - growingEnd) / long).rounded(.up) }
    guard count < 0x1p52 else { return nil }
    return max(1, Int(count))
  }
}
