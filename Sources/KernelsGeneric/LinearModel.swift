import CVec

/// Four samples at a time, so that their inputs are still in the first-level cache for the derivative.
private let group = 4

/// The model f(x) = s u·x on inputs of `vectors` vectors, sample after sample: with the residuals
/// r = f − y, writes the derivative of Σ r²/2κ by u, s/κ Σ r x.
///
/// Each f is two chains of fused multiply-adds a lane, over the even and the odd vectors, whose lanes are
/// summed by the tree of `sum`.
///
/// - Parameters:
///   - samples: a multiple of four; those beyond the data have zero inputs and targets.
/// - Returns: Σ r², in double precision.
///
/// *Complexity:* 64 · samples · vectors flops; inputs are read once.
public func linearModel(
  _ samples: Int, _ vectors: Int, _ inputs: UnsafePointer<SIMD16<Float>>,
  _ weights: UnsafePointer<SIMD16<Float>>, _ scale: Float, _ inverseRidge: Float,
  _ targets: UnsafePointer<Float>, _ derivative: UnsafeMutablePointer<SIMD16<Float>>
) -> Double {
  let zero = Lanes(repeating: 0)
  for v in 0..<vectors { derivative[v] = zero }
  var squares = 0.0
  for first in 0..<samples / group {
    let x = inputs + first * group * vectors
    var even = InlineArray<4, Lanes>(repeating: zero)
    var odd = InlineArray<4, Lanes>(repeating: zero)
    for pair in 0..<vectors / 2 {
      let (u, w) = (weights[2 * pair], weights[2 * pair + 1])
      for r in 0..<4 {
        even[r] = cv_fma(u, x[r * vectors + 2 * pair], even[r])
        odd[r] = cv_fma(w, x[r * vectors + 2 * pair + 1], odd[r])
      }
    }
    if vectors % 2 == 1 {
      for r in 0..<4 {
        even[r] = cv_fma(weights[vectors - 1], x[(r + 1) * vectors - 1], even[r])
      }
    }
    var errors = InlineArray<4, Lanes>(repeating: zero)
    for r in 0..<4 {
      let residual = scale * sum(even[r] + odd[r]) - targets[first * group + r]
      squares += Double(residual) * Double(residual)
      errors[r] = Lanes(repeating: residual * (inverseRidge * scale))
    }
    for v in 0..<vectors {
      var sum = derivative[v]
      for r in 0..<4 { sum = cv_fma(errors[r], x[r * vectors + v], sum) }
      derivative[v] = sum
    }
  }
  return squares
}
