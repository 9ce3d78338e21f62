import Foundation
import Networks

extension LargeDeviation {
  /// The energy E(α) and the tilted measure of one neuron, p(w) ∝ prior(w) exp(τ c(w)²/2).
  public struct Solution: Sendable {
    /// The network that was solved.
    public let model: LargeDeviation
    /// The alignment α.
    public let alignment: Double
    /// The energy E(α) = tα − Λ(t), which is the exponent of Pr[A ≥ α]; dE/dα = t.
    public let energy: Double
    /// The tilt t, conjugate to the alignment.
    public let tilt: Double
    /// The cumulant Λ(t) = N ln m.
    public let cumulant: Double
    /// The variance Λ″(t) of A under the tilted measure, which is 1/(d²E/dα²).
    public let variance: Double
    /// The mean ⟨c²⟩ under the tilted measure.
    public let meanSquaredCoupling: Double
    /// The mean ⟨w₁²⟩ under the tilted measure.
    public let meanSquaredOverlap: Double
    /// A bound of the error of ``energy``.
    public let energyError: Double
    /// A bound of the relative error of the tilted measure: of its mean alignment Λ′(t) against α,
    /// of ⟨c²⟩, and of the density where neurons specialise.
    public let relativeError: Double
    /// The factor by which panels of a quadrature have to be shorter than usual.
    let refinement: Double

    init(
      model: LargeDeviation, alignment: Double, tilt: Double, moments: LargeDeviation.Moments,
      refinement: Double, rounding: Double, change: Double
    ) {
      self.model = model
      self.alignment = alignment
      self.tilt = tilt
      self.refinement = refinement
      energy = tilt * alignment - moments.cumulant
      cumulant = moments.cumulant
      variance = moments.curvature
      meanSquaredCoupling = moments.squaredCoupling
      meanSquaredOverlap = moments.squaredOverlap
      let residual = abs(moments.slope / alignment - 1)
      relativeError = residual + change + rounding + 1e-14
      // The quadrature changes Λ in proportion. Rounding does where ln m is small, and adds to ln m
      // where it is large. Beside the saddle point E errs by (Λ′ − α)²/(2Λ″).
      let count = Double(model.width)
      energyError =
        abs(moments.cumulant) * (change + 1e-14) + rounding * min(abs(moments.cumulant), count)
        + 1e-15 * tilt * alignment
        + residual * residual * alignment * alignment / moments.curvature
    }

    /// Tests what every solution satisfies.
    ///
    /// - Throws: `LargeDeviationError` if a bound of an error is too large, or E is not within what
    ///   convexity allows.
    func check() throws(LargeDeviationError) {
      guard relativeError <= 1e-5 else {
        throw .imprecise(alignment, relativeError: relativeError)
      }
      let product = tilt * alignment
      let least =
        alignment * alignment
        / (2 * model.readoutVariance * model.coupling.supremumOfSquare)
      let slack = energyError + 1e-12 * product
      guard
        energy.isNormal, energyError.isFinite, variance > 0,
        energy >= max(product / 2, least) - slack, energy <= product + slack,
        meanSquaredCoupling <= model.coupling.supremumOfSquare * (1 + relativeError)
      else { throw .unresolved(alignment) }
    }
  }
}

extension LargeDeviation.Solution {
  /// Returns the tilted density p(w₁), which is even and has integral one over the whole line.
  ///
  /// *Complexity:* an integral over |w_⊥|, some hundreds of exponentials.
  public func density(at overlap: Double) -> Double { slice.density(at: overlap) }

  /// Returns the tilted density p(w₁) at each of these w₁.
  public func density(at overlaps: [Double]) -> [Double] {
    let slice = slice
    return overlaps.map { slice.density(at: $0) }
  }

  /// Returns the expected number N Pr[|w₁| > threshold] of specialists; a threshold below zero
  /// gives N.
  ///
  /// *Complexity:* the density at some hundreds of w₁.
  ///
  /// - Throws: ``LargeDeviationError/densityUnresolved(_:)`` as ``specialistCount(beyond:)``.
  public func specialists(beyond threshold: Double) throws(LargeDeviationError) -> Double {
    try specialistCount(beyond: threshold).value
  }

  /// Returns the same number with a bound of its error.
  ///
  /// The density, an integral over |w_⊥|, has to have integral one. This tests Λ as well, which is
  /// an integral over another variable.
  ///
  /// - Throws: ``LargeDeviationError/densityUnresolved(_:)`` if the integral differs from one, or
  ///   fewer nodes change the number, by more than 1e-6.
  public func specialistCount(
    beyond threshold: Double
  ) throws(LargeDeviationError) -> (value: Double, error: Double) {
    guard
      let share = slice.share(beyond: max(0, threshold), relativeError: relativeError)
    else { throw .densityUnresolved(alignment) }
    let count = Double(model.width)
    return (count * share.value, count * share.error)
  }

  /// The w₁ > 0 of the outermost local maximum of the density, which is the typical specialist;
  /// `nil` if the density only falls.
  public var outerMode: Double? { stationaryPoints.mode }

  /// The w₁ > 0 of the local minimum between the outer mode and the neurons that remain in the
  /// bulk; `nil` if it is missing.
  public var barrier: Double? { stationaryPoints.barrier }

  /// The barrier and the outer mode, in the time of one.
  public var stationaryPoints: (barrier: Double?, mode: Double?) {
    let (minima, maxima) = slice.stationaryPoints
    guard let mode = maxima.last(where: { $0 > 0 }) else { return (nil, nil) }
    return (minima.last { 0 < $0 && $0 < mode }, mode)
  }

  /// Returns the bound P* = 2κE/k, the number of samples at which the gain k P/(2κ) in the training
  /// loss pays for E. It has the exponent of the measured P*, and lies below it.
  ///
  /// - Parameter ridge: κ.
  public func sampleBound(ridge: Double) -> Double {
    2 * ridge * energy / model.priorLoss()
  }

  /// The density as a function of w₁.
  private var slice: TiltedOverlap {
    // The prefactor is τ/2 = t² σ_a²/(2N).
    let halfTau = tilt * tilt * model.readoutVariance / Double(2 * model.width)
    let (degree, model) = (Double(model.coupling.degree), model)
    return TiltedOverlap(
      dimension: model.dimension, variance: model.componentVariance,
      frozenSquare: model.frozenSquare, logarithm: cumulant / Double(model.width),
      refinement: refinement
    ) { square in
      let value = halfTau * model.squaredCoupling(square)
      return (value, 2 * degree * value, value)
    }
  }
}
