import CVec

// Symmetric positive definite systems of the Gaussian readout, in double precision. Matrices have n
// rows with `stride` vectors of eight doubles each.

/// Adds G += Φ Φᵀ on one block of samples, for the lower triangle in whole vectors. Products along
/// the block are in single precision, sums over blocks in double.
///
/// - Parameters:
///   - rows: K, the number of features.
///   - vectors: vectors of samples.
///   - stride: vectors from one row of Φ to the next.
///   - features: Φ, K rows.
///   - transposed: Φᵀ, 16 · vectors rows of ⌈K/16⌉ vectors.
///   - block: scratch of twelve rows of ⌈K/16⌉ vectors.
///   - gram: G, K rows of 2 ⌈K/16⌉ vectors of eight.
public func addGram(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ features: UnsafePointer<SIMD16<Float>>,
  _ transposed: UnsafePointer<SIMD16<Float>>, _ block: UnsafeMutablePointer<SIMD16<Float>>,
  _ gram: UnsafeMutablePointer<SIMD8<Double>>
) {
  let width = (rows + 15) / 16
  let floats = UnsafeRawPointer(features).assumingMemoryBound(to: Float.self)
  var first = 0
  while first < rows {
    // A strip is twelve rows, with the vectors of columns that reach their diagonal.
    let count = min(12, rows - first)
    let take = (first + count + 15) / 16
    product(
      count, 16 * vectors, take, floats + 16 * stride * first, 16 * stride, 1, transposed, width,
      block, width, false)
    for i in 0..<count {
      let row = gram + (first + i) * 2 * width
      for v in 0..<take {
        row[2 * v] += cv_double_low(block[i * width + v])
        row[2 * v + 1] += cv_double_high(block[i * width + v])
      }
    }
    first += count
  }
}

/// Sweeps the first `count` pivots of a symmetric matrix [B, C; Cᵀ, D] of `size` rows, in place, as
/// in a linear regression (Goodnight 1979, "A tutorial on the SWEEP operator", The American
/// Statistician 33).
///
/// The upper triangle then holds B⁻¹ C in the place of C, and D − Cᵀ B⁻¹ C in the place of D.
///
/// - Parameters:
///   - count: number of pivots, the size of B.
///   - size: number of rows of the matrix.
///   - stride: vectors from one row to the next.
///   - matrix: the matrix, of which the lower triangle is read.
///   - pivots: room for `count` numbers, whose product is det B.
///   - columns: scratch of 8 · `stride` vectors.
///   - inverse: room for B⁻¹ rounded to floats, `count` rows of `count`.
/// - Returns: whether B is positive definite to rounding.
///
/// *Complexity:* count · size² flops, in vectors of eight along the rows of the upper triangle.
public func sweep(
  _ count: Int, _ size: Int, _ stride: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>,
  _ pivots: UnsafeMutablePointer<Double>, _ columns: UnsafeMutablePointer<SIMD8<Double>>,
  _ inverse: UnsafeMutablePointer<Float>
) -> Bool {
  let a = UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self)
  let row = 8 * stride
  for i in 0..<size { for j in 0..<i { a[j * row + i] = a[i * row + j] } }
  var k = 0
  while k < count {
    let done =
      count - k >= 4
      ? PivotBlock<4>.sweep(k, size, stride, matrix, pivots, columns)
      : PivotBlock<1>.sweep(k, size, stride, matrix, pivots, columns)
    guard done else { return false }
    k += count - k >= 4 ? 4 : 1
  }
  // After a sweep by all its pivots, B has become −B⁻¹.
  for i in 0..<count {
    for j in i..<count {
      let entry = Float(-a[i * row + j])
      inverse[i * count + j] = entry
      inverse[j * count + i] = entry
    }
  }
  return true
}

/// A sweep of `B` neighbouring pivots at once, for which the rest of the matrix is read and written
/// once.
private enum PivotBlock<let B: Int> {
  @inline(__always)
  static func sweep(
    _ k: Int, _ size: Int, _ stride: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>,
    _ pivots: UnsafeMutablePointer<Double>, _ columns: UnsafeMutablePointer<SIMD8<Double>>
  ) -> Bool {
    let a = UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self)
    let c = UnsafeMutableRawPointer(columns).assumingMemoryBound(to: Double.self)
    let row = 8 * stride
    // The block's columns C, each along vectors; the matrix holds their upper triangle.
    for b in 0..<B {
      for i in 0..<k { c[b * row + i] = a[i * row + k + b] }
      for i in 0..<b { c[b * row + k + i] = a[(k + i) * row + k + b] }
      for i in k + b..<size { c[b * row + i] = a[(k + b) * row + i] }
      for i in size..<row { c[b * row + i] = 0 }
    }
    // The block itself is swept one pivot after the other, and becomes minus its inverse.
    var inner = InlineArray<B, InlineArray<B, Double>>(
      repeating: InlineArray<B, Double>(repeating: 0))
    for i in 0..<B { for j in 0..<B { inner[i][j] = c[j * row + k + i] } }
    for p in 0..<B {
      let pivot = inner[p][p]
      guard pivot > 0 else { return false }
      pivots[k + p] = pivot
      let reciprocal = 1 / pivot
      for i in 0..<B where i != p {
        let factor = inner[i][p] * reciprocal
        for j in 0..<B where j != p { inner[i][j] -= factor * inner[p][j] }
      }
      for i in 0..<B where i != p {
        inner[i][p] *= reciprocal
        inner[p][i] *= reciprocal
      }
      inner[p][p] = -reciprocal
    }
    // The factors are −F = C · (minus the inverse); the matrix becomes A − F Cᵀ.
    let factors = columns + B * stride
    for b in 0..<B {
      for v in 0..<stride {
        var sum = SIMD8<Double>(repeating: 0)
        for j in 0..<B {
          sum = cv_fma_d(SIMD8(repeating: inner[b][j]), columns[j * stride + v], sum)
        }
        factors[b * stride + v] = sum
      }
    }
    let f = UnsafeMutableRawPointer(factors).assumingMemoryBound(to: Double.self)
    var i = 0
    while i < size {
      // Two rows at a time share the columns. They begin at the vector of the upper row's diagonal.
      let target = matrix + i * stride
      var factor = InlineArray<B, SIMD8<Double>>(repeating: SIMD8(repeating: 0))
      for b in 0..<B { factor[b] = SIMD8(repeating: f[b * row + i]) }
      if i + 1 < size {
        var next = factor
        for b in 0..<B { next[b] = SIMD8(repeating: f[b * row + i + 1]) }
        for v in i / 8..<stride {
          var (upper, lower) = (target[v], target[stride + v])
          for b in 0..<B {
            let column = columns[b * stride + v]
            upper = cv_fma_d(factor[b], column, upper)
            lower = cv_fma_d(next[b], column, lower)
          }
          (target[v], target[stride + v]) = (upper, lower)
        }
      } else {
        for v in i / 8..<stride {
          var upper = target[v]
          for b in 0..<B { upper = cv_fma_d(factor[b], columns[b * stride + v], upper) }
          target[v] = upper
        }
      }
      i += 2
    }
    for b in 0..<B {
      for i in 0..<k { a[i * row + k + b] = -f[b * row + i] }
      for i in k + B..<size { a[(k + b) * row + i] = -f[b * row + i] }
      for i in b..<B { a[(k + b) * row + k + i] = inner[b][i] }
    }
    return true
  }
}

/// Replaces a symmetric positive definite matrix Rᵀ R of n rows by its upper Cholesky factor R. It
/// reads the lower triangle and writes the upper one.
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
