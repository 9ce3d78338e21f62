import Foundation
import Networks

/// The joint large deviations of two features of a two-layer erf network.
///
/// The target has the directions v₁ and v₂, with h_k = He_m(v_k·x)/√m!. The projections B_k = ⟨f,
/// h_k⟩ = Σ a_i c_k(w_i) have Λ(t) = N ln E_w exp((σ_a²/2N) (Σ_k t_k c_k(w))²) and the energy E(b)
/// = sup_t t·b − Λ(t). For a tilt t above zero it is the exponent of Pr[B_k ≥ b_k for both k].
///
/// Of the whole target y = Σ_k c_k h_k only the alignment A = ⟨f, y⟩/⟨y, y⟩ is constrained: E(α) =
/// sup_t tα⟨y, y⟩ − Λ(t c). Which feature provides it is left to the neurons, and the larger one
/// provides nearly all.
public struct JointLargeDeviation: Hashable, Sendable {
  /// The dimension d of the inputs, at least 2.
  public let dimension: Int
  /// The number N of hidden neurons.
  public let width: Int
  /// The degree m of both features, odd.
  public let degree: Int
  /// The angle between the features, in radians, above 0 and below π.
  public let angle: Double
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double

  /// Describes a network and two features.
  public init(
    dimension: Int, width: Int, degree: Int = 3, angle: Double = .pi / 2,
    weightVariance: Double = 1, readoutVariance: Double = 1
  ) {
    precondition(dimension > 1 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    precondition(angle > 0 && angle < .pi, "two directions span a plane")
    self.dimension = dimension
    self.width = width
    self.degree = degree
    self.angle = angle
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
  }

  /// The energy of two projections, and the tilt that attains it.
  public struct Solution: Hashable, Sendable {
    /// The energy E.
    public let energy: Double
    /// A bound of its error.
    public let energyError: Double
    /// The sum of the energies that each projection has by itself.
    public let decoupled: Double
    /// The projections B₁ and B₂: those asked for, or their means under the whole target's tilt.
    public let projections: [Double]
    /// The tilts t₁ and t₂ of the projections; E is stationary in them.
    public let tilts: [Double]
    /// The tilt t = dE/dα of the whole target divided by ⟨y, y⟩, whose t c are the `tilts`; `nil`
    /// of single projections.
    public let tilt: Double?
    /// A bound of the relative error of means under the tilted measure.
    public let relativeError: Double
  }

  /// Returns the overlap ⟨h₁, h₂⟩ = cos^m of the angle.
  public var featureOverlap: Double { pow(cos(angle), Double(degree)) }

  /// Returns ⟨y, y⟩ of the target Σ_k c_k h_k.
  public func variance(of coefficients: [Double]) -> Double {
    coefficients[0] * coefficients[0] + coefficients[1] * coefficients[1]
      + 2 * coefficients[0] * coefficients[1] * featureOverlap
  }

  /// Returns E(b) of both projections.
  ///
  /// - Parameter projections: b₁ and b₂, finite, not both 0.
  /// - Throws: ``JointLargeDeviationError``.
  public func solve(projections: [Double]) throws(JointLargeDeviationError) -> Solution {
    guard
      projections.count == 2, projections.allSatisfy(\.isFinite),
      projections.contains(where: { $0 != 0 })
    else { throw .projectionsOutOfRange(projections) }
    let single = try single(projections)
    let found = try maximum(features, projections, from: single.tilts)
    return Solution(
      energy: found.energy, energyError: found.energyError, decoupled: single.energy,
      projections: projections, tilts: found.tilts, tilt: nil, relativeError: found.relativeError)
  }

  /// Returns E(α) of the whole target Σ_k c_k h_k.
  ///
  /// - Parameters:
  ///   - alignment: α, finite and above 0.
  ///   - coefficients: c₁ and c₂, of any norm.
  /// - Throws: ``JointLargeDeviationError``.
  public func solve(
    alignment: Double, coefficients: [Double]
  ) throws(JointLargeDeviationError) -> Solution {
    guard
      coefficients.count == 2, coefficients.allSatisfy(\.isFinite),
      variance(of: coefficients).isNormal, variance(of: coefficients) > 0
    else { throw .coefficientsOutOfRange(coefficients) }
    guard alignment.isFinite && alignment > 0 else { throw .alignmentNotPositive(alignment) }
    let target = alignment * variance(of: coefficients)
    let (c, modes) = (coefficients, features)
    let degree = degree
    let whole = PlaneMode(degree: degree) { [modes] angle in
      c[0] * modes[0].angular(angle) + c[1] * modes[1].angular(angle)
    }
    let largest = c.map { abs($0) }.max()!
    let start = try single([target / largest, 0]).tilts[0] / largest
    let found = try maximum([whole], [target], from: [start])
    let tilts = c.map { found.tilts[0] * $0 }
    var cumulant = cumulant(features, order: 24, refinement: found.refinement)
    guard let moments = cumulant.moments(at: tilts) else { throw .unresolved([alignment]) }
    return Solution(
      energy: found.energy, energyError: found.energyError,
      decoupled: try single(moments.gradient).energy, projections: moments.gradient, tilts: tilts,
      tilt: found.tilts[0], relativeError: found.relativeError)
  }
}

// MARK: - The supremum

extension JointLargeDeviation {
  private var features: [PlaneMode] {
    [.feature(degree: degree, at: 0), .feature(degree: degree, at: angle)]
  }

  private func cumulant(
    _ modes: [PlaneMode], order: Int, refinement: Double
  ) -> PlaneCumulant {
    PlaneCumulant(
      dimension: dimension, width: width, weightVariance: weightVariance,
      readoutVariance: readoutVariance, modes: modes, order: order, refinement: refinement)
  }

  /// Returns the sum of the energies of single projections, and their tilts. What is negligible
  /// beside the other is taken as 0.
  private func single(
    _ projections: [Double]
  ) throws(JointLargeDeviationError) -> (energy: Double, tilts: [Double]) {
    let model = LargeDeviation(
      dimension: dimension, width: width, degree: degree, weightVariance: weightVariance,
      readoutVariance: readoutVariance)
    let largest = projections.map { abs($0) }.max()!
    var (energy, tilts) = (0.0, [Double]())
    for b in projections {
      guard abs(b) > 1e-14 * largest else {
        tilts.append(0)
        continue
      }
      do {
        let solution = try model.solve(alignment: abs(b))
        energy += solution.energy
        tilts.append(b > 0 ? solution.tilt : -solution.tilt)
      } catch { throw .singleFeature(error) }
    }
    return (energy, tilts)
  }

  private struct Maximum {
    let energy: Double
    let energyError: Double
    let tilts: [Double]
    let relativeError: Double
    let refinement: Double
  }

  /// The concave function t·b − Λ(t).
  private struct Legendre: ConcavePoint {
    let moments: PlaneCumulant.Moments
    let value: Double
    let gradient: [Double]
    var curvature: [Double] { moments.curvature }
    let rounding: Double

    init(_ moments: PlaneCumulant.Moments, _ b: [Double], at t: [Double]) {
      self.moments = moments
      let product = zip(t, b).reduce(0) { $0 + $1.0 * $1.1 }
      value = product - moments.cumulant
      gradient = zip(b, moments.gradient).map { $0 - $1 }
      rounding = moments.rounding + 4e-16 * abs(product)
    }
  }

  /// Returns the maximum of t·b − Λ(t), tested on a coarser quadrature and by what convexity says:
  /// Λ is even and convex in t and in its square, so t·b/2 ≤ E ≤ t·b.
  private func maximum(
    _ modes: [PlaneMode], _ b: [Double], from start: [Double]
  ) throws(JointLargeDeviationError) -> Maximum {
    let size = b.map { abs($0) }.max()!
    for refinement in [1.0, 1.5, 2.25] {
      var fine = cumulant(modes, order: 24, refinement: refinement)
      var coarse = cumulant(modes, order: 16, refinement: refinement)
      let found = try concaveMaximum(from: start, size: size) {
        (t) throws(JointLargeDeviationError) -> Legendre in
        guard let moments = fine.moments(at: t) else { throw .unresolved(b) }
        return Legendre(moments, b, at: t)
      }
      guard let found, let other = coarse.moments(at: found.place) else { continue }
      let moments = found.point.moments
      let scale = moments.gradient.map { abs($0) }.max()!
      let change = max(
        abs(other.cumulant / moments.cumulant - 1),
        zip(other.gradient, moments.gradient).map { abs($0 - $1) }.max()! / scale)
      let rounding = 4e-16 * moments.exponent
      guard change < max(1e-11, 4 * rounding) else { continue }
      let residual = found.point.gradient.map { abs($0) }.max()! / scale
      let relativeError = residual + change + rounding + 1e-14
      let step = solved(moments.curvature, found.point.gradient) ?? []
      let quadratic = zip(step, found.point.gradient).reduce(0) { $0 + abs($1.0 * $1.1) }
      let energyError =
        abs(moments.cumulant) * (change + 1e-14) + found.point.rounding + quadratic
      let product = zip(found.place, b).reduce(0) { $0 + $1.0 * $1.1 }
      guard
        relativeError < 1e-5, found.point.value.isNormal, energyError.isFinite,
        found.point.value >= product / 2 - energyError, found.point.value <= product + energyError
      else { throw .imprecise(b, relativeError: relativeError) }
      return Maximum(
        energy: found.point.value, energyError: energyError, tilts: found.place,
        relativeError: relativeError, refinement: refinement)
    }
    throw .unresolved(b)
  }
}

/// The reason why the joint energy of two features could not be computed.
public enum JointLargeDeviationError: Error, Hashable, CustomStringConvertible {
  /// The projections are not two finite numbers, or both are 0.
  case projectionsOutOfRange([Double])
  /// The coefficients are not two finite numbers, or their target has no variance.
  case coefficientsOutOfRange([Double])
  /// The alignment is zero, negative or not finite.
  case alignmentNotPositive(Double)
  /// The energy of one feature by itself could not be computed.
  case singleFeature(LargeDeviationError)
  /// No quadrature resolved the saddle point.
  case unresolved([Double])
  /// Double precision does not suffice for these sizes.
  case imprecise([Double], relativeError: Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .projectionsOutOfRange(let b):
      "projections: got \(text(b)); expected two finite numbers, of which one differs from 0"
    case .coefficientsOutOfRange(let c):
      "features: got \(text(c)); expected two finite coefficients, whose target has a variance"
    case .alignmentNotPositive(let alignment):
      "alignment: got \(alignment); expected a finite number above 0"
    case .singleFeature(let error): "one feature by itself: \(error)"
    case .unresolved(let b):
      "\(name(b)) \(text(b)): the saddle point was not resolved; expected order one, and "
        + "directions that are apart"
    case .imprecise(let b, let error):
      "\(name(b)) \(text(b)): double precision leaves a relative error of \(oneDigit(error)); "
        + "expected at most 1e-05, as for a smaller dimension"
    }
  }

  /// One number is the alignment of the whole target.
  private func name(_ values: [Double]) -> String {
    values.count == 1 ? "alignment" : "projections"
  }

  private func text(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: ",") }
}
