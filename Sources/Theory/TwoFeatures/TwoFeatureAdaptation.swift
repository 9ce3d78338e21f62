import Foundation
import Networks

/// Kernel adaptation of a two-layer erf network to a target of several features in one plane: the
/// posterior at the population loss, Q = P/κ, to leading order in the number of neurons.
///
/// The target is y = Σ_k c_k He_m(v_k·x)/√m! + l u·x, with v_k and u in the plane. The field δ = Q
/// (y − f̄) has a component for every product He_{n₁}(x₁) He_{n₂}(x₂)/√(n₁! n₂!) of the followed
/// degrees n₁ + n₂. It maximises the concave dual D(δ) = δ·y − |δ|²/(2Q) − N ln E_w exp((σ_a²/2N)
/// (Σ_n δ_n φ_n(w))²), as in ``KernelAdaptation``, which is the case of one feature.
public struct TwoFeatureAdaptation: Sendable {
  /// A function of one direction in the target.
  public struct Feature: Hashable, Sendable {
    /// The degree m of He_m(v·x)/√m!, odd.
    public let degree: Int
    /// The coefficient c.
    public let coefficient: Double
    /// The angle of v in the plane, in radians.
    public let direction: Double

    /// Describes a feature.
    public init(degree: Int = 3, coefficient: Double, direction: Double) {
      precondition(degree > 0 && degree % 2 == 1, "the degree is odd and positive")
      self.degree = degree
      self.coefficient = coefficient
      self.direction = direction
    }
  }

  /// The dimension d of the inputs, at least 2.
  public let dimension: Int
  /// The number N of hidden neurons.
  public let width: Int
  /// The features of the target.
  public let features: [Feature]
  /// The degrees n₁ + n₂ that are followed, odd, with those of the features.
  public let degrees: [Int]
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  /// The followed products (n₁, n₂).
  let products: [(Int, Int)]
  /// The target's components.
  let target: [Double]

  /// Describes a network and a target.
  ///
  /// - Parameters:
  ///   - dimension: d, at least 2.
  ///   - width: N.
  ///   - features: the target's, whose sum has a variance.
  ///   - degrees: the degrees to follow, odd and each once, with those of the features.
  ///   - weightVariance: σ_w².
  ///   - readoutVariance: σ_a².
  public init(
    dimension: Int, width: Int, features: [Feature], degrees: [Int] = [1, 3, 5],
    weightVariance: Double = 1, readoutVariance: Double = 1
  ) {
    precondition(dimension > 1 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    precondition(Set(degrees).count == degrees.count && degrees.allSatisfy { $0 % 2 == 1 })
    precondition(features.allSatisfy { degrees.contains($0.degree) }, "a feature is followed")
    self.dimension = dimension
    self.width = width
    self.features = features
    self.degrees = degrees
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    let products = degrees.sorted().flatMap { m in (0...m).map { (m - $0, $0) } }
    self.products = products
    target = features.reduce([Double](repeating: 0, count: products.count)) { sum, feature in
      zip(sum, feature.components(products)).map { $0 + feature.coefficient * $1 }
    }
  }

  /// The variance ⟨y, y⟩ of the target.
  public var targetVariance: Double { target.reduce(0) { $0 + $1 * $1 } }

  /// Returns the maximum of the dual at Q, with bounds of its errors.
  ///
  /// *Guarantee:* mean overlaps are good to ``Solution/overlapError``, which is at most 1e-6 of
  /// |y|, and the dual to ``Solution/dualError``. The alignment is from 0 to 1.
  ///
  /// - Parameter load: Q, finite and positive.
  /// - Throws: ``KernelAdaptationError``.
  public func solve(load: Double) throws(KernelAdaptationError) -> Solution {
    guard load.isFinite && load > 0 else { throw .loadNotPositive(load) }
    let square = targetVariance
    guard square.isNormal else { throw .targetOutOfRange(square) }
    let size = square.squareRoot()
    let slope =
      4 * (Double(dimension) * Double(width) / (weightVariance * readoutVariance)).squareRoot()
    var start = target.map { $0 * min(load, slope) }
    for refinement in [1.0, 1.5, 2.25] {
      var coarse = cumulant(order: 16, refinement: refinement)
      var fine = cumulant(order: 24, refinement: refinement)
      let found = try concaveMaximum(from: start, size: size) {
        (field) throws(KernelAdaptationError) in try dual(at: field, load, &coarse)
      }
      guard let found else { continue }
      start = found.place
      let next = try concaveMaximum(from: start, size: size) {
        (field) throws(KernelAdaptationError) in try dual(at: field, load, &fine)
      }
      guard let next else { continue }
      let change = zip(found.place, next.place).map { abs($0 - $1) }.max()!
      start = next.place
      guard change < 1e-9 * load * size else { continue }
      let solution = Solution(
        model: self, load: load, field: next.place, point: next.point, refinement: refinement,
        change: change)
      try solution.check()
      return solution
    }
    throw .unresolved(load)
  }

  func cumulant(order: Int, refinement: Double) -> PlaneCumulant {
    let modes = products.map { first, second in
      // φ_n is erf's coupling of degree n₁ + n₂ times the product's component in its direction.
      let m = first + second
      let factor =
        ErfCoupling(degree: m).coefficient * multinomialRoot(first, second)
      return PlaneMode(degree: m) {
        factor * pow(cos($0), Double(first)) * pow(sin($0), Double(second))
      }
    }
    return PlaneCumulant(
      dimension: dimension, width: width, weightVariance: weightVariance,
      readoutVariance: readoutVariance, modes: modes, order: order, refinement: refinement)
  }

  /// The dual at one field.
  struct Dual: ConcavePoint {
    let value: Double
    let gradient: [Double]
    let curvature: [Double]
    let rounding: Double
    let moments: PlaneCumulant.Moments
  }

  private func dual(
    at field: [Double], _ load: Double, _ cumulant: inout PlaneCumulant
  ) throws(KernelAdaptationError) -> Dual {
    guard let moments = cumulant.moments(at: field) else { throw .unresolved(load) }
    var (product, square) = (0.0, 0.0)
    for (delta, y) in zip(field, target) {
      product += delta * y
      square += delta * delta
    }
    var curvature = moments.curvature
    for j in field.indices { curvature[j * field.count + j] += 1 / load }
    return Dual(
      value: product - square / (2 * load) - moments.cumulant,
      gradient: field.indices.map { target[$0] - field[$0] / load - moments.gradient[$0] },
      curvature: curvature,
      rounding: moments.rounding + 4e-16 * (abs(product) + square / (2 * load)), moments: moments)
  }
}

extension TwoFeatureAdaptation.Feature {
  /// Returns the components of He_m(v·x)/√m! along products of Hermite polynomials.
  func components(_ products: [(Int, Int)]) -> [Double] {
    products.map { first, second in
      guard first + second == degree else { return 0 }
      return multinomialRoot(first, second) * pow(cos(direction), Double(first))
        * pow(sin(direction), Double(second))
    }
  }
}

/// Returns √((n₁ + n₂)!/(n₁! n₂!)).
private func multinomialRoot(_ first: Int, _ second: Int) -> Double {
  stride(from: 1, through: second, by: 1).reduce(1.0) {
    $0 * Double(first + $1) / Double($1)
  }.squareRoot()
}
