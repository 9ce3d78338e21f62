import Kernels

extension WidthEquivalent {
  /// The mean lazy loss at one place: Φ(x) = uᵀ e^−Sx u with S = Λ^½ Fᵀ F Λ^½ and u = Λ^½ w*, so
  /// that L_lazy(t) = Φ(2t).
  public struct CurvePoint: Hashable, Sendable {
    /// x.
    public let place: Double
    /// Φ(x).
    public let value: Double
    /// Φ′(x).
    public let derivative: Double
    /// tr S e^−Sx, whose sum over modes noise needs.
    public let trace: Double
  }

  /// Returns Φ at some places.
  ///
  /// Its Laplace transform is (1/s) Σ λ w*² κ/(λ + κ) with s = κ (1 − (1/N) Σ λ/(λ + κ)), where κ
  /// is the root that comes from s + tr/N at large |s|. It is inverted on the contour of Talbot
  /// with the parameters of Weideman and Trefethen (Math. Comp. 76, 2007), whose nodes are
  /// proportional to 1/x: κ is continued along each node's ray from large |s| on.
  ///
  /// *Guarantee:* Φ is good to about 1e-12 of its value at 2/λ₁.
  ///
  /// - Parameters:
  ///   - places: x, positive, in ascending order.
  ///   - nodes: the nodes of the contour in the upper half-plane.
  public func curve(at places: [Double], nodes: Int = 14) throws(SpectralError) -> [CurvePoint] {
    let n = Double(2 * nodes)
    var sums = places.map { _ in (0.0, 0.0, 0.0) }
    for j in 0..<nodes {
      let theta = (Double(j) + 0.5) * 2 * Double.pi / n
      let (sine, cosine) = sineAndCosine(0.6407 * theta)
      let cotangent = cosine / sine
      // x s and x ds/dθ at this node.
      let place = Complex(n * (0.5017 * theta * cotangent - 0.6122), n * 0.2645 * theta)
      let speed = Complex(
        n * (0.5017 * cotangent - 0.5017 * 0.6407 * theta / (sine * sine)), n * 0.2645)
      let (im, re) = sineAndCosine(place.imaginary)
      let exponential = naturalExponential(place.real) * Complex(re, im)
      var x = 1e-3 / (spectrum.largest + spectrum.trace)
      var last: Root?
      for (i, target) in places.enumerated() {
        // By at most a fifth of a decade at once.
        while x < target / 1.6 {
          last = try root(1 / x * place, from: last)
          x *= 1.6
        }
        x = target
        let s = 1 / x * place
        let found = try root(s, from: last)
        last = found
        let weight = (2 / (n * x)) * (exponential * speed)
        let transform = found.loss / s
        sums[i].0 += (weight * transform).imaginary
        sums[i].1 += (weight * found.loss).imaginary
        sums[i].2 += (weight * found.degrees).imaginary
      }
    }
    return zip(places, sums).map { place, sum in
      CurvePoint(place: place, value: sum.0, derivative: sum.1, trace: sum.2)
    }
  }

  /// κ(s), dκ/ds, Σ λ w*² κ/(λ + κ) and Σ λ/(λ + κ).
  private struct Root {
    let s: Complex
    let kappa: Complex
    let slope: Complex
    let loss: Complex
    let degrees: Complex
  }

  /// The root at s by Newton's method, along the tangent of the last one.
  private func root(_ s: Complex, from last: Root?) throws(SpectralError) -> Root {
    let width = Double(width)
    var kappa =
      if let last { last.kappa + (s - last.s) * last.slope } else {
        s + Complex(spectrum.trace / width)
      }
    var change = Double.infinity
    for _ in 0..<60 {
      var (first, second, loss) = (Complex(0), Complex(0), Complex(0))
      for i in 0..<spectrum.count {
        let (d, n, b) = (
          spectrum.eigenvalues[i], spectrum.multiplicities[i], spectrum.targets[i]
        )
        let sum = kappa + Complex(d)
        let factor = d / (sum.real * sum.real + sum.imaginary * sum.imaginary)
        let share = Complex(factor * sum.real, -factor * sum.imaginary)
        first = first + n * share
        second = second + n * (share * share)
        loss = loss + (n * d * b * b) * (Complex(1) - share)
      }
      first = first + Complex(spectrum.unresolvedTrace) / kappa
      loss = loss + Complex(spectrum.floor)
      let slope = Complex(1) / (Complex(1) - (1 / width) * second)
      let step = (kappa - (1 / width) * (kappa * first) - s) * slope
      // Convergence is quadratic: the sums after a small step are those wanted.
      if change <= 1e-9 && step.magnitude <= 1e-13 * kappa.magnitude {
        return Root(s: s, kappa: kappa, slope: slope, loss: loss, degrees: first)
      }
      kappa = kappa - step
      change = step.magnitude / kappa.magnitude
      guard change.isFinite else { break }
    }
    throw .unresolved(name: "kappa of the resolvent", error: change, limit: 1e-13)
  }

  /// The ends of the spectrum of S without its zero modes: where ds/dκ = 0, below every −λ and
  /// between zero and κ(0). At N = M the lower one is zero.
  var edges: (low: Double, high: Double) {
    let width = Double(width)
    func slope(_ kappa: Double) -> Double {
      var sum = 0.0
      for (n, d) in zip(spectrum.multiplicities, spectrum.eigenvalues) {
        let share = d / (d + kappa)
        sum += n * share * share
      }
      return 1 - sum / width
    }
    func place(_ kappa: Double) -> Double {
      var sum = spectrum.unresolvedTrace / kappa
      for (n, d) in zip(spectrum.multiplicities, spectrum.eigenvalues) {
        sum += n * d / (d + kappa)
      }
      return -kappa * (1 - sum / width)
    }
    // −κ = λ₁ (1 + e^v): the slope rises with v.
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if slope(-spectrum.largest * (1 + naturalExponential(middle))) < 0 {
        low = middle
      } else {
        high = middle
      }
    }
    let top = place(-spectrum.largest * (1 + naturalExponential(low)))
    guard kappa > 0 else { return (0, top) }
    (low, high) = (naturalLogarithm(kappa) - 60, naturalLogarithm(kappa))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if slope(naturalExponential(middle)) < 0 { low = middle } else { high = middle }
    }
    return (place(naturalExponential(low)), top)
  }
}
