import Foundation

/// Means over the prior of one neuron by a second method, in variables that the theory does not
/// use: the logarithm of |w|² and the logit of cos² of the angle to the feature.
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
      let end = log(2 * variance * 4e3) / 2 + 20
      let scan = (0...500).map { -80 + (end + 80) * Double($0) / 500 }
      return integral(over: scan) { x in
        let u = exp(2 * x)
        return weighted(
          x - u / (2 * variance) + log(2 / (.pi * variance)) / 2, u / (1 + 2 * u + 2 * r))
      }
    }
    let d = Double(dimension)
    let centre = log(d * variance)
    let (radial, angular) = (Self.radial(d), Self.angular(d))
    // Specialised neurons may be about as long as others, or longer or shorter by many decades.
    let radii = (-160...150).map { centre + sinh(Double($0) * 0.032) / 2 }
    let start = -log(d) - 12
    let fine: [Double] = stride(from: start, to: 20, by: 0.25).map { $0 }
    let angles: [Double] = [-80, -70, -60, -50].filter { $0 < start } + fine + [20, 30, 40]
    return integral(over: radii) { x in
      // ln y − y + 1 at y = |w|²/(dσ).
      let y = x - centre
      let outer = radial - d / 2 * (expm1(y) - y)
      let square = exp(x)
      let largest = square / (1 + 2 * square)
      let inner = integral(over: angles) { z in
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

  /// Returns the logarithms of two integrals whose integrands have the same few peaks, each of
  /// which a scan of some points sees.
  private func integral(over scan: [Double], _ f: (Double) -> Means) -> Means {
    let values = scan.map { f($0).excess }
    // The maxima near those of the scan, by golden sections.
    var peaks: [(index: Int, x: Double, value: Double)] = []
    for i in 1..<scan.count - 1 where values[i] >= values[i - 1] && values[i] > values[i + 1] {
      let found = maximum(from: scan[i - 1], to: scan[i + 1]) { f($0).excess }
      peaks.append((i, found.x, found.value))
    }
    guard let best = peaks.map(\.value).max() else { return (-.infinity, -.infinity) }
    peaks.removeAll { $0.value < best - 40 }
    // Peaks with a deep valley between them have steps of their own.
    var groups: [[Double]] = []
    for (i, peak) in peaks.enumerated() {
      let valley = i == 0 ? -.infinity : values[peaks[i - 1].index...peak.index].min()!
      if valley > best - 45 {
        groups[groups.count - 1].append(peak.x)
      } else {
        groups.append([peak.x])
      }
    }
    var (excess, product): ([Double], [Double]) = ([], [])
    for group in groups {
      // The width at which the integrand has fallen by a half in its logarithm.
      var width = 1.0
      for x in group {
        let value = f(x).excess
        while min(f(x + width).excess, f(x - width).excess) < value - 0.5 && width > 1e-12 {
          width *= 0.7
        }
      }
      let h = width / 3
      /// Adds a point and says whether it counts.
      func add(_ x: Double) -> Bool {
        let (a, b) = f(x)
        excess.append(a + log(h))
        product.append(b + log(h))
        return a > best - 40
      }
      _ = add(group[0])
      for direction in [1.0, -1] {
        var x = group[0]
        for _ in 0..<100_000 {
          x += direction * h
          if !add(x) && (direction < 0 || x > group.last!) { break }
        }
      }
    }
    return (logSum(excess), logSum(product))
  }

  /// Returns the maximum of a function that rises and then falls.
  private func maximum(
    from start: Double, to end: Double, _ f: (Double) -> Double
  ) -> (x: Double, value: Double) {
    let golden = 0.381_966_011_250_105_1
    var (low, high) = (start, end)
    var (a, b) = (low + golden * (high - low), high - golden * (high - low))
    var (fa, fb) = (f(a), f(b))
    for _ in 0..<32 {
      if fa > fb {
        (high, b, fb) = (b, a, fa)
        a = low + golden * (high - low)
        fa = f(a)
      } else {
        (low, a, fa) = (a, b, fb)
        b = high - golden * (high - low)
        fb = f(b)
      }
    }
    return fa > fb ? (a, fa) : (b, fb)
  }

  private func logSum(_ terms: [Double]) -> Double {
    guard let largest = terms.max(), largest > -.infinity else { return -.infinity }
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }
}
