import Kernels

/// Differences of two estimates in units of their combined standard error. Where the errors are
/// honest they are standard normal, and this says how far they are from that.
public struct NormalScores: Hashable, Sendable {
  /// The scores, by size of their magnitude, the largest first.
  public let magnitudes: [Double]

  /// - Parameter scores: finite, and independent of one another.
  public init(_ scores: [Double]) {
    magnitudes = scores.map { abs($0) }.sorted(by: >)
  }

  public var count: Int { magnitudes.count }
  public var largest: Double { magnitudes.first ?? .nan }

  /// √⟨z²⟩: 1 if the errors are honest, s if the true ones are s times as large.
  public var rootMeanSquare: Double {
    (magnitudes.reversed().reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
  }

  /// The share of scores beyond a threshold in magnitude.
  public func share(beyond threshold: Double) -> Double {
    Double(magnitudes.count { $0 > threshold }) / Double(count)
  }
}

// MARK: - The test

extension NormalScores {
  /// What so many honest scores stay below with a given probability.
  public struct Limits: Hashable, Sendable {
    public let rootMeanSquare: Double
    public let largest: Double
  }

  /// The limits that honest scores exceed, either of them, with at most the probability `level`.
  ///
  /// Half of it goes to each. The sum of n squares is χ² of n degrees of freedom, by Wilson and
  /// Hilferty 1931, which is right to 1 % of the root mean square from n = 3 on; the largest of n
  /// is by Bonferroni.
  public static func limits(ofScores count: Int, level: Double) -> Limits {
    let n = Double(max(count, 1))
    let z = -normalQuantile(level / 2)
    let part = 2 / (9 * n)
    let root = 1 - part + z * part.squareRoot()
    return Limits(
      rootMeanSquare: (root * root * root).squareRoot(),
      largest: -normalQuantile(level / (4 * n)))
  }

  /// Whether the scores are those of honest errors, at a level.
  public func isHonest(level: Double) -> Bool {
    let limits = Self.limits(ofScores: count, level: level)
    return count == 0
      || rootMeanSquare <= limits.rootMeanSquare && largest <= limits.largest
  }
}
