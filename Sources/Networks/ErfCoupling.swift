import Foundation

/// The coupling c(w) = ⟨erf(w·x), He_m(x₁)/√m!⟩ over x ~ N(0, I) of one erf neuron to a target of
/// odd degree m along the first coordinate.
///
/// The alignment of a two-layer network is A = Σ a_i c(w_i). By Price's theorem c(w) = C (w₁/√(1 +
/// 2|w|²))^m with C = (2/√π) (−1)^{(m−1)/2} (m − 2)!! 2^{(m−1)/2}/√m!.
public struct ErfCoupling: Hashable, Sendable {
  /// The degree m, odd and positive.
  public let degree: Int
  /// The factor C, negative for m = 3, 7, …
  public let coefficient: Double

  /// Creates the coupling to the target of an odd positive degree.
  public init(degree: Int) {
    precondition(degree > 0 && degree % 2 == 1, "the degree is odd and positive")
    self.degree = degree
    var square = 4 / Double.pi
    for k in stride(from: 3, through: degree, by: 2) {
      // The step from m = k − 2 to m = k multiplies C² by ((k − 2) · 2)²/(k (k − 1)).
      square *= 4 * Double((k - 2) * (k - 2)) / Double(k * (k - 1))
    }
    coefficient = (degree % 4 == 1 ? 1 : -1) * square.squareRoot()
  }

  /// Returns c(w) for a neuron with overlap w₁ and squared norm |w|².
  public func value(overlap: Double, squaredNorm: Double) -> Double {
    coefficient * power(overlap / (1 + 2 * squaredNorm).squareRoot(), degree)
  }

  /// Returns c(w)² for a neuron with w₁² and |w_⊥|² = |w|² − w₁².
  public func square(squaredOverlap u: Double, squaredTransverse r: Double) -> Double {
    coefficient * coefficient * power(u / (1 + 2 * u + 2 * r), degree)
  }

  /// The supremum C²/2^m of c², which w₁ → ∞ approaches from below.
  public var supremumOfSquare: Double { coefficient * coefficient * power(0.5, degree) }
}

/// Returns xⁿ for n ≥ 0.
func power(_ x: Double, _ n: Int) -> Double {
  var result = 1.0
  for _ in 0..<n { result *= x }
  return result
}
