import Foundation
import Networks

/// A function s^k A(φ) of a neuron's weights in the plane of two features.
///
/// Here φ is the angle of w_∥ from the first feature, and s = |w_∥|/√(1 + 2|w|²).
struct PlaneMode: Sendable {
  /// The degree k, odd and positive; A changes its sign under φ → φ + π.
  let degree: Int
  /// The function A.
  let angular: @Sendable (Double) -> Double

  /// Returns the coupling of an erf neuron to He_m(v·x)/√m!, v at an angle from the first feature.
  static func feature(degree m: Int, at angle: Double) -> PlaneMode {
    let factor = ErfCoupling(degree: m).coefficient
    return PlaneMode(degree: m) { factor * pow(cos($0 - angle), Double(m)) }
  }
}

/// The cumulant Λ(t) = N ln E_w exp((σ_a²/2N) h²) of h = Σ_j t_j φ_j(w), over modes φ_j in the
/// plane of two features, with its derivatives.
///
/// The angle is uniform, and the trapezoidal rule in it converges exponentially. s is independent
/// of it: its prior has one integral, which `OverlapPrior` knows.
struct PlaneCumulant {
  let dimension: Int
  let width: Int
  let weightVariance: Double
  let readoutVariance: Double
  let modes: [PlaneMode]
  private let order: Int
  private let refinement: Double
  private var measure: CouplingMeasure
  /// The degrees that modes have, ascending, and the place of each mode's among them.
  private let degrees: [Int]
  private let slots: [Int]
  /// The angles, equally spaced on [0, π), and A at them, angle by angle.
  private var angles: [Double] = []
  private var angular: [Double] = []
  /// The terms of h that were computed, at all t so far.
  private var work = 0.0
  /// The terms after which a cumulant gives up, some ten seconds.
  private static let greatestWork = 4e9

  init(
    dimension: Int, width: Int, weightVariance: Double, readoutVariance: Double,
    modes: [PlaneMode], order: Int, refinement: Double
  ) {
    self.dimension = dimension
    self.width = width
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    self.modes = modes
    self.order = order
    self.refinement = refinement
    degrees = Set(modes.map(\.degree)).sorted()
    slots = modes.map { [degrees] mode in degrees.firstIndex(of: mode.degree)! }
    measure = CouplingMeasure(
      prior: OverlapPrior(planeOf: dimension, variance: weightVariance / Double(dimension)),
      order: order, refinement: refinement)
  }

  /// The cumulant and its derivatives at one t.
  struct Moments {
    /// The cumulant Λ.
    let cumulant: Double
    /// The gradient ∂Λ/∂t_j, the mean of Σ_i a_i φ_j(w_i).
    let gradient: [Double]
    /// The second derivatives, row by row.
    let curvature: [Double]
    /// The logarithm Λ/N.
    let logarithm: Double
    /// The largest exponent among neurons that count, as the terms of h would make it without their
    /// signs: its rounding is in proportion.
    let exponent: Double
    /// A bound of what rounding changes about the cumulant.
    let rounding: Double
  }

  /// A neuron of the sum: its angle from 0 to π, v = |w_∥|/√(1 + 2|w_⊥|²), and its share of the
  /// tilted measure, with that of the opposite neuron.
  struct Node {
    let angle: Double
    let stretch: Double
    let share: Double
  }

  /// Returns the moments at t; `nil` if the sizes are beyond double precision, or need more nodes
  /// than some ten seconds allow.
  ///
  /// *Complexity:* an exponential a node, of which there are some ten thousand.
  mutating func moments(at field: [Double]) -> Moments? {
    guard prepare(for: field) else { return nil }
    let (n, s) = (Double(width), readoutVariance)
    let (factor, kinds, count) = (s / (2 * n), degrees.count, modes.count)
    let (powers, weights) = (powers, logWeights)
    // Largest exponents, exponentials and moments: about four terms' time a node and degree.
    work += 4 * Double(angles.count * weights.count * kinds)
    guard work < Self.greatestWork else { return nil }
    let shift = largest(field, powers, weights)
    let amplitudes = amplitudes(field)
    var (mass, excess, exponent) = (0.0, 0.0, 0.0)
    var first = [Double](repeating: 0, count: count)
    var plain = [Double](repeating: 0, count: count * count)
    var squared = plain
    // Sums over s at one angle, by degrees; angles are contracted with A afterwards.
    var linear = [Double](repeating: 0, count: kinds)
    var product = [Double](repeating: 0, count: kinds * kinds)
    var weighted = product
    for i in angles.indices {
      for a in linear.indices { linear[a] = 0 }
      for a in product.indices { (product[a], weighted[a]) = (0, 0) }
      for k in weights.indices {
        var (h, size) = (0.0, 0.0)
        for a in 0..<kinds {
          let power = powers[k * kinds + a]
          h += amplitudes.value[i * kinds + a] * power
          size += amplitudes.size[i * kinds + a] * power
        }
        let tilt = factor * h * h
        let p = exp(weights[k] + tilt - shift)
        guard p > 1e-35 else { continue }
        mass += p
        excess -= p * expm1(-tilt)
        exponent = max(exponent, 2 * factor * size * abs(h))
        for a in 0..<kinds {
          let power = p * powers[k * kinds + a]
          linear[a] += power * h
          for b in 0...a {
            let both = power * powers[k * kinds + b]
            product[a * kinds + b] += both
            weighted[a * kinds + b] += both * h * h
          }
        }
      }
      for j in 0..<count {
        let (a, value) = (slots[j], angular[i * count + j])
        first[j] += linear[a] * value
        for l in 0...j {
          let (b, both) = (slots[l], value * angular[i * count + l])
          let entry = max(a, b) * kinds + min(a, b)
          plain[j * count + l] += product[entry] * both
          squared[j * count + l] += weighted[entry] * both
        }
      }
    }
    guard mass.isNormal else { return nil }
    // The sum 1 + Σ p (e^T − 1) keeps its digits where the tilt hardly acts.
    let logarithm = shift == 0 ? log1p(excess) : shift + log(mass)
    var curvature = plain
    for j in 0..<count {
      for l in 0...j {
        // σ_a² ⟨φ_j φ_l⟩ + (σ_a⁴/N) Cov(h φ_j, h φ_l).
        let covariance = squared[j * count + l] / mass - first[j] / mass * (first[l] / mass)
        let value = s * plain[j * count + l] / mass + s * s / n * covariance
        (curvature[j * count + l], curvature[l * count + j]) = (value, value)
      }
    }
    return Moments(
      cumulant: n * logarithm, gradient: first.map { s * $0 / mass }, curvature: curvature,
      logarithm: logarithm, exponent: exponent,
      rounding: 4e-16 * n * (abs(logarithm) + min(abs(logarithm), 1) * exponent))
  }

  /// Calls `body` with every node that counts at t, whose shares add up to one.
  mutating func visit(at field: [Double], _ body: (Node) -> Void) -> Bool {
    guard let moments = moments(at: field) else { return false }
    let (factor, kinds) = (readoutVariance / Double(2 * width), degrees.count)
    let (powers, weights, amplitudes) = (powers, logWeights, amplitudes(field))
    for i in angles.indices {
      for k in weights.indices {
        var h = 0.0
        for a in 0..<kinds { h += amplitudes.value[i * kinds + a] * powers[k * kinds + a] }
        let share = exp(weights[k] + factor * h * h - moments.logarithm)
        guard share > 1e-25 else { continue }
        body(Node(angle: angles[i], stretch: measure.overlaps[k], share: share))
      }
    }
    return true
  }
}

// MARK: - Nodes

extension PlaneCumulant {
  /// The powers of s at the nodes, one for each degree, node by node.
  private var powers: [Double] {
    measure.squares.flatMap { square in degrees.map { pow(square, Double($0) / 2) } }
  }

  /// The logarithms of the weights of s, divided among the angles.
  private var logWeights: [Double] {
    let share = log(Double(angles.count))
    return measure.logWeights.map { $0 - share }
  }

  /// Returns the factors of s^k in h, for each degree k, angle by angle, and the sums of their
  /// terms' sizes.
  private func amplitudes(_ field: [Double]) -> (value: [Double], size: [Double]) {
    let (kinds, count) = (degrees.count, modes.count)
    var value = [Double](repeating: 0, count: angles.count * kinds)
    var size = value
    for i in angles.indices {
      for j in 0..<count {
        let term = field[j] * angular[i * count + j]
        value[i * kinds + slots[j]] += term
        size[i * kinds + slots[j]] += abs(term)
      }
    }
    return (value, size)
  }

  /// Returns the largest of the exponents and the prior's logarithm together, at least 0.
  private func largest(_ field: [Double], _ powers: [Double], _ weights: [Double]) -> Double {
    let (factor, kinds) = (readoutVariance / Double(2 * width), degrees.count)
    let values = amplitudes(field).value
    var largest = 0.0
    for i in angles.indices {
      for k in weights.indices {
        var h = 0.0
        for a in 0..<kinds { h += values[i * kinds + a] * powers[k * kinds + a] }
        largest = max(largest, weights[k] + factor * h * h)
      }
    }
    return largest
  }

  /// Chooses the angles that resolve the tilt, and the panels that matter.
  private mutating func prepare(for field: [Double]) -> Bool {
    let factor = readoutVariance / Double(2 * width)
    let (lowest, highest) = (degrees.first!, degrees.last!)
    // The terms of h without signs, with A at most its largest value on a few angles.
    let trial = (0..<48).map { Double.pi * Double($0) / 48 }
    var sizes = [Double](repeating: 0, count: degrees.count)
    for (j, mode) in modes.enumerated() {
      sizes[slots[j]] += abs(field[j]) * trial.reduce(0) { max($0, abs(mode.angular($1))) }
    }
    let bounds = zip(degrees, sizes).map { (power: Double($0) / 2, size: 1.01 * $1) }
    func bound(_ square: Double) -> Double {
      let h = bounds.reduce(0) { $0 + $1.size * pow(square, $1.power) }
      return factor * h * h
    }
    // A tilt T cos^{2k} φ has a peak of width 1/√(2kT). Steps of it by 0.7 leave 1e-16.
    let finer = refinement * Double(order) / 16
    let needed =
      finer * max(Double(8 * highest), 6 * (Double(2 * highest) * bound(0.5)).squareRoot())
    guard needed < 16384 else { return false }
    var count = 32
    while Double(count) < needed { count = count % 3 == 0 ? count / 3 * 4 : count / 2 * 3 }
    if count != angles.count {
      angles = (0..<count).map { Double.pi * Double($0) / Double(count) }
      angular = angles.flatMap { angle in modes.map { $0.angular(angle) } }
    }
    let (values, kinds) = (amplitudes(field).value, degrees.count)
    let terms = Double(angles.count * kinds)
    var work = work
    /// The largest tilt of any angle at a stretch; not a number if there was too much work.
    func tilt(_ square: Double) -> Double {
      work += terms
      guard work < Self.greatestWork else { return .nan }
      let powers = degrees.map { pow(square, Double($0) / 2) }
      var largest = 0.0
      for i in angles.indices {
        var h = 0.0
        for a in 0..<kinds { h += values[i * kinds + a] * powers[a] }
        largest = max(largest, factor * h * h)
      }
      return largest
    }
    let isSelected = measure.select(
      powers: [Double(lowest), Double(2 * highest)], ceiling: { bound($1) }, tilt: tilt)
    self.work = work
    return isSelected
  }
}
