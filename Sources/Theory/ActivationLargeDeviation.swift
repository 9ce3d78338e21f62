import Foundation
import Networks

/// The large-deviation theory of the alignment of a two-layer network with any activation whose
/// Hermite component μ_m(s) is known.
///
/// In polar coordinates of a neuron's weights, c(w) = μ_m(R) cos^m θ with R = |w| and θ the angle
/// from the feature, of density ∝ sin^{d−2} θ. So E exp(tA) = m(τ)^N with m(τ) = E exp(τ μ_m(R)²
/// cos^{2m}θ/2), τ = t²σ_a²/N, and E(α) = sup_t tα − N ln m. erf has ``LargeDeviation``, which has
/// one integral less.
///
/// relu is homogeneous, μ_m(R) = R b, and its integral over R is exact: m(τ) = E_θ (1 − (τ/τ_c)
/// cos^{2m}θ)^{−d/2}, τ_c = d/(σ_w² b²). It is infinite beyond τ_c, so t stops below t_c =
/// √(dN)/(σ_aσ_w|b|), and E → t_c α. No size of a neuron is preferred: any number of them share
/// Σ w₁², which replaces the number of specialists.
public struct ActivationLargeDeviation: Hashable, Sendable {
  /// The dimension d of the inputs, at least 2.
  public let dimension: Int
  /// The number N of hidden neurons.
  public let width: Int
  /// The activation, whose component is bounded or homogeneous.
  public let activation: HermiteOverlap.Activation
  /// The degree m of the target He_m(x₁)/√m!.
  public let degree: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  private let overlap: HermiteOverlap

  /// Describes a network and a target.
  ///
  /// - Throws: ``ActivationLargeDeviationError`` if the activation has no such component, or one
  ///   that is neither bounded nor homogeneous.
  public init(
    dimension: Int, width: Int, activation: HermiteOverlap.Activation, degree: Int,
    weightVariance: Double = 1, readoutVariance: Double = 1
  ) throws(ActivationLargeDeviationError) {
    precondition(dimension > 1 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    guard degree > 0 && HermiteOverlap.degrees.contains(degree) else {
      throw .degreeOutOfRange(degree)
    }
    overlap = HermiteOverlap(activation, degree: degree)
    if let obstacle = overlap.obstacle { throw .componentMissing(degree, obstacle) }
    guard activation != .gelu else { throw .unbounded(activation) }
    self.dimension = dimension
    self.width = width
    self.activation = activation
    self.degree = degree
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
  }

  /// The energy E(α) and what neurons do under the tilt that attains it.
  public struct Solution: Hashable, Sendable {
    /// The energy E(α).
    public let energy: Double
    /// A bound of its error.
    public let energyError: Double
    /// The tilt t = dE/dα.
    public let tilt: Double
    /// The mean of Σ_i w_{i1}², which is N σ_w²/d in the prior.
    public let squaredOverlap: Double
    /// The logarithm of 1 − (t/t_c)² for a homogeneous activation; `nil` else.
    public let logGap: Double?
  }

  /// The tilt t_c at which the cumulant of a homogeneous activation becomes infinite; `nil` if it
  /// never does.
  public var criticalTilt: Double? {
    guard activation == .relu else { return nil }
    return (Double(dimension) * Double(width) / (weightVariance * readoutVariance)).squareRoot()
      / abs(overlap.value(norm: 1))
  }

  /// Returns E(α).
  ///
  /// The equation Λ′(t) = α is solved by bisection to the last bits, on two quadratures. They have
  /// to agree to 1e-9 in E; until then both get finer, as the angles of a specialist need steps ∝
  /// d^{−1/2}. E lies between tα/2 and tα, since Λ is convex in t and in t².
  ///
  /// - Parameter alignment: α > 0.
  /// - Throws: ``ActivationLargeDeviationError``.
  public func solve(
    alignment: Double
  ) throws(ActivationLargeDeviationError) -> Solution {
    guard alignment.isFinite && alignment > 0 else { throw .alignmentNotPositive(alignment) }
    var change = Double.infinity
    for step in [0.08, 0.04, 0.02, 0.01] {
      let fine = try solve(alignment, step: step, order: 20)
      let coarse = try solve(alignment, step: 1.5 * step, order: 14)
      let product = fine.tilt * alignment
      let error = abs(fine.energy - coarse.energy) + 1e-14 * product
      change = error / fine.energy
      guard
        fine.energy.isNormal, error < 1e-9 * fine.energy + 1e-14,
        fine.energy >= product / 2 - error, fine.energy <= product + error
      else { continue }
      return Solution(
        energy: fine.energy, energyError: error, tilt: fine.tilt,
        squaredOverlap: fine.squaredOverlap, logGap: fine.logGap)
    }
    throw .imprecise(dimension: dimension, alignment, change)
  }
}

/// The reason why E(α) of an activation could not be computed.
public enum ActivationLargeDeviationError: Error, Hashable, CustomStringConvertible {
  /// The degree is not from 1 to 12.
  case degreeOutOfRange(Int)
  /// No neuron has an overlap with the target.
  case componentMissing(Int, String)
  /// The component grows without bound and is not homogeneous.
  case unbounded(HermiteOverlap.Activation)
  /// The alignment α is zero, negative or not finite.
  case alignmentNotPositive(Double)
  /// No tilt t has Λ′(t) = α in double precision.
  case unreachable(Double)
  /// The finest quadratures differ by a share of E.
  case imprecise(dimension: Int, Double, Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .degreeOutOfRange(let degree): "degree: got \(degree); expected an integer from 1 to 12"
    case .componentMissing(let degree, let reason): "degree \(degree): \(reason)"
    case .unbounded(let activation):
      "activation \(activation.rawValue): its component grows as fast as relu's without its closed "
        + "form; expected erf, tanh or relu"
    case .alignmentNotPositive(let alignment):
      "alignment: got \(alignment); expected a finite number above 0"
    case .unreachable(let alignment):
      "alignment \(alignment): no tilt of the prior reaches it in double precision; expected one "
        + "nearer to 1"
    case .imprecise(let dimension, let alignment, let share):
      "dimension \(dimension), alignment \(alignment): the finest quadratures differ by \(share) of "
        + "the energy; expected less than 1e-9"
    }
  }
}

// MARK: - The saddle point

extension ActivationLargeDeviation {
  private typealias Found = (energy: Double, tilt: Double, squaredOverlap: Double, logGap: Double?)

  /// ln m, d ln m/dτ and N⟨w₁²⟩ at one tilt.
  private struct Moments {
    var logarithm = 0.0
    var slope = 0.0
    var squaredOverlap = 0.0
  }

  private func solve(
    _ alignment: Double, step: Double, order: Int
  ) throws(ActivationLargeDeviationError) -> Found {
    activation == .relu
      ? try homogeneous(alignment, step) : try bounded(alignment, step, order)
  }

  /// Solves for the gap ε = 1 − τ/τ_c of a homogeneous activation, on the scale of its logit: ε
  /// becomes exponentially small as d grows.
  private func homogeneous(
    _ alignment: Double, _ step: Double
  ) throws(ActivationLargeDeviationError) -> Found {
    let (n, d, critical) = (Double(width), Double(dimension), criticalTilt!)
    let tauCritical = critical * critical * readoutVariance / n
    func moments(_ logit: Double) -> (tilt: Double, Moments) {
      let (gap, rest) = (1 / (1 + exp(-logit)), 1 / (1 + exp(logit)))
      let nodes = PolarNodes(dimension: dimension, degree: degree, step: step, least: gap)
      var moments = tilted(nodes) { c, complement in
        // −ln(1 − (1 − ε)C), without cancellation at either end.
        let exponent = rest * c < 0.5 ? -log1p(-rest * c) : -log(gap + rest * complement)
        let stretch = exp(exponent)
        return (d / 2 * exponent, d / 2 * c / tauCritical * stretch, stretch)
      }
      moments.squaredOverlap *= n * weightVariance
      return (critical * rest.squareRoot(), moments)
    }
    func rises(_ logit: Double) -> Bool {
      let (tilt, moments) = moments(logit)
      return 2 * tilt * readoutVariance * moments.slope > alignment
    }
    var (low, high) = (-700.0, 200.0)
    guard rises(low), !rises(high) else { throw .unreachable(alignment) }
    while high - low > 1e-13 * max(1, abs(low)) {
      let middle = (low + high) / 2
      if rises(middle) { low = middle } else { high = middle }
    }
    let (tilt, found) = moments(low)
    return (
      tilt * alignment - n * found.logarithm, tilt, found.squaredOverlap, -log1p(exp(-low))
    )
  }

  /// Solves for the tilt where c is bounded.
  private func bounded(
    _ alignment: Double, _ step: Double, _ order: Int
  ) throws(ActivationLargeDeviationError) -> Found {
    let n = Double(width)
    let nodes = PolarNodes(dimension: dimension, degree: degree, step: step, least: 1e-6)
    let radii = radii(order)
    let squares = radii.nodes.map { radius in
      let value = overlap.value(norm: radius)
      return value * value
    }
    func moments(_ tilt: Double) -> Moments {
      let half = tilt * tilt * readoutVariance / n / 2
      // Lengths that neither prior nor tilt reaches do not count.
      let chosen = squares.indices.filter { radii.logWeights[$0] + half * squares[$0] > -60 }
      var (peak, rows) = (0.0, [(logarithm: Double, Moments)]())
      for i in chosen {
        var row = tilted(nodes) { c, _ in (half * squares[i] * c, squares[i] / 2 * c, 1) }
        row.squaredOverlap *= radii.nodes[i] * radii.nodes[i]
        rows.append((radii.logWeights[i], row))
        peak = max(peak, radii.logWeights[i] + row.logarithm)
      }
      var (mass, excess, slope, squaredOverlap) = (0.0, 0.0, 0.0, 0.0)
      for (logWeight, row) in rows {
        let p = exp(logWeight + row.logarithm - peak)
        mass += p
        excess -= p * expm1(-row.logarithm)
        slope += p * row.slope
        squaredOverlap += p * row.squaredOverlap
      }
      return Moments(
        logarithm: peak == 0 ? log1p(excess) : peak + log(mass), slope: slope / mass,
        squaredOverlap: n * squaredOverlap / mass)
    }
    func slope(_ tilt: Double) -> Double { 2 * tilt * readoutVariance * moments(tilt).slope }
    // Regula falsi on ln Λ′ against ln t, nearly a straight line, guarded by halving.
    var (low, high) = (1e-3, 1.0)
    while slope(low) > alignment && low > 1e-150 { low /= 1024 }
    while slope(high) < alignment {
      low = high
      high *= 4
      guard high < 1e12 else { throw .unreachable(alignment) }
    }
    var (a, b) = (log(low), log(high))
    var (fa, fb) = (log(slope(low) / alignment), log(slope(high) / alignment))
    guard fa.isFinite, fb.isFinite, fa < 0 else { throw .unreachable(alignment) }
    for turn in 0..<200 where b - a > 1e-14 * max(1, abs(b)) {
      var next = a - fa * (b - a) / (fb - fa)
      if turn % 3 == 2 || !(a < next && next < b) { next = (a + b) / 2 }
      let value = log(slope(exp(next)) / alignment)
      if value < 0 { (a, fa) = (next, value) } else { (b, fb) = (next, value) }
      if abs(value) < 1e-14 { (a, b) = (next, next) }
    }
    let tilt = exp(b)
    let found = moments(tilt)
    let residual = abs(2 * tilt * readoutVariance * found.slope / alignment - 1)
    guard residual < 1e-9 else { throw .unreachable(alignment) }
    return (tilt * alignment - n * found.logarithm, tilt, found.squaredOverlap, nil)
  }

  /// Returns lengths R of a neuron's weights, with the logarithms of their shares.
  private func radii(_ order: Int) -> (nodes: [Double], logWeights: [Double]) {
    let variance = weightVariance / Double(dimension)
    let density = RadialDensity(components: dimension, variance: variance)
    // Components of erf and tanh saturate, and neurons beyond five units gain nothing.
    let end = 5 * max(1, weightVariance.squareRoot()) + 12 * variance.squareRoot()
    let panel = min(0.5, 3 * variance.squareRoot())
    let rule = GaussLegendre(
      count: order, on: 0...end, panels: Int((end / panel).rounded(.up)))
    let kept = zip(rule.nodes, rule.weights).map { ($0, log($1) + density.logarithm(at: $0)) }
      .filter { $0.1.isFinite }
    return (kept.map(\.0), kept.map(\.1))
  }

  /// Returns moments of the tilt over angles: ln E e^T, the mean of dT/dτ, and that of cos²θ times
  /// a factor.
  private func tilted(
    _ nodes: PolarNodes, _ tilt: (Double, Double) -> (value: Double, slope: Double, factor: Double)
  ) -> Moments {
    let tilts = nodes.powers.indices.map { tilt(nodes.powers[$0], nodes.complements[$0]) }
    var peak = 0.0
    for (i, tilt) in tilts.enumerated() { peak = max(peak, nodes.logWeights[i] + tilt.value) }
    var (mass, excess, slope, squaredOverlap) = (0.0, 0.0, 0.0, 0.0)
    for (i, tilt) in tilts.enumerated() {
      let p = exp(nodes.logWeights[i] + tilt.value - peak)
      guard p > 0 else { continue }
      mass += p
      excess -= p * expm1(-tilt.value)
      slope += p * tilt.slope
      squaredOverlap += p * tilt.factor * nodes.squaredCosines[i]
    }
    return Moments(
      logarithm: peak == 0 ? log1p(excess) : peak + log(mass), slope: slope / mass,
      squaredOverlap: squaredOverlap / mass)
  }
}

/// Angles θ of a neuron's weights from the feature, equally spaced in x = ln tan θ.
///
/// The prior's density of x is ∝ sin^{d−1}θ cos θ. It and every tilt by a power of cos θ are
/// analytic in |Im x| < π/4, where the prior is bounded by its largest value on the real axis, so
/// that a step h leaves exp(−π²/(2h)). A tilt adds the peak of specialists at x of order one, of
/// width ∝ d^{−1/2}. It leaves exp(−2π²σ²/h²) for a width σ.
private struct PolarNodes {
  /// cos^{2m}θ, 1 − cos^{2m}θ and cos²θ.
  var powers: [Double] = []
  var complements: [Double] = []
  var squaredCosines: [Double] = []
  /// The logarithms of the shares, which add up to one.
  var logWeights: [Double] = []

  /// - Parameter least: the least 1 − cos²θ at which tilts change.
  init(dimension: Int, degree: Int, step: Double, least: Double) {
    let low = log(least) / 2 - 44 / Double(dimension - 1) - log(Double(degree)) / 2 - 2
    for k in Int((low / step).rounded(.down))...Int((44 / step).rounded(.up)) {
      let x = step * Double(k)
      // ln cos²θ and ln sin²θ.
      let (cosine, sine) =
        x < 0
        ? (-log1p(exp(2 * x)), 2 * x - log1p(exp(2 * x)))
        : (-2 * x - log1p(exp(-2 * x)), -log1p(exp(-2 * x)))
      powers.append(exp(Double(degree) * cosine))
      complements.append(-expm1(Double(degree) * cosine))
      squaredCosines.append(exp(cosine))
      logWeights.append(Double(dimension - 1) / 2 * sine + cosine / 2)
    }
    logWeights = normalised(logWeights)
  }
}
