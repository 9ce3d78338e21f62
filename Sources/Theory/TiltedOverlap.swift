import Foundation

/// The density of one neuron's overlap w₁ = w·w* under the prior tilted by e^T.
///
/// T depends on s² = w₁²/(1 + 2w₁² + 2r) and r = |w_⊥|². The density is p(w₁) = p₀(w₁) E_r e^T/m,
/// by an integral over |w_⊥| for each w₁.
struct TiltedOverlap {
  typealias Tilt = (value: Double, slope: Double, ceiling: Double)

  private let variance: Double
  private let frozenSquare: Double?
  private let components: Int
  private let radial: RadialDensity?
  /// The logarithm of m.
  private let logarithm: Double
  /// The function that returns T, s dT/ds and a bound of T that rises with s², at s².
  private let tilt: (Double) -> Tilt
  private let reference = GaussLegendre(count: 24)
  /// The lengths of panels in w₁ and |w_⊥|: three prior standard deviations, at most 1.
  private let panel: Double
  private let radialPanel: Double

  /// Creates the density of a tilt.
  ///
  /// - Parameters:
  ///   - dimension: d.
  ///   - variance: σ_w²/d.
  ///   - frozenSquare: |w_⊥|² if it is frozen, else `nil`.
  ///   - logarithm: ln m.
  ///   - refinement: factor by which panels are shorter than usual.
  ///   - tilt: T, s dT/ds, and a bound of T that rises with s², at s².
  init(
    dimension: Int, variance: Double, frozenSquare: Double?, logarithm: Double,
    refinement: Double, tilt: @escaping (Double) -> Tilt
  ) {
    self.variance = variance
    self.frozenSquare = dimension == 1 ? frozenSquare ?? 0 : frozenSquare
    self.logarithm = logarithm
    self.tilt = tilt
    components = dimension - 1
    radial =
      self.frozenSquare == nil ? RadialDensity(components: components, variance: variance) : nil
    panel = min(3 * variance.squareRoot(), 1) / refinement
    radialPanel = min(3 * (variance / 2).squareRoot(), 1) / refinement
  }

  func density(at overlap: Double) -> Double { exp(logDensity(at: overlap)) }

  func logDensity(at overlap: Double) -> Double {
    priorLogDensity(overlap) + transverse(overlap).logarithm - logarithm
  }

  /// Returns Pr[w₁ > threshold].
  func mass(beyond threshold: Double) -> Double {
    func bound(_ range: Range<Int>) -> Double {
      priorLogDensity(threshold + panel * Double(range.lowerBound))
        + ceiling(threshold + panel * Double(range.upperBound))
    }
    // The prior falls by e^−60 before this end, from any start.
    let end = max(
      cutoff, (threshold * threshold + 120 * variance).squareRoot())
    let count = ((end - threshold) / panel).rounded(.up)
    guard count < 0x1p52,
      let panels = relevantPanels(
        of: Int(max(1, count)), depth: 60, bound: bound,
        value: { i in
          [0, 0.5, 1].map { logDensity(at: threshold + panel * (Double(i) + $0)) }.max()!
            + logarithm
        })
    else { return .nan }
    var sum = 0.0
    for i in panels {
      for (x, weight) in zip(reference.nodes, reference.weights) {
        sum += weight * density(at: threshold + panel * (Double(i) + (x + 1) / 2))
      }
    }
    return sum * panel / 2
  }

  /// The w₁ ≥ 0 at which the density has a maximum, ascending, and the minima between them.
  ///
  /// The slope's sign is scanned at steps of at most a sixteenth of a prior standard deviation
  /// where the density counts. It is then bisected to the last bit.
  var stationaryPoints: (minima: [Double], maxima: [Double]) {
    let scan = scan
    let rises = scan.map { relativeSlope(at: $0) > 0 }
    // The density is even, so w₁ = 0 is stationary.
    var (minima, maxima) = rises[0] ? ([0.0], []) : ([], [0.0])
    for i in 1..<scan.count where rises[i] != rises[i - 1] {
      var (left, right) = (scan[i - 1], scan[i])
      while true {
        let middle = (left + right) / 2
        guard left < middle && middle < right else { break }
        if (relativeSlope(at: middle) > 0) == rises[i] { right = middle } else { left = middle }
      }
      if rises[i] { minima.append(left) } else { maxima.append(left) }
    }
    return (minima, maxima)
  }

  // MARK: - The parts

  private func priorLogDensity(_ overlap: Double) -> Double {
    -(overlap * overlap / variance + log(2 * .pi * variance)) / 2
  }

  private func square(_ u: Double, _ r: Double) -> Double { u / (1 + 2 * u + 2 * r) }

  /// The w₁ at which p has fallen by e^−60; T is below its bound at s² = 1/2.
  private var cutoff: Double { (2 * variance * (tilt(0.5).ceiling + 60)).squareRoot() }

  /// Returns an upper bound of ln E_r e^T up to this w₁.
  private func ceiling(_ overlap: Double) -> Double {
    transverse(overlap, bounding: true).logarithm + 1e-9
  }

  /// The points at which the slope's sign is examined.
  private var scan: [Double] {
    let step = panel / 48
    let count = cutoff / step
    if count < 600 { return (1...max(2, Int(count))).map { step * Double($0) } }
    var points = Set((1...600).map { cutoff * Double($0) / 600 })
    let panels = (cutoff / panel).rounded(.up)
    if panels < 0x1p52,
      let found = relevantPanels(
        of: Int(panels), depth: 60,
        bound: {
          priorLogDensity(panel * Double($0.lowerBound)) + ceiling(panel * Double($0.upperBound))
        },
        value: { i in logDensity(at: panel * (Double(i) + 0.5)) + logarithm })
    {
      for i in found {
        for k in 1...12 { points.insert(panel * (Double(i) + Double(k) / 12)) }
      }
    }
    return points.sorted()
  }

  /// Returns ln E_r e^T at this w₁, and the mean over r of (s dT/ds)(1 + 2r)/(w₁² (1 + 2w₁² + 2r)).
  ///
  /// - Parameters:
  ///   - overlap: w₁.
  ///   - bounding: whether the bound of T takes the place of T.
  private func transverse(
    _ overlap: Double, bounding: Bool = false
  ) -> (logarithm: Double, slope: Double) {
    let u = overlap * overlap
    func part(_ r: Double) -> (value: Double, slope: Double) {
      let (value, slope, ceiling) = tilt(square(u, r))
      return (
        bounding ? ceiling : value, u == 0 ? 0 : slope * (1 + 2 * r) / (u * (1 + 2 * u + 2 * r))
      )
    }
    guard let radial else {
      let (value, slope) = part(frozenSquare!)
      return (value, slope)
    }
    // The end follows from Pr[χ²_n ≥ n + 2√(nx) + 2x] ≤ e^−x, since T only shortens w_⊥.
    let n = Double(components)
    let end = (variance * (n + 2 * (60 * n).squareRoot() + 120)).squareRoot()
    let mode = radial.mode
    func exponent(_ rho: Double) -> Double {
      radial.logarithm(at: rho) + part(rho * rho).value
    }
    // The derivative |∂²T/∂ρ²| is of order (s dT/ds)²/(2T (1 + 2w₁²)) where T is largest, at ρ = 0.
    let origin = tilt(square(u, 0))
    let curvature =
      origin.value > 0 ? origin.slope * origin.slope / (origin.value * (1 + 2 * u)) : 0
    let radialPanel = radialPanel / (1 + variance * curvature / 8).squareRoot()
    let count = max(1, Int((end / radialPanel).rounded(.up)))
    let panels =
      relevantPanels(of: count, depth: 60) { range in
        let (low, high) = (
          radialPanel * Double(range.lowerBound), radialPanel * Double(range.upperBound)
        )
        return radial.logarithm(at: min(max(mode, low), high))
          + tilt(square(u, low * low)).ceiling
      } value: { i in
        [0.02, 0.5, 1].map { exponent(radialPanel * (Double(i) + $0)) }.max()!
      } ?? []
    var (largest, sum, slope) = (-Double.infinity, 0.0, 0.0)
    var exponents: [(exponent: Double, slope: Double)] = []
    exponents.reserveCapacity(panels.count * reference.nodes.count)
    for i in panels {
      for (x, weight) in zip(reference.nodes, reference.weights) {
        let rho = radialPanel * (Double(i) + (x + 1) / 2)
        let (value, slope) = part(rho * rho)
        let e = radial.logarithm(at: rho) + value
        largest = max(largest, e)
        exponents.append((e, weight * slope))
        exponents.append((e, weight))
      }
    }
    for i in stride(from: 0, to: exponents.count, by: 2) {
      let p = exp(exponents[i].exponent - largest)
      slope += p * exponents[i].slope
      sum += p * exponents[i + 1].slope
    }
    return (largest + log(sum * radialPanel / 2), slope / sum)
  }

  /// Returns (d ln p/dw₁)/w₁.
  private func relativeSlope(at overlap: Double) -> Double {
    transverse(overlap).slope - 1 / variance
  }
}
