import CVec

// The product C = A Bᵀ, summed over blocks of samples, is what a layer's weights receive. A are the
// derivatives by its outputs (rows × samples), and B its inputs (columns × samples).
//
// The columns of C stand in vectors as far as these are full or nearly so. The last few are kept
// apart, each entry as one vector of partial sums over samples, which saves padding. So 50 columns
// are three vectors and two single columns.

/// The most columns of C beyond whole vectors that are kept as partial sums.
private let longestTail = 8

/// Splits `columns` into vectors a row, and single columns after them.
@inline(__always)
private func split(_ columns: Int) -> (vectors: Int, tail: Int) {
  let rest = columns % 16
  return rest <= longestTail ? (columns / 16, rest) : (columns / 16 + 1, 0)
}

/// Returns the number of vectors that the sum of `rows` × `columns` takes.
public func outerProductSize(_ rows: Int, _ columns: Int) -> Int {
  let (vectors, tail) = split(columns)
  return rows * (vectors + tail)
}

/// Adds C += A Bᵀ on one block of samples.
///
/// - Parameters:
///   - rows: rows of A and of C.
///   - columns: rows of B, which are columns of C.
///   - samples: samples of the block. If they do not fill the last vector, its rest is zero in A or
///     in B, and is left out where that saves time.
///   - stride: vectors from one row of A, and of B, to the next.
///   - a: A, rows × samples.
///   - b: B, columns × samples.
///   - transposed: Bᵀ, samples × columns.
///   - transposedStride: vectors from one sample of Bᵀ to the next.
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

/// Writes C as floats, row by row without gaps. It overwrites up to fifteen floats after the last,
/// and uses `sums` as scratch.
public func finishOuterProduct(
  _ rows: Int, _ columns: Int, _ sums: UnsafeMutablePointer<SIMD16<Float>>,
  _ out: UnsafeMutablePointer<Float>
) {
  let (full, tail) = split(columns)
  let partial = sums + rows * full
  let tails = UnsafeMutableRawPointer(partial).assumingMemoryBound(to: Float.self)
  // The sums go in place: sixteen vectors are read before the one that receives their sums is
  // written.
  laneSums(rows * tail, partial, tails)
  for i in 0..<rows {
    let row = UnsafeMutableRawPointer(out + i * columns)
    for v in 0..<full {
      row.storeBytes(of: sums[i * full + v], toByteOffset: 64 * v, as: Lanes.self)
    }
    for j in 0..<tail { out[i * columns + 16 * full + j] = tails[i * tail + j] }
  }
}
