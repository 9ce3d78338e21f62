import Foundation
import Networks

/// The large-deviation energy of a two-layer network as d, N → ∞.
///
/// M neurons specialise, each to w₁ = O(1) at a cost d g, and share the alignment. The readout
/// costs N α²/(2 M c² σ_a²). With u = w₁², r = |w_⊥|² and s = σ_w², g = (u/s + r/s − 1 −
/// ln(r/s))/2, or u/(2s) if |w_⊥|² is frozen.
///
/// Minimising M d g + N α²/(2 M c² σ_a²) over M gives E = e₁ α √(dN)/σ_a with e₁ = min √(2g)/|c|
/// over u and r. The minimum is at M = M₁ (α/σ_a) √(N/d) with M₁ = 1/(|c| √(2g)).
///
/// *Edge case:* a linear target, m = 1, has no specialists, since every neuron takes a vanishing
/// part. The minimum is then the limit w₁ → 0, and M₁ is infinite. E has the slope e₁ √(dN)/σ_a in
/// α only where α √(d/N) is large.
public struct LargeDeviationAsymptotics: Hashable, Sendable {
  /// The prior standard deviation σ_a of the readout.
  private let readoutScale: Double
  /// The coefficient e₁ in E → e₁ α √(dN)/σ_a.
  public let energyCoefficient: Double
  /// The coefficient M₁ in the number of specialists → M₁ (α/σ_a) √(N/d).
  public let specialistCoefficient: Double
  /// The overlap w₁ > 0 of a specialist.
  public let overlap: Double
  /// The squared length |w_⊥|² of a specialist.
  public let squaredTransverse: Double

  /// Finds the cheapest specialist for a target of odd degree.
  ///
  /// - Parameters:
  ///   - degree: m of the target, odd.
  ///   - s: σ_w².
  ///   - readoutVariance: σ_a².
  ///   - transverse: the treatment of |w_⊥|².
  public init(
    degree: Int = 3, weightVariance s: Double = 1, readoutVariance: Double = 1,
    transverse: LargeDeviation.Transverse = .full
  ) {
    precondition(s > 0 && readoutVariance > 0)
    let coupling = ErfCoupling(degree: degree)
    let (u, r) =
      switch transverse {
      case .full: Self.optimum(degree: degree, weightVariance: s)
      case .frozen: Self.optimum(degree: degree, frozenAt: s)
      case .frozenAt(let r): Self.optimum(degree: degree, frozenAt: r)
      }
    readoutScale = readoutVariance.squareRoot()
    overlap = u.squareRoot()
    squaredTransverse = r
    guard u > 0 else {
      // The limits are |c|/w₁ → |C|/√(1 + 2r) and √(2g)/w₁ → 1/σ_w.
      energyCoefficient = ((1 + 2 * r) / s).squareRoot() / abs(coupling.coefficient)
      specialistCoefficient = .infinity
      return
    }
    let cost = transverse == .full ? (u + r) / s - 1 - log(r / s) : u / s
    let c = coupling.square(squaredOverlap: u, squaredTransverse: r).squareRoot()
    energyCoefficient = cost.squareRoot() / c
    specialistCoefficient = 1 / (c * cost.squareRoot())
  }

  /// Returns the energy e₁ α √(dN)/σ_a.
  public func energy(alignment: Double, dimension: Int, width: Int) -> Double {
    energyCoefficient * alignment * (Double(dimension) * Double(width)).squareRoot() / readoutScale
  }

  /// Returns the number M₁ (α/σ_a) √(N/d) of specialists.
  public func specialists(alignment: Double, dimension: Int, width: Int) -> Double {
    specialistCoefficient * alignment / readoutScale
      * (Double(width) / Double(dimension)).squareRoot()
  }

  /// Returns the projection B = max(0, c − e₁√(dN)/(Qσ_a)) that the posterior at the population
  /// loss has on a feature of coefficient c, where readouts limit it.
  ///
  /// It minimises e₁√(dN)|B|/σ_a + (Q/2)(c − B)². Features are decoupled in it, and each appears at
  /// a load of its own, `threshold(coefficient:dimension:width:)`.
  public func projection(
    coefficient c: Double, load: Double, dimension: Int, width: Int
  ) -> Double {
    let reach = abs(c) - energy(alignment: 1, dimension: dimension, width: width) / load
    return c < 0 ? -max(0, reach) : max(0, reach)
  }

  /// Returns the load Q = e₁√(dN)/(σ_a|c|) at which a feature of coefficient c appears.
  public func threshold(coefficient c: Double, dimension: Int, width: Int) -> Double {
    energy(alignment: 1, dimension: dimension, width: width) / abs(c)
  }

  /// Returns the optimum ∂ ln(g/c²)/∂u = 0 with g ∝ u, at 1 + 2u + 2r = m (1 + 2r).
  private static func optimum(degree: Int, frozenAt r: Double) -> (u: Double, r: Double) {
    (Double(degree - 1) * (1 + 2 * r) / 2, r)
  }

  /// Returns the optimum over u and r. With r = sρ and D = 1 + 2u + 2r, the conditions ∂_u = ∂_r =
  /// 0 of ln(g/c²) combine to u = (1 − ρ)(1 + 2r)/(2ρ). This leaves u D = 2 s g m (1 + 2r) for ρ in
  /// (0, 1). The difference of the two sides is positive as ρ → 0 and, for m > 1, negative as ρ →
  /// 1.
  private static func optimum(degree: Int, weightVariance s: Double) -> (u: Double, r: Double) {
    guard degree > 1 else { return (0, s) }
    func u(_ rho: Double) -> Double { (1 - rho) * (1 + 2 * s * rho) / (2 * rho) }
    func difference(_ rho: Double) -> Double {
      let cost = u(rho) + s * (rho - 1 - log(rho))
      return u(rho) * (1 + 2 * u(rho) + 2 * s * rho) - Double(degree) * cost * (1 + 2 * s * rho)
    }
    var low = 0.0
    var high = 1.0
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { return (u(middle), s * middle) }
      if difference(middle) > 0 { low = middle } else { high = middle }
    }
  }
}
