import Foundation
import Kernels

/// The activation σ of a neuron.
package enum Activation: String, CaseIterable, Hashable, Sendable {
  /// The error function, the hyperbolic tangent, the positive part max(0, z), z Φ(z) with the
  /// normal distribution's function Φ, or the identity.
  case erf, tanh, relu, gelu, linear

  /// Returns σ(z) and σ′(z) in double precision; relu has σ′ = 0 at its kink.
  package func callAsFunction(_ z: Double) -> (value: Double, slope: Double) {
    switch self {
    case .erf: return (Foundation.erf(z), 2 / Double.pi.squareRoot() * exp(-z * z))
    case .tanh:
      let t = Foundation.tanh(z)
      return (t, 1 - t * t)
    case .relu: return (max(0, z), z > 0 ? 1 : 0)
    case .gelu:
      let distribution = erfc(-z / 2.0.squareRoot()) / 2
      return (z * distribution, distribution + z * exp(-z * z / 2) / (2 * .pi).squareRoot())
    case .linear: return (z, 1)
    }
  }

  /// The activation by which overlaps know it; `nil` for the identity.
  private var component: HermiteOverlap.Activation? {
    HermiteOverlap.Activation(rawValue: rawValue)
  }

  /// Returns the overlap ⟨σ(w·x + b), y(x)⟩ over x ~ N(0, I) of one neuron with a target, exact.
  ///
  /// - Parameters:
  ///   - target: y.
  ///   - overlap: w₁, the weight along the target's feature.
  ///   - squaredNorm: |w|².
  ///   - bias: b.
  package func overlap(
    with target: HermiteTarget, overlap: Double, squaredNorm: Double, bias: Double = 0
  ) -> Double {
    if self == .erf, bias == 0, let coupling = target.coupling {
      return coupling.value(overlap: overlap, squaredNorm: squaredNorm)
    }
    guard let component else { return target.degree == 1 ? overlap : 0 }
    return target.component(of: component).value(
      overlap: overlap, squaredNorm: squaredNorm, bias: bias)
  }

  /// The reason why no neuron has an overlap with targets of a degree; `nil` if they have.
  ///
  /// - Parameter hasBiases: whether neurons have biases, with which there is a component of every
  ///   degree.
  package func obstacle(toDegree degree: Int, hasBiases: Bool = false) -> String? {
    guard let component else {
      return degree == 1 ? nil : "a linear network learns no other degree"
    }
    if !hasBiases, let obstacle = HermiteOverlap.obstacle(of: component, degree: degree) {
      return obstacle
    }
    // Without a bias erf has a coupling of any degree.
    let most = HermiteOverlap.degrees.upperBound
    if degree <= most || (self == .erf && !hasBiases) { return nil }
    return "components of \(rawValue)\(hasBiases ? " with a bias" : "") are computed up to degree "
      + "\(most)"
  }

  /// Returns the kernel that maps z → σ(z) in place and writes σ′(z) beside it.
  func kernel(
    _ kernels: KernelSet
  ) -> @Sendable (Int, Int, Int, KernelSet.MutableVectors, KernelSet.MutableVectors) -> Void {
    switch self {
    case .erf: kernels.activateErf
    case .tanh: kernels.activateTanh
    case .relu: kernels.activateReLU
    case .gelu: kernels.activateGELU
    case .linear: kernels.activateLinear
    }
  }
}
