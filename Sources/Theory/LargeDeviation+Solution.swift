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
    let measure: TiltedMeasure

    init(
      model: LargeDeviation, alignment: Double, tilt: Double, moments: TiltedMeasure.Moments,
      measure: TiltedMeasure
    ) {
      self.model = model
      self.alignment = alignment
      self.tilt = tilt
      self.measure = measure
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
  /// *Complexity*: one exponential for each node of |w_⊥|², some hundreds.
  public func density(at overlap: Double) -> Double { exp(logDensity(at: overlap)) }

  /// p(w₁) at each of these w₁.
  public func density(at overlaps: [Double]) -> [Double] { overlaps.map { density(at: $0) } }

  /// N Pr[|w₁| > threshold], the expected number of specialists; N at a threshold below zero.
  ///
  /// *Complexity*: the density at some hundreds of w₁.
  public func specialists(beyond threshold: Double) -> Double {
    let start = max(0, threshold)
    // From any start, the prior falls by e^−60 before this end.
    let end = max(
      measure.cutoff, (start * start + 120 * model.componentVariance).squareRoot())
    let panels = Int(((end - start) / measure.panel).rounded(.up))
    let rule = GaussLegendre(count: 24, on: start...end, panels: panels)
    return 2 * Double(model.width) * rule.integral { density(at: $0) }
  }

  /// The w₁ > 0 of the outermost local maximum of the density, the typical specialist; `nil` where
  /// the density falls all the way.
  public var outerMode: Double? { stationaryPoints.mode }

  /// The w₁ > 0 of the local minimum between the outer mode and the neurons that remain in the bulk;
  /// `nil` where there is none.
  public var barrier: Double? { stationaryPoints.barrier }

  /// P* = 2κE/k: the sample number at which the gain in the training loss k P/(2κ) pays for E. It
  /// has the exponent of the measured P*, and lies below it.
  ///
  /// - Parameter ridge: κ.
  public func sampleBound(ridge: Double) -> Double {
    2 * ridge * energy / model.priorLoss()
  }
}

// MARK: - The shape of the density

extension LargeDeviation.Solution {
  /// τ/2 = t² σ_a²/(2N)
  private var halfTau: Double {
    tilt * tilt * model.readoutVariance / Double(2 * model.width)
  }

  /// ln p(w₁) = ln p₀(w₁) + ln E_r exp(τc²/2) − ln m.
  private func logDensity(at overlap: Double) -> Double {
    let u = overlap * overlap
    let variance = model.componentVariance
    let exponents = exponents(u)
    let largest = exponents.max()!
    let sum = exponents.reduce(0) { $0 + exp($1 - largest) }
    return -(u / variance + log(2 * .pi * variance)) / 2 + largest + log(sum)
      - cumulant / Double(model.width)
  }

  /// ln(weight) + τc²/2 at each node of |w_⊥|², for w₁² = u.
  private func exponents(_ u: Double) -> [Double] {
    let halfTau = halfTau
    return zip(measure.transverse.squares, measure.transverse.logWeights).map { r, logWeight in
      logWeight + halfTau * model.coupling.square(squaredOverlap: u, squaredTransverse: r)
    }
  }

  /// (d ln p/dw₁)/w₁ = −d/σ_w² + τ m ⟨c² (1 + 2r)/(w₁² (1 + 2w₁² + 2r))⟩, the mean over r at this w₁.
  private func relativeSlope(at overlap: Double) -> Double {
    let u = overlap * overlap
    let exponents = exponents(u)
    let largest = exponents.max()!
    let degree = model.coupling.degree
    var sum = 0.0
    var mean = 0.0
    for (r, exponent) in zip(measure.transverse.squares, exponents) {
      let p = exp(exponent - largest)
      let norm = 1 + 2 * u + 2 * r
      sum += p
      mean += p * pow(u / norm, Double(degree - 1)) * (1 + 2 * r) / (norm * norm)
    }
    let c = model.coupling.coefficient
    return 2 * halfTau * Double(degree) * c * c * mean / sum - 1 / model.componentVariance
  }

  /// The outermost maximum and the minimum before it, by scanning the slope's sign at a sixteenth of
  /// a prior standard deviation, then bisecting to the last bit.
  ///
  /// *Complexity*: the slope at some hundreds of w₁, a millisecond at d = 60.
  private var stationaryPoints: (barrier: Double?, mode: Double?) {
    let steps = Int((48 * measure.cutoff / measure.panel).rounded(.up))
    let scan = (0...steps).map { measure.cutoff * Double($0) / Double(steps) }
    let rises = scan.map { relativeSlope(at: $0) > 0 }
    // At the cut-off the prior dominates and the density falls.
    guard let last = rises.lastIndex(of: true), last + 1 < scan.count else { return (nil, nil) }
    let mode = signChange(from: scan[last], to: scan[last + 1])
    let barrier = rises[..<last].lastIndex(of: false).map {
      signChange(from: scan[$0 + 1], to: scan[$0])
    }
    return (barrier, mode)
  }

  /// Where the slope's sign changes between a w₁ at which the density rises and one at which it falls.
  private func signChange(from rising: Double, to falling: Double) -> Double {
    var (rising, falling) = (rising, falling)
    while true {
      let middle = (rising + falling) / 2
      guard middle != rising && middle != falling else { return middle }
      if relativeSlope(at: middle) > 0 { rising = middle } else { falling = middle }
    }
  }
}
