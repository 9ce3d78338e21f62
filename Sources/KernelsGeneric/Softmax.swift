import CVec

// Softmax over the columns of each row, one sequence a lane.

/// p = softmax(± t) of each row, and its sum over rows added to `sums`.
///
/// - Parameters:
///   - rows: rows of `columns` vectors each. - sign: of the scores, 1 or −1.
///   - weight: what p is multiplied by in the sums.
public func softmax(
  _ rows: Int, _ columns: Int, _ sign: Float, _ weight: Float,
  _ scores: UnsafePointer<SIMD16<Float>>,
  _ p: UnsafeMutablePointer<SIMD16<Float>>, _ sums: UnsafeMutablePointer<SIMD16<Float>>
) {
  let sign = Lanes(repeating: sign)
  for i in 0..<rows {
    let (row, out) = (scores + i * columns, p + i * columns)
    var largest = row[0] * sign
    for b in 1..<columns { largest = cv_max(largest, row[b] * sign) }
    var total = Lanes(repeating: 0)
    for b in 0..<columns {
      let e = exponential(ofNegative: cv_fma(row[b], sign, -largest))
      out[b] = e
      total += e
    }
    let scale = Lanes(repeating: 1) / total
    let share = scale * Lanes(repeating: weight)
    for b in 0..<columns {
      sums[b] = cv_fma(out[b], share, sums[b])
      out[b] *= scale
    }
  }
}

/// The derivative by the scores of Σ_b p_b v_b, weight · p_b (v_b − Σ p v), of each row: stored, or
/// added to what stands there.
public func softmaxDerivative(
  _ rows: Int, _ columns: Int, _ weight: Float, _ p: UnsafePointer<SIMD16<Float>>,
  _ values: UnsafePointer<SIMD16<Float>>, _ out: UnsafeMutablePointer<SIMD16<Float>>,
  _ accumulate: Bool
) {
  let weight = Lanes(repeating: weight)
  for i in 0..<rows {
    let (row, out) = (p + i * columns, out + i * columns)
    var mean = Lanes(repeating: 0)
    for b in 0..<columns { mean = cv_fma(row[b], values[b], mean) }
    if accumulate {
      for b in 0..<columns { out[b] = cv_fma(row[b] * weight, values[b] - mean, out[b]) }
    } else {
      for b in 0..<columns { out[b] = row[b] * weight * (values[b] - mean) }
    }
  }
}
