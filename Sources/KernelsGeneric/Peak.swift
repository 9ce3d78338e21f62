import CVec

/// Computes `repeats` × 20 fused multiply-adds of sixteen floats in twenty independent chains, 640
/// flops a repeat. Only the processor's multiply-add units limit its speed.
public func multiplyAddChains(_ repeats: Int, _ factor: Float, _ term: Float) -> Float {
  let (a, b) = (Lanes(repeating: factor), Lanes(repeating: term))
  var x = InlineArray<20, Lanes>(repeating: Lanes(repeating: 1))
  for _ in 0..<repeats {
    for i in 0..<20 { x[i] = cv_fma(x[i], a, b) }
  }
  var total = Lanes(repeating: 0)
  for i in 0..<20 { total += x[i] }
  return sum(total)
}

/// Reads `vectors` vectors once, in whole groups of eight, 64 bytes a vector. Only the memory that
/// holds them limits its speed.
public func readVectors(_ vectors: Int, _ x: UnsafePointer<SIMD16<Float>>) -> Float {
  var sums = InlineArray<8, Lanes>(repeating: Lanes(repeating: 0))
  for i in 0..<vectors / 8 {
    for k in 0..<8 { sums[k] += x[8 * i + k] }
  }
  var total = Lanes(repeating: 0)
  for k in 0..<8 { total += sums[k] }
  return sum(total)
}
