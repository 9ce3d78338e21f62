import Foundation

// Limits of an attention head: infinitely many heads, and an infinitely long sequence.

extension AttentionNetwork {
  /// Returns ⟨f(x) f(x′)⟩ over the prior through order σ_A²: the kernel of infinitely many heads
  /// with small A.
  ///
  /// The odd head has f₁ = −√L x̄ᵀA C w, so K = L (σ_A²σ_w²/d³) (x̄·x̄′) Tr(C C′), with an error of
  /// order σ_A⁴.
  ///
  /// The printed head adds two parts:
  /// - the zeroth order L (σ_w²/d) x̄·x̄′, from √L w·x̄;
  /// - the product of that with the mean second order, (σ_w²/d) x̄·m′ + (σ_w²/d) m·x̄′. Here m =
  ///   (σ_A²/2d²) (1/L) Σ_a |x^a|² Σ_b (|x^b − x̄|² − r) x^b, and r is the mean of |x^b − x̄|².
  package func kernel(_ x: [Double], _ other: [Double]) -> Double {
    let (p, q) = (TokenMoments(x, dimension: dimension), TokenMoments(other, dimension: dimension))
    let (l, d) = (Double(length), Double(dimension))
    let means = inner(p.mean, q.mean)
    let first =
      l * interactionVariance * readoutVariance / (d * d * d) * means
      * inner(p.covariance, q.covariance)
    switch head {
    case .odd: return first
    case .printed:
      let second =
        inner(p.mean, meanSecondOrder(other, mean: q.mean))
        + inner(q.mean, meanSecondOrder(x, mean: p.mean))
      return readoutVariance / d * (l * means + second) + first
    }
  }

  /// Returns m of `kernel`: √L times the second order of the features, averaged over the prior of
  /// A.
  private func meanSecondOrder(_ input: [Double], mean: [Double]) -> [Double] {
    let d = dimension
    var norms = 0.0
    var distances: [Double] = []
    for a in 0..<length {
      let token = input[a * d..<(a + 1) * d]
      norms += token.reduce(0) { $0 + $1 * $1 }
      distances.append(zip(token, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
    }
    let spread = distances.reduce(0, +) / Double(length)
    let scale = interactionScale * interactionScale / 2 * norms / Double(length)
    return (0..<d).map { j in
      (0..<length).reduce(0) { $0 + scale * (distances[$1] - spread) * input[$1 * d + j] }
    }
  }

  /// Returns f(x) for L → ∞ at fixed A with AᵀA < I, where tokens act independently.
  ///
  /// It is f = L^{−1/2} Σ_a φ(x^a), with φ(x) = −wᵀAᵀx + det(I + AᵀA)^{−1/2} e^{xᵀMx/2} wᵀ(I +
  /// AᵀA)^{−1}x and M = I − (I + AᵀA)^{−1}. The odd head has the first term of φ only. The error is
  /// of order L^{−1/2}: all that two tokens do together.
  package func longSequenceLimit(_ parameters: [Double], _ input: [Double]) -> Double {
    let d = dimension
    let a = parameters.prefix(hiddenCount).map { interactionScale * $0 }
    let w = parameters.suffix(d).map { readoutScale * $0 }
    let gram = (0..<d * d).map { index in
      let (i, j) = (index / d, index % d)
      return (0..<d).reduce(i == j ? 1 : 0) { $0 + a[$1 * d + i] * a[$1 * d + j] }
    }
    let (inverse, determinant) = inverted(gram, d)
    // The vectors are A w and (I + AᵀA)⁻¹ w.
    let linear = (0..<d).map { i in (0..<d).reduce(0) { $0 + a[i * d + $1] * w[$1] } }
    let readout = (0..<d).map { i in (0..<d).reduce(0) { $0 + inverse[i * d + $1] * w[$1] } }
    var sum = 0.0
    for token in 0..<length {
      let x = Array(input[token * d..<(token + 1) * d])
      sum -= inner(linear, x)
      guard head == .printed else { continue }
      var exponent = inner(x, x)
      for i in 0..<d { for j in 0..<d { exponent -= x[i] * inverse[i * d + j] * x[j] } }
      sum += exp(exponent / 2) * inner(readout, x) / determinant.squareRoot()
    }
    return sum / Double(length).squareRoot()
  }
}

private func inner(_ x: [Double], _ y: [Double]) -> Double {
  zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
}

/// Returns inverse and determinant of a positive definite n × n matrix, by Gauss and Jordan.
private func inverted(_ matrix: [Double], _ n: Int) -> (inverse: [Double], determinant: Double) {
  var m = matrix
  var determinant = 1.0
  for k in 0..<n {
    let pivot = m[k * n + k]
    determinant *= pivot
    m[k * n + k] = 1
    for j in 0..<n { m[k * n + j] /= pivot }
    for i in 0..<n where i != k {
      let factor = m[i * n + k]
      m[i * n + k] = 0
      for j in 0..<n { m[i * n + j] -= factor * m[k * n + j] }
    }
  }
  return (m, determinant)
}
