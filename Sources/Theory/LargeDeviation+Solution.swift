import Foundation
import Networks

extension LargeDeviation {
  /// E(α) and the tilted measure of one neuron: p(w) ∝ prior(w) exp(τ c(w)²/2).
  public struct Solution: Sendable {
    public let model: LargeDeviation
    /// α.
    public let alignment: Double
    /// E(α) = tα − Λ(t), the exponent of Pr[A ≥ α]; dE/dα = t.
    public let energy: Double
    /// t, conjugate to the alignment.
    public let tilt: Double
    /// Λ(t) = N ln m.
    public let cumulant: Double
    /// Λ″(t), the variance of A under the tilted measure; 1/(d²E/dα²).
    public let variance: Double
    /// ⟨c²⟩ under the tilted measure.
    public let meanSquaredCoupling: Double
    /// ⟨w₁²⟩ under the tilted measure.
    public let meanSquaredOverlap: Double
    /// How much shorter than usual the panels of a quadrature have to be.
    let refinement: Double

    init(
      model: LargeDeviation, alignment: Double, tilt: Double, moments: LargeDeviation.Moments,
      refinement: Double
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
    }
  }
}

extension LargeDeviation.Solution {
  /// The tilted density p(w₁) on the whole line, even and of integral one.
  ///
  /// *Complexity*: an integral over |w_⊥|, some hundreds of exponentials.
  public func density(at overlap: Double) -> Double { slice.density(at: overlap) }

  /// p(w₁) at each of these w₁.
  public func density(at overlaps: [Double]) -> [Double] {
    let slice = slice
    return overlaps.map { slice.density(at: $0) }
  }

  /// N Pr[|w₁| > threshold], the expected number of specialists; N at a threshold below zero.
  ///
  /// *Complexity*: the density at some hundreds of w₁.
  public func specialists(beyond threshold: Double) -> Double {
    2 * Double(model.width) * slice.mass(beyond: max(0, threshold))
  }

  /// The w₁ > 0 of the outermost local maximum of the density, the typical specialist; `nil` where
  /// the density falls all the way.
  public var outerMode: Double? { stationaryPoints.mode }

  /// The w₁ > 0 of the local minimum between the outer mode and the neurons that remain in the bulk;
  /// `nil` where there is none.
  public var barrier: Double? { stationaryPoints.barrier }

  /// Both at once, for the time of one.
  public var stationaryPoints: (barrier: Double?, mode: Double?) {
    let (minima, maxima) = slice.stationaryPoints
    guard let mode = maxima.last(where: { $0 > 0 }) else { return (nil, nil) }
    return (minima.last { 0 < $0 && $0 < mode }, mode)
  }

  /// P* = 2κE/k: the sample number at which the gain in the training loss k P/(2κ) pays for E. It
  /// has the exponent of the measured P*, and lies below it.
  ///
  /// - Parameter ridge: κ.
  public func sampleBound(ridge: Double) -> Double {
    2 * ridge * energy / model.priorLoss()
  }

  /// The density as a function of w₁.
  private var slice: TiltedOverlap {
    // τ/2 = t² σ_a²/(2N)
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
