import CVec

// Elementary functions on sixteen floats, by fused multiply-adds alone. They call no mathematics
// library, whose bits differ between systems. The coefficients are our own fits.

/// Returns c₀ + c₁x + … by Horner's rule.
@inline(__always)
func polynomial<let n: Int>(_ x: Lanes, _ c: InlineArray<n, Float>) -> Lanes {
  var sum = Lanes(repeating: c[n - 1])
  // The compiler unrolls a range. A stride stays a loop, at a third of the speed.
  for i in 1..<n { sum = cv_fma(sum, x, Lanes(repeating: c[n - 1 - i])) }
  return sum
}

/// Returns erf x to 4e-7 relative, as the minimax fit x P(x²)/Q(x²). It is exactly ±1 from |x| =
/// 3.93 on, and exceeds ±1 by at most 1.2e-7 below that.
@inline(__always)
func erf(_ x: Lanes) -> Lanes { erfAndSlope(x).erf }

/// Returns erf x, and its derivative (2/√π) e^{−x²} to 7e-7 relative for |x| ≤ 3.93 and 2.3e-7
/// absolute beyond.
@inline(__always)
func erfAndSlope(_ x: Lanes) -> (erf: Lanes, slope: Lanes) {
  let bound = Lanes(repeating: 3.9300003051757812)  // where the fit, as rounded, is exactly 1
  let z = cv_min(cv_max(x, -bound), bound)
  let s = z * z
  let p = polynomial(
    s,
    [
      1.1283791065216064, 0.19040705263614655, 0.05274881422519684, 0.0037656454369425774,
      0.0002848839503712952, 2.0500899609032786e-06,
    ])
  let q = polynomial(
    s,
    [
      1, 0.5020765662193298, 0.11410936713218689, 0.01496927347034216, 0.0011625435436144471,
      3.809180634561926e-05,
    ])
  // The exponential is e^{−s} = 2^k e^{−r} with r = s + k ln 2.
  let k = nearest(timesMinusLog2e: s)
  let r = cv_fma(k.value, Lanes(repeating: 0.6931472), s)
  // The polynomial is 2/√π times a minimax fit of e^{−r} on |r| ≤ ½ ln 2, to 8e-8.
  let slope = polynomial(
    r, [1.1283792, -1.1283789, 0.5641771, -0.18807346, 0.04729672, -0.009362861])
  return (z * p / q, timesPowerOfTwo(slope, k.bits))
}

/// Returns the integer k nearest to −s log₂ e, |k| < 2²², as a float and in the low bits of
/// another.
@inline(__always)
private func nearest(timesMinusLog2e s: Lanes) -> (value: Lanes, bits: Lanes) {
  let shift = Lanes(repeating: 12_582_912)  // 1.5 · 2²³: the unit is the last bit
  let bits = cv_fma(s, Lanes(repeating: -1.442695), shift)
  return (bits - shift, bits)
}

/// Returns 2^k x by adding k to the exponent, for normal x and results.
@inline(__always)
private func timesPowerOfTwo(_ x: Lanes, _ bits: Lanes) -> Lanes {
  let k = unsafeBitCast(bits, to: SIMD16<UInt32>.self)
  return unsafeBitCast(unsafeBitCast(x, to: SIMD16<UInt32>.self) &+ (k &<< 23), to: Lanes.self)
}

/// Returns the nearest integer, for |x| < 2²².
@inline(__always)
func nearest(_ x: Lanes) -> Lanes {
  let shift = Lanes(repeating: 12_582_912)
  return (x + shift) - shift
}

/// Returns eˣ for x ≤ 0 to 5e-7 relative. Below −86 it is e^{−86}, which vanishes beside any sum it
/// is added to.
@inline(__always)
func exponential(ofNegative x: Lanes) -> Lanes { exponential(minus: -x) }

/// Returns e^{−x} for x ≥ 0, as `exponential(ofNegative:)` does.
@inline(__always)
func exponential(minus x: Lanes) -> Lanes {
  let s = cv_min(x, Lanes(repeating: 86))
  let k = nearest(timesMinusLog2e: s)
  let r = cv_fma(k.value, Lanes(repeating: 0.6931472), s)
  // A minimax fit on |r| ≤ ½ ln 2, to 8e-8.
  let p = polynomial(
    r, [1.0000001, -0.9999997, 0.4999889, -0.16667576, 0.04191563, -0.008297619])
  return timesPowerOfTwo(p, k.bits)
}

/// Returns eˣ for |x| ≤ 64, to 7e-7 relative.
@inline(__always)
func exponential(bounded x: Lanes) -> Lanes {
  let k = nearest(timesMinusLog2e: -x)
  let r = cv_fma(k.value, Lanes(repeating: -0.6931472), x)
  let p = polynomial(
    r, [1.0000001, 0.9999997, 0.4999889, 0.16667576, 0.04191563, 0.008297619])
  return timesPowerOfTwo(p, k.bits)
}

/// Returns eˣ and e^{−x} for |x| ≤ 64, to 7e-7 relative. Both have the same even and
/// odd part of one polynomial, so −x exchanges them to the bit.
@inline(__always)
func exponentials(bounded x: Lanes) -> (Lanes, Lanes) {
  let k = nearest(timesMinusLog2e: -x)
  let r = cv_fma(k.value, Lanes(repeating: -0.6931472), x)
  let s = r * r
  let even = polynomial(s, [1.0000001, 0.4999889, 0.04191563])
  let odd = polynomial(s, [0.9999997, 0.16667576, 0.008297619])
  let power = unsafeBitCast(k.bits, to: SIMD16<UInt32>.self) &<< 23
  let (up, down) = (cv_fma(r, odd, even), cv_fma(-r, odd, even))
  return (
    unsafeBitCast(unsafeBitCast(up, to: SIMD16<UInt32>.self) &+ power, to: Lanes.self),
    unsafeBitCast(unsafeBitCast(down, to: SIMD16<UInt32>.self) &- power, to: Lanes.self)
  )
}

/// Returns ln x for normal positive x, to 2e-7 relative away from x = 1 and 1e-7 absolute near it.
@inline(__always)
func logarithm(_ x: Lanes) -> Lanes {
  let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
  // The mantissa is in [√½, √2), so that the series is centred.
  let shifted = bits &- SIMD16(repeating: 0x3F35_04F3)
  let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &>> 23
  let mantissa = unsafeBitCast(
    (shifted & SIMD16(repeating: 0x007F_FFFF)) &+ SIMD16(repeating: 0x3F35_04F3), to: Lanes.self)
  // The series is ln m = 2 artanh(s) with s = (m − 1)/(m + 1), |s| ≤ 0.1716.
  let s = (mantissa - Lanes(repeating: 1)) / (mantissa + Lanes(repeating: 1))
  let p = polynomial(s * s, [2, 0.6666666, 0.40000412, 0.2853437, 0.23617958])
  return cv_fma(cv_float_i(exponent), Lanes(repeating: 0.6931472), s * p)
}

/// Returns sin 2πt and cos 2πt for t in [−½, ½], to 2e-7 absolute.
@inline(__always)
func sineAndCosine(turns t: Lanes) -> (sine: Lanes, cosine: Lanes) {
  let quarter = nearest(t * Lanes(repeating: 4))
  let r = cv_fma(quarter, Lanes(repeating: -0.25), t)
  let s = r * r
  // The fits hold on |r| ≤ 1/8, to 1e-11 and 1.4e-10.
  let sine =
    r * polynomial(s, [6.2831855, -41.341702, 81.60521, -76.69872, 41.50336])
  let cosine = polynomial(s, [1, -19.739208, 64.93933, -85.44434, 59.273518])
  let quadrant =
    unsafeBitCast(quarter + Lanes(repeating: 12_582_912), to: SIMD16<UInt32>.self)
  // All ones where sine and cosine change places; a comparison of integers would run lane by lane.
  let odd = SIMD16(repeating: 0) &- (quadrant & SIMD16(repeating: 1))
  let flipSine = (quadrant & SIMD16(repeating: 2)) &<< 30
  let flipCosine = ((quadrant &+ SIMD16(repeating: 1)) & SIMD16(repeating: 2)) &<< 30
  let (p, q) = (
    unsafeBitCast(sine, to: SIMD16<UInt32>.self), unsafeBitCast(cosine, to: SIMD16<UInt32>.self)
  )
  let difference = (p ^ q) & odd
  return (
    unsafeBitCast(p ^ difference ^ flipSine, to: Lanes.self),
    unsafeBitCast(q ^ difference ^ flipCosine, to: Lanes.self)
  )
}

/// Writes erf x, e^{−|x|}, ln |x|, sin 2πx and cos 2πx of `count` vectors into `out`, as five
/// blocks of `count`. Here a test can reach the functions above.
public func elementaryFunctions(
  _ count: Int, _ x: UnsafePointer<SIMD16<Float>>, _ out: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<count {
    let magnitude = cv_max(x[i], -x[i])
    let (sine, cosine) = sineAndCosine(turns: x[i])
    out[i] = erf(x[i])
    out[count + i] = exponential(ofNegative: -magnitude)
    out[2 * count + i] = logarithm(magnitude)
    out[3 * count + i] = sine
    out[4 * count + i] = cosine
  }
}
