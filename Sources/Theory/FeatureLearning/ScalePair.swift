import Kernels

/// The two scales g_l of a linear network's layers, as they follow from their product: N₁ (g₁ − 1)
/// = N₂ (g₂ − 1) where the weight Π g_l^{N_l/2} e^{−N_l g_l/2} is largest at a given product.
struct ScalePair {
  let first, second: Double
  /// N₁ (g₁ − 1).
  let excess: Double

  /// - Parameter logProduct: ln g₁g₂.
  init(logProduct v: Double, firstWidth: Double, secondWidth: Double) {
    let product = naturalExponential(v)
    let (a, b) = (firstWidth, secondWidth)
    // δ² + (a + b) δ = ab (g₁g₂ − 1), written without cancellation of the root.
    let rest = 4 * a * b * exponentialMinusOne(v)
    let delta = rest / 2 / (a + b + ((a + b) * (a + b) + rest).squareRoot())
    excess = delta
    // The wider layer changes less, and its scale g solves r g² − (r − 1) g = g₁g₂ with the ratio r
    // of the widths. The other follows from the product.
    let r = max(a, b) / min(a, b)
    let wide =
      product > 0.25
      ? 1 + delta / max(a, b)
      : (r - 1 + ((r - 1) * (r - 1) + 4 * r * product).squareRoot()) / (2 * r)
    let other = product / wide
    (first, second) = a >= b ? (wide, other) : (other, wide)
  }
}

/// Where a linear network's posterior over ln g₁g₂ can have its weight.
struct ScaleRange {
  let low, high: Double

  /// The largest excess δ is Σ y²/(4κ), and below the lower end nothing in the likelihood changes.
  ///
  /// - Parameter unit: s/(g₁g₂).
  init(
    _ spectrum: LinearSpectrum, unit: Double, ridge: Double, firstWidth: Double,
    secondWidth: Double
  ) {
    let excess = spectrum.targets.reduce(0) { $0 + $1 * $1 } / (4 * ridge)
    high =
      naturalLogarithm((1 + excess / firstWidth) * (1 + excess / secondWidth)) + 1
    let onset = naturalLogarithm(ridge) - naturalLogarithm(unit * spectrum.squares.max()!)
    // There the prior's slope in ln g₁g₂ is half the smaller width.
    low = min(0, onset) - 40 - 100 / min(firstWidth, secondWidth)
  }
}

/// Returns eˣ − 1 to rounding, near zero too.
func exponentialMinusOne(_ x: Double) -> Double {
  guard abs(x) < 0.35 else { return naturalExponential(x) - 1 }
  // x (1 + x/2 (1 + x/3 (1 + …))), whose terms beyond x¹⁶ are below rounding.
  var series = 1.0
  for n in stride(from: 16, through: 2, by: -1) { series = 1 + series * x / Double(n) }
  return x * series
}
