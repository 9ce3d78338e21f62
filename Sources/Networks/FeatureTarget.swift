/// The target y(x) = (Σ_k c_k h(v_k·x) + ℓ u·x)/n of several features v_k and a linear part, of
/// unit variance under the law of inputs.
///
/// h is He_m/√m! for Gaussian inputs, and the law's own orthogonal polynomial of degree m else.
/// Features have one cosine in pairs. They span the first K coordinates, without loss of
/// generality: v₁ is the first, and each further one adds one. A Gaussian x is seen by way of
/// Σ^{−1/2} x, so that features have unit variance.
package struct FeatureTarget: Hashable, Sendable {
  /// The degree m, positive.
  package let degree: Int
  /// c_k/n.
  package let coefficients: [Double]
  /// v_k, with as many coordinates as there are features.
  package let directions: [[Double]]
  /// ℓ/n.
  package let linear: Double
  /// u, with as many coordinates as it needs.
  package let linearDirection: [Double]
  /// ⟨y, h_k⟩ of every feature.
  package let overlaps: [Double]
  /// The law of inputs.
  package let law: InputLaw
  /// He_m/√m!.
  let hermite: HermiteTarget
  private let polynomial: OrthogonalPolynomial?

  /// What a linear part is along.
  package enum Line: Hashable, Sendable {
    /// A direction orthogonal to all features: the coordinate after theirs.
    case across
    /// A feature.
    case along(Int)
  }

  /// Creates the target.
  ///
  /// - Parameters:
  ///   - coefficients: c_k, at least one.
  ///   - cosine: v_k·v_l of all pairs.
  ///   - linear: ℓ.
  ///   - line: u.
  ///   - law: the law of inputs. One that is not Gaussian allows one feature.
  ///   - dimension: d, at least `coordinates(features:linear:line:)`.
  /// - Returns: `nil` if there are no such features, or the target has no variance.
  package init?(
    degree: Int, coefficients: [Double], cosine: Double = 0, linear: Double = 0,
    line: Line = .across, law: InputLaw = .standard, dimension: Int
  ) {
    let count = coefficients.count
    guard count > 0, law.isGaussian || count == 1,
      law.obstacle(toDegree: degree, dimension: dimension) == nil,
      let directions = Self.directions(count, cosine: cosine)
    else { return nil }
    self.degree = degree
    self.directions = directions
    self.law = law
    hermite = HermiteTarget(degree: degree)
    polynomial =
      law.isGaussian
      ? nil : OrthogonalPolynomial(degree: degree, law.moments(dimension: dimension))
    switch line {
    case .across: linearDirection = [Double](repeating: 0, count: count) + [1]
    case .along(let k):
      guard directions.indices.contains(k) else { return nil }
      linearDirection = directions[k]
    }
    // ⟨h_k, h_l⟩ = (v_k·v_l)^m, and only a linear h sees a linear part.
    let line = linearDirection
    func first(_ k: Int) -> Double {
      degree == 1 ? zip(directions[k], line).reduce(0) { $0 + $1.0 * $1.1 } : 0
    }
    let raw = (0..<count).map { k in
      (0..<count).reduce(linear * first(k)) { sum, l in
        sum + coefficients[l] * power(k == l ? 1 : cosine, degree)
      }
    }
    let square = (0..<count).reduce(linear * linear) { sum, k in
      sum + coefficients[k] * (raw[k] + linear * first(k))
    }
    let scale = coefficients.reduce(linear * linear) { $0 + $1 * $1 }
    guard square.isFinite, square > 1e-9 * scale else { return nil }
    let norm = square.squareRoot()
    self.coefficients = coefficients.map { $0 / norm }
    self.linear = linear / norm
    overlaps = raw.map { $0 / norm }
  }

  /// The number K of features.
  package var count: Int { coefficients.count }

  /// The number of coordinates of an input that a target sees.
  package static func coordinates(features: Int, linear: Double, line: Line) -> Int {
    features + (linear != 0 && line == .across ? 1 : 0)
  }

  /// Unit vectors of one cosine in pairs, each in the span of one coordinate more; `nil` if there
  /// are not so many.
  private static func directions(_ count: Int, cosine: Double) -> [[Double]]? {
    // The Cholesky factor of the matrix of cosines.
    var rows = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for k in 0..<count {
      for l in 0...k {
        let product = (0..<l).reduce(0.0) { $0 + rows[k][$1] * rows[l][$1] }
        if l < k {
          rows[k][l] = (cosine - product) / rows[l][l]
        } else {
          guard product < 1 - 1e-9 else { return nil }
          rows[k][k] = (1 - product).squareRoot()
        }
      }
    }
    return rows
  }

  /// Returns h of the projection on a feature.
  package func component(_ u: Double) -> Double { polynomial?(u) ?? hermite.value(u) }

  /// Returns v_k·Σ^{−1/2} x of every feature, and u·Σ^{−1/2} x.
  package func projections(_ input: ArraySlice<Float>) -> (features: [Double], linear: Double) {
    let covariance = law.covariance
    let x = covariance.whitened(input.prefix(max(count + 1, covariance.count)).map(Double.init))
    func product(_ direction: [Double]) -> Double {
      zip(direction, x).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return (directions.map(product), linear == 0 ? 0 : product(linearDirection))
  }

  /// Returns y of an input.
  package func value(_ input: ArraySlice<Float>) -> Double {
    let (features, line) = projections(input)
    return zip(coefficients, features).reduce(linear * line) { $0 + $1.0 * component($1.1) }
  }
}
