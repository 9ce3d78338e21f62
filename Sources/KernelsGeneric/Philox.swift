import CVec

/// Sixteen counters of four words each, or the random words that Philox makes of them.
private struct Words {
  var w0, w1, w2, w3: SIMD16<UInt32>

  /// The counters of block i of a step.
  @inline(__always)
  init(block: Int, step: UInt64) {
    let lane = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    w0 = lane &+ SIMD16(repeating: UInt32(truncatingIfNeeded: 16 * block))
    w1 = SIMD16(repeating: UInt32(truncatingIfNeeded: step))
    w2 = SIMD16(repeating: UInt32(truncatingIfNeeded: step >> 32))
    w3 = SIMD16(repeating: 0)
  }

  @inline(__always)
  mutating func round(_ k0: SIMD16<UInt32>, _ k1: SIMD16<UInt32>) {
    let m0 = SIMD16<UInt32>(repeating: 0xD251_1F53)
    let m1 = SIMD16<UInt32>(repeating: 0xCD9E_8D57)
    let (even0, odd0) = (cv_multiply_even(m0, w0), cv_multiply_odd(m0, w0))
    let (even1, odd1) = (cv_multiply_even(m1, w2), cv_multiply_odd(m1, w2))
    w0 = cv_high(even1, odd1) ^ w1 ^ k0
    w1 = cv_low(even1, odd1)
    w2 = cv_high(even0, odd0) ^ w3 ^ k1
    w3 = cv_low(even0, odd0)
  }
}

/// Applies Philox4x32-10 to twice sixteen counters (Salmon, Moraes, Dror and Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011, section 3.3). A round waits for the one before, so two
/// sets of counters fill each other's waits.
@inline(__always)
private func philox(_ a: inout Words, _ b: inout Words, key: UInt64) {
  var k0 = SIMD16(repeating: UInt32(truncatingIfNeeded: key))
  var k1 = SIMD16(repeating: UInt32(truncatingIfNeeded: key >> 32))
  for _ in 0..<10 {
    a.round(k0, k1)
    b.round(k0, k1)
    // These are the golden ratio minus 1 and √3 − 1, as fractions of 2³².
    k0 = k0 &+ SIMD16(repeating: 0x9E37_79B9)
    k1 = k1 &+ SIMD16(repeating: 0xBB67_AE85)
  }
}

/// Fills `blocks` × 64 floats with independent standard normals.
///
/// Block i takes counters (16 i … 16 i + 15, `step`, purpose 0), so a value depends only on the
/// key, the step and its index. Box-Muller on 32-bit uniforms reaches |z| = 6.76.
public func standardNormals(
  _ blocks: Int, _ key: UInt64, _ step: UInt64, _ out: UnsafeMutablePointer<SIMD16<Float>>
) {
  for pair in 0..<blocks / 2 {
    var (a, b) = (Words(block: 2 * pair, step: step), Words(block: 2 * pair + 1, step: step))
    philox(&a, &b, key: key)
    write(a, out + 8 * pair)
    write(b, out + 8 * pair + 4)
  }
  if blocks % 2 == 1 {
    var (a, unused) = (Words(block: blocks - 1, step: step), Words(block: 0, step: step))
    philox(&a, &unused, key: key)
    write(a, out + 4 * (blocks - 1))
  }
}

/// Writes the block of normals of its words.
@inline(__always)
private func write(_ words: Words, _ out: UnsafeMutablePointer<SIMD16<Float>>) {
  (out[0], out[1]) = boxMuller(words.w0, words.w1)
  (out[2], out[3]) = boxMuller(words.w2, words.w3)
}

/// Returns two independent standard normals from two uniform words.
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
