import Foundation

/// A quadrature rule for the length ρ of a Gaussian vector: E g(ρ²) ≈ Σ_j exp(logWeights_j)
/// g(squares_j).
///
/// With n components of variance s each, ρ has density ∝ ρ^{n−1} exp(−ρ²/(2s)). As a function of ρ,
/// unlike ρ², it is smooth at zero for every n.
struct RadialRule: Sendable {
  /// The values ρ² at the nodes.
  let squares: [Double]
  /// The logarithms of the weights, which add up to one.
  let logWeights: [Double]

  /// Creates a rule for ρ² ~ s χ²_n with `order` nodes on a panel. On either side the rule ends
  /// where the prior mass beyond is below e^−60.
  ///
  /// - Parameters:
  ///   - n: number of components.
  ///   - s: variance of each.
  ///   - order: nodes on a panel.
  ///   - panel: the length of panels near ρ = 0, where functions are sharpest.
  ///   - longest: the length up to which panels grow, as half of ρ, if more than 64 panels of equal
  ///     length were needed.
  init(components n: Int, variance s: Double, order: Int, panel: Double, longest: Double) {
    guard n > 0 else {
      squares = [0]
      logWeights = [0]
      return
    }
    // The ends follow from Pr[χ²_n ≥ n + 2√(nx) + 2x] ≤ e^−x and Pr[χ²_n ≤ n − 2√(nx)] ≤ e^−x
    // (Laurent and Massart 2000, lemma 1).
    let x = 60.0
    let spread = 2 * (Double(n) * x).squareRoot()
    let start = (s * max(0, Double(n) - spread)).squareRoot()
    let end = (s * (Double(n) + spread + 2 * x)).squareRoot()
    let panels = ((end - start) / panel).rounded(.up)
    var (nodes, weights): ([Double], [Double]) = ([], [])
    if panels <= 64 {
      let rule = GaussLegendre(count: order, on: start...end, panels: Int(panels))
      (nodes, weights) = (rule.nodes, rule.weights)
    } else {
      let reference = GaussLegendre(count: order, on: 0...1)
      var left = start
      while left < end {
        let length = min(end - left, max(min(longest, left / 2), panel))
        nodes += reference.nodes.map { left + length * $0 }
        weights += reference.weights.map { length * $0 }
        left = length < end - left ? left + length : end
      }
    }
    squares = nodes.map { $0 * $0 }
    let density = RadialDensity(components: n, variance: s)
    logWeights = normalised(
      zip(nodes, weights).map { rho, weight in log(weight) + density.logarithm(at: rho) })
  }

  /// Returns E g(ρ²).
  func mean(of g: (Double) -> Double) -> Double {
    var sum = 0.0
    for (square, logWeight) in zip(squares, logWeights) { sum += exp(logWeight) * g(square) }
    return sum
  }
}

/// The density of the length ρ of n ≥ 1 Gaussian components of variance s each.
struct RadialDensity: Sendable {
  private let components: Double
  private let variance: Double
  /// The logarithm of √(2z/π), less δ, as in the initialiser.
  private let constant: Double

  init(components n: Int, variance s: Double) {
    components = Double(n)
    variance = s
    // With z = n/2 and Stirling's remainder δ(z) = ln Γ(z) − ((z − 1/2) ln z − z + ln(2π)/2), the
    // density of ρ is √(2z/π) e^{−δ}/ρ times exp(z (ln y − y + 1)) at y = ρ²/(n s). This form
    // avoids the cancellation of large numbers.
    let z = Double(n) / 2
    var remainder = lgamma(z) - ((z - 0.5) * log(z) - z + log(2 * .pi) / 2)
    if z > 12 {
      let x = 1 / (z * z)
      remainder = (1.0 / 12 - x * (1.0 / 360 - x * (1.0 / 1260 - x * (1.0 / 1680 - x / 1188)))) / z
    }
    constant = log(2 * z / .pi) / 2 - remainder
  }

  /// The ρ = √((n − 1)s) of the maximum.
  var mode: Double { (variance * (components - 1)).squareRoot() }

  /// Returns the logarithm of the density at ρ > 0; at zero −∞, or its limit.
  func logarithm(at rho: Double) -> Double {
    let y = rho * rho / (components * variance)
    if y == 0 {
      return components > 1 ? -.infinity : log(2 / (.pi * variance)) / 2
    }
    let excess = y - 1
    let deviance = abs(excess) < 0.5 ? log1p(excess) - excess : log(y) - excess
    return constant - log(rho) + components / 2 * deviance
  }
}

/// Returns the logarithms of weights, shifted so that the weights add up to one.
func normalised(_ logWeights: [Double]) -> [Double] {
  let largest = logWeights.max()!
  let total = largest + log(logWeights.reduce(0) { $0 + exp($1 - largest) })
  return logWeights.map { $0 - total }
}
