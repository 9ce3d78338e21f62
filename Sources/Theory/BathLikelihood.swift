import Kernels
import Networks

/// The likelihood of a training set for the lazy neurons of a two-layer erf network, the bath.
///
/// The inputs' coordinates beside the target's are averaged out: their linear functions are a
/// Marchenko–Pastur matrix. Of the target's coordinate x₁ the bath knows x₁ and y, with the
/// covariance qB for a readout of squared norm q.
struct BathLikelihood {
  /// B of (x₁, y) for a readout of norm 1, as B = LLᵀ.
  struct Functions {
    let factor: (l00: Double, l10: Double, l11: Double)

    /// B over neurons of the prior with |w₁| below a cut.
    init(dimension d: Int, degree: Int, weightVariance s: Double, cut: Double) {
      let rule = GaussLegendre(count: 40, on: 0...cut)
      let (linear, target) = (ErfCoupling(degree: 1), ErfCoupling(degree: degree))
      var (total, b00, b01, b11) = (0.0, 0.0, 0.0, 0.0)
      for (w, weight) in zip(rule.nodes, rule.weights) {
        let p = weight * naturalExponential(-Double(d) * w * w / (2 * s))
        let first = linear.value(overlap: w, squaredNorm: w * w + s)
        let second = target.value(overlap: w, squaredNorm: w * w + s)
        total += p
        b00 += p * first * first
        b01 += p * first * second
        b11 += p * second * second
      }
      let l00 = (b00 / total).squareRoot()
      let l10 = b01 / total / l00
      factor = (l00, l10, (max(0, b11 / total - l10 * l10)).squareRoot())
    }

    /// Returns Lᵀ(u, v).
    func projected(_ u: Double, _ v: Double) -> (Double, Double) {
      (factor.l00 * u + factor.l10 * v, factor.l11 * v)
    }
  }

  /// What the likelihood needs of a residual r: |r|² and bᵀr.
  struct Residual {
    var square: Double
    var projections: (Double, Double)
  }

  /// A value of the likelihood, and what the bath does there.
  struct Value {
    let logarithm: Double
    /// The self-consistent ridge κ̃.
    let ridge: Double
    /// The bath's own alignment.
    let alignment: Double
  }

  let samples: Double
  /// The number d − 1 of coordinates beside the target's.
  let directions: Double
  let functions: Functions
  /// g = bᵀb, for b = (x₁, y)L.
  let gram: (g00: Double, g01: Double, g11: Double)

  /// Returns ln of the likelihood of a residual.
  ///
  /// With M = 1/q + g/κ̃ and c = M⁻¹bᵀr/κ̃ it is
  /// −½[P ln κ̃ + (d − 1)(ln(1 + x) − x/(1 + x))] − |r|²/2κ̃ + ½ bᵀr·c/κ̃ − ½ ln det(qM),
  /// x = Pλ/κ̃.
  ///
  /// - Parameters:
  ///   - tail: κ_t, the ridge and the variance of what no linear function of the inputs explains.
  ///   - linear: λ, the variance of each linear function.
  ///   - q: the squared norm of the bath's readout.
  @inline(__always)
  func value(tail: Double, linear: Double, norm q: Double, _ residual: Residual) -> Value {
    let ridge = selfConsistentRidge(
      tail: tail, linear: linear, directions: directions, samples: samples)
    let inverse = 1 / ridge
    let x = samples * linear * inverse
    let m00 = 1 / q + gram.g00 * inverse
    let m01 = gram.g01 * inverse
    let m11 = 1 / q + gram.g11 * inverse
    let determinant = m00 * m11 - m01 * m01
    let (b0, b1) = (residual.projections.0 * inverse, residual.projections.1 * inverse)
    let c0 = (m11 * b0 - m01 * b1) / determinant
    let c1 = (m00 * b1 - m01 * b0) / determinant
    let entropy =
      samples * naturalLogarithm(ridge) + directions * (naturalLogarithm(1 + x) - x / (1 + x))
      + naturalLogarithm(determinant * q * q)
    return Value(
      logarithm: 0.5 * (b0 * c0 + b1 * c1 - residual.square * inverse - entropy), ridge: ridge,
      alignment: functions.factor.l10 * c0 + functions.factor.l11 * c1)
  }
}

/// Returns the positive root κ̃ of κ̃ = κ_t + n κ̃λ/(κ̃ + Pλ): the ridge that is left when n linear
/// functions of variance λ have learned from P samples.
@inline(__always)
func selfConsistentRidge(
  tail: Double, linear: Double, directions n: Double, samples: Double
) -> Double {
  let b = samples * linear - tail - n * linear
  let root = (b * b + 4 * tail * samples * linear).squareRoot()
  // The form without a difference of nearly equal numbers.
  return b < 0 ? (root - b) / 2 : 2 * tail * samples * linear / (root + b)
}
