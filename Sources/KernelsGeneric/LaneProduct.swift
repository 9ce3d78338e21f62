import CVec

/// A register tile of C (+)= A Bᵀ, lane by lane: `R` rows of A by `C` rows of B.
///
/// Each entry is one chain of fused multiply-adds in ascending depth, whatever the tile's size.
private enum LaneTile<let R: Int, let C: Int> {
  @inline(__always)
  static func multiply(
    _ depth: Int, _ a: UnsafePointer<Lanes>, _ aRow: Int, _ aDepth: Int, _ b: UnsafePointer<Lanes>,
    _ bRow: Int, _ bDepth: Int, _ out: UnsafeMutablePointer<Lanes>, _ outRow: Int,
    _ accumulate: Bool
  ) {
    var sum = InlineArray<R, InlineArray<C, Lanes>>(
      repeating: InlineArray<C, Lanes>(repeating: Lanes(repeating: 0)))
    if accumulate {
      for r in 0..<R { for c in 0..<C { sum[r][c] = out[r * outRow + c] } }
    }
    var (p, q) = (a, b)
    for _ in 0..<depth {
      for r in 0..<R {
        let factor = p[r * aRow]
        for c in 0..<C { sum[r][c] = cv_fma(factor, q[c * bRow], sum[r][c]) }
      }
      p += aDepth
      q += bDepth
    }
    for r in 0..<R { for c in 0..<C { out[r * outRow + c] = sum[r][c] } }
  }
}

/// Computes C = A Bᵀ, or C += A Bᵀ, in each of the sixteen lanes.
///
/// Entry (r, k) of A stands at r · `aRow` + k · `aDepth`, entry (c, k) of B at c · `bRow` + k ·
/// `bDepth`, and entry (r, c) of C at r · `outRow` + c.
///
/// *Complexity:* 32 · rows · columns · depth flops.
public func laneProduct(
  _ rows: Int, _ columns: Int, _ depth: Int, _ a: UnsafePointer<SIMD16<Float>>, _ aRow: Int,
  _ aDepth: Int, _ b: UnsafePointer<SIMD16<Float>>, _ bRow: Int, _ bDepth: Int,
  _ out: UnsafeMutablePointer<SIMD16<Float>>, _ outRow: Int, _ accumulate: Bool
) {
  var c = 0
  #if AVX512
    while c + 4 <= columns {
      strip(
        6, LaneTile<6, 4>.multiply, LaneTile<4, 4>.multiply, LaneTile<2, 4>.multiply,
        LaneTile<1, 4>.multiply)
      c += 4
    }
    if c + 2 <= columns {
      strip(
        8, LaneTile<8, 2>.multiply, LaneTile<4, 2>.multiply, LaneTile<2, 2>.multiply,
        LaneTile<1, 2>.multiply)
      c += 2
    }
    if c < columns {
      strip(
        8, LaneTile<8, 1>.multiply, LaneTile<4, 1>.multiply, LaneTile<2, 1>.multiply,
        LaneTile<1, 1>.multiply)
    }
  #else
    while c + 2 <= columns {
      strip(
        3, LaneTile<3, 2>.multiply, LaneTile<2, 2>.multiply, LaneTile<2, 2>.multiply,
        LaneTile<1, 2>.multiply)
      c += 2
    }
    if c < columns {
      strip(
        4, LaneTile<4, 1>.multiply, LaneTile<2, 1>.multiply, LaneTile<2, 1>.multiply,
        LaneTile<1, 1>.multiply)
    }
  #endif

  typealias Multiply = (
    Int, UnsafePointer<Lanes>, Int, Int, UnsafePointer<Lanes>, Int, Int,
    UnsafeMutablePointer<Lanes>, Int, Bool
  ) -> Void

  /// Computes all rows: `height` at a time by `full`, the remainder four, two or one at a time.
  /// Eight are two fours rather than six and two, which would wait for the latency of the
  /// multiply-adds.
  @inline(__always)
  func strip(
    _ height: Int, _ full: Multiply, _ four: Multiply, _ two: Multiply, _ one: Multiply
  ) {
    var i = 0
    while i < rows {
      let (from, with, to) = (a + i * aRow, b + c * bRow, out + i * outRow + c)
      switch rows - i {
      case height... where height != 6 || rows - i != 8:
        full(depth, from, aRow, aDepth, with, bRow, bDepth, to, outRow, accumulate)
        i += height
      case 4...:
        four(depth, from, aRow, aDepth, with, bRow, bDepth, to, outRow, accumulate)
        i += 4
      case 2...:
        two(depth, from, aRow, aDepth, with, bRow, bDepth, to, outRow, accumulate)
        i += 2
      default:
        one(depth, from, aRow, aDepth, with, bRow, bDepth, to, outRow, accumulate)
        i += 1
      }
    }
  }
}

/// Scales x_i ← x_i y, with one factor y a lane.
public func scaleLanes(
  _ vectors: Int, _ factor: UnsafePointer<SIMD16<Float>>, _ x: UnsafeMutablePointer<SIMD16<Float>>
) {
  let factor = factor[0]
  for i in 0..<vectors { x[i] *= factor }
}
