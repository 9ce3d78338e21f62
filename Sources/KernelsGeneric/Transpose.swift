import CVec

/// Transposes `rows` × 16 · `vectors` floats, in vectors with `stride` from row to row. The result
/// has 16 · `vectors` rows of ⌈rows/16⌉ vectors with `outStride`, padded by zeros.
public func transpose(
  _ rows: Int, _ vectors: Int, _ matrix: UnsafePointer<SIMD16<Float>>, _ stride: Int,
  _ out: UnsafeMutablePointer<SIMD16<Float>>, _ outStride: Int
) {
  let to = UnsafeMutableRawPointer(out).assumingMemoryBound(to: Float.self)
  let whole = rows / 16
  let rest = rows % 16
  for block in 0..<whole {
    for v in 0..<vectors {
      transposeBlock(
        matrix + 16 * block * stride + v, stride, to + 16 * (16 * v * outStride + block), outStride)
    }
  }
  guard rest > 0 else { return }
  // Rows after the last are of others, or of nobody.
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 16) { padded in
    for i in rest..<16 { padded[i] = Lanes(repeating: 0) }
    for v in 0..<vectors {
      for i in 0..<rest { padded[i] = matrix[(16 * whole + i) * stride + v] }
      transposeBlock(
        padded.baseAddress!, 1, to + 16 * (16 * v * outStride + whole), outStride)
    }
  }
}

@inline(__always)
private func transposeBlock(
  _ from: UnsafePointer<Lanes>, _ stride: Int, _ to: UnsafeMutablePointer<Float>, _ outStride: Int
) {
  cv_transpose(
    UnsafeRawPointer(from).assumingMemoryBound(to: Float.self), 16 * stride, to, 16 * outStride)
}
