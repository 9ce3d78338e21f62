import Foundation
import Kernels

/// The activation σ of a neuron.
package enum Activation: String, CaseIterable, Hashable, Sendable {
  /// The error function, the positive part max(0, z), or the identity.
  case erf, relu, linear

  /// Returns σ(z) and σ′(z) in double precision; relu has σ′ = 0 at its kink.
  package func callAsFunction(_ z: Double) -> (value: Double, slope: Double) {
    switch self {
    case .erf: (Foundation.erf(z), 2 / Double.pi.squareRoot() * exp(-z * z))
    case .relu: (max(0, z), z > 0 ? 1 : 0)
    case .linear: (z, 1)
    }
  }

  /// Returns ⟨σ(u) σ(v)⟩ over centred Gaussians u, v of the given covariance. It is the kernel that
  /// an infinitely wide layer makes of its inputs' kernel.
  ///
  /// Sources: Williams 1997 (erf); Cho and Saul 2009, "Kernel methods for deep learning", degree
  /// one (relu).
  package func covariance(variance: Double, otherVariance: Double, covariance: Double) -> Double {
    switch self {
    case .erf:
      return arcsineKernel(
        innerProduct: covariance, squaredNorm: variance, otherSquaredNorm: otherVariance)
    case .relu:
      let scale = (variance * otherVariance).squareRoot()
      guard scale > 0 else { return 0 }
      let cosine = max(-1, min(1, covariance / scale))
      let angle = acos(cosine)
      return scale * ((1 - cosine * cosine).squareRoot() + (.pi - angle) * cosine) / (2 * .pi)
    case .linear: return covariance
    }
  }

  /// Returns the overlap ⟨σ(w·x), y(x)⟩ over x ~ N(0, I) of one neuron with a target, exact.
  ///
  /// - Parameters:
  ///   - target: y.
  ///   - overlap: w₁, the weight along the target's feature.
  ///   - squaredNorm: |w|².
  package func overlap(with target: HermiteTarget, overlap: Double, squaredNorm: Double) -> Double {
    switch self {
    case .erf: target.coupling.value(overlap: overlap, squaredNorm: squaredNorm)
    // relu is z/2 + |z|/2, and |z| is even, so only z/2 overlaps.
    case .relu: target.degree == 1 ? overlap / 2 : 0
    case .linear: target.degree == 1 ? overlap : 0
    }
  }

  /// Returns the kernel that maps z → σ(z) in place and writes σ′(z) beside it.
  func kernel(
    _ kernels: KernelSet
  ) -> @Sendable (Int, Int, Int, KernelSet.MutableVectors, KernelSet.MutableVectors) -> Void {
    switch self {
    case .erf: kernels.activateErf
    case .relu: kernels.activateReLU
    case .linear: kernels.activateLinear
    }
  }
}
