import Kernels

/// The times of training at which it is recorded, evenly spaced on a logarithmic scale:
/// t_j = `first` · 10^{j/`perDecade`}, as far as `last`.
///
/// A record is a mean over the block of moves since the record before it. Observables may cost as
/// much as a move, so a block of n moves is read r = min(n, `readings`) times: after its moves
/// ⌈kn/r⌉, k = 1 … r, of which the last ends the block. One reading a block gives the states at the
/// times themselves.
public struct RecordTimes: Hashable, Sendable {
  /// The first time.
  public let first: Double
  /// The end, which is a time of record if the grid reaches it.
  public let last: Double
  /// The number of times per factor of ten.
  public let perDecade: Int
  /// The most readings of a block.
  public let readings: Int

  /// Creates times; `first` is positive, `last` no smaller, and the numbers are at least 1.
  public init(first: Double, last: Double, perDecade: Int, readings: Int = 16) {
    precondition(first > 0 && last >= first && last.isFinite && perDecade > 0 && readings > 0)
    self.first = first
    self.last = last
    self.perDecade = perDecade
    self.readings = readings
  }

  /// The number of times.
  public var count: Int {
    let decades = (naturalLogarithm(last) - naturalLogarithm(first)) / Self.decade
    return Int((decades * Double(perDecade) + 1e-9).rounded(.down)) + 1
  }

  /// The times, in ascending order.
  public var times: [Double] {
    (0..<count).map {
      first * naturalExponential(Self.decade * Double($0) / Double(perDecade))
    }
  }

  /// Returns the numbers of moves of step h up to each time, to the nearest move; `nil` if a block
  /// would have no move, since the step is too long.
  public func moves(step h: Double) -> [Int]? {
    let moves = times.map { Int(($0 / h).rounded()) }
    for (before, after) in zip([0] + moves, moves) where before >= after { return nil }
    return moves
  }

  /// ln 10.
  private static let decade = 2.302585092994045684
}
