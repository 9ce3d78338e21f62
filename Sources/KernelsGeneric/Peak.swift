import CVec

// What limits a core, for benchmarks.

#if AVX512
  private typealias Chains = InlineArray<20, Lanes>
#else
  // Twelve registers of half a vector: more would be kept in memory.
  private typealias Chains = InlineArray<6, Lanes>
#endif

/// Computes fused multiply-adds of sixteen floats in independent chains, `repeats` in each. Only
/// the processor's multiply-add units limit its speed.
///
/// - Returns: the number of flops, and the sum of all chains, so that none is left out.
public func multiplyAddChains(
  _ repeats: Int, _ factor: Float, _ term: Float
) -> (flops: Int, sum: Float) {
  let (a, b) = (Lanes(repeating: factor), Lanes(repeating: term))
  var x = Chains(repeating: Lanes(repeating: 1))
  for _ in 0..<repeats {
    for i in 0..<x.count { x[i] = cv_fma(x[i], a, b) }
  }
  var total = Lanes(repeating: 0)
  for i in 0..<x.count { total += x[i] }
  return (32 * x.count * repeats, sum(total))
}

/// Reads `vectors` vectors `repeats` times, in whole groups of eight, 64 bytes a vector. Only the
/// memory that holds them limits its speed.
public func readVectors(
  _ repeats: Int, _ vectors: Int, _ x: UnsafePointer<SIMD16<Float>>
) -> Float {
  var sums = InlineArray<8, Lanes>(repeating: Lanes(repeating: 0))
  for _ in 0..<repeats {
    for i in 0..<vectors / 8 {
      for k in 0..<8 { sums[k] += x[8 * i + k] }
    }
  }
  var total = Lanes(repeating: 0)
  for k in 0..<8 { total += sums[k] }
  return sum(total)
}

/// Writes eˣ of `vectors` vectors with |x| ≤ 64, and with `isPair` e^{−x} after all of these. It
/// does so `repeats` times, at least once.
public func exponentials(
  _ repeats: Int, _ vectors: Int, _ isPair: Bool, _ x: UnsafePointer<SIMD16<Float>>,
  _ out: UnsafeMutablePointer<SIMD16<Float>>
) {
  for _ in 0..<repeats {
    if isPair {
      for i in 0..<vectors { (out[i], out[vectors + i]) = exponentials(bounded: x[i]) }
    } else {
      for i in 0..<vectors { out[i] = exponential(bounded: x[i]) }
    }
  }
}
