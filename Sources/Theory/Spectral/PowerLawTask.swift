import Kernels

/// A task whose spectrum and target are powers of the mode's number k = 1, 2, …
///
/// The features have variances λ_k = k^−α, and the target y = Σ_k w*_k ψ_k has the power
/// λ_k w*_k² = k^−(αβ + 1). So the part of y beyond mode k falls as k^−αβ: β measures how easy the
/// task is for its features. Source: arXiv:2409.17858, with the conventions of this project.
public struct PowerLawTask: Hashable, Sendable {
  /// The exponent α of the variances, above 1/2.
  public let alpha: Double
  /// The exponent β of the source, above 0; the task is hard below 1 and easy above.
  public let beta: Double
  /// The number of modes, or `nil` for infinitely many.
  public let modes: Int?

  /// Describes a task.
  ///
  /// - Throws: ``SpectralError`` unless 1/2 < α ≤ 100, 0 < β ≤ 100, αβ ≥ 1e-6, and there are 1 to
  /// 10⁹ modes.
  public init(alpha: Double, beta: Double, modes: Int? = nil) throws(SpectralError) {
    guard alpha > 0.5 && alpha <= 100 else {
      throw .outOfRange(name: "alpha", value: alpha, expected: "a number above 0.5, at most 100")
    }
    guard beta > 0 && beta <= 100 else {
      throw .outOfRange(name: "beta", value: beta, expected: "a number above 0, at most 100")
    }
    guard alpha * beta >= 1e-6 else {
      throw .outOfRange(name: "beta", value: beta, expected: "a number with alpha beta >= 1e-6")
    }
    if let modes, !(1...1_000_000_000).contains(modes) {
      throw .outOfRange(
        name: "modes", value: Double(modes), expected: "an integer from 1 to 1000000000")
    }
    self.alpha = alpha
    self.beta = beta
    self.modes = modes
  }

  /// The exponent χ of the loss, L ∝ t^−χ, of a rich flow at infinite width: 2β/(1 + β) for β < 1,
  /// else β. At β = 1 the loss has a logarithm besides.
  public var richExponent: Double { beta < 1 ? 2 * beta / (1 + beta) : beta }

  /// The mode k, which may be between whole numbers: λ, and λ w*².
  func mode(logarithm: Double) -> (eigenvalue: Double, power: Double) {
    (
      naturalExponential(-alpha * logarithm),
      naturalExponential(-(alpha * beta + 1) * logarithm)
    )
  }
}

/// Returns x^p for x > 0, with the project's own exponential and logarithm.
func power(_ x: Double, _ p: Double) -> Double { naturalExponential(p * naturalLogarithm(x)) }
