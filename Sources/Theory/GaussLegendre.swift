import Foundation

/// A Gauss–Legendre rule ∫ₐᵇ g(x) dx ≈ Σ_i weight_i g(node_i).
///
/// It is exact up to rounding for polynomials of degree 2n − 1 on each panel of n nodes.
public struct GaussLegendre: Hashable, Sendable {
  /// The nodes, ascending, strictly inside the interval.
  public let nodes: [Double]
  /// The weights, positive; they add up to b − a.
  public let weights: [Double]

  /// Creates the composite rule with `count` nodes on each of `panels` panels of equal length.
  ///
  /// *Complexity:* O(count²) operations for the nodes, O(count · panels) for the panels.
  public init(count: Int, on interval: ClosedRange<Double> = -1...1, panels: Int = 1) {
    precondition(count > 0 && panels > 0, "a rule has nodes and panels")
    let reference = Self.reference(count: count)
    let half = (interval.upperBound - interval.lowerBound) / Double(2 * panels)
    var nodes: [Double] = []
    var weights: [Double] = []
    nodes.reserveCapacity(count * panels)
    weights.reserveCapacity(count * panels)
    for panel in 0..<panels {
      let centre = interval.lowerBound + half * Double(2 * panel + 1)
      for (x, weight) in reference {
        nodes.append(centre + half * x)
        weights.append(half * weight)
      }
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// Returns Σ_i weight_i g(node_i).
  public func integral(of g: (Double) -> Double) -> Double {
    var sum = 0.0
    for (x, weight) in zip(nodes, weights) { sum += weight * g(x) }
    return sum
  }

  /// Returns nodes and weights on [−1, 1]. The nodes are the roots x_i of P_n by Newton's method
  /// from Tricomi's estimate cos(π (i − 1/4)/(n + 1/2)). The weights are 2/((1 − x_i²) P_n′(x_i)²).
  private static func reference(count n: Int) -> [(node: Double, weight: Double)] {
    (1...n).reversed().map { i in
      var x = cos(.pi * (Double(i) - 0.25) / (Double(n) + 0.5))
      // Newton's method would leave the middle root of an odd polynomial at 1e-17.
      if 2 * i == n + 1 { x = 0 }
      // The estimate is good to O(n⁻³) and convergence is quadratic, so six steps exceed what is
      // needed.
      for _ in 0..<6 {
        let (value, derivative) = legendre(n, at: x)
        x -= value / derivative
      }
      let derivative = legendre(n, at: x).derivative
      return (x, 2 / ((1 - x * x) * derivative * derivative))
    }
  }

  /// Returns P_n(x) and P_n′(x) for |x| < 1, by (k + 1) P_{k+1} = (2k + 1) x P_k − k P_{k−1} and (1
  /// − x²) P_n′ = n (P_{n−1} − x P_n).
  private static func legendre(_ n: Int, at x: Double) -> (value: Double, derivative: Double) {
    var previous = 1.0
    var current = x
    for k in 1..<max(n, 1) {
      let next = (Double(2 * k + 1) * x * current - Double(k) * previous) / Double(k + 1)
      (previous, current) = (current, next)
    }
    return (current, Double(n) * (previous - x * current) / (1 - x * x))
  }
}
