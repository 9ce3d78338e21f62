import CVec

// Symmetric positive definite systems of the Gaussian readout, in double precision: matrices of n rows
// with `stride` vectors of eight doubles each.

/// G += Φ Φᵀ on one block of samples, the lower triangle in whole vectors: products in single precision
/// along the block, sums over blocks in double.
///
/// - Parameters:
///   - rows: K. - vectors: vectors of samples. - stride: vectors from one row of Φ to the next.
///   - transposed: Φᵀ, 16 · vectors rows of ⌈K/16⌉ vectors.
///   - block: room for ⌈K/16⌉ vectors a row.
///   - gram: G, K rows of 2 ⌈K/16⌉ vectors of eight.
public func addGram(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ features: UnsafePointer<SIMD16<Float>>,
  _ transposed: UnsafePointer<SIMD16<Float>>, _ block: UnsafeMutablePointer<SIMD16<Float>>,
  _ gram: UnsafeMutablePointer<SIMD8<Double>>
) {
  let width = (rows + 15) / 16
  let floats = UnsafeRawPointer(features).assumingMemoryBound(to: Float.self)
  for panel in 0..<width {
    // Rows 16 panel …, all columns up to theirs.
    let (first, count) = (16 * panel, min(16, rows - 16 * panel))
    product(
      count, 16 * vectors, panel + 1, floats + 16 * stride * first, 16 * stride, 1, transposed,
      width, block, width, false)
    for i in 0..<count {
      let row = gram + (first + i) * 2 * width
      for v in 0...panel {
        row[2 * v] += cv_double_low(block[i * width + v])
        row[2 * v + 1] += cv_double_high(block[i * width + v])
      }
    }
  }
}

/// Sweeps the first `count` pivots of a symmetric matrix [B, C; Cᵀ, D] of `size` rows, in place, as in
/// a linear regression (Goodnight 1979, "A tutorial on the SWEEP operator", The American Statistician 33):
/// leaves B⁻¹ C in the place of C, and D − Cᵀ B⁻¹ C in that of D, in the upper triangle.
///
/// - Parameters:
///   - matrix: of which the lower triangle is read.
///   - pivots: `count` numbers, whose product is det B. - column: room for `stride` vectors.
///   - inverse: B⁻¹ rounded to floats, `count` rows of `count`.
/// - Returns: whether B is positive definite to rounding.
///
/// *Complexity:* count · size² flops, in vectors of eight along the rows of the upper triangle.
public func sweep(
  _ count: Int, _ size: Int, _ stride: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>,
  _ pivots: UnsafeMutablePointer<Double>, _ column: UnsafeMutablePointer<SIMD8<Double>>,
  _ inverse: UnsafeMutablePointer<Float>
) -> Bool {
  let a = UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self)
  let c = UnsafeMutableRawPointer(column).assumingMemoryBound(to: Double.self)
  let row = 8 * stride
  for i in 0..<size { for j in 0..<i { a[j * row + i] = a[i * row + j] } }
  for j in size..<row { c[j] = 0 }
  for k in 0..<count {
    // Column k of the swept matrix, of which the upper triangle stands there.
    for i in 0..<k { c[i] = a[i * row + k] }
    for i in k..<size { c[i] = a[k * row + i] }
    let pivot = c[k]
    guard pivot > 0 else { return false }
    pivots[k] = pivot
    let reciprocal = 1 / pivot
    for i in 0..<size {
      let factor = SIMD8(repeating: -(c[i] * reciprocal))
      let target = matrix + i * stride
      for v in i / 8..<stride { target[v] = cv_fma_d(factor, column[v], target[v]) }
    }
    for i in 0..<k { a[i * row + k] = c[i] * reciprocal }
    for i in k + 1..<size { a[k * row + i] = c[i] * reciprocal }
    a[k * row + k] = -reciprocal
  }
  // Swept by all its pivots, B has become −B⁻¹.
  for i in 0..<count {
    for j in i..<count {
      let entry = Float(-a[i * row + j])
      inverse[i * count + j] = entry
      inverse[j * count + i] = entry
    }
  }
  return true
}

/// The upper Cholesky factor R of a symmetric positive definite matrix Rᵀ R of n rows, in place: reads the
/// lower triangle and writes the upper one.
///
/// - Returns: whether the matrix is positive definite to rounding.
public func cholesky(
  _ n: Int, _ stride: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>
) -> Bool {
  let a = UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self)
  let row = 8 * stride
  for i in 0..<n { for j in 0..<i { a[j * row + i] = a[i * row + j] } }
  for k in 0..<n {
    let pivot = a[k * row + k]
    guard pivot > 0 else { return false }
    let scale = 1 / pivot.squareRoot()
    let upper = matrix + k * stride
    for v in k / 8..<stride { upper[v] *= SIMD8(repeating: scale) }
    var i = k + 1
    while i < n {
      let factor = SIMD8(repeating: -a[k * row + i])
      let below = matrix + i * stride
      for v in i / 8..<stride { below[v] = cv_fma_d(factor, upper[v], below[v]) }
      i += 1
    }
  }
  return true
}
