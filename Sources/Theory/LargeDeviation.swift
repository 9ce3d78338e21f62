import Foundation
import Networks

/// The large-deviation theory of the alignment A = Σ a_i c(w_i) of a two-layer erf network
/// (arXiv:2512.04165) with w_i ~ N(0, σ_w² I/d), a_i ~ N(0, σ_a²/N) and a target He_m(x₁)/√m!: how
/// improbable, and by which neurons, the prior reaches A = α.
///
/// Given the weights A is Gaussian, so E exp(tA) = m(τ)^N with τ = t² σ_a²/N and
/// m(τ) = E_w exp(τ c(w)²/2). With Λ = N ln m, −ln Pr[A ≥ α] ≥ E(α) = tα − Λ(t) at Λ′(t) = α. This
/// is Chernoff's bound, without its prefactor; it distributes a real, not a whole, number of
/// specialists.
public struct LargeDeviation: Hashable, Sendable {
  /// What is assumed of |w_⊥|², the squared length of a neuron's weights across the feature.
  public enum Transverse: Hashable, Sendable {
    /// It fluctuates: (σ_w²/d) χ²_{d−1} in the prior, and shorter where that helps the alignment.
    case full
    /// It stays at its prior mean σ_w² (d − 1)/d, as simple estimates have it: E comes out 22 % too
    /// high at large d and N.
    case frozen
    /// It stays at this value; σ_w² is the mean at d → ∞.
    case frozenAt(Double)
  }

  /// d, the dimension of the inputs.
  public let dimension: Int
  /// N, the number of hidden neurons.
  public let width: Int
  /// σ_w².
  public let weightVariance: Double
  /// σ_a².
  public let readoutVariance: Double
  public let transverse: Transverse
  /// c(w), with the degree m of the target.
  public let coupling: ErfCoupling

  public init(
    dimension: Int, width: Int, degree: Int = 3, weightVariance: Double = 1,
    readoutVariance: Double = 1, transverse: Transverse = .full
  ) {
    precondition(dimension > 0 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    if case .frozenAt(let r) = transverse { precondition(r >= 0, "|w_⊥|² is not negative") }
    self.dimension = dimension
    self.width = width
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    self.transverse = transverse
    coupling = ErfCoupling(degree: degree)
  }

  /// E(α) and the tilted measure that attains it, to about ten digits: the quadrature is accepted
  /// once one and a half times as many nodes on each axis change Λ, Λ′ and Λ″ by less than 1e-11.
  ///
  /// *Complexity*: a dozen sums over the grid of (w₁, |w_⊥|²): 1.5 ms at d = N = 60, 5 ms at 1000.
  ///
  /// - Parameter alignment: α > 0, where 1 is perfect.
  /// - Throws: `LargeDeviationError`.
  public func solve(alignment: Double) throws(LargeDeviationError) -> Solution {
    guard alignment.isFinite && alignment > 0 else {
      throw .alignmentNotPositive(alignment)
    }
    for refinement in [1.0, 2, 4, 8] {
      let (coarse, tilt) = try saddle(alignment: alignment, refinement: refinement)
      guard
        let fine = TiltedMeasure(self, ceiling: tilt, order: 24, refinement: refinement)
      else { break }
      let (found, expected) = (coarse.moments(at: tilt), fine.moments(at: tilt))
      let changes = [
        found.cumulant / expected.cumulant, found.slope / expected.slope,
        found.curvature / expected.curvature,
      ]
      if changes.allSatisfy({ abs($0 - 1) < 1e-11 }) {
        return Solution(
          model: self, alignment: alignment, tilt: tilt, moments: expected, measure: fine)
      }
    }
    throw .unresolved(alignment)
  }

  /// k = 1 + σ_a² E (2/π) arcsin(2|w|²/(1 + 2|w|²)), the prior mean of ⟨f²⟩ + ⟨y²⟩: the mean squared
  /// error per sample of a network that has learned nothing.
  public func priorLoss() -> Double {
    let rule = RadialRule(
      components: dimension, variance: componentVariance, order: 32,
      panel: min(2 * componentVariance.squareRoot(), 0.5))
    return 1 + readoutVariance
      * rule.mean { arcsineKernel(innerProduct: $0, squaredNorm: $0, otherSquaredNorm: $0) }
  }
}

/// Why E(α) could not be computed.
public enum LargeDeviationError: Error, Hashable, CustomStringConvertible {
  /// α is zero, negative, infinite or no number.
  case alignmentNotPositive(Double)
  /// No quadrature resolved the saddle point at this α, as at sizes of 1e300.
  case unresolved(Double)
  /// The contour integral for Pr[A ≥ α] did not converge at this α.
  case unresolvedTail(Double)

  public var description: String {
    switch self {
    case .alignmentNotPositive(let alignment):
      "alignment: got \(alignment); expected a finite number above 0"
    case .unresolved(let alignment):
      "alignment \(alignment): the saddle point was not resolved; is the alignment of order one?"
    case .unresolvedTail(let alignment):
      "alignment \(alignment): the integral for the exact tail did not converge"
    }
  }
}

// MARK: - The saddle point

extension LargeDeviation {
  /// σ_w²/d, the prior variance of one weight.
  var componentVariance: Double { weightVariance / Double(dimension) }

  /// The rule for |w_⊥|² under the prior.
  func transverseRule(order: Int, panel: Double) -> RadialRule {
    switch transverse {
    case .full:
      RadialRule(
        components: dimension - 1, variance: componentVariance, order: order, panel: panel)
    case .frozen: RadialRule(at: componentVariance * Double(dimension - 1))
    case .frozenAt(let r): RadialRule(at: r)
    }
  }

  /// t with Λ′(t) = α, and a grid that reaches far enough for it.
  ///
  /// Newton's method for ln Λ′ against ln t, a straight line both where the tilt hardly acts and where
  /// it saturates, inside a bracket: Λ is convex, so Λ′ rises.
  private func saddle(
    alignment: Double, refinement: Double
  ) throws(LargeDeviationError) -> (TiltedMeasure, tilt: Double) {
    // Λ′ ≤ t σ_a² sup c².
    var low = alignment / (readoutVariance * coupling.supremumOfSquare)
    let asymptotics = LargeDeviationAsymptotics(
      degree: coupling.degree, weightVariance: weightVariance, readoutVariance: readoutVariance,
      transverse: transverse)
    // dE/dα = t, so the asymptotic energy's slope is a tilt of the right size.
    var high = max(2 * low, asymptotics.energy(alignment: 1, dimension: dimension, width: width))
    func grid(_ ceiling: Double) throws(LargeDeviationError) -> TiltedMeasure {
      guard
        let grid = TiltedMeasure(self, ceiling: ceiling, order: 16, refinement: refinement)
      else { throw .unresolved(alignment) }
      return grid
    }
    var measure = try grid(high)
    var moments = measure.moments(at: high)
    while moments.slope < alignment {
      low = high
      high *= 1.5
      measure = try grid(high)
      moments = measure.moments(at: high)
    }

    var tilt = high
    for _ in 0..<200 {
      let gap = log(alignment / moments.slope)
      if gap < 0 { high = tilt } else { low = tilt }
      var next = tilt * exp(gap * moments.slope / (tilt * moments.curvature))
      if abs(next / tilt - 1) < 4e-15 || high / low - 1 < 4e-15 { return (measure, tilt) }
      if !(low < next && next < high) { next = (low * high).squareRoot() }
      tilt = next
      moments = measure.moments(at: tilt)
    }
    throw .unresolved(alignment)
  }
}
