import CVec

/// Sixteen floats: the width in which every kernel is written, for all register widths.
typealias Lanes = SIMD16<Float>

/// A register tile of C (+)= A·B: `R` rows of C by `V` vectors of sixteen columns.
///
/// Each entry of C is one chain of fused multiply-adds over the inner index in ascending order, so
/// neither the tile's size nor the instruction set changes a bit of the result.
enum Tile<let R: Int, let V: Int> {
  @inline(__always)
  static func multiply(
    depth: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aColumn: Int, _ b: UnsafePointer<Lanes>,
    _ bStride: Int, _ c: UnsafeMutablePointer<Lanes>, _ cStride: Int, accumulate: Bool
  ) {
    var sum = InlineArray<R, InlineArray<V, Lanes>>(
      repeating: InlineArray<V, Lanes>(repeating: Lanes(repeating: 0)))
    if accumulate {
      for r in 0..<R { for v in 0..<V { sum[r][v] = c[r * cStride + v] } }
    }
    var (column, row) = (a, b)
    for _ in 0..<depth {
      for r in 0..<R {
        let factor = Lanes(repeating: column[r * aRow])
        for v in 0..<V { sum[r][v] = cv_fma(factor, row[v], sum[r][v]) }
      }
      column += aColumn
      row += bStride
    }
    for r in 0..<R { for v in 0..<V { c[r * cStride + v] = sum[r][v] } }
  }
}

/// Computes C = A·B, or C += A·B.
///
/// A is `rows` × `depth` floats, with entry (r, k) at r · `aRow` + k · `aColumn`. B is `depth` ×
/// `vectors` and C `rows` × `vectors`, in vectors of sixteen floats with the given strides.
///
/// *Complexity:* 32 · rows · depth · vectors flops.
public func product(
  _ rows: Int, _ depth: Int, _ vectors: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aColumn: Int,
  _ b: UnsafePointer<SIMD16<Float>>, _ bStride: Int, _ c: UnsafeMutablePointer<SIMD16<Float>>,
  _ cStride: Int, _ accumulate: Bool
) {
  var v = 0
  while v < vectors {
    // One vector beside others is avoided, since its chains are too few to fill the pipeline.
    let left = vectors - v
    let take = left <= 4 ? left : left <= 6 ? 3 : 4
    panel(rows, depth, take, a, aRow, aColumn, b + v, bStride, c + v, cStride, accumulate)
    v += take
  }
}

/// Computes one panel of at most four vectors: as many rows at a time as fill the registers, then
/// the rest.
@inline(never)
private func panel(
  _ rows: Int, _ depth: Int, _ vectors: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aColumn: Int,
  _ b: UnsafePointer<Lanes>, _ bStride: Int, _ c: UnsafeMutablePointer<Lanes>, _ cStride: Int,
  _ accumulate: Bool
) {
  #if AVX512
    // There are 32 registers of one vector each.
    switch vectors {
    case 4:
      strip(
        6, Tile<6, 4>.multiply, 3, Tile<3, 4>.multiply, Tile<2, 4>.multiply, Tile<1, 4>.multiply)
    case 3:
      strip(
        8, Tile<8, 3>.multiply, 4, Tile<4, 3>.multiply, Tile<2, 3>.multiply, Tile<1, 3>.multiply)
    case 2:
      strip(
        12, Tile<12, 2>.multiply, 4, Tile<4, 2>.multiply, Tile<2, 2>.multiply, Tile<1, 2>.multiply)
    default:
      strip(
        16, Tile<16, 1>.multiply, 8, Tile<8, 1>.multiply, Tile<2, 1>.multiply, Tile<1, 1>.multiply)
    }
  #else
    // There are 16 registers of half a vector each: six rows of one vector, both halves of a vector
    // of B and a factor take fifteen. Three rows of two vectors would take seventeen.
    for v in 0..<vectors {
      strip(
        6, Tile<6, 1>.multiply, 4, Tile<4, 1>.multiply, Tile<2, 1>.multiply, Tile<1, 1>.multiply, v)
    }
  #endif

  typealias Multiply = (
    Int, UnsafePointer<Float>, Int, Int, UnsafePointer<Lanes>, Int, UnsafeMutablePointer<Lanes>,
    Int, Bool
  ) -> Void

  /// Computes all rows: `height` at a time by `full`, the remainder by smaller tiles.
  @inline(__always)
  func strip(
    _ height: Int, _ full: Multiply, _ lower: Int, _ half: Multiply, _ two: Multiply,
    _ one: Multiply, _ v: Int = 0
  ) {
    var i = 0
    while i < rows {
      let (from, to) = (a + i * aRow, c + i * cStride + v)
      switch rows - i {
      case height...:
        full(depth, from, aRow, aColumn, b + v, bStride, to, cStride, accumulate)
        i += height
      case lower...:
        half(depth, from, aRow, aColumn, b + v, bStride, to, cStride, accumulate)
        i += lower
      case 2...:
        two(depth, from, aRow, aColumn, b + v, bStride, to, cStride, accumulate)
        i += 2
      default:
        one(depth, from, aRow, aColumn, b + v, bStride, to, cStride, accumulate)
        i += 1
      }
    }
  }
}

/// Returns the sum of the sixteen lanes by a fixed binary tree.
@inline(__always)
func sum(_ x: Lanes) -> Float {
  let eight = x.lowHalf + x.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}

/// Returns the sum of the eight lanes by a fixed binary tree.
@inline(__always)
func sum(_ x: SIMD8<Double>) -> Double {
  let four = x.lowHalf + x.highHalf
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}
