import Kernels

/// A linear regression with power laws: features ψ_k ~ N(0, λ_k), λ_k = k^−α for k = 1 … M, and
/// targets y = Σ_k w*_k ψ_k with λ_k w*_k² = k^−(αβ + 1).
///
/// Source: Bordelon, Atanasov and Pehlevan, arXiv:2409.17858; α is called capacity and β source.
package struct LinearTask: Hashable, Sendable {
  /// α.
  package let capacity: Double
  /// β.
  package let source: Double
  /// M.
  package let modes: Int

  package init(capacity: Double, source: Double, modes: Int) {
    self.capacity = capacity
    self.source = source
    self.modes = modes
  }

  /// λ_k, in the order of k.
  package var eigenvalues: [Double] { powers(-capacity) }
  /// w*_k.
  package var weights: [Double] { powers((capacity - capacity * source - 1) / 2) }
  /// √λ_k w*_k, the target by features of variance one.
  package var amplitudes: [Double] { powers(-(capacity * source + 1) / 2) }

  private func powers(_ exponent: Double) -> [Double] {
    (1...modes).map { naturalExponential(exponent * naturalLogarithm(Double($0))) }
  }
}
