import Foundation

/// A quadrature rule for the length ρ of a Gaussian vector: E g(ρ²) ≈ Σ_j exp(logWeights_j) g(squares_j).
///
/// With n components of variance s each, ρ has density ∝ ρ^{n−1} exp(−ρ²/(2s)); in ρ, unlike in ρ²,
/// it is smooth at zero for every n.
struct RadialRule: Sendable {
  /// ρ² at the nodes.
  let squares: [Double]
  /// Logarithms of the weights, which add up to one.
  let logWeights: [Double]

  /// ρ² known: one node.
  init(at square: Double) {
    squares = [square]
    logWeights = [0]
  }

  /// ρ² ~ s χ²_n, with `order` nodes on panels of at most `panel`, up to a ρ beyond which the
  /// prior mass is below e^−60.
  init(components n: Int, variance s: Double, order: Int, panel: Double) {
    guard n > 0 else {
      squares = [0]
      logWeights = [0]
      return
    }
    // Pr[χ²_n ≥ n + 2√(nx) + 2x] ≤ e^−x (Laurent and Massart 2000, lemma 1).
    let x = 60.0
    let end = (s * (Double(n) + 2 * (Double(n) * x).squareRoot() + 2 * x)).squareRoot()
    let rule = GaussLegendre(count: order, on: 0...end, panels: Int((end / panel).rounded(.up)))
    squares = rule.nodes.map { $0 * $0 }
    logWeights = normalised(
      zip(rule.nodes, rule.weights).map { rho, weight in
        log(weight) + Double(n - 1) * log(rho) - rho * rho / (2 * s)
      })
  }

  /// E g(ρ²).
  func mean(of g: (Double) -> Double) -> Double {
    var sum = 0.0
    for (square, logWeight) in zip(squares, logWeights) { sum += exp(logWeight) * g(square) }
    return sum
  }
}

/// The logarithms of weights, shifted so that the weights add up to one.
func normalised(_ logWeights: [Double]) -> [Double] {
  let largest = logWeights.max()!
  let total = largest + log(logWeights.reduce(0) { $0 + exp($1 - largest) })
  return logWeights.map { $0 - total }
}
