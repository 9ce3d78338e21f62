import Foundation
import Networks

/// The prior of s = w₁/√(1 + 2|w|²), on which alone a neuron's couplings ⟨erf(w·x), He_k⟩ ∝ s^k
/// depend: E g(s²) ≈ Σ_i exp(logWeights_i) g(squares_i).
///
/// The nodes lie in v = w₁/√(1 + 2|w_⊥|²), whose density E_r √(1 + 2r) p₀(v √(1 + 2r)) over
/// r = |w_⊥|² is as smooth as the prior p₀ of w₁; s² = v²/(1 + 2v²). One integral is thus done once,
/// and every tilt by a function of s is a sum over some hundreds of nodes.
struct CouplingMeasure: Sendable {
  /// s² at the nodes.
  let squares: [Double]
  /// Logarithms of the weights, which add up to one and count both signs of s.
  let logWeights: [Double]

  /// - Parameters:
  ///   - transverse: the rule for |w_⊥|². - variance: of w₁, σ_w²/d.
  ///   - exponent: the largest exponent by which the measure will be tilted; the nodes end where e to
  ///     that power times the prior mass beyond is below e^−60.
  ///   - order: nodes per panel.
  ///   - refinement: the panels are three prior standard deviations and at most 1 long, and this many
  ///     times shorter.
  ///   - halvings: how often the panel at zero is halved towards zero, for functions that are sharp
  ///     there.
  /// - Returns: `nil` if there would be beyond reason many nodes, 2¹⁶.
  init?(
    transverse: RadialRule, variance: Double, exponent: Double, order: Int, refinement: Double,
    halvings: Int = 0
  ) {
    let deviation = variance.squareRoot()
    // |v| ≤ |w₁|, and Pr[|w₁| > w] ≤ exp(−w²/(2 variance)).
    let cutoff = deviation * (2 * (exponent + 60)).squareRoot()
    let panels = (cutoff / (min(3 * deviation, 1) / refinement)).rounded(.up)
    guard panels * Double(order) < 0x1p16 else { return nil }
    let rule = GaussLegendre(count: order, on: 0...cutoff, panels: Int(panels))
    var (nodes, weights) = (rule.nodes, rule.weights)
    for halving in 0..<halvings {
      // [0, h] becomes [0, h/2] and [h/2, h].
      let h = cutoff / panels * Double(sign: .plus, exponent: -halving, significand: 1)
      for (place, interval) in [(0, 0...h / 2), (order, h / 2...h)] {
        let part = GaussLegendre(count: order, on: interval)
        if place == 0 {
          nodes.replaceSubrange(0..<order, with: part.nodes)
          weights.replaceSubrange(0..<order, with: part.weights)
        } else {
          nodes.insert(contentsOf: part.nodes, at: place)
          weights.insert(contentsOf: part.weights, at: place)
        }
      }
    }
    let stretches = transverse.squares.map { 1 + 2 * $0 }
    let offsets = zip(transverse.logWeights, stretches).map { $0 + log($1) / 2 }
    squares = nodes.map { $0 * $0 / (1 + 2 * $0 * $0) }
    logWeights = normalised(
      zip(nodes, weights).map { v, weight in
        let half = v * v / (2 * variance)
        var largest = -Double.infinity
        for (offset, stretch) in zip(offsets, stretches) {
          largest = max(largest, offset - half * stretch)
        }
        var sum = 0.0
        for (offset, stretch) in zip(offsets, stretches) {
          let exponent = offset - half * stretch - largest
          if exponent > -45 { sum += exp(exponent) }
        }
        return log(weight) + largest + log(sum)
      })
  }
}
