import CVec

// The linear end of every network, f = s Σ_k b_k Φ_k, on a block of samples: the first `vectors` of
// the `stride` vectors of each row. Blocks of dense layers have four vectors; for these there are
// loops that keep the errors in registers.

/// Replaces a block's outputs by residuals. On entry `output` holds g = Σ b_k Φ_k. With r = s g − y
/// it then holds r s/κ, the derivative of Σ r²/2κ by g.
///
/// - Returns: Σ r², in double precision.
public func residuals(
  _ vectors: Int, _ scale: Float, _ inverseRidge: Float, _ targets: UnsafePointer<SIMD16<Float>>,
  _ output: UnsafeMutablePointer<SIMD16<Float>>
) -> Double {
  var squares = SIMD8<Double>(repeating: 0)
  for v in 0..<vectors {
    let residual = cv_fma(Lanes(repeating: scale), output[v], -targets[v])
    let low = cv_double_low(residual)
    let high = cv_double_high(residual)
    squares = cv_fma_d(low, low, squares)
    squares = cv_fma_d(high, high, squares)
    output[v] = residual * Lanes(repeating: inverseRidge * scale)
  }
  return sum(squares)
}

/// Adds Σ e Φ_k, the derivative of the loss by b_k, lane by lane.
public func addReadoutGradient(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ error: UnsafePointer<SIMD16<Float>>,
  _ features: UnsafePointer<SIMD16<Float>>, _ gradient: UnsafeMutablePointer<SIMD16<Float>>
) {
  if vectors == 4 {
    let error = InlineArray<4, Lanes> { error[$0] }
    for i in 0..<rows {
      var sum = gradient[i]
      for v in 0..<4 { sum = cv_fma(error[v], features[stride * i + v], sum) }
      gradient[i] = sum
    }
    return
  }
  for i in 0..<rows {
    var sum = gradient[i]
    for v in 0..<vectors { sum = cv_fma(error[v], features[stride * i + v], sum) }
    gradient[i] = sum
  }
}

/// Multiplies slope_k ← slope_k (b_k e + M_k), with M laid out as Φ, or 0 if it is `nil`. The
/// result is the derivative by the pre-activations z of Φ = σ(z), where b e + M is the derivative
/// by Φ.
public func multiplySlopes(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ readout: UnsafePointer<Float>,
  _ error: UnsafePointer<SIMD16<Float>>, _ matrix: UnsafePointer<SIMD16<Float>>?,
  _ slope: UnsafeMutablePointer<SIMD16<Float>>
) {
  if let matrix {
    for i in 0..<rows {
      let weight = Lanes(repeating: readout[i])
      for v in 0..<vectors {
        slope[stride * i + v] *= cv_fma(weight, error[v], matrix[stride * i + v])
      }
    }
  } else if vectors == 4 {
    let error = InlineArray<4, Lanes> { error[$0] }
    for i in 0..<rows {
      let weight = Lanes(repeating: readout[i])
      for v in 0..<4 { slope[stride * i + v] *= weight * error[v] }
    }
  } else {
    for i in 0..<rows {
      let weight = Lanes(repeating: readout[i])
      for v in 0..<vectors { slope[stride * i + v] *= weight * error[v] }
    }
  }
}

/// Multiplies x_i ← x_i y_i.
public func multiply(
  _ vectors: Int, _ y: UnsafePointer<SIMD16<Float>>, _ x: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<vectors { x[i] *= y[i] }
}

/// Writes the sum of the lanes of each of `count` vectors, by the tree of `sum`. Sixteen vectors
/// are summed at a time, as columns of a transpose.
public func laneSums(
  _ count: Int, _ x: UnsafePointer<SIMD16<Float>>, _ out: UnsafeMutablePointer<Float>
) {
  let from = UnsafeRawPointer(x).assumingMemoryBound(to: Float.self)
  var i = 0
  while i + 16 <= count {
    let sums = cv_sums(from + 16 * i)
    UnsafeMutableRawPointer(out + i).storeBytes(of: sums, as: Lanes.self)
    i += 16
  }
  while i < count {
    out[i] = sum(x[i])
    i += 1
  }
}
