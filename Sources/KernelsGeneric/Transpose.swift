import CVec

/// Transposes `rows` × 16 · `vectors` floats, in vectors with `stride` from row to row. The result
/// has 16 · `vectors` rows of ⌈rows/16⌉ vectors with `outStride`.
///
/// The matrix must be readable up to the next multiple of 16 rows. Rows beyond `rows` become the
/// padding of the result.
public func transpose(
  _ rows: Int, _ vectors: Int, _ matrix: UnsafePointer<SIMD16<Float>>, _ stride: Int,
  _ out: UnsafeMutablePointer<SIMD16<Float>>, _ outStride: Int
) {
  let from = UnsafeRawPointer(matrix).assumingMemoryBound(to: Float.self)
  let to = UnsafeMutableRawPointer(out).assumingMemoryBound(to: Float.self)
  for block in 0..<(rows + 15) / 16 {
    for v in 0..<vectors {
      cv_transpose(
        from + 16 * (16 * block * stride + v), 16 * stride,
        to + 16 * (16 * v * outStride + block), 16 * outStride)
    }
  }
}
