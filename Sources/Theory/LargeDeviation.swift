import Foundation
import Networks

/// The large-deviation theory of the alignment A = Σ a_i c(w_i) of a two-layer erf network
/// (arXiv:2512.04165): how improbable it is that the prior reaches A = α, and by which neurons.
///
/// The prior is w_i ~ N(0, σ_w² I/d), a_i ~ N(0, σ_a²/N), and the target is He_m(x₁)/√m!. Given the
/// weights A is Gaussian, so E exp(tA) = m(τ)^N with τ = t² σ_a²/N and m(τ) = E_w exp(τ c(w)²/2).
/// With Λ = N ln m, −ln Pr[A ≥ α] ≥ E(α) = tα − Λ(t) at Λ′(t) = α.
///
/// This is Chernoff's bound, without its prefactor. It distributes a real number of specialists,
/// while a network has a whole one.
public struct LargeDeviation: Hashable, Sendable {
  /// The treatment of |w_⊥|², the squared length of a neuron's weights across the feature.
  public enum Transverse: Hashable, Sendable {
    /// A fluctuating |w_⊥|²: (σ_w²/d) χ²_{d−1} in the prior, and shorter where that helps the
    /// alignment.
    case full
    /// The constant |w_⊥|² = σ_w² (d − 1)/d, its prior mean, as in simple estimates. E is then 22 %
    /// too high at large d and N.
    case frozen
    /// A given constant |w_⊥|²; σ_w² is the mean at d → ∞.
    case frozenAt(Double)
  }

  /// The dimension d of the inputs.
  public let dimension: Int
  /// The number N of hidden neurons.
  public let width: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  /// The treatment of |w_⊥|².
  public let transverse: Transverse
  /// The coupling c(w), with the degree m of the target.
  public let coupling: ErfCoupling

  /// Describes a network and a target.
  ///
  /// - Parameters:
  ///   - dimension: d.
  ///   - width: N.
  ///   - degree: m of the target, odd.
  ///   - weightVariance: σ_w².
  ///   - readoutVariance: σ_a².
  ///   - transverse: the treatment of |w_⊥|².
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

  /// Returns E(α) and the tilted measure that attains it, with bounds of their errors.
  ///
  /// The quadrature is accepted once one and a half times as many nodes on each axis change Λ, Λ′
  /// and Λ″ by less than 1e-11, or by less than rounding where exponents are large. The finer one
  /// then tests the equation Λ′(t) = α and what follows from it: Λ is convex in t and in t², so
  /// tα/2 ≤ E ≤ tα, and c² has a supremum, so E ≥ α²/(2σ_a² sup c²).
  ///
  /// *Guarantee:* means over the tilted measure are good to ``Solution/relativeError``, which is at
  /// most 1e-5, and E to ``Solution/energyError``.
  ///
  /// *Complexity:* a dozen sums over some hundreds of nodes, a fraction of a millisecond, for every
  /// d, N and variance.
  ///
  /// - Parameter alignment: α > 0, where 1 is perfect.
  /// - Throws: ``LargeDeviationError``.
  public func solve(alignment: Double) throws(LargeDeviationError) -> Solution {
    guard alignment.isFinite && alignment > 0 else {
      throw .alignmentNotPositive(alignment)
    }
    for refinement in [1.0, 2, 4, 8] {
      var (coarse, fine) = (measure(16, refinement), measure(24, refinement))
      let tilt = try saddle(alignment: alignment, &coarse)
      guard
        let found = moments(at: tilt, &coarse),
        let expected = moments(at: tilt, &fine, withOverlap: true)
      else { break }
      let changes = [
        found.cumulant / expected.cumulant, found.slope / expected.slope,
        found.curvature / expected.curvature,
      ].map { abs($0 - 1) }
      let rounding = rounding(at: tilt)
      if changes.allSatisfy({ $0 < max(1e-11, 4 * rounding) }) {
        let solution = Solution(
          model: self, alignment: alignment, tilt: tilt, moments: expected,
          refinement: refinement, rounding: rounding, change: changes.max()!)
        try solution.check()
        return solution
      }
    }
    throw .unresolved(alignment)
  }

  /// Returns k = 1 + σ_a² E (2/π) arcsin(2|w|²/(1 + 2|w|²)), the prior mean of ⟨f²⟩ + ⟨y²⟩. It is
  /// the mean squared error per sample of a network that has learned nothing.
  public func priorLoss() -> Double {
    let rule = RadialRule(
      components: dimension, variance: componentVariance, order: 32,
      panel: min(2 * componentVariance.squareRoot(), 0.5),
      longest: 2 * componentVariance.squareRoot())
    return 1 + readoutVariance
      * rule.mean { arcsineKernel(innerProduct: $0, squaredNorm: $0, otherSquaredNorm: $0) }
  }
}

/// The reason why E(α) could not be computed.
public enum LargeDeviationError: Error, Hashable, CustomStringConvertible {
  /// The alignment α is zero, negative or not finite.
  case alignmentNotPositive(Double)
  /// No quadrature resolved the saddle point at this α, as for sizes of 1e300.
  case unresolved(Double)
  /// Rounding leaves means over neurons, at this α, with more than 1e-5 of relative error.
  case imprecise(Double, relativeError: Double)
  /// The integral of the density of w₁ at this α was not resolved to 1e-6.
  case densityUnresolved(Double)
  /// No method computed Pr[A ≥ α] to 1e-8 at this α.
  case unresolvedTail(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .alignmentNotPositive(let alignment):
      "alignment: got \(alignment); expected a finite number above 0"
    case .unresolved(let alignment):
      "alignment \(alignment): the saddle point was not resolved; is the alignment of order one?"
    case .imprecise(let alignment, let error):
      "alignment \(alignment): its neurons are so improbable that double precision leaves a relative "
        + "error of \(oneDigit(error)); expected at most 1e-05, as for a smaller alignment or "
        + "dimension, or larger variances"
    case .densityUnresolved(let alignment):
      "alignment \(alignment): the density of w₁ was not resolved to 1e-06; expected a prior "
        + "variance or an alignment nearer to 1"
    case .unresolvedTail(let alignment):
      "alignment \(alignment): the integral for the exact tail did not converge"
    }
  }
}

// MARK: - The saddle point

extension LargeDeviation {
  /// The prior variance σ_w²/d of one weight.
  var componentVariance: Double { weightVariance / Double(dimension) }

  /// The value of |w_⊥|² if it is frozen, else `nil`.
  var frozenSquare: Double? {
    switch transverse {
    case .full: nil
    case .frozen: componentVariance * Double(dimension - 1)
    case .frozenAt(let r): r
    }
  }

  /// The prior of a neuron's coupling.
  var overlapPrior: OverlapPrior {
    if let r = frozenSquare { return OverlapPrior(frozenAt: r, variance: componentVariance) }
    return OverlapPrior(dimension: dimension, variance: componentVariance)
  }

  /// Returns c² for s² = w₁²/(1 + 2|w|²).
  func squaredCoupling(_ square: Double) -> Double {
    let c2 = coupling.coefficient * coupling.coefficient
    // Degree 3, that of every figure, goes without the general power.
    return coupling.degree == 3
      ? c2 * square * square * square : c2 * pow(square, Double(coupling.degree))
  }

  private func measure(_ order: Int, _ refinement: Double) -> CouplingMeasure {
    CouplingMeasure(prior: overlapPrior, order: order, refinement: refinement)
  }

  /// The cumulant Λ and its derivatives at one tilt, and means under the tilted measure.
  struct Moments {
    /// The cumulant Λ(t) = N ln m.
    let cumulant: Double
    /// The slope Λ′(t) = t σ_a² ⟨c²⟩, the mean of A.
    let slope: Double
    /// The curvature Λ″(t) = σ_a² ⟨c²⟩ + t² σ_a⁴ Var(c²)/N, the variance of A.
    let curvature: Double
    /// The mean ⟨c²⟩.
    let squaredCoupling: Double
    /// The mean ⟨w₁²⟩, or 0 if it was not requested.
    let squaredOverlap: Double
  }

  /// Returns the moments at one tilt; `nil` if no panels can be chosen, for sizes beyond double
  /// precision.
  ///
  /// *Complexity:* two exponentials a node.
  func moments(
    at tilt: Double, _ measure: inout CouplingMeasure, withOverlap: Bool = false
  ) -> Moments? {
    let n = Double(width)
    let halfTau = tilt * tilt * readoutVariance / n / 2
    let m = Double(coupling.degree)
    func exponent(_ square: Double) -> Double { halfTau * squaredCoupling(square) }
    guard
      halfTau.isFinite,
      measure.select(powers: [m, 2 * m], ceiling: { exponent($1) }, tilt: exponent)
    else { return nil }
    let couplings = measure.squares.map(squaredCoupling)
    // The values are w₁² given v.
    let stretched = measure.overlaps.map {
      withOverlap ? $0 * $0 * measure.prior.meanStretch($0) : 0
    }
    // The variance of c² is taken about its value at the peak. Where only the peak counts, ⟨c⁴⟩ −
    // ⟨c²⟩² would cancel.
    var (peak, reference) = (-Double.infinity, 0.0)
    for (logWeight, c2) in zip(measure.logWeights, couplings) where logWeight + halfTau * c2 > peak
    {
      (peak, reference) = (logWeight + halfTau * c2, c2)
    }
    let shift = max(0, peak)
    var (mass, excess, coupling, deviation, squaredDeviation, overlap) = (
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    )
    for (i, c2) in couplings.enumerated() {
      let x = halfTau * c2
      let p = exp(measure.logWeights[i] + x - shift)
      mass += p
      excess -= p * expm1(-x)
      coupling += p * c2
      let delta = c2 - reference
      deviation += p * delta
      squaredDeviation += p * delta * delta
      overlap += p * stretched[i]
    }
    deviation /= mass
    let mean = coupling / mass
    let variance = squaredDeviation / mass - deviation * deviation
    // The sum m = 1 + Σ p (eˣ − 1) keeps its digits where the tilt hardly acts and ln m is small.
    let logarithm = shift == 0 ? log1p(excess) : shift + log(mass)
    return Moments(
      cumulant: n * logarithm, slope: tilt * readoutVariance * mean,
      curvature: readoutVariance * (mean + 2 * halfTau * variance), squaredCoupling: mean,
      squaredOverlap: overlap / mass)
  }

  /// Returns a bound of the relative error that rounding of the exponents τc²/2 and of the prior's
  /// leaves in their exponentials, a few units in the last place of the largest exponent.
  private func rounding(at tilt: Double) -> Double { 4e-16 * exponent(at: tilt) }

  /// Returns the largest exponent τc²/2. Prior and tilt balance where neurons specialise, so the
  /// prior's are not larger.
  private func exponent(at tilt: Double) -> Double {
    tilt * tilt * readoutVariance / Double(2 * width) * coupling.supremumOfSquare
  }

  /// Returns t with Λ′(t) = α.
  ///
  /// Newton's method solves for ln Λ′ against ln t, a straight line both where the tilt hardly acts
  /// and where it saturates. A bracket keeps it safe: Λ is convex, so Λ′ rises.
  private func saddle(
    alignment: Double, _ measure: inout CouplingMeasure
  ) throws(LargeDeviationError) -> Double {
    // The lower end follows from Λ′ ≤ t σ_a² sup c².
    var low = alignment / (readoutVariance * coupling.supremumOfSquare)
    let asymptotics = LargeDeviationAsymptotics(
      degree: coupling.degree, weightVariance: weightVariance, readoutVariance: readoutVariance,
      transverse: transverse)
    // The slope of the asymptotic energy is a tilt of the right size, since dE/dα = t.
    var high = max(2 * low, asymptotics.energy(alignment: 1, dimension: dimension, width: width))
    guard var moments = moments(at: high, &measure) else { throw .unresolved(alignment) }
    while moments.slope < alignment {
      low = high
      high *= 1.5
      guard let next = self.moments(at: high, &measure) else { throw .unresolved(alignment) }
      moments = next
    }

    var tilt = high
    for _ in 0..<200 {
      let gap = log(alignment / moments.slope)
      if gap < 0 { high = tilt } else { low = tilt }
      var next = tilt * exp(gap * moments.slope / (tilt * moments.curvature))
      // An exponent of 1e8 turns 1e-16 of t into 1e-8 of Λ′, so t is sought to its last bit.
      let rounding = rounding(at: tilt)
      let tolerance = exponent(at: tilt) < 3e4 ? 4e-15 : 3e-16
      if abs(next / tilt - 1) < tolerance || high / low - 1 < tolerance { return tilt }
      if tolerance < 4e-15 && abs(gap) < rounding { return tilt }
      if !(low < next && next < high) { next = (low * high).squareRoot() }
      tilt = next
      guard let found = self.moments(at: tilt, &measure) else { throw .unresolved(alignment) }
      moments = found
    }
    throw .unresolved(alignment)
  }
}

/// Returns a number with one digit, for an error message.
func oneDigit(_ error: Double) -> String {
  String(format: "%.0e", error)
}
