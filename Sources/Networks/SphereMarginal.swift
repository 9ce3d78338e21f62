import Kernels

/// The law of t = x·v/(|x| |v|), one coordinate of a uniform point of the sphere in D dimensions:
/// its density is proportional to (1 − t²)^{(D − 3)/2}.
///
/// Means over it are sums over equally spaced v with t = tanh v, whose density is proportional to
/// sech^{D − 1} v. A function of t whose singularities lie on the real axis beyond ±1 is analytic
/// in the strip |Im v| < π/2, so the error of a step h is about exp(−π²/h). Only basic arithmetic
/// and the project's own exponential and logarithm are used, so bits are the same everywhere.
package struct SphereMarginal: Hashable, Sendable {
  /// The dimension D, at least 2.
  package let dimension: Int

  /// Creates the law of a dimension of at least 2.
  package init(dimension: Int) {
    precondition(dimension >= 2, "a sphere has two dimensions or more")
    self.dimension = dimension
  }

  /// A point of the sum.
  package struct Node: Sendable {
    /// t ≥ 0.
    package let t: Double
    /// 1 − t, without cancellation.
    package let gap: Double
    /// The share of ±t, each of them half; the shares add up to 1.
    package let weight: Double
  }

  /// The step h of v: with h² (D − 1) ≤ ¼ and h ≤ 0.16 the sum's error, which is the least of
  /// exp(−2πy/h) cos^{1 − D} y over y < π/2, is below 1e-16.
  var step: Double { min(0.16, 0.5 / Double(dimension - 1).squareRoot()) }

  /// Returns the points t ≥ 0 of the sum and their shares.
  ///
  /// - Parameter refinement: a factor by which the step is divided. 1 suffices for functions that
  ///   vary no faster than the density, to rounding.
  package func nodes(refinement: Double = 1) -> [Node] {
    let power = Double(dimension - 1)
    let step = step / refinement
    var nodes: [Node] = []
    var total = 0.0
    for k in 0... {
      let e = naturalExponential(-2 * step * Double(k))
      let t = (1 - e) / (1 + e)
      // sech v = 2 e^{−v}/(1 + e^{−2v}); near 0 by ln(1 − t²), which keeps what 1 − t² would lose.
      let logarithm =
        t * t < 0.1
        ? Self.logarithm(ofComplement: t * t) / 2
        : 0.693147180559945309417 - step * Double(k) - naturalLogarithm(1 + e)
      let density = naturalExponential(power * logarithm)
      let weight = k == 0 ? density : 2 * density
      if weight < 1e-22 * total { break }
      total += weight
      nodes.append(Node(t: t, gap: 2 * e / (1 + e), weight: weight))
    }
    return nodes.map { Node(t: $0.t, gap: $0.gap, weight: $0.weight / total) }
  }

  /// Returns ln(1 − u) for 0 ≤ u < 0.1, to a relative rounding: −2 artanh(u/(2 − u)), whose series
  /// leaves less than 1e-18 after eight terms.
  private static func logarithm(ofComplement u: Double) -> Double {
    let s = u / (2 - u)
    var series = 0.0
    for k in stride(from: 15, through: 3, by: -2) { series = (series + 1 / Double(k)) * s * s }
    return -2 * (s + s * series)
  }
}

/// Gegenbauer polynomials P_ℓ of D dimensions with P_ℓ(1) = 1, and the spherical harmonics.
package struct Gegenbauer: Hashable, Sendable {
  /// The dimension D, at least 3.
  package let dimension: Int

  /// Creates the polynomials of a dimension of at least 3.
  package init(dimension: Int) {
    precondition(dimension >= 3, "harmonics are counted in three dimensions or more")
    self.dimension = dimension
  }

  /// Returns P_{ℓ−1}(t) and P_ℓ(t), by (ℓ + D − 2) P_{ℓ+1} = (2ℓ + D − 2) t P_ℓ − ℓ P_{ℓ−1}; the
  /// first is 0 for ℓ = 0.
  package func values(degree: Int, at t: Double) -> (previous: Double, current: Double) {
    var (previous, current) = (0.0, 1.0)
    for l in 0..<degree {
      let next =
        (Double(2 * l + dimension - 2) * t * current - Double(l) * previous)
        / Double(l + dimension - 2)
      (previous, current) = (current, next)
    }
    return (previous, current)
  }

  /// Returns N_ℓ = C(D+ℓ−1, ℓ) − C(D+ℓ−3, ℓ−2), the number of harmonics of a degree.
  package func multiplicity(degree: Int) -> Double {
    // It is (2ℓ + D − 2)/(ℓ + D − 2) · C(ℓ + D − 2, ℓ).
    var product = Double(2 * degree + dimension - 2) / Double(degree + dimension - 2)
    for i in stride(from: 1, through: degree, by: 1) {
      product *= Double(dimension - 2 + i) / Double(i)
    }
    return product < 0x1p50 ? product.rounded() : product
  }
}
