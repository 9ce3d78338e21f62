/// The action S[f] = ½ Σ_k f_k²/λ_k + P ∫ [(f − y)²/2κ + u (f − y)⁴/4] in the Hartree
/// approximation: the quartic loss renormalises the ridge, and does nothing else.
///
/// With D = ∫⟨(f − y)²⟩ the stiffness of the loss is r = P/κ + 3PuD, and D = Σ_k [λ_k/(1 + rλ_k) +
/// y_k²/(1 + rλ_k)²]. Many modes of Gaussian features make that exact. On a circle the action is a
/// local φ⁴ theory with the kinetic term k^{1+α}, for which it is an approximation.
public struct QuarticHartree: Hashable, Sendable {
  /// The eigenvalues λ_k, not negative.
  public let eigenvalues: [Double]
  /// The target's squares y_k².
  public let squares: [Double]
  /// How many modes each of these stands for.
  public let multiplicities: [Double]
  /// The ridge κ.
  public let ridge: Double
  /// The coupling u of the quartic loss.
  public let quartic: Double

  /// Describes an action.
  ///
  /// - Parameter multiplicities: how many equal modes each eigenvalue stands for; one by default.
  /// - Throws: ``RidgeRenormalizationError`` unless κ is positive, u and the eigenvalues are not
  ///   negative, and all are finite.
  public init(
    eigenvalues: [Double], squares: [Double], multiplicities: [Double]? = nil, ridge: Double,
    quartic: Double
  ) throws(RidgeRenormalizationError) {
    precondition(squares.count == eigenvalues.count, "one y_k² for each eigenvalue")
    precondition(multiplicities?.count ?? squares.count == squares.count)
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    guard quartic.isFinite && quartic >= 0 else { throw .quarticNegative(quartic) }
    for (k, value) in eigenvalues.enumerated() {
      guard value.isFinite && value >= 0 else { throw .eigenvalue(value, mode: k + 1) }
    }
    self.eigenvalues = eigenvalues
    self.squares = squares
    self.multiplicities = multiplicities ?? squares.map { _ in 1 }
    self.ridge = ridge
    self.quartic = quartic
  }

  /// The solution at a number of samples.
  public struct Solution: Hashable, Sendable {
    /// The stiffness r of the loss; P/r is the renormalised ridge.
    public let stiffness: Double
    /// The error D = ∫⟨(f − y)²⟩.
    public let error: Double
    /// The error D at u = 0.
    public let gaussianError: Double
    /// A bound of the relative error of each of these numbers, at most 1e-6.
    public let relativeError: Double
    /// The relative shift D(u)/D(0) − 1 by the quartic loss, not positive.
    public var shift: Double { error / gaussianError - 1 }
  }

  /// Returns the solution at P samples, by bisection to the last bit.
  ///
  /// - Throws: ``RidgeRenormalizationError`` if P is not positive or the result is beyond double
  ///   precision.
  public func solution(samples: Double) throws(RidgeRenormalizationError) -> Solution {
    guard samples.isFinite && samples > 0 else { throw .samplesNotPositive(samples) }
    let bare = samples / ridge
    let strength = 3 * samples * quartic
    let gaussian = error(at: bare)
    // The error D(r) falls with r, so that r − P/κ − 3PuD(r) rises through its one zero.
    var (low, high) = (bare, bare + strength * gaussian)
    guard low.isNormal, high.isFinite else { throw .imprecise(.infinity) }
    while true {
      let middle = high > 4 * low ? (low.squareRoot() * high.squareRoot()) : low + (high - low) / 2
      guard low < middle && middle < high else { break }
      if bare + strength * error(at: middle) > middle { low = middle } else { high = middle }
    }
    let found = error(at: low)
    // The equation's slope is at least one.
    let relative = abs((bare + strength * found) / low - 1) + 1e-15
    guard found.isNormal, gaussian.isNormal, relative <= 1e-6 else { throw .imprecise(relative) }
    return Solution(
      stiffness: low, error: found, gaussianError: gaussian, relativeError: 2 * relative)
  }

  /// Returns D at a stiffness r.
  private func error(at r: Double) -> Double {
    var sum = CompensatedSum()
    for k in eigenvalues.indices.reversed() {
      let unlearned = 1 / (1 + r * eigenvalues[k])
      sum.add(multiplicities[k] * unlearned * (eigenvalues[k] + squares[k] * unlearned))
    }
    return sum.value
  }
}
