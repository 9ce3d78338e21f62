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
  private let coarseReference = GaussLegendre(count: 16)
  /// The panels in w₁, of at most three prior standard deviations.
  private let grid: PanelGrid
  private let refinement: Double
  private let work = Work()

  /// The evaluations of T so far. Beyond the limit, about a second's, results are not numbers.
  private final class Work {
    var evaluations = 0
    var isSpent: Bool { evaluations > 0x60_0000 }
  }

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
    grid = PanelGrid(longest: 3 * variance.squareRoot() / refinement, relative: 1 / refinement)
    self.refinement = refinement
  }

  func density(at overlap: Double) -> Double { exp(logDensity(at: overlap)) }

  func logDensity(at overlap: Double) -> Double {
    priorLogDensity(overlap) + transverse(overlap).logarithm - logarithm
  }

  /// A probability, and what fewer nodes on every panel change about it.
  typealias Mass = (value: Double, change: Double)

  /// Returns Pr[|w₁| > threshold] and a bound of its error.
  ///
  /// - Parameter relativeError: bound of the relative error of the tilted measure.
  /// - Returns: `nil` if the density does not have integral one to 1e-6, or fewer nodes change the
  ///   probability by as much.
  func share(
    beyond threshold: Double, relativeError: Double
  ) -> (value: Double, error: Double)? {
    let (above, below) = (mass(beyond: threshold), mass(below: threshold))
    let excess = abs(2 * (above.value + below.value) - 1)
    let limit = max(1e-6, 2 * relativeError)
    guard
      excess <= limit, 2 * (above.change + below.change) <= limit,
      above.change <= limit * above.value || above.value < 1e-300
    else { return nil }
    return (
      2 * above.value, 2 * above.change + 2 * above.value * (excess + relativeError)
    )
  }

  /// Returns Pr[w₁ > threshold].
  private func mass(beyond threshold: Double) -> Mass {
    // The prior falls by e^−60 before this end, from any start.
    let end = max(cutoff, (threshold * threshold + 120 * variance).squareRoot())
    guard let count = grid.count(upTo: end - threshold) else { return (.nan, .nan) }
    func bound(_ range: Range<Int>) -> Double {
      priorLogDensity(threshold + grid.start(range.lowerBound))
        + ceiling(threshold + grid.start(range.upperBound))
    }
    return mass(
      panels: relevantPanels(
        of: count, depth: 60, bound: bound,
        value: { i in
          [0, 0.5, 1].map { logDensity(at: threshold + grid.point(i, $0)) }.max()! + logarithm
        })
    ) { threshold + grid.point($0, $1) }
  }

  /// Returns Pr[0 < w₁ < threshold].
  private func mass(below threshold: Double) -> Mass {
    guard threshold > 0 else { return (0, 0) }
    guard let count = grid.count(upTo: threshold) else { return (.nan, .nan) }
    // The last panel ends at the threshold if the lengths are stretched to it.
    let stretch = threshold / grid.start(count)
    let mass = mass(
      panels: relevantPanels(
        of: count, depth: 60,
        bound: {
          priorLogDensity(stretch * grid.start($0.lowerBound))
            + ceiling(stretch * grid.start($0.upperBound))
        },
        value: { i in
          [0, 0.5, 1].map { logDensity(at: stretch * grid.point(i, $0)) }.max()! + logarithm
        })
    ) { stretch * grid.point($0, $1) }
    return (stretch * mass.value, stretch * mass.change)
  }

  /// Returns the mass of some panels, whose points are those at a share of their length.
  private func mass(panels: [Int]?, point: (Int, Double) -> Double) -> Mass {
    guard let panels else { return (.nan, .nan) }
    func sum(_ rule: GaussLegendre, _ parts: Int) -> Double {
      var sum = 0.0
      for i in panels {
        let ratio = grid.ratio(i) / Double(parts)
        for part in 0..<parts {
          for (x, weight) in zip(rule.nodes, rule.weights) {
            let share = (Double(part) + (x + 1) / 2) / Double(parts)
            sum += ratio * weight * density(at: point(i, share))
          }
        }
      }
      return sum * grid.short / 2
    }
    // A threshold far out in the prior has a density that falls within a part of a panel.
    var (fine, change) = (0.0, 0.0)
    for parts in [1, 2, 4, 8, 16, 32] {
      fine = sum(reference, parts)
      change = abs(fine - sum(coarseReference, parts))
      if change <= 1e-7 * fine { break }
    }
    guard !work.isSpent else { return (.nan, .nan) }
    return (fine, change)
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
    let step = grid.short / 48
    let count = cutoff / step
    if count < 600 { return (1...max(2, Int(count))).map { step * Double($0) } }
    var points = Set((1...600).map { cutoff * Double($0) / 600 })
    if let panels = grid.count(upTo: cutoff),
      let found = relevantPanels(
        of: panels, depth: 60,
        bound: {
          priorLogDensity(grid.start($0.lowerBound)) + ceiling(grid.start($0.upperBound))
        },
        value: { i in logDensity(at: grid.point(i, 0.5)) + logarithm })
    {
      for i in found {
        for k in 1...12 { points.insert(grid.point(i, Double(k) / 12)) }
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
    guard !work.isSpent else { return (.nan, .nan) }
    work.evaluations += 1
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
    // T has its pole at |ρ|² = (1 + 2w₁²)/2. Beyond, it changes in proportion to ρ.
    let isWide = variance > 1 + 2 * u
    let shortening = (1 + min(variance, 1 + 2 * u) * curvature / 8).squareRoot()
    let longest = 3 * (variance / 2).squareRoot() / refinement
    let grid = PanelGrid(
      longest: isWide ? longest : longest / shortening,
      relative: 1 / refinement / shortening,
      unit: max(1, (0.5 + u).squareRoot()), growth: 0.5 / refinement)
    let panels =
      grid.count(upTo: end).flatMap { count in
        relevantPanels(of: count, depth: 60) { range in
          let (low, high) = (grid.start(range.lowerBound), grid.start(range.upperBound))
          return radial.logarithm(at: min(max(mode, low), high))
            + tilt(square(u, low * low)).ceiling
        } value: { i in
          work.evaluations += 3
          return [0.02, 0.5, 1].map { exponent(grid.point(i, $0)) }.max()!
        }
      } ?? []
    var (largest, sum, slope) = (-Double.infinity, 0.0, 0.0)
    var exponents: [(exponent: Double, slope: Double)] = []
    exponents.reserveCapacity(panels.count * reference.nodes.count)
    work.evaluations += panels.count * reference.nodes.count
    for i in panels {
      let ratio = grid.ratio(i)
      for (x, weight) in zip(reference.nodes, reference.weights) {
        let rho = grid.point(i, (x + 1) / 2)
        let (value, slope) = part(rho * rho)
        let e = radial.logarithm(at: rho) + value
        largest = max(largest, e)
        exponents.append((e, ratio * weight * slope))
        exponents.append((e, ratio * weight))
      }
    }
    for i in stride(from: 0, to: exponents.count, by: 2) {
      let p = exp(exponents[i].exponent - largest)
      slope += p * exponents[i].slope
      sum += p * exponents[i + 1].slope
    }
    return (largest + log(sum * grid.short / 2), slope / sum)
  }

  /// Returns (d ln p/dw₁)/w₁.
  private func relativeSlope(at overlap: Double) -> Double {
    transverse(overlap).slope - 1 / variance
  }
}
