import CVec

/// Evaluates the model f(x) = s u·x on inputs of `vectors` vectors. With the residuals r = f − y,
/// it writes the derivative of Σ r²/2κ by u, which is s/κ Σ r x.
///
/// Each f is two chains of fused multiply-adds a lane, over the even and the odd vectors. The lanes
/// are summed by the tree of `sum`.
///
/// - Parameters:
///   - samples: a multiple of four; those beyond the data have zero inputs and targets.
///   - vectors: vectors of one input.
///   - inputs: samples in groups of four, each group vector after vector, so that they are read in
///     one stream.
///   - weights: u.
///   - scale: s.
///   - inverseRidge: 1/κ.
///   - targets: y.
///   - derivative: room for `vectors` vectors.
/// - Returns: Σ r², in double precision.
///
/// *Complexity:* 64 · samples · vectors flops; inputs are read once. Reading takes most of the
/// time, so the loop that reads four samples also adds to the derivative. It adds what the four
/// samples before give, which are still in the first-level cache.
public func linearModel(
  _ samples: Int, _ vectors: Int, _ inputs: UnsafePointer<SIMD16<Float>>,
  _ weights: UnsafePointer<SIMD16<Float>>, _ scale: Float, _ inverseRidge: Float,
  _ targets: UnsafePointer<Float>, _ derivative: UnsafeMutablePointer<SIMD16<Float>>
) -> Double {
  let zero = Lanes(repeating: 0)
  for v in 0..<vectors { derivative[v] = zero }
  var squares = 0.0
  // Derivatives by f of the four samples before, zero at first.
  var errors = InlineArray<4, Lanes>(repeating: zero)
  var before = inputs
  for group in 0..<samples / 4 {
    let x = inputs + group * 4 * vectors
    var even = InlineArray<4, Lanes>(repeating: zero)
    var odd = InlineArray<4, Lanes>(repeating: zero)
    for pair in 0..<vectors / 2 {
      let v = 2 * pair
      let (u, w) = (weights[v], weights[v + 1])
      var (first, second) = (derivative[v], derivative[v + 1])
      for r in 0..<4 {
        even[r] = cv_fma(u, x[4 * v + r], even[r])
        odd[r] = cv_fma(w, x[4 * v + 4 + r], odd[r])
        first = cv_fma(errors[r], before[4 * v + r], first)
        second = cv_fma(errors[r], before[4 * v + 4 + r], second)
      }
      (derivative[v], derivative[v + 1]) = (first, second)
    }
    if vectors % 2 == 1 {
      let v = vectors - 1
      for r in 0..<4 {
        even[r] = cv_fma(weights[v], x[4 * v + r], even[r])
        derivative[v] = cv_fma(errors[r], before[4 * v + r], derivative[v])
      }
    }
    for r in 0..<4 {
      let residual = scale * sum(even[r] + odd[r]) - targets[4 * group + r]
      squares += Double(residual) * Double(residual)
      errors[r] = Lanes(repeating: residual * (inverseRidge * scale))
    }
    before = x
  }
  for v in 0..<vectors {
    var sum = derivative[v]
    for r in 0..<4 { sum = cv_fma(errors[r], before[4 * v + r], sum) }
    derivative[v] = sum
  }
  return squares
}
