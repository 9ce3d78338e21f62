import CVec

// Softmax of scores that are known to be bounded, one sequence a lane. No exponential can overflow,
// so no largest score is looked for, and e^t and e^{−t} share their arithmetic. Two passes over a
// few rows give all that a gradient needs of them.

/// The largest |t| for which `boundedSoftmax` may be used: e^{64} leaves room for sums of 10¹⁰.
public let largestBoundedScore: Float = 64

/// Rows that pass through the loops over columns together.
private enum BoundedRows<let R: Int> {
  /// The denominators Σ_b e_b and means Σ_b e_b v_b of one sign, and then what follows from them.
  struct Means {
    var total = InlineArray<R, Lanes>(repeating: Lanes(repeating: 0))
    var mean = InlineArray<R, Lanes>(repeating: Lanes(repeating: 0))

    @inline(__always)
    mutating func add(_ r: Int, _ e: Lanes, _ value: Lanes) {
      total[r] += e
      mean[r] = cv_fma(e, value, mean[r])
    }

    /// Turns the sums into the factors of weight · (v − Σ p v)/Σ e as one multiply-add of v.
    @inline(__always)
    mutating func divide(_ weight: Lanes) {
      for r in 0..<R {
        let inverse = Lanes(repeating: 1) / total[r]
        total[r] = inverse * weight
        mean[r] = -(mean[r] * inverse) * total[r]
      }
    }

    @inline(__always)
    func slope(_ r: Int, _ value: Lanes) -> Lanes { cv_fma(value, total[r], mean[r]) }
  }

  @inline(__always)
  static func differentiate(
    _ columns: Int, _ weight: Lanes, _ values: UnsafePointer<Lanes>,
    _ scores: UnsafeMutablePointer<Lanes>, _ sums: UnsafeMutablePointer<Lanes>
  ) {
    var positive = Means()
    for b in 0..<columns {
      let value = values[b]
      for r in 0..<R {
        let e = exponential(bounded: scores[r * columns + b])
        scores[r * columns + b] = e
        positive.add(r, e, value)
      }
    }
    positive.divide(weight)
    for b in 0..<columns {
      let value = values[b]
      var sum = sums[b]
      for r in 0..<R {
        let e = scores[r * columns + b]
        sum = cv_fma(e, positive.total[r], sum)
        scores[r * columns + b] = e * positive.slope(r, value)
      }
      sums[b] = sum
    }
  }

  @inline(__always)
  static func differentiateBoth(
    _ columns: Int, _ weight: Lanes, _ values: UnsafePointer<Lanes>,
    _ scores: UnsafeMutablePointer<Lanes>, _ scratch: UnsafeMutablePointer<Lanes>,
    _ sums: UnsafeMutablePointer<Lanes>
  ) {
    var (positive, negative) = (Means(), Means())
    for b in 0..<columns {
      let value = values[b]
      for r in 0..<R {
        let (e, inverse) = exponentials(bounded: scores[r * columns + b])
        scores[r * columns + b] = e
        scratch[r * columns + b] = inverse
        positive.add(r, e, value)
        negative.add(r, inverse, value)
      }
    }
    positive.divide(weight)
    negative.divide(weight)
    for b in 0..<columns {
      let value = values[b]
      var (sum, other) = (sums[b], sums[columns + b])
      for r in 0..<R {
        let (e, inverse) = (scores[r * columns + b], scratch[r * columns + b])
        sum = cv_fma(e, positive.total[r], sum)
        other = cv_fma(inverse, negative.total[r], other)
        scores[r * columns + b] =
          cv_fma(e, positive.slope(r, value), inverse * negative.slope(r, value))
      }
      (sums[b], sums[columns + b]) = (sum, other)
    }
  }
}

/// Replaces scores by the derivative by t of weight · Σ_b p_b v_b, for p = softmax(t) of each row.
/// It is p_b (v_b − Σ p v) times `weight`. With `isOdd` it is the derivative of weight · Σ_b (p_b −
/// p̄_b) v_b with p̄ = softmax(−t).
///
/// It adds the sum of p over rows, times `weight`, to `sums`, and that of p̄ to the `columns`
/// vectors after them.
///
/// - Parameters:
///   - rows: number of rows.
///   - columns: vectors of each row, at least one.
///   - isOdd: whether the mean under softmax(−t) is subtracted.
///   - weight: factor of the derivative and of what is added to `sums`.
///   - values: v.
///   - scores: t, of magnitude `largestBoundedScore` at most.
///   - scratch: room for four rows, if `isOdd`.
///   - sums: one vector a column, or two if `isOdd`.
///
/// *Complexity:* rows · columns exponentials of sixteen lanes, or pairs e^{±t}, and five more
/// operations for each.
public func boundedSoftmax(
  _ rows: Int, _ columns: Int, _ isOdd: Bool, _ weight: Float,
  _ values: UnsafePointer<SIMD16<Float>>, _ scores: UnsafeMutablePointer<SIMD16<Float>>,
  _ scratch: UnsafeMutablePointer<SIMD16<Float>>, _ sums: UnsafeMutablePointer<SIMD16<Float>>
) {
  let weight = Lanes(repeating: weight)
  var i = 0
  while i < rows {
    let t = scores + i * columns
    let four = i + 4 <= rows
    switch (four, isOdd) {
    case (true, true): BoundedRows<4>.differentiateBoth(columns, weight, values, t, scratch, sums)
    case (true, false): BoundedRows<4>.differentiate(columns, weight, values, t, sums)
    case (false, true): BoundedRows<1>.differentiateBoth(columns, weight, values, t, scratch, sums)
    case (false, false): BoundedRows<1>.differentiate(columns, weight, values, t, sums)
    }
    i += four ? 4 : 1
  }
}

/// Writes the largest |x_a|² over `rows` rows of `columns` vectors, lane by lane, into one vector.
/// By |x·y| ≤ |x| |y| it bounds scores before they are computed. A NaN makes its lane a NaN.
public func largestSquare(
  _ rows: Int, _ columns: Int, _ x: UnsafePointer<SIMD16<Float>>,
  _ out: UnsafeMutablePointer<SIMD16<Float>>
) {
  var largest = Lanes(repeating: 0)
  for a in 0..<rows {
    var square = Lanes(repeating: 0)
    for j in 0..<columns { square = cv_fma(x[a * columns + j], x[a * columns + j], square) }
    // Comparisons with a NaN are false: a square that is one is taken, and then stays.
    let isTaken = .!(square .<= largest) .& (largest .== largest)
    largest = largest.replacing(with: square, where: isTaken)
  }
  out[0] = largest
}
