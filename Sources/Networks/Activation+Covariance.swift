import Kernels

extension Activation {
  /// Returns ⟨σ(u) σ(v)⟩ over centred Gaussians u, v of the given covariance. It is the kernel that
  /// an infinitely wide layer makes of its inputs' kernel.
  ///
  /// Closed forms, but for tanh, which is summed to 1e-12. Bits are the same everywhere.
  ///
  /// Sources: Williams 1997 (erf); Cho and Saul 2009, "Kernel methods for deep learning", degree
  /// one (relu).
  package func covariance(variance: Double, otherVariance: Double, covariance: Double) -> Double {
    switch self {
    case .erf:
      return arcsineKernel(
        innerProduct: covariance, squaredNorm: variance, otherSquaredNorm: otherVariance)
    case .tanh: return tangentCovariance(variance, otherVariance, covariance)
    case .relu:
      let scale = (variance * otherVariance).squareRoot()
      guard scale > 0 else { return 0 }
      let orthant = Orthant(correlation: covariance / scale)
      return scale * orthant.product
    case .gelu: return smoothCovariance(variance, otherVariance, covariance)
    case .linear: return covariance
    }
  }
}

/// Means over the quadrant p > 0, q > 0 of two standard normals.
private struct Orthant {
  /// ⟨1⟩, ⟨p²⟩ = ⟨q²⟩ and ⟨p q⟩ over the quadrant.
  let probability, square, product: Double

  init(correlation: Double) {
    let r = max(-1, min(1, correlation))
    let density = (1 - r * r).squareRoot() / (2 * .pi)
    probability = 0.25 + arcsine(r) / (2 * .pi)
    square = probability + r * density
    product = r * probability + density
  }
}

/// ⟨u Φ(u) v Φ(v)⟩. With independent standard normals a, b, Φ(u) is the probability of p = u − a >
/// 0 and Φ(v) that of q = v − b > 0, so it is a mean of u v over a quadrant. There u and v are
/// linear in p and q, but for rests of a known covariance.
private func smoothCovariance(_ s: Double, _ t: Double, _ c: Double) -> Double {
  let (p, q) = ((1 + s).squareRoot(), (1 + t).squareRoot())
  let orthant = Orthant(correlation: c / (p * q))
  // Moments of p and q over the quadrant, and the regressions of u and v on them.
  let (pp, qq) = (p * p * orthant.square, q * q * orthant.square)
  let pq = p * q * orthant.product
  let determinant = (1 + s) * (1 + t) - c * c
  let u = ((s * (1 + t) - c * c) / determinant, (c * (1 + s) - c * s) / determinant)
  let v = ((c * (1 + t) - c * t) / determinant, (t * (1 + s) - c * c) / determinant)
  // ⟨u v⟩ = c leaves this to the rests.
  let rest = c - (u.0 * c + u.1 * t)
  return u.0 * v.0 * pp + (u.0 * v.1 + u.1 * v.0) * pq + u.1 * v.1 * qq
    + rest * orthant.probability
}

/// ⟨tanh u tanh v⟩ by the trapezoidal rule in two independent normals, half of the plane by
/// symmetry. The poles are π/2 over a standard deviation from the real axis.
private func tangentCovariance(_ s: Double, _ t: Double, _ c: Double) -> Double {
  guard s > 0, t > 0 else { return 0 }
  let (first, second) = (s.squareRoot(), t.squareRoot())
  let correlation = max(-1, min(1, c / (first * second)))
  let rest = second * (1 - correlation * correlation).squareRoot()
  // A step h leaves exp(−π²/(h σ)) and exp(−2π²/h²).
  let step = min(0.4, 0.28 / max(first, second))
  let count = Int((7.5 / step).rounded(.up))
  let weights = (0...count).map { i in
    naturalExponential(-step * step * Double(i * i) / 2)
  }
  var sum = 0.0
  // The term of g = 0 vanishes.
  for i in 1...count {
    let g = step * Double(i)
    var inner = 0.0
    for j in -count...count {
      inner +=
        weights[abs(j)]
        * hyperbolicTangent(second * correlation * g + rest * step * Double(j))
    }
    sum += weights[i] * hyperbolicTangent(first * g) * inner
  }
  return sum * step * step / .pi
}
