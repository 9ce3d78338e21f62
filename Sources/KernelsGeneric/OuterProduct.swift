import CVec

// C = A Bᵀ summed over blocks of samples: what a layer's weights receive, with A the derivatives by its
// outputs (rows × samples) and B its inputs (columns × samples).
//
// The columns of C stand in vectors as far as these are full or nearly so. The last few are kept apart,
// each entry as one vector of partial sums over samples, so that C is never padded to no purpose: 50
// columns are three vectors and two such.

/// Columns of C beyond whole vectors that are kept as partial sums, at most.
private let longestTail = 8

/// How `columns` are kept: so many vectors a row, and so many single columns after them.
@inline(__always)
private func split(_ columns: Int) -> (vectors: Int, tail: Int) {
  let rest = columns % 16
  return rest <= longestTail ? (columns / 16, rest) : (columns / 16 + 1, 0)
}

/// Vectors that the sum of `rows` × `columns` takes.
public func outerProductSize(_ rows: Int, _ columns: Int) -> Int {
  let (vectors, tail) = split(columns)
  return rows * (vectors + tail)
}

/// C += A Bᵀ on one block of samples.
///
/// - Parameters:
///   - samples: those of the block. Where they are no whole number of vectors, the rest of the last one
///     in A or in B is zero, and is left out where that saves time.
///   - stride: vectors from one row of A, and of B, to the next.
///   - a: rows × samples. - b: columns × samples.
///   - transposed: B once more, samples × columns, `transposedStride` vectors a sample.
///   - sum: C, of `outerProductSize` vectors, zero at first.
///
/// *Complexity:* 2 · rows · columns · samples flops.
public func addOuterProduct(
  _ rows: Int, _ columns: Int, _ samples: Int, _ stride: Int, _ a: UnsafePointer<SIMD16<Float>>,
  _ b: UnsafePointer<SIMD16<Float>>, _ transposed: UnsafePointer<SIMD16<Float>>,
  _ transposedStride: Int, _ sum: UnsafeMutablePointer<SIMD16<Float>>
) {
  let (full, tail) = split(columns)
  product(
    rows, samples, full, UnsafeRawPointer(a).assumingMemoryBound(to: Float.self), 16 * stride,
    1, transposed, transposedStride, sum, full, true)
  laneProduct(
    rows, tail, (samples + 15) / 16, a, stride, 1, b + 16 * full * stride, stride, 1,
    sum + rows * full, tail,
    true)
}

/// Writes C as floats, row by row with no gaps; up to fifteen floats after the last are overwritten too.
/// Uses `sums` up.
public func finishOuterProduct(
  _ rows: Int, _ columns: Int, _ sums: UnsafeMutablePointer<SIMD16<Float>>,
  _ out: UnsafeMutablePointer<Float>
) {
  let (full, tail) = split(columns)
  let partial = sums + rows * full
  let tails = UnsafeMutableRawPointer(partial).assumingMemoryBound(to: Float.self)
  // In place: sixteen vectors are read before the one that their sums go to is written.
  laneSums(rows * tail, partial, tails)
  for i in 0..<rows {
    let row = UnsafeMutableRawPointer(out + i * columns)
    for v in 0..<full {
      row.storeBytes(of: sums[i * full + v], toByteOffset: 64 * v, as: Lanes.self)
    }
    for j in 0..<tail { out[i * columns + 16 * full + j] = tails[i * tail + j] }
  }
}
