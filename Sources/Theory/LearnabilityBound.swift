/// The bound of what kernel ridge regression learns of an eigenfunction φ of its kernel, whatever
/// the data set (after Lavie and Ringel 2024, arXiv:2406.02663).
///
/// φ is one over an auxiliary measure q, ∫ q K φ = λ φ with ⟨φ, φ⟩_q = 1. The predictor f is
/// trained on y = φ at any samples x_ν in the support of q. Its cross-data-set learnability is
/// measured over q: L = ⟨f, φ⟩_q/⟨φ, φ⟩_q = λ φᵀ(K + κ)⁻¹φ. As K ⪰ λ φφᵀ by Mercer's theorem, L ≤
/// λS/(κ + λS) with S = Σ_ν φ(x_ν)², for every data set. In the mean over data sets of P samples
/// the same holds with S = P m₂, m₂ = E φ², as the bound is concave in S.
public struct LearnabilityBound: Hashable, Sendable {
  /// The eigenvalue λ.
  public let eigenvalue: Double
  /// The ridge κ.
  public let ridge: Double

  /// Creates the bound of an eigenvalue that is not negative and a positive ridge.
  public init(eigenvalue: Double, ridge: Double) {
    precondition(eigenvalue >= 0 && ridge > 0)
    self.eigenvalue = eigenvalue
    self.ridge = ridge
  }

  /// Returns λS/(κ + λS).
  ///
  /// - Parameter sum: S = Σ_ν φ(x_ν)², or P m₂.
  public func learnability(sum: Double) -> Double {
    // Of x/(1 + x) neither term overflows.
    let x = eigenvalue / ridge * sum
    return x <= 1 ? x / (1 + x) : 1 / (1 + 1 / x)
  }

  /// Returns the least P at which the mean learnability may be A: κ/(λ m₂) · A/(1 − A), infinite
  /// where λ m₂ is zero.
  ///
  /// - Parameters:
  ///   - learnability: A, between 0 and 1.
  ///   - secondMoment: m₂, the mean of φ² over the data.
  public func samples(learnability: Double, secondMoment: Double) -> Double {
    ridge / eigenvalue / secondMoment * (learnability / (1 - learnability))
  }
}

/// The reason why an eigenvalue or its bound could not be computed.
public enum BoundError: Error, Hashable, CustomStringConvertible {
  /// The eigenvalue of this degree is beyond double precision, or its relative error above 1e-9.
  case imprecise(degree: Int, relativeError: Double)
  /// The bound or its number of samples is beyond double precision.
  case beyondPrecision

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .imprecise(let degree, let error):
      "the eigenvalue of degree \(degree): it is beyond double precision, or its relative error of "
        + "\(oneDigit(error)) is above 1e-09; expected a lower degree, or sizes and variances "
        + "nearer to 1"
    case .beyondPrecision:
      "the bound: a number is beyond double precision; expected sizes, variances and a ridge nearer "
        + "to 1"
    }
  }
}
