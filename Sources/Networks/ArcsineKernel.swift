import Kernels

/// Returns the overlap ⟨erf(w·x), erf(w′·x)⟩ of two erf neurons over x ~ N(0, I): K = (2/π)
/// arcsin(2 w·w′/√((1 + 2|w|²)(1 + 2|w′|²))).
///
/// With inputs in the place of weights it is the kernel of an infinitely wide erf layer (Williams
/// 1997).
///
/// - Parameters:
///   - innerProduct: w·w′.
///   - squaredNorm: |w|².
///   - otherSquaredNorm: |w′|².
package func arcsineKernel(
  innerProduct: Double, squaredNorm: Double, otherSquaredNorm: Double
) -> Double {
  let scale = ((1 + 2 * squaredNorm) * (1 + 2 * otherSquaredNorm)).squareRoot()
  // Rounding can carry the cosine of enormous parallel vectors past one.
  return 2 / .pi * arcsine(max(-1, min(1, 2 * innerProduct / scale)))
}
