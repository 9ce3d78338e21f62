import CVec

/// Transposes `rows` × 16 · `vectors` floats, in vectors with `stride` from row to row. The result
/// has 16 · `vectors` rows of ⌈rows/16⌉ vectors with `outStride`, padded by zeros.
public func transpose(
  _ rows: Int, _ vectors: Int, _ matrix: UnsafePointer<SIMD16<Float>>, _ stride: Int,
  _ out: UnsafeMutablePointer<SIMD16<Float>>, _ outStride: Int
) {
  let whole = rows / 16
  for block in 0..<whole {
    for v in 0..<vectors {
      transposeBlock(
        16, matrix + 16 * block * stride + v, stride, out + 16 * v * outStride + block, outStride)
    }
  }
  // Rows after the last are of others, or of nobody.
  guard rows > 16 * whole else { return }
  for v in 0..<vectors {
    transposeBlock(
      rows - 16 * whole, matrix + 16 * whole * stride + v, stride,
      out + 16 * v * outStride + whole, outStride)
  }
}

@inline(__always)
private func transposeBlock(
  _ rows: Int, _ from: UnsafePointer<Lanes>, _ stride: Int, _ to: UnsafeMutablePointer<Lanes>,
  _ outStride: Int
) {
  cv_transpose(
    UnsafeRawPointer(from).assumingMemoryBound(to: Float.self), 16 * stride, rows,
    UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self), 16 * outStride)
}
