import Foundation
import Networks

/// The cheapest specialised neuron as d, N → ∞, of any activation and law of inputs.
///
/// A neuron of overlap √v and |w_⊥|² = r costs d g/2, g = (v + r)/σ_w² − 1 − ln(r/σ_w²), and
/// contributes c(v, r) to the alignment. E → e₁ α√(dN)/σ_a with e₁ = min √g/|c|, attained by M →
/// m₁ (α/σ_a) √(N/d) of them, m₁ = 1/(e₁ c²).
public struct SpecialistOptimum: Hashable, Sendable {
  /// The coefficient e₁.
  public let energyCoefficient: Double
  /// The coefficient m₁.
  public let specialistCoefficient: Double
  /// The overlap w₁ > 0.
  public let overlap: Double
  /// The squared length |w_⊥|².
  public let squaredTransverse: Double

  /// Finds the minimum over overlaps from 0.05 to 6 σ_w and lengths down to 1e-3 σ_w; `nil` if it
  /// is at an end of them, as for a homogeneous activation.
  ///
  /// - Parameters:
  ///   - s: σ_w².
  ///   - coupling: c of w₁ and |w_⊥|².
  public init?(weightVariance s: Double = 1, coupling: (Double, Double) -> Double) {
    let scale = s.squareRoot()
    func ratio(_ overlap: Double, _ r: Double) -> Double {
      let cost = (overlap * overlap + r) / s - 1 - log(r / s)
      return cost.squareRoot() / abs(coupling(overlap, r))
    }
    let (least, most) = (0.05 * scale, 6 * scale)
    func best(_ logR: Double) -> (place: Double, value: Double) {
      goldenMinimum(least, most) { ratio($0, s * exp(logR)) }
    }
    let found = goldenMinimum(log(1e-6), 0) { best($0).value }
    let r = s * exp(found.place)
    let overlap = best(found.place).place
    guard
      found.value.isFinite, overlap > 1.001 * least, overlap < 0.999 * most, r < 0.999 * s,
      r > 2e-6 * s
    else { return nil }
    let c = coupling(overlap, r)
    energyCoefficient = found.value
    specialistCoefficient = 1 / (found.value * c * c)
    self.overlap = overlap
    squaredTransverse = r
  }

  /// Finds the minimum for Gaussian inputs and the target He_m(x₁)/√m!.
  public init?(
    activation: HermiteOverlap.Activation, degree: Int, weightVariance s: Double = 1
  ) {
    let component = HermiteOverlap(activation, degree: degree)
    guard component.obstacle == nil else { return nil }
    self.init(weightVariance: s) { overlap, r in
      component.value(overlap: overlap, squaredNorm: overlap * overlap + r)
    }
  }
}

/// Returns the least value of a function with one minimum on an interval, by golden sections around
/// the best of 24 points.
private func goldenMinimum(
  _ low: Double, _ high: Double, _ f: (Double) -> Double
) -> (place: Double, value: Double) {
  let points = (0...24).map { low + (high - low) * Double($0) / 24 }
  let values = points.map(f)
  let least = values.indices.min { values[$0] < values[$1] }!
  var (a, b) = (points[max(0, least - 1)], points[min(24, least + 1)])
  let share = (5.0.squareRoot() - 1) / 2
  var (c, d) = (b - share * (b - a), a + share * (b - a))
  var (fc, fd) = (f(c), f(d))
  while b - a > 1e-9 * max(1e-3, abs(a) + abs(b)) {
    if fc < fd {
      (b, d, fd) = (d, c, fc)
      c = b - share * (b - a)
      fc = f(c)
    } else {
      (a, c, fc) = (c, d, fd)
      d = a + share * (b - a)
      fd = f(d)
    }
  }
  return ((a + b) / 2, min(fc, fd))
}
