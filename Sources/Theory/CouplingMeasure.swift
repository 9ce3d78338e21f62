import Foundation
import Networks

/// The prior of v = w₁/√(1 + 2|w_⊥|²), with v > 0 standing for both signs.
///
/// A neuron's couplings ⟨erf(w·x), He_k⟩ ∝ s^k depend on v alone, since s = w₁/√(1 + 2|w|²) has s²
/// = v²/(1 + 2v²).
///
/// There are n = d − 1 components across the feature, each of variance σ = σ_w²/d. The average over
/// them of the density of w₁ is √(2/(πσ)) e^{−v²/(2σ)} (1 + 2v²)^{−n/2} E √(1 + 2qχ²_n) with q =
/// σ/(1 + 2v²). The factor e^{−v² χ²} only shortens w_⊥. What remains of the second integral is
/// smooth and of order one.
///
/// In the plane of two features n = d − 2, and v is the length of w_∥/√(1 + 2|w_⊥|²). The Jacobian
/// is then 1 + 2|w_⊥|² itself, whose mean is exact, and a circle adds the factor v. This density is
/// (v/σ) e^{−v²/(2σ)} (1 + 2v²)^{−n/2} (1 + 2qn).
struct OverlapPrior: Sendable {
  /// The prior variance σ_w²/d of one weight.
  let variance: Double
  /// The number of components across, or 0 if |w_⊥|² is frozen.
  let components: Double
  /// Whether v is the length in a plane.
  private let isPlanar: Bool
  /// The logarithm of the density's constant factor.
  private let constant: Double
  /// The factor 1 + 2|w_⊥|² if |w_⊥|² is frozen, else 1.
  private let stretch: Double
  /// The nodes χ²_n, and their weights.
  private let squares: [Double]
  private let weights: [Double]

  init(dimension: Int, variance: Double) {
    self.variance = variance
    components = Double(dimension - 1)
    isPlanar = false
    stretch = 1
    constant = log(2 / (.pi * variance)) / 2
    // The root √(1 + 2qρ²) has branch points at |ρ| = 1/√(2q), which limit the panels.
    let rule = RadialRule(
      components: dimension - 1, variance: 1, order: 24,
      panel: min(4, 1 / (2 * variance).squareRoot()), longest: 4)
    squares = rule.squares
    weights = rule.logWeights.map { exp($0) }
  }

  /// The panels in v over which the prior times a tilt is smooth: three standard deviations of w₁,
  /// or six of v itself. The factor (1 + 2v²)^{−n/2} varies over √((1 + 2v²)/(2n)).
  func panels(refinement: Double) -> PanelGrid {
    let deviation = variance.squareRoot()
    return PanelGrid(
      longest: min(3 * deviation, 6 * deviation / stretch.squareRoot()) / refinement,
      relative: min(1, 6 / (2 * components).squareRoot()) / refinement)
  }

  init(frozenAt r: Double, variance: Double) {
    self.variance = variance
    components = 0
    isPlanar = false
    stretch = 1 + 2 * r
    constant = log(2 * stretch / (.pi * variance)) / 2
    squares = [0]
    weights = [1]
  }

  /// Describes the plane of two features in d ≥ 2 dimensions.
  init(planeOf dimension: Int, variance: Double) {
    self.variance = variance
    components = Double(dimension - 2)
    isPlanar = true
    stretch = 1
    constant = -log(variance)
    squares = []
    weights = []
  }

  /// Returns the logarithm of the density.
  func logDensity(_ v: Double) -> Double {
    let q = variance / (1 + 2 * v * v)
    if isPlanar { return base(v) + log1p(2 * q * components) + rise(v) }
    var mean = 0.0
    for i in squares.indices { mean += weights[i] * (1 + 2 * q * squares[i]).squareRoot() }
    return base(v) + log(mean)
  }

  /// Returns the same logarithm to a tenth, less what rises with v, as a function that falls.
  func estimate(_ v: Double) -> Double {
    base(v) + log1p(2 * variance / (1 + 2 * v * v) * components) / (isPlanar ? 1 : 2)
  }

  /// Returns what rises with v.
  func rise(_ v: Double) -> Double { isPlanar ? log(v) : 0 }

  private func base(_ v: Double) -> Double {
    -v * v * stretch / (2 * variance) - components / 2 * log1p(2 * v * v) + constant
  }

  /// Returns E[w₁²/v² | v], where w₁² = v² (1 + 2|w_⊥|²).
  func meanStretch(_ v: Double) -> Double {
    let q = variance / (1 + 2 * v * v)
    var (first, third) = (0.0, 0.0)
    for i in squares.indices {
      let square = 1 + 2 * q * squares[i]
      let root = square.squareRoot()
      first += weights[i] * root
      third += weights[i] * root * square
    }
    return stretch * third / first
  }
}

/// The prior of s² on Gauss–Legendre panels in v: E g(s²) ≈ Σ_i exp(logWeights_i) g(squares_i).
///
/// Every tilt by a function of s is then a sum over some hundreds of nodes. Only the panels that
/// matter are present.
struct CouplingMeasure: Sendable {
  let prior: OverlapPrior
  private let grid: PanelGrid
  private let reference: GaussLegendre
  /// The selected panels, ascending.
  private(set) var panels: [Int] = []
  /// The values v at the nodes.
  private(set) var overlaps: [Double] = []
  /// The values s² = v²/(1 + 2v²) at the nodes.
  private(set) var squares: [Double] = []
  /// The logarithms of the weights, which add up to one over all panels.
  private(set) var logWeights: [Double] = []
  /// Densities at nodes, kept from one selection to the next.
  private var known: [Int: [Double]] = [:]

  /// Prepares panels for a prior, before any selection.
  ///
  /// - Parameters:
  ///   - prior: the prior of v.
  ///   - order: nodes per panel.
  ///   - refinement: factor by which panels are shorter than usual.
  init(prior: OverlapPrior, order: Int, refinement: Double) {
    self.prior = prior
    grid = prior.panels(refinement: refinement)
    reference = GaussLegendre(count: order)
  }

  /// Returns s² at v.
  static func square(_ v: Double) -> Double { v * v / (1 + 2 * v * v) }

  /// The number of nodes per panel.
  var order: Int { reference.nodes.count }

  /// Selects the panels on which the prior times e^tilt counts, and those on which it counts with
  /// s² to one of the powers.
  ///
  /// - Parameters:
  ///   - powers: the moments of s² that must keep their digits too.
  ///   - room: −ln of a prior mass that is negligible, for a tilt that lowers what counts.
  ///   - ceiling: an upper bound of the tilt from one s² to another.
  ///   - tilt: a function of s².
  /// - Returns: `false` if the panels cannot be found, for sizes beyond double precision.
  mutating func select(
    powers: [Double], room: Double = 0, ceiling: (Double, Double) -> Double,
    tilt: (Double) -> Double
  ) -> Bool {
    let largest = ceiling(0, 0.5)
    // The bounds are |v| ≤ |w₁| and Pr[|w₁| > w] ≤ exp(−w²/(2 variance)); s^2k moves the peak to w²
    // = 2k variance.
    let room = max(room, largest + 100) + 4 * (powers.max() ?? 0)
    guard let count = grid.count(upTo: (2 * prior.variance * room).squareRoot()) else {
      return false
    }
    // A peak is about 1/√T of its overlap wide. It is looked for between the ends of that many
    // parts of a panel.
    var parts = 1
    while Double(parts * parts) < largest / 4000 && parts < 64 { parts *= 2 }
    func point(_ part: Int) -> Double {
      parts == 1
        ? grid.start(part) : grid.point(part / parts, Double(part % parts) / Double(parts))
    }
    guard count < Int.max / parts else { return false }
    var chosen: Set<Int> = []
    for power in [0] + powers {
      func factor(_ v: Double) -> Double {
        prior.rise(v) + (power == 0 ? 0 : power * log(Self.square(v)))
      }
      let found = relevantPanels(of: count * parts) {
        let (low, high) = (point($0.lowerBound), point($0.upperBound))
        return prior.estimate(low) + factor(high) + ceiling(Self.square(low), Self.square(high))
      } value: { i in
        [0.0, 0.5, 1].map {
          let v = grid.point(i / parts, (Double(i % parts) + $0) / Double(parts))
          return prior.estimate(v) + factor(v) + tilt(Self.square(v))
        }.max()!
      }
      guard let found else { return false }
      chosen.formUnion(found.map { $0 / parts })
    }
    take(chosen.sorted())
    return true
  }

  /// Selects the first panels, as many as leave a prior mass below e^−exponent beyond them.
  mutating func select(until exponent: Double) -> Bool {
    guard
      let count = grid.count(upTo: (2 * prior.variance * exponent).squareRoot()), count < 4096
    else { return false }
    take(Array(0..<count))
    return true
  }

  /// Halves the panel at zero towards zero, `times` times, for functions that are sharp there.
  mutating func halve(times: Int) {
    guard panels.first == 0 && times > 0 else { return }
    var (nodes, densities): ([Double], [Double]) = ([], [])
    var end = grid.short
    for halving in 0...times {
      let start = halving < times ? end / 2 : 0
      let rule = GaussLegendre(count: order + order / 2, on: start...end)
      nodes = rule.nodes + nodes
      densities = zip(rule.nodes, rule.weights).map { prior.logDensity($0) + log($1) } + densities
      end = start
    }
    overlaps.replaceSubrange(0..<order, with: nodes)
    logWeights.replaceSubrange(0..<order, with: densities)
    squares = overlaps.map(Self.square)
  }

  private mutating func take(_ chosen: [Int]) {
    guard chosen != panels else { return }
    panels = chosen
    overlaps.removeAll(keepingCapacity: true)
    logWeights.removeAll(keepingCapacity: true)
    for i in chosen {
      let nodes = reference.nodes.map { grid.point(i, ($0 + 1) / 2) }
      let densities: [Double]
      if let cached = known[i] {
        densities = cached
      } else {
        let length = grid.short * grid.ratio(i)
        densities = zip(nodes, reference.weights).map {
          prior.logDensity($0) + log(length / 2 * $1)
        }
        known[i] = densities
      }
      overlaps += nodes
      logWeights += densities
    }
    squares = overlaps.map(Self.square)
  }
}
