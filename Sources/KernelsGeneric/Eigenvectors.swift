import CVec

// The symmetric eigenproblem in double precision: Householder's reduction to a tridiagonal matrix,
// and the product of its reflections with the rotations of the QL method. Matrices have rows of
// `stride` vectors of eight doubles.

/// Reduces a symmetric matrix A to a tridiagonal T = Qᵀ A Q by reflections, Q = H_{n−1} … H_2 with
/// H_m = 1 − u_m u_mᵀ/h_m (Martin, Reinsch, Wilkinson 1968, Numerische Mathematik 11).
///
/// One pass over the matrix does both the update A ← A − v wᵀ − w vᵀ of the step before and the
/// product A u of the next one.
///
/// - Parameters:
///   - n: number of rows.
///   - stride: vectors from one row to the next.
///   - matrix: A, both triangles, with entries of order one. Then row m holds u_m, of m numbers.
///   - scratch: room for 4 · `stride` vectors.
///   - diagonal: room for the n diagonal numbers of T.
///   - offDiagonal: room for n numbers, of which T has n − 1 beside its diagonal; the last is zero.
///   - halves: room for n numbers h_m, zero where there is no reflection.
///
/// *Complexity:* 4/3 n³ flops, and n³/3 numbers of memory read and written.
public func tridiagonalize(
  _ n: Int, _ stride: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>,
  _ scratch: UnsafeMutablePointer<SIMD8<Double>>, _ diagonal: UnsafeMutablePointer<Double>,
  _ offDiagonal: UnsafeMutablePointer<Double>, _ halves: UnsafeMutablePointer<Double>
) {
  let zero = SIMD8<Double>(repeating: 0)
  scratch.update(repeating: zero, count: 4 * stride)
  let (v, w, u, p) = (scratch, scratch + stride, scratch + 2 * stride, scratch + 3 * stride)
  func numbers(_ vectors: UnsafeMutablePointer<SIMD8<Double>>) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }
  let uNumbers = numbers(u)
  offDiagonal[n - 1] = 0
  halves[0] = 0
  for m in Swift.stride(from: n - 1, through: 1, by: -1) {
    let row = matrix + m * stride
    updateRow(m, m / 8 + 1, row, v, w)
    diagonal[m] = numbers(row)[m]
    let vectors = (m + 7) / 8
    for i in 0..<vectors { u[i] = row[i] }
    for i in m..<8 * vectors { uNumbers[i] = 0 }
    let exponent = m == 1 ? 0 : scaledExponent(vectors, u)
    var h = 0.0
    if let exponent, m > 1 {
      let square = dot(vectors, u, u)
      let f = uNumbers[m - 1]
      let g = f < 0 ? square.squareRoot() : -square.squareRoot()
      offDiagonal[m - 1] = g * Double(sign: .plus, exponent: exponent, significand: 1)
      h = square - f * g
      uNumbers[m - 1] = f - g
    } else {
      offDiagonal[m - 1] = exponent == nil ? 0 : uNumbers[m - 1]
      for i in 0..<vectors { u[i] = zero }
    }
    halves[m] = h
    for i in 0..<vectors { row[i] = u[i] }
    for i in 0..<stride { p[i] = zero }
    var r = 0
    while r < m {
      if r + 4 <= m {
        RowGroup<4>.step(r, stride, matrix, v, w, u, p)
        r += 4
      } else {
        RowGroup<1>.step(r, stride, matrix, v, w, u, p)
        r += 1
      }
    }
    // A ← A − u qᵀ − q uᵀ with q = p − (u·p/2h) u and p = A u/h.
    let inverse = h == 0 ? 0 : 1 / h
    for i in 0..<vectors { p[i] *= SIMD8(repeating: inverse) }
    let shift = SIMD8(repeating: -0.5 * inverse * dot(vectors, u, p))
    for i in 0..<vectors {
      v[i] = u[i]
      w[i] = cv_fma_d(shift, u[i], p[i])
    }
    // The next matrix has m rows, so that what stands beyond must be zero.
    for i in vectors..<stride { (v[i], w[i]) = (zero, zero) }
  }
  updateRow(0, 1, matrix, v, w)
  diagonal[0] = numbers(matrix)[0]
}

/// Updates one row, A_m ← A_m − v_m w − w_m v.
@inline(__always)
private func updateRow(
  _ m: Int, _ vectors: Int, _ row: UnsafeMutablePointer<SIMD8<Double>>,
  _ v: UnsafeMutablePointer<SIMD8<Double>>, _ w: UnsafeMutablePointer<SIMD8<Double>>
) {
  let (a, b) = (SIMD8(repeating: -v[m / 8][m % 8]), SIMD8(repeating: -w[m / 8][m % 8]))
  for i in 0..<vectors { row[i] = cv_fma_d(b, v[i], cv_fma_d(a, w[i], row[i])) }
}

/// Some neighbouring rows whose diagonals stand in the same vector.
private enum RowGroup<let R: Int> {
  /// Updates rows, A_r ← A_r − v_r w − w_r v, and adds their part of the lower triangle to p = A u.
  @inline(__always)
  static func step(
    _ first: Int, _ stride: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>,
    _ v: UnsafeMutablePointer<SIMD8<Double>>, _ w: UnsafeMutablePointer<SIMD8<Double>>,
    _ u: UnsafeMutablePointer<SIMD8<Double>>, _ p: UnsafeMutablePointer<SIMD8<Double>>
  ) {
    let rows = matrix + first * stride
    let last = first / 8
    let zero = SIMD8<Double>(repeating: 0)
    var vFactor = InlineArray<R, SIMD8<Double>>(repeating: zero)
    var (wFactor, uFactor, sum) = (vFactor, vFactor, vFactor)
    for r in 0..<R {
      let lane = (first + r) % 8
      vFactor[r] = SIMD8(repeating: -v[last][lane])
      wFactor[r] = SIMD8(repeating: -w[last][lane])
      uFactor[r] = SIMD8(repeating: u[last][lane])
    }
    for i in 0..<last {
      let (vi, wi, ui) = (v[i], w[i], u[i])
      var product = p[i]
      for r in 0..<R {
        let a = cv_fma_d(wFactor[r], vi, cv_fma_d(vFactor[r], wi, rows[r * stride + i]))
        rows[r * stride + i] = a
        sum[r] = cv_fma_d(a, ui, sum[r])
        product = cv_fma_d(a, uFactor[r], product)
      }
      p[i] = product
    }
    // In the vector of the diagonals each row ends at its own.
    let lanes = SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7)
    let (vi, wi, ui) = (v[last], w[last], u[last])
    var product = p[last]
    for r in 0..<R {
      let lane = SIMD8<Int64>(repeating: Int64((first + r) % 8))
      let a = cv_fma_d(wFactor[r], vi, cv_fma_d(vFactor[r], wi, rows[r * stride + last]))
      rows[r * stride + last] = a
      sum[r] = cv_fma_d(a, ui.replacing(with: 0, where: lanes .> lane), sum[r])
      product = cv_fma_d(a, uFactor[r].replacing(with: 0, where: lanes .>= lane), product)
    }
    for r in 0..<R { product[(first + r) % 8] += laneSum(sum[r]) }
    p[last] = product
  }
}

/// Returns the sum of eight lanes, in halves.
@inline(__always)
private func laneSum(_ x: SIMD8<Double>) -> Double {
  let four = x.lowHalf + x.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// Returns x·y.
@inline(__always)
private func dot(
  _ vectors: Int, _ x: UnsafePointer<SIMD8<Double>>, _ y: UnsafePointer<SIMD8<Double>>
) -> Double {
  var sum = SIMD8<Double>(repeating: 0)
  for i in 0..<vectors { sum = cv_fma_d(x[i], y[i], sum) }
  return laneSum(sum)
}

/// Divides x by the power of two 2^k of its largest number, so that its square is of order one.
///
/// - Returns: k, or `nil` for x = 0.
@inline(__always)
private func scaledExponent(_ vectors: Int, _ x: UnsafeMutablePointer<SIMD8<Double>>) -> Int? {
  var most = 0.0
  for i in 0..<vectors { for lane in 0..<8 { most = max(most, abs(x[i][lane])) } }
  // Below this the power of its inverse is beyond double precision, and A is of order one.
  guard most > 0x1p-1000 else { return nil }
  let exponent = Int(most.exponent)
  let scale = SIMD8(repeating: Double(sign: .plus, exponent: -exponent, significand: 1))
  for i in 0..<vectors { x[i] *= scale }
  return exponent
}

/// Computes sixteen rows of Q G, where G is a product of plane rotations, in place of rows of 1.
///
/// Rows lie along the lanes, so the bits of a row do not depend on its neighbours.
///
/// - Parameters:
///   - n: number of rows of Q.
///   - stride: vectors from one reflection to the next.
///   - reflections: u_m in row m, from `tridiagonalize`.
///   - halves: h_m.
///   - sweeps: number of sweeps of rotations.
///   - tops: of each sweep the column t at which it begins.
///   - lengths: of each sweep the number of rotations. They are of the columns (t, t + 1), then
///     (t − 1, t) and so on.
///   - rotations: cosine and sine of each rotation, in the order of the sweeps. Columns x of i and
///     y of i + 1 become c x − s y and s x + c y.
///   - rows: n columns of two vectors, sixteen rows of the matrix 1 at first.
///
/// *Complexity:* 32 n² flops for the reflections, 96 for each rotation.
public func multiplyReflections(
  _ n: Int, _ stride: Int, _ reflections: UnsafePointer<SIMD8<Double>>,
  _ halves: UnsafePointer<Double>, _ sweeps: Int, _ tops: UnsafePointer<Int>,
  _ lengths: UnsafePointer<Int>, _ rotations: UnsafePointer<SIMD2<Double>>,
  _ rows: UnsafeMutablePointer<SIMD8<Double>>
) {
  let zero = SIMD8<Double>(repeating: 0)
  for m in Swift.stride(from: n - 1, through: 2, by: -1) where halves[m] != 0 {
    let u = UnsafeRawPointer(reflections + m * stride).assumingMemoryBound(to: Double.self)
    // Four sums of each lane hide the latency of the multiply-adds.
    var sum = InlineArray<8, SIMD8<Double>>(repeating: zero)
    var c = 0
    while c + 4 <= m {
      for k in 0..<4 {
        let factor = SIMD8(repeating: u[c + k])
        sum[2 * k] = cv_fma_d(factor, rows[2 * (c + k)], sum[2 * k])
        sum[2 * k + 1] = cv_fma_d(factor, rows[2 * (c + k) + 1], sum[2 * k + 1])
      }
      c += 4
    }
    while c < m {
      let factor = SIMD8(repeating: u[c])
      sum[0] = cv_fma_d(factor, rows[2 * c], sum[0])
      sum[1] = cv_fma_d(factor, rows[2 * c + 1], sum[1])
      c += 1
    }
    let scale = SIMD8(repeating: -1 / halves[m])
    let low = scale * ((sum[0] + sum[2]) + (sum[4] + sum[6]))
    let high = scale * ((sum[1] + sum[3]) + (sum[5] + sum[7]))
    for c in 0..<m {
      let factor = SIMD8(repeating: u[c])
      rows[2 * c] = cv_fma_d(factor, low, rows[2 * c])
      rows[2 * c + 1] = cv_fma_d(factor, high, rows[2 * c + 1])
    }
  }
  var next = rotations
  for sweep in 0..<sweeps {
    let top = tops[sweep]
    let bottom = top - lengths[sweep]
    var (low, high) = (rows[2 * top + 2], rows[2 * top + 3])
    var i = top
    while i > bottom {
      let (cosine, sine) = (SIMD8(repeating: next[0].x), SIMD8(repeating: next[0].y))
      let (x, y) = (rows[2 * i], rows[2 * i + 1])
      rows[2 * i + 2] = cv_fma_d(cosine, low, sine * x)
      rows[2 * i + 3] = cv_fma_d(cosine, high, sine * y)
      low = cv_fma_d(-sine, low, cosine * x)
      high = cv_fma_d(-sine, high, cosine * y)
      next += 1
      i -= 1
    }
    (rows[2 * bottom + 2], rows[2 * bottom + 3]) = (low, high)
  }
}
