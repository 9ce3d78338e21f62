// Scalar functions in double precision that feed samplers or archived arrays. They use basic
// arithmetic in a fixed order, so their bits do not depend on the system's mathematics library.

/// Returns ln x for finite x > 0, to about 1 ulp.
public func naturalLogarithm(_ x: Double) -> Double {
  let bits = x.bitPattern
  // Of normal numbers the parts are bits, which take no call.
  let isNormal = bits &- 1 << 52 < 0x7FE << 52
  var exponent = isNormal ? Double(Int(bits >> 52) - 1023) : Double(x.exponent)
  var mantissa =
    isNormal ? Double(bitPattern: bits & (1 << 52 - 1) | 1023 << 52) : x.significand
  if mantissa > 1.4142135623730951 {
    mantissa *= 0.5
    exponent += 1
  }
  // The series is ln m = 2 artanh(s) = 2 (s + s³/3 + …) with |s| ≤ 0.1716; eleven terms leave
  // 1e-17. Written out, its coefficients are constants.
  let s = (mantissa - 1) / (mantissa + 1)
  let square = s * s
  var series = (1.0 / 21) * square
  series = (series + 1.0 / 19) * square
  series = (series + 1.0 / 17) * square
  series = (series + 1.0 / 15) * square
  series = (series + 1.0 / 13) * square
  series = (series + 1.0 / 11) * square
  series = (series + 1.0 / 9) * square
  series = (series + 1.0 / 7) * square
  series = (series + 1.0 / 5) * square
  series = (series + 1.0 / 3) * square
  // ln 2 stands in two parts. The first has trailing zeros, so that exponent · high is exact.
  return exponent * 0.693147180369123816490
    + (2 * s + (2 * s * series + exponent * 1.90821492927058770002e-10))
}

/// Returns eˣ to about 1 ulp: 0 at or below −708, infinite above 709, and a NaN for a NaN.
public func naturalExponential(_ x: Double) -> Double {
  if x > 709 { return .infinity }
  if !(x > -708) { return x.isNaN ? x : 0 }
  // Adding 1.5 · 2⁵² rounds to the nearest whole k, and leaves k in the last bits.
  let shifted = x * 1.4426950408889634 + 0x1.8p52
  let k = shifted - 0x1.8p52
  let r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
  // The Taylor series up to r¹⁵ leaves less than 1e-17 for |r| ≤ 0.35.
  var series = 1.0
  for n in stride(from: 15.0, through: 1, by: -1) { series = 1 + series * r / n }
  return series * Double(bitPattern: (shifted.bitPattern &+ 1023) << 52)
}

/// Returns arcsin x for |x| ≤ 1 to about 1 ulp, and a NaN beyond.
///
/// Source: the rational approximation of fdlibm, `e_asin.c` (Sun Microsystems 1993), whose error is
/// below 2⁻⁵⁸.
public func arcsine(_ x: Double) -> Double {
  /// The factor r in arcsin x = x + x r(x²) on |x| ≤ ½.
  func excess(_ t: Double) -> Double {
    let p3 =
      -4.00555345006794114027e-02
      + t * (7.91534994289814532176e-04 + t * 3.47933107596021167570e-05)
    let p =
      1.66666666666666657415e-01
      + t * (-3.25565818622400915405e-01 + t * (2.01212532134862925881e-01 + t * p3))
    let q3 = -6.88283971605453293030e-01 + t * 7.70381505559019352791e-02
    let q = 1 + t * (-2.40339491173441421878e+00 + t * (2.02094576023350569471e+00 + t * q3))
    return t * p / q
  }
  if abs(x) <= 0.5 { return x + x * excess(x * x) }
  // arcsin x = π/2 − 2 arcsin √((1 − x)/2); π/2 stands in two parts.
  let half = (1 - abs(x)) / 2
  let root = half.squareRoot()
  let angle =
    1.57079632679489655800 - (2 * (root + root * excess(half)) - 6.12323399573676603587e-17)
  return x < 0 ? -angle : angle
}

/// Returns sin 2πt and cos 2πt for finite t to about 1 ulp of 1; angles are counted in turns, so
/// that whole turns and quarters are exact.
public func sineAndCosine(turns t: Double) -> (sine: Double, cosine: Double) {
  let quarters = (4 * t).rounded(.toNearestOrEven)
  // The rest is exact, and |x| ≤ π/4.
  let x = 6.2831853071795864769 * (t - quarters / 4)
  let square = x * x
  // Taylor series up to x¹⁹ and x¹⁸ leave less than 1e-19.
  var (odd, even) = (1.0, 1.0)
  for n in stride(from: 18, through: 2, by: -2) {
    odd = 1 - odd * square / Double(n * (n + 1))
    even = 1 - even * square / Double(n * (n - 1))
  }
  let (sine, cosine) = (x * odd, even)
  switch Int(quarters.truncatingRemainder(dividingBy: 4) + 4) % 4 {
  case 0: return (sine, cosine)
  case 1: return (cosine, -sine)
  case 2: return (-sine, -cosine)
  default: return (-cosine, sine)
  }
}

/// Returns erf x to about 2 ulp, and a NaN for a NaN.
public func errorFunction(_ x: Double) -> Double {
  let size = abs(x)
  if size < 2 {
    // The series (2/√π) e^{−x²} Σ 2ⁿ x^{2n+1}/(2n + 1)!! has terms of one sign.
    let square = 2 * x * x
    var series = 1.0
    for n in stride(from: 45, through: 1, by: -1) {
      series = 1 + series * square / Double(2 * n + 1)
    }
    return 1.12837916709551257390 * naturalExponential(-x * x) * x * series
  }
  if size > 6 { return x > 0 ? 1 : -1 }
  // Laplace's continued fraction of erfc, whose error counts little beside 1.
  var fraction = size
  for n in stride(from: 60, through: 1, by: -1) { fraction = size + Double(n) / 2 / fraction }
  let rest = 0.56418958354775628695 * naturalExponential(-x * x) / fraction
  return x > 0 ? 1 - rest : rest - 1
}

/// Returns Φ(x), the probability that a standard normal is below x, to 2e-16.
public func normalDistribution(_ x: Double) -> Double {
  0.5 + 0.5 * errorFunction(x * 0.70710678118654752440)
}

/// Returns tanh x to about 2 ulp of itself from |x| = ½ on and 2e-16 absolute below.
public func hyperbolicTangent(_ x: Double) -> Double {
  let e = naturalExponential(-2 * abs(x))
  let size = (1 - e) / (1 + e)
  return x < 0 ? -size : size
}
