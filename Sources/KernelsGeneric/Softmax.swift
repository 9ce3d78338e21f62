import CVec

// Softmax over the columns of each row, one sequence a lane. For p_ab two things are kept: its
// numerator e_ab and, one vector a row, 1/Σ_b e_ab. The quotient p itself is never stored.

/// Rows that pass through a loop over columns together, each with its own chains.
private enum SoftmaxRows<let R: Int> {
  @inline(__always)
  static func evaluate(
    _ columns: Int, _ negated: Bool, _ weight: Lanes, _ scores: UnsafePointer<Lanes>,
    _ numerators: UnsafeMutablePointer<Lanes>, _ inverses: UnsafeMutablePointer<Lanes>,
    _ sums: UnsafeMutablePointer<Lanes>
  ) {
    var extreme = InlineArray<R, Lanes>(repeating: Lanes(repeating: 0))
    var total = InlineArray<R, Lanes>(repeating: Lanes(repeating: 0))
    for r in 0..<R { extreme[r] = scores[r * columns] }
    // Both branches take the distance from the largest exponent, without a multiplication by the
    // sign.
    if negated {
      for b in 1..<columns {
        for r in 0..<R { extreme[r] = cv_smaller(extreme[r], scores[r * columns + b]) }
      }
      for b in 0..<columns {
        for r in 0..<R {
          let e = exponential(minus: scores[r * columns + b] - extreme[r])
          numerators[r * columns + b] = e
          total[r] += e
        }
      }
    } else {
      for b in 1..<columns {
        for r in 0..<R { extreme[r] = cv_larger(extreme[r], scores[r * columns + b]) }
      }
      for b in 0..<columns {
        for r in 0..<R {
          let e = exponential(minus: extreme[r] - scores[r * columns + b])
          numerators[r * columns + b] = e
          total[r] += e
        }
      }
    }
    for r in 0..<R {
      let inverse = Lanes(repeating: 1) / total[r]
      inverses[r] = inverse
      total[r] = inverse * weight
    }
    for b in 0..<columns {
      var sum = sums[b]
      for r in 0..<R { sum = cv_fma(numerators[r * columns + b], total[r], sum) }
      sums[b] = sum
    }
  }

  @inline(__always)
  static func differentiate(
    _ columns: Int, _ weight: Lanes, _ numerators: UnsafePointer<Lanes>,
    _ inverses: UnsafePointer<Lanes>, _ values: UnsafePointer<Lanes>,
    _ out: UnsafeMutablePointer<Lanes>, _ accumulate: Bool
  ) {
    var mean = InlineArray<R, Lanes>(repeating: Lanes(repeating: 0))
    for b in 0..<columns {
      let value = values[b]
      for r in 0..<R { mean[r] = cv_fma(numerators[r * columns + b], value, mean[r]) }
    }
    // The product weight · (v − Σ p v)/Σ e is one multiply-add.
    var scale = InlineArray<R, Lanes>(repeating: Lanes(repeating: 0))
    for r in 0..<R {
      scale[r] = inverses[r] * weight
      mean[r] = -(mean[r] * inverses[r]) * scale[r]
    }
    if accumulate {
      for b in 0..<columns {
        let value = values[b]
        for r in 0..<R {
          let slope = cv_fma(value, scale[r], mean[r])
          out[r * columns + b] =
            cv_fma(numerators[r * columns + b], slope, out[r * columns + b])
        }
      }
    } else {
      for b in 0..<columns {
        let value = values[b]
        for r in 0..<R {
          out[r * columns + b] =
            numerators[r * columns + b] * cv_fma(value, scale[r], mean[r])
        }
      }
    }
  }
}

/// Computes p = softmax(± t) of each row, as numerators and inverse denominators. It adds the sum
/// of p over rows, times `weight`, to `sums`.
///
/// - Parameters:
///   - rows: number of rows.
///   - columns: vectors of each row, at least one.
///   - negated: whether the sign of t is minus.
///   - weight: factor of what is added to `sums`.
///   - scores: t.
///   - numerators: room for e^{±t − max}; may be the scores themselves.
///   - inverses: room for 1/Σ_b e_b, one vector a row.
///   - sums: one vector a column.
///
/// *Complexity:* rows · columns exponentials of sixteen lanes.
public func softmax(
  _ rows: Int, _ columns: Int, _ negated: Bool, _ weight: Float,
  _ scores: UnsafePointer<SIMD16<Float>>, _ numerators: UnsafeMutablePointer<SIMD16<Float>>,
  _ inverses: UnsafeMutablePointer<SIMD16<Float>>, _ sums: UnsafeMutablePointer<SIMD16<Float>>
) {
  let weight = Lanes(repeating: weight)
  var i = 0
  while i + 4 <= rows {
    SoftmaxRows<4>.evaluate(
      columns, negated, weight, scores + i * columns, numerators + i * columns, inverses + i, sums)
    i += 4
  }
  while i < rows {
    SoftmaxRows<1>.evaluate(
      columns, negated, weight, scores + i * columns, numerators + i * columns, inverses + i, sums)
    i += 1
  }
}

/// Computes the derivative by t of weight · Σ_b p_b v_b, which is p_b (v_b − Σ p v) times `weight`,
/// for each row. It is stored, or added to `out` if `accumulate` is true.
public func softmaxDerivative(
  _ rows: Int, _ columns: Int, _ weight: Float, _ numerators: UnsafePointer<SIMD16<Float>>,
  _ inverses: UnsafePointer<SIMD16<Float>>, _ values: UnsafePointer<SIMD16<Float>>,
  _ out: UnsafeMutablePointer<SIMD16<Float>>, _ accumulate: Bool
) {
  let weight = Lanes(repeating: weight)
  var i = 0
  while i + 8 <= rows {
    SoftmaxRows<8>.differentiate(
      columns, weight, numerators + i * columns, inverses + i, values, out + i * columns,
      accumulate)
    i += 8
  }
  while i < rows {
    SoftmaxRows<1>.differentiate(
      columns, weight, numerators + i * columns, inverses + i, values, out + i * columns,
      accumulate)
    i += 1
  }
}
