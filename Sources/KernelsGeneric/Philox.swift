import CVec

/// Philox4x32-10 on sixteen counters at a time (Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011, section 3.3).
@inline(__always)
func philox(
  _ c0: SIMD16<UInt32>, _ c1: SIMD16<UInt32>, _ c2: SIMD16<UInt32>, _ c3: SIMD16<UInt32>,
  key: UInt64
) -> (SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>, SIMD16<UInt32>) {
  let m0 = SIMD16<UInt32>(repeating: 0xD251_1F53)
  let m1 = SIMD16<UInt32>(repeating: 0xCD9E_8D57)
  var (c0, c1, c2, c3) = (c0, c1, c2, c3)
  var k0 = UInt32(truncatingIfNeeded: key)
  var k1 = UInt32(truncatingIfNeeded: key >> 32)
  for _ in 0..<10 {
    let (even0, odd0) = (cv_multiply_even(m0, c0), cv_multiply_odd(m0, c0))
    let (even1, odd1) = (cv_multiply_even(m1, c2), cv_multiply_odd(m1, c2))
    (c0, c1, c2, c3) = (
      cv_high(even1, odd1) ^ c1 ^ SIMD16(repeating: k0), cv_low(even1, odd1),
      cv_high(even0, odd0) ^ c3 ^ SIMD16(repeating: k1), cv_low(even0, odd0)
    )
    k0 &+= 0x9E37_79B9  // the golden ratio and √3 − 1, as fractions of 2³²
    k1 &+= 0xBB67_AE85
  }
  return (c0, c1, c2, c3)
}

/// Fills `blocks` × 64 floats with independent standard normals.
///
/// Block i takes counters (16 i … 16 i + 15, `step`, purpose 0), so a value depends on the key, the
/// step and its index alone. Box-Muller on 32-bit uniforms: |z| reaches 6.76.
public func standardNormals(
  _ blocks: Int, _ key: UInt64, _ step: UInt64, _ out: UnsafeMutablePointer<SIMD16<Float>>
) {
  let lane = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  for block in 0..<blocks {
    let words = philox(
      lane &+ SIMD16(repeating: UInt32(truncatingIfNeeded: 16 * block)),
      SIMD16(repeating: UInt32(truncatingIfNeeded: step)),
      SIMD16(repeating: UInt32(truncatingIfNeeded: step >> 32)), SIMD16(repeating: 0), key: key)
    (out[4 * block], out[4 * block + 1]) = boxMuller(words.0, words.1)
    (out[4 * block + 2], out[4 * block + 3]) = boxMuller(words.2, words.3)
  }
}

/// Two independent standard normals from two uniform words.
@inline(__always)
private func boxMuller(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> (Lanes, Lanes) {
  let uniform = cv_fma(
    cv_float_u(a), Lanes(repeating: 0x1p-32), Lanes(repeating: 0x1p-33))
  let radius = cv_sqrt(
    cv_max(Lanes(repeating: -2) * logarithm(uniform), Lanes(repeating: 0)))
  let turns = cv_float_i(unsafeBitCast(b, to: SIMD16<Int32>.self)) * Lanes(repeating: 0x1p-32)
  let (sine, cosine) = sineAndCosine(turns: turns)
  return (radius * cosine, radius * sine)
}
