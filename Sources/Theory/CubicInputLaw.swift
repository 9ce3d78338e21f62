import Foundation
import Networks

/// A law of inputs, and the coupling of an erf neuron to its cubic target.
///
/// The target is the third orthonormal polynomial of one coordinate u of unit variance, (u³ −
/// m₄u)/√(m₆ − m₄²) with the moments m₄ and m₆ of u. It is He₃/√6 for a Gaussian.
public enum CubicInputLaw: Hashable, Sendable {
  /// Independent standard normals.
  case gaussian
  /// Independent coordinates that are uniform on [−√3, √3]; the feature is one of them.
  case uniform
  /// The elliptical Student law x = s g of unit variance, s² = (ν − 2)/χ²_ν; ν is above 6, or m₆
  /// does not exist.
  case student(freedom: Int)

  /// The moments m₄ and m₆ of the feature.
  public var moments: (fourth: Double, sixth: Double) {
    switch self {
    case .gaussian: return (3, 15)
    case .uniform: return (9.0 / 5, 27.0 / 7)
    case .student(let freedom):
      precondition(freedom > 6, "the sixth moment exists beyond six degrees of freedom")
      let nu = Double(freedom)
      return (3 * (nu - 2) / (nu - 4), 15 * (nu - 2) * (nu - 2) / ((nu - 4) * (nu - 6)))
    }
  }

  /// Returns the coupling as a function of w₁ and |w_⊥|².
  ///
  /// The sum of many other coordinates is normal, so that these are integrated out, and one
  /// integral is left: over u, or over the scale s.
  public var coupling: (Double, Double) -> Double {
    let (fourth, sixth) = moments
    let deviation = (sixth - fourth * fourth).squareRoot()
    let (linear, cubic) = (ErfCoupling(degree: 1), ErfCoupling(degree: 3))
    switch self {
    case .gaussian:
      return { cubic.value(overlap: $0, squaredNorm: $0 * $0 + $1) }
    case .uniform:
      let rule = GaussLegendre(count: 24, on: 0...3.0.squareRoot(), panels: 4)
      return { overlap, r in
        let slope = overlap / (1 + 2 * r).squareRoot()
        return rule.integral(of: { u in erf(slope * u) * (u * u - fourth) * u })
          / (3.0.squareRoot() * deviation)
      }
    case .student(let freedom):
      let nu = Double(freedom)
      let rule = RadialRule(components: freedom, variance: 1, order: 24, panel: 0.5, longest: 0.5)
      let scales = rule.squares.map { ((nu - 2) / $0).squareRoot() }
      let weights = rule.logWeights.map { exp($0) }
      return { overlap, r in
        var sum = 0.0
        for (s, weight) in zip(scales, weights) {
          let square = s * s * (overlap * overlap + r)
          // u³ − m₄u = s³ He₃(g) + (3s³ − m₄s) g.
          sum +=
            weight
            * (s * s * s * 6.0.squareRoot() * cubic.value(overlap: s * overlap, squaredNorm: square)
              + (3 * s * s - fourth) * s * linear.value(overlap: s * overlap, squaredNorm: square))
        }
        return sum / deviation
      }
    }
  }
}
