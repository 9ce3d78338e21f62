import Kernels

/// The weights of a linear convolution in a noisy channel, along a target of unit norm.
///
/// The network's function is the matrix U = g Bᵀ W of N_w × S, with the whitened readouts B (C ×
/// N_w) and filters W (C × S) and g² = s/(d C). The channel has the density p(U) exp(−(P/2k) |U −
/// R|²), where R is the target plus noise of variance ε/P in each entry.
///
/// The target is one direction e of patches times one direction f of filters. So b = B e and w = W
/// f make the alignment u = g b·w, the *spike*, and everything else has no target:
/// - N_w − 1 *cross modes* with the filters along f have the prior variance (s/d) β ω₀, and S − 1
///   with the readouts along e have (s/d) β₀ ω. Here β₀ = |b|²/C, ω₀ = |w|²/C.
/// - (N_w − 1)(S − 1) modes of the *bulk* have (s/d) β ω.
///
/// A mode of prior variance (s/d) v has z = q v with q = P s/(d k). Integrated out, it costs ½ G(z)
/// with G = ln(1 + z) + (ε/k)/(1 + z), averaged over the noise. Its learned share is z/(1 + z).
///
/// The integral over β₀, ω₀ and the cosine r = b·w/(C √(β₀ω₀)) is exact at any C. The variances β
/// and ω of the other readouts and filters are at the saddle point of
/// - (N_w − 1)(C/2)(β − ln β) + (S − 1)(C/2)(ω − ln ω) + ½ Σ G,
///
/// whose sum runs over all cross modes and the bulk. It is exact to first order in the bulk's z.
struct ConvolutionChannel {
  /// C.
  let channels: Double
  /// N_w − 1 and S − 1.
  let (otherPatches, otherFilters): (Double, Double)
  /// g C, so that u = g C √(β₀ω₀) r.
  let gain: Double
  /// P/k.
  let precision: Double
  /// q.
  let load: Double
  /// ε/k.
  let noise: Double
  /// β and ω.
  let (readoutVariance, filterVariance): (Double, Double)

  /// A point of the spike: ln β₀, ln ω₀ and artanh r, in which the density has one maximum.
  typealias Point = SIMD3<Double>

  /// The parts of the density at a point.
  struct Spike {
    let readout, filter, cosine, alignment: Double
    /// ln(1 − r²).
    let logSquareSine: Double

    init(_ at: Point, gain: Double) {
      readout = naturalExponential(at.x)
      filter = naturalExponential(at.y)
      let fall = naturalExponential(-2 * abs(at.z))
      cosine = (at.z < 0 ? -1 : 1) * (1 - fall) / (1 + fall)
      logSquareSine =
        2 * 0.6931471805599453 - 2 * abs(at.z) - 2 * naturalLogarithm(1 + fall)
      alignment = gain * (readout * filter).squareRoot() * cosine
    }
  }

  /// Returns z G′(z), which is a mode's force on the logarithm of its variance.
  func force(_ z: Double) -> Double {
    z / (1 + z) * (1 - noise / (1 + z))
  }

  /// Returns z d(z G′)/dz.
  private func stiffness(_ z: Double) -> Double {
    z / ((1 + z) * (1 + z)) * (1 - noise * (1 - z) / (1 + z))
  }

  private func cost(_ z: Double) -> Double { naturalLogarithm(1 + z) + noise / (1 + z) }

  /// Returns the logarithm of the density of a point, with the Jacobian of its coordinates.
  ///
  /// The prior of β₀, ω₀ and their product r is Wishart, (1 − r²)^{(C−3)/2} (β₀ω₀)^{C/2 − 1}
  /// e^{−C(β₀ + ω₀)/2}.
  func logDensity(_ at: Point) -> Double { logDensity(at, Spike(at, gain: gain)) }

  func logDensity(_ at: Point, _ spike: Spike) -> Double {
    let gap = spike.alignment - 1
    return channels / 2 * (at.x + at.y - spike.readout - spike.filter)
      + (channels - 1) / 2 * spike.logSquareSine - precision / 2 * gap * gap
      - otherPatches / 2 * cost(load * readoutVariance * spike.filter)
      - otherFilters / 2 * cost(load * filterVariance * spike.readout)
  }

  /// Returns the gradient of the logarithm of the density, and minus its second derivatives.
  func derivatives(_ at: Point) -> (gradient: Point, curvature: Symmetric3) {
    let spike = Spike(at, gain: gain)
    let (u, r) = (spike.alignment, spike.cosine)
    let ofTarget = precision * (u - 1)
    let perCosine = gain * (spike.readout * spike.filter).squareRoot() * (1 - r) * (1 + r)
    let readoutLoad = load * filterVariance * spike.readout
    let filterLoad = load * readoutVariance * spike.filter
    let shared = precision * (2 * u - 1) * u / 4
    let mixed = precision * (2 * u - 1) * perCosine / 2
    return (
      Point(
        channels / 2 * (1 - spike.readout) - ofTarget * u / 2
          - otherFilters / 2 * force(readoutLoad),
        channels / 2 * (1 - spike.filter) - ofTarget * u / 2
          - otherPatches / 2 * force(filterLoad),
        -(channels - 1) * r - ofTarget * perCosine),
      Symmetric3(
        xx: channels / 2 * spike.readout + shared + otherFilters / 2 * stiffness(readoutLoad),
        yy: channels / 2 * spike.filter + shared + otherPatches / 2 * stiffness(filterLoad),
        zz: (channels - 1) * (1 - r) * (1 + r)
          + precision * perCosine * perCosine - 2 * ofTarget * r * perCosine,
        xy: shared, xz: mixed, yz: mixed)
    )
  }

  /// Returns the maximum of the density by Newton's method from a point; `nil` if it is not found.
  func mode(from start: Point) -> Point? {
    var at = start
    for _ in 0..<500 {
      let (gradient, curvature) = derivatives(at)
      guard let step = curvature.ascent(gradient) else { return nil }
      let before = logDensity(at)
      let length = max(step.max(), -step.min())
      var share = min(1, 1.5 / max(1e-300, length))
      while logDensity(at + share * step) < before - 1e-13 * abs(before) - 1e-13 {
        share /= 2
        if share < 1e-9 { return nil }
      }
      at += share * step
      if share * length < 1e-7 { return at }
    }
    return nil
  }
}
