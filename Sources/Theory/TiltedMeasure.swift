import Foundation
import Networks

/// The prior of one neuron's (w₁, |w_⊥|²) on a tensor grid, to be tilted by exp(τ c²/2): what the
/// cumulant Λ(t) = N ln m(τ), τ = t² σ_a²/N, and its derivatives are sums over.
///
/// One grid serves every tilt up to a ceiling. w₁ ends where e^B Pr[|w₁| > w] ≤ e^−60, with
/// B = τ sup c²/2 at the ceiling: since m ≥ 1, no tilted mass above e^−60 is neglected. Tilting only
/// shortens w_⊥, so the end of its prior needs no such room.
struct TiltedMeasure: Sendable {
  private let width: Double
  private let readoutVariance: Double
  /// w₁² at the nodes with w₁ > 0; their weights carry both signs.
  private let squaredOverlaps: [Double]
  private let logWeights: [Double]
  /// The rule for |w_⊥|².
  let transverse: RadialRule
  /// c² at (w₁, |w_⊥|²), the latter fastest: the only part of the exponent that does not separate.
  private let squaredCouplings: [Double]
  /// Where the grid ends in w₁.
  let cutoff: Double
  /// Length of a panel in w₁.
  let panel: Double

  /// - Parameters:
  ///   - ceiling: largest t for which the grid reaches far enough.
  ///   - order: nodes per panel.
  ///   - refinement: the panels are three prior standard deviations and at most 1 long, the scale of
  ///     c(w), and this many times shorter.
  /// - Returns: `nil` if the grid would be beyond reason, 2²⁶ nodes.
  init?(_ model: LargeDeviation, ceiling: Double, order: Int, refinement: Double) {
    width = Double(model.width)
    readoutVariance = model.readoutVariance
    let variance = model.componentVariance
    let deviation = variance.squareRoot()
    let exponent = ceiling * ceiling * readoutVariance / width * model.coupling.supremumOfSquare / 2
    cutoff = deviation * (2 * (exponent + 60)).squareRoot()
    panel = min(3 * deviation, 1) / refinement
    // The length of w_⊥ spreads by σ_w/√(2d).
    transverse = model.transverseRule(
      order: order, panel: min(3 * deviation * 0.5.squareRoot(), 1) / refinement)
    let panels = (cutoff / panel).rounded(.up)
    guard panels * Double(order * transverse.squares.count) < 0x1p26 else { return nil }

    let rule = GaussLegendre(count: order, on: 0...cutoff, panels: Int(panels))
    let squares = rule.nodes.map { $0 * $0 }
    squaredOverlaps = squares
    logWeights = normalised(
      zip(squares, rule.weights).map { square, weight in log(weight) - square / (2 * variance) })
    let rings = transverse.squares
    squaredCouplings = squares.flatMap { u in
      rings.map { model.coupling.square(squaredOverlap: u, squaredTransverse: $0) }
    }
  }

  /// Λ and its derivatives at one tilt, and means under the tilted measure.
  struct Moments {
    /// Λ(t) = N ln m.
    let cumulant: Double
    /// Λ′(t) = t σ_a² ⟨c²⟩, the mean of A.
    let slope: Double
    /// Λ″(t) = σ_a² ⟨c²⟩ + t² σ_a⁴ Var(c²)/N, the variance of A.
    let curvature: Double
    /// ⟨c²⟩
    let squaredCoupling: Double
    /// ⟨w₁²⟩
    let squaredOverlap: Double
  }

  /// *Complexity*: two exponentials for each node that matters; c² is read from the table.
  func moments(at tilt: Double) -> Moments {
    let halfTau = tilt * tilt * readoutVariance / width / 2
    // The variance of c² is taken about its value at the peak: where only the peak counts, ⟨c⁴⟩ − ⟨c²⟩²
    // would cancel.
    let (peak, reference) = peak(halfTau)
    let shift = max(0, peak)
    var mass = 0.0
    var excess = 0.0
    var coupling = 0.0
    var deviation = 0.0
    var squaredDeviation = 0.0
    var overlap = 0.0
    transverse.logWeights.withUnsafeBufferPointer { rings in
      squaredCouplings.withUnsafeBufferPointer { table in
        for (i, logWeight) in logWeights.enumerated() {
          let row = table.baseAddress! + i * rings.count
          var rowMass = 0.0
          for j in 0..<rings.count {
            let x = halfTau * row[j]
            let exponent = logWeight + rings[j] + x - shift
            // e^−80 adds nothing: the sums below are far above 1e-30.
            guard exponent > -80 else { continue }
            let p = exp(exponent)
            rowMass += p
            excess -= p * expm1(-x)
            coupling += p * row[j]
            let delta = row[j] - reference
            deviation += p * delta
            squaredDeviation += p * delta * delta
          }
          mass += rowMass
          overlap += rowMass * squaredOverlaps[i]
        }
      }
    }
    deviation /= mass
    let c2 = coupling / mass
    let variance = squaredDeviation / mass - deviation * deviation
    // m = 1 + Σ p (eˣ − 1) keeps its digits where the tilt hardly acts and ln m is small.
    let logarithm = shift == 0 ? log1p(excess) : shift + log(mass)
    return Moments(
      cumulant: width * logarithm, slope: tilt * readoutVariance * c2,
      curvature: readoutVariance * (c2 + 2 * halfTau * variance), squaredCoupling: c2,
      squaredOverlap: overlap / mass)
  }

  /// The largest ln(weight) + τ c²/2 on the grid, and c² there.
  private func peak(_ halfTau: Double) -> (exponent: Double, squaredCoupling: Double) {
    var largest = (exponent: -Double.infinity, squaredCoupling: 0.0)
    transverse.logWeights.withUnsafeBufferPointer { rings in
      squaredCouplings.withUnsafeBufferPointer { table in
        for (i, logWeight) in logWeights.enumerated() {
          let row = table.baseAddress! + i * rings.count
          for j in 0..<rings.count {
            let exponent = logWeight + rings[j] + halfTau * row[j]
            if exponent > largest.exponent { largest = (exponent, row[j]) }
          }
        }
      }
    }
    return largest
  }
}
