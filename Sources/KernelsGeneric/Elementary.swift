import CVec

// Elementary functions on sixteen floats, by fused multiply-adds alone: no call of a mathematics
// library, whose bits differ between systems. Coefficients are fits of our own.

/// c₀ + c₁x + … by Horner's rule.
@inline(__always)
func polynomial<let n: Int>(_ x: Lanes, _ c: InlineArray<n, Float>) -> Lanes {
  var sum = Lanes(repeating: c[n - 1])
  for i in stride(from: n - 2, through: 0, by: -1) { sum = cv_fma(sum, x, Lanes(repeating: c[i])) }
  return sum
}

/// erf x to 4e-7 relative: x P(x²)/Q(x²), a minimax fit for |x| ≤ 3.92, clamped to ±1; exactly ±1
/// from |x| = 4 on, where the fit exceeds it.
@inline(__always)
func erf(_ x: Lanes) -> Lanes {
  let bound = Lanes(repeating: 4)
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
  return cv_min(cv_max(z * p / q, Lanes(repeating: -1)), Lanes(repeating: 1))
}

/// 2^k for integers k stored as floats in -126 … 127.
@inline(__always)
func powerOfTwo(_ k: Lanes) -> Lanes {
  // k + 1.5·2²³ holds k in its low bits, which move to the exponent's place.
  let bits = unsafeBitCast(k + Lanes(repeating: 12_582_912 + 127), to: SIMD16<UInt32>.self)
  return unsafeBitCast(bits &<< 23, to: Lanes.self)
}

/// The nearest integer, for |x| < 2²².
@inline(__always)
func nearest(_ x: Lanes) -> Lanes {
  let shift = Lanes(repeating: 12_582_912)
  return (x + shift) - shift
}

/// eˣ for x ≤ 0 to 2e-7 relative; 0 below -87.
@inline(__always)
func exponential(ofNegative x: Lanes) -> Lanes {
  let z = cv_max(x, Lanes(repeating: -87))
  let k = nearest(z * Lanes(repeating: 1.4426950408889634))
  var r = cv_fma(k, Lanes(repeating: -0.693359375), z)
  r = cv_fma(k, Lanes(repeating: 2.1219444e-4), r)
  let p = polynomial(
    r, [1, 1, 0.49999988, 0.16666518, 0.041669533, 0.008368916, 0.0013751407])
  let value = p * powerOfTwo(k)
  return value.replacing(with: Lanes(repeating: 0), where: x .< Lanes(repeating: -87))
}

/// ln x for normal positive x, to 2e-7 relative away from x = 1 and 1e-7 absolute near it.
@inline(__always)
func logarithm(_ x: Lanes) -> Lanes {
  let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
  // Mantissa in [√½, √2), so that the series is centred.
  let shifted = bits &- SIMD16(repeating: 0x3F35_04F3)
  let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &>> 23
  let mantissa = unsafeBitCast(
    (shifted & SIMD16(repeating: 0x007F_FFFF)) &+ SIMD16(repeating: 0x3F35_04F3), to: Lanes.self)
  // ln m = 2 artanh(s), s = (m - 1)/(m + 1), |s| ≤ 0.1716.
  let s = (mantissa - Lanes(repeating: 1)) / (mantissa + Lanes(repeating: 1))
  let p = polynomial(s * s, [2, 0.6666666, 0.40000412, 0.2853437, 0.23617958])
  return cv_fma(cv_float_i(exponent), Lanes(repeating: 0.6931472), s * p)
}

/// sin 2πt and cos 2πt for t in [-½, ½], to 2e-7 absolute.
@inline(__always)
func sineAndCosine(turns t: Lanes) -> (sine: Lanes, cosine: Lanes) {
  let quarter = nearest(t * Lanes(repeating: 4))
  let r = cv_fma(quarter, Lanes(repeating: -0.25), t)
  let s = r * r
  // Fits on |r| ≤ 1/8, to 1e-11 and 1.4e-10.
  let sine =
    r * polynomial(s, [6.2831855, -41.341702, 81.60521, -76.69872, 41.50336])
  let cosine = polynomial(s, [1, -19.739208, 64.93933, -85.44434, 59.273518])
  let quadrant =
    unsafeBitCast(quarter + Lanes(repeating: 12_582_912), to: SIMD16<UInt32>.self)
  let odd = (quadrant & SIMD16(repeating: 1)) .== SIMD16(repeating: 1)
  let flipSine = (quadrant & SIMD16(repeating: 2)) &<< 30
  let flipCosine = ((quadrant &+ SIMD16(repeating: 1)) & SIMD16(repeating: 2)) &<< 30
  return (
    flipped(sine.replacing(with: cosine, where: odd), flipSine),
    flipped(cosine.replacing(with: sine, where: odd), flipCosine)
  )
}

/// x with its sign bit toggled where `signs` has it.
@inline(__always)
private func flipped(_ x: Lanes, _ signs: SIMD16<UInt32>) -> Lanes {
  unsafeBitCast(unsafeBitCast(x, to: SIMD16<UInt32>.self) ^ signs, to: Lanes.self)
}

/// erf x, e^{−|x|}, ln |x|, sin 2πx and cos 2πx of `count` vectors, one after another into `out`
/// (five blocks of `count`): the functions above where a test can reach them.
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
