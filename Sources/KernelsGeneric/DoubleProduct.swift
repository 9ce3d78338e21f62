import CVec

/// A register tile of C = A·B in double precision: `R` rows of C by `V` vectors of eight columns.
///
/// Each entry of C is one chain of fused multiply-adds over the inner index in ascending order.
private enum DoubleTile<let R: Int, let V: Int> {
  @inline(__always)
  static func multiply(
    depth: Int, _ a: UnsafePointer<Double>, _ aRow: Int, _ aColumn: Int,
    _ b: UnsafePointer<SIMD8<Double>>, _ bStride: Int, _ c: UnsafeMutablePointer<SIMD8<Double>>,
    _ cStride: Int
  ) {
    var sum = InlineArray<R, InlineArray<V, SIMD8<Double>>>(
      repeating: InlineArray<V, SIMD8<Double>>(repeating: SIMD8(repeating: 0)))
    var (column, row) = (a, b)
    for _ in 0..<depth {
      for r in 0..<R {
        let factor = SIMD8(repeating: column[r * aRow])
        for v in 0..<V { sum[r][v] = cv_fma_d(factor, row[v], sum[r][v]) }
      }
      column += aColumn
      row += bStride
    }
    for r in 0..<R { for v in 0..<V { c[r * cStride + v] = sum[r][v] } }
  }
}

/// Computes C = A·B in double precision.
///
/// A is `rows` × `depth` numbers, with entry (r, k) at r · `aRow` + k · `aColumn`. B is `depth` ×
/// `vectors` and C `rows` × `vectors`, in vectors of eight numbers with the given strides.
///
/// *Complexity:* 16 · rows · depth · vectors flops.
public func doubleProduct(
  _ rows: Int, _ depth: Int, _ vectors: Int, _ a: UnsafePointer<Double>, _ aRow: Int,
  _ aColumn: Int, _ b: UnsafePointer<SIMD8<Double>>, _ bStride: Int,
  _ c: UnsafeMutablePointer<SIMD8<Double>>, _ cStride: Int
) {
  var v = 0
  while v < vectors {
    let isPair = v + 2 <= vectors
    var r = 0
    while r < rows {
      let (from, with, to) = (a + r * aRow, b + v, c + r * cStride + v)
      let isTall = r + 4 <= rows
      switch (isTall, isPair) {
      case (true, true):
        DoubleTile<4, 2>.multiply(depth: depth, from, aRow, aColumn, with, bStride, to, cStride)
      case (true, false):
        DoubleTile<4, 1>.multiply(depth: depth, from, aRow, aColumn, with, bStride, to, cStride)
      case (false, true):
        DoubleTile<1, 2>.multiply(depth: depth, from, aRow, aColumn, with, bStride, to, cStride)
      case (false, false):
        DoubleTile<1, 1>.multiply(depth: depth, from, aRow, aColumn, with, bStride, to, cStride)
      }
      r += isTall ? 4 : 1
    }
    v += isPair ? 2 : 1
  }
}
