import Foundation

/// Returns Pr[χ²_n > x] for n ≥ 0 components; χ²_0 is 0.
///
/// It is the upper incomplete gamma function Q(n/2, x/2), by its series below the mean and
/// Legendre's continued fraction beyond, to 1e-13.
func chiSquaredTail(components n: Double, beyond x: Double) -> Double {
  guard x > 0 else { return 1 }
  guard n > 0 else { return 0 }
  let (a, y) = (n / 2, x / 2)
  guard y.isFinite else { return 0 }
  // y^a e^{−y}/Γ(a + 1).
  let factor = exp(a * log(y) - y - lgamma(a + 1))
  if y < a + 1 {
    var (term, sum, k) = (1.0, 1.0, a)
    while term > 1e-17 * sum {
      k += 1
      term *= y / k
      sum += term
    }
    return max(0, 1 - factor * sum)
  }
  // Q = y^a e^{−y}/Γ(a) · 1/(y + 1 − a − 1 (1 − a)/(y + 3 − a − …)), by Lentz's method.
  var b = y + 1 - a
  var (c, d) = (1e300, 1 / b)
  var fraction = d
  for k in 1...100_000 {
    let numerator = -Double(k) * (Double(k) - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    fraction *= d * c
    if abs(d * c - 1) < 1e-16 { break }
  }
  return factor * a * fraction
}
