import Foundation

/// Means over the prior of one neuron by a second method, in variables that the theory does not use:
/// the logarithm of |w|² and the logit of cos² of the angle to the feature.
///
/// |w|² ~ σ χ²_d and cos² ~ Beta(1/2, (d − 1)/2) are independent, and s² = |w|² cos²/(1 + 2|w|²).
/// Both integrals are trapezoidal sums about the peaks of the integrand, which is everywhere
/// positive: E (e^T − 1) and E T e^T. So nothing cancels where the tilt hardly acts.
struct NeuronIntegral {
  let dimension: Int
  /// The prior variance σ_w²/d.
  let variance: Double
  /// |w_⊥|² if it is frozen.
  let frozen: Double?
  /// T at s².
  let tilt: (Double) -> Double

  /// The logarithms of E (e^T − 1) and E T e^T.
  typealias Means = (excess: Double, product: Double)

  var means: Means {
    // In one dimension the angle is fixed.
    if let r = frozen ?? (dimension == 1 ? 0 : nil) {
      let found = integral(from: -80, to: log(2 * variance * 4e3) / 2 + 20) { x in
        let u = exp(2 * x)
        return weighted(
          x - u / (2 * variance) + log(2 / (.pi * variance)) / 2, u / (1 + 2 * u + 2 * r))
      }
      return found
    }
    let d = Double(dimension)
    let centre = log(d * variance)
    let (radial, angular) = (Self.radial(d), Self.angular(d))
    return integral(from: centre - 60, to: centre + 12) { x in
      // ln y − y + 1 at y = |w|²/(dσ).
      let y = x - centre
      let outer = radial - d / 2 * (expm1(y) - y)
      guard outer > -800 else { return (-.infinity, -.infinity) }
      let square = exp(x)
      let largest = square / (1 + 2 * square)
      let inner = integral(from: -80, to: 60) { z in
        // cos² = 1/(1 + e^−z), and its density times d cos²/dz.
        let (lnCosine, lnSine) = (-log1p(exp(-z)), -log1p(exp(z)))
        let density = angular + lnCosine / 2 + (d - 1) / 2 * lnSine
        return weighted(density, largest * exp(lnCosine))
      }
      return (outer + inner.excess, outer + inner.product)
    }
  }

  /// Returns ln of (d/2)^(d/2) e^(−d/2)/Γ(d/2), without the difference of large numbers.
  private static func radial(_ d: Double) -> Double {
    let z = d / 2
    guard d >= 100 else { return z * log(z) - z - lgamma(z) }
    let series = 1 / (12 * z) - 1 / (360 * z * z * z)
    return log(z / (2 * .pi)) / 2 - series
  }

  /// Returns ln 1/B(1/2, (d − 1)/2); the ratio of gamma functions has a series in 1/w.
  private static func angular(_ d: Double) -> Double {
    let w = (d - 1) / 2
    guard d >= 1000 else { return lgamma(d / 2) - lgamma(w) - log(.pi) / 2 }
    let x = 1 / w
    let series: Double = -x / 8 + x * x / 128 + 5 * x * x * x / 1024
    return log(w / .pi) / 2 + log1p(series)
  }

  private func weighted(_ density: Double, _ square: Double) -> Means {
    let t = tilt(square)
    guard t > 0 else { return (-.infinity, -.infinity) }
    let excess = t > 40 ? t : log(expm1(t))
    return (density + excess, density + log(t) + t)
  }

  /// Returns the logarithms of two integrals whose integrands have the same few peaks.
  private func integral(from start: Double, to end: Double, _ f: (Double) -> Means) -> Means {
    let count = 280
    let step = (end - start) / Double(count)
    let values = (0...count).map { f(start + step * Double($0)).excess }
    guard let top = values.max(), top > -.infinity else { return (-.infinity, -.infinity) }
    // The maxima near those of the scan, by golden sections.
    var peaks: [(x: Double, value: Double)] = []
    for i in 1..<count where values[i] >= values[i - 1] && values[i] > values[i + 1] {
      guard values[i] > top - 2000 else { continue }
      var (low, high) = (start + step * Double(i - 1), start + step * Double(i + 1))
      let golden = 0.381_966_011_250_105_1
      var (a, b) = (low + golden * (high - low), high - golden * (high - low))
      var (fa, fb) = (f(a).excess, f(b).excess)
      for _ in 0..<45 {
        if fa > fb {
          (high, b, fb) = (b, a, fa)
          a = low + golden * (high - low)
          fa = f(a).excess
        } else {
          (low, a, fa) = (a, b, fb)
          b = high - golden * (high - low)
          fb = f(b).excess
        }
      }
      peaks.append(fa > fb ? (a, fa) : (b, fb))
    }
    guard let best = peaks.map(\.value).max() else { return (-.infinity, -.infinity) }
    var excess: [Double] = []
    var product: [Double] = []
    var covered = -Double.infinity
    for peak in peaks where peak.value > best - 40 && peak.x > covered {
      // The width at which the integrand has fallen by a half in its logarithm.
      var width = 1.0
      while min(f(peak.x + width).excess, f(peak.x - width).excess) < peak.value - 0.5 {
        width *= 0.7
        if width < 1e-12 { break }
      }
      let h = width / 5
      func add(_ x: Double) -> Double {
        let (a, b) = f(x)
        excess.append(a + log(h))
        product.append(b + log(h))
        return a
      }
      _ = add(peak.x)
      for direction in [1.0, -1] {
        var x = peak.x
        for _ in 0..<40_000 {
          x += direction * h
          guard add(x) > best - 40 else { break }
        }
        if direction > 0 { covered = x }
      }
    }
    return (logSum(excess), logSum(product))
  }

  private func logSum(_ terms: [Double]) -> Double {
    guard let largest = terms.max(), largest > -.infinity else { return -.infinity }
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }
}
