import Kernels

/// The law of inputs x of unit variance in every direction, but for a Gaussian's covariance.
///
/// A target's feature is the first coordinate, without loss of generality: where coordinates are
/// independent but not Gaussian, and the feature is dense, inputs are reflected so that it is.
package enum InputLaw: Hashable, Sendable {
  /// N(0, Σ).
  case gaussian(InputCovariance)
  /// Uniform on the sphere |x|² = d.
  case sphere
  /// Independent coordinates; the feature is (1, …, 1)/√d if it is dense, else a coordinate.
  case independent(Coordinate, isDense: Bool)
  /// Multivariate Student: Gaussians over the root of an independent χ²_ν, ν > 2, scaled to unit
  /// variance.
  case student(freedom: Int)

  /// The law of one of independent coordinates.
  package enum Coordinate: String, CaseIterable, Hashable, Sendable {
    /// ±1 with equal probability; uniform between −√3 and √3.
    case rademacher, uniform
  }

  /// x ~ N(0, I).
  package static let standard = InputLaw.gaussian(.identity)

  /// N(0, Σ), where Σ has the eigenvalue λ along the first coordinate, else 1.
  package static func gaussian(spike: Double) -> InputLaw {
    .gaussian(InputCovariance(variances: [spike]))
  }

  /// Whether overlaps have a closed form.
  package var isGaussian: Bool { if case .gaussian = self { true } else { false } }

  /// Σ, the identity where inputs are not Gaussian.
  package var covariance: InputCovariance {
    if case .gaussian(let covariance) = self { covariance } else { .identity }
  }
}

// MARK: - Draws

extension InputLaw {
  /// Draws one input. It depends on the stream and the step alone.
  package func input(dimension d: Int, from stream: RandomStream, step: UInt64) -> [Float] {
    switch self {
    case .gaussian(let covariance):
      let normals = stream.standardNormals(count: d, step: step)
      let first = covariance.coloured(normals.prefix(covariance.count).map(Double.init))
      return first.map { Float($0) } + normals[covariance.count...]
    case .sphere: return Self.onSphere(stream.standardNormals(count: d, step: step))
    case .student(let freedom):
      let normals = stream.standardNormals(count: d + freedom, step: step)
      let square = normals[d...].reduce(0.0) { $0 + Double($1) * Double($1) }
      let scale = (Double(freedom - 2) / square).squareRoot()
      return normals[..<d].map { Float(scale * Double($0)) }
    case .independent(let law, let isDense):
      let x = (0..<d).map { i in
        let share = stream.uniform(step: step, index: UInt32(i))
        return switch law {
        case .rademacher: share <= 0.5 ? -1.0 : 1
        case .uniform: 3.0.squareRoot() * (2 * share - 1)
        }
      }
      return (isDense ? Self.reflected(x) : x).map { Float($0) }
    }
  }

  /// An input scaled to |x|² = d; at the origin, which has probability zero, it stays.
  package static func onSphere(_ input: [Float]) -> [Float] {
    let square = input.reduce(0.0) { $0 + Double($1) * Double($1) }
    let scale = square > 0 ? (Double(input.count) / square).squareRoot() : 1
    return input.map { Float(scale * Double($0)) }
  }

  /// The reflection that exchanges (1, …, 1)/√d and the first coordinate.
  private static func reflected(_ x: [Double]) -> [Double] {
    guard x.count > 1 else { return x }
    let share = 1 / Double(x.count).squareRoot()
    // The mirror's normal is h = (1, …, 1)/√d − e₁, with |h|² = 2 (1 − 1/√d).
    let product = share * x.reduce(0, +) - x[0]
    let factor = product / (1 - share)
    return x.enumerated().map { i, x in x - factor * (share - (i == 0 ? 1 : 0)) }
  }
}

// MARK: - Moments

extension InputLaw {
  /// Returns ⟨u⁴⟩ and ⟨u⁶⟩ of the projection u of unit variance on the feature, infinite where they
  /// do not exist.
  package func moments(dimension: Int) -> (fourth: Double, sixth: Double) {
    let d = Double(dimension)
    switch self {
    case .gaussian: return (3, 15)
    case .sphere: return (3 * d / (d + 2), 15 * d * d / ((d + 2) * (d + 4)))
    case .independent(let law, let isDense):
      // The fourth and sixth cumulants fall with the number of coordinates that are summed.
      let cumulants = law == .rademacher ? (-2.0, 16.0) : (-1.2, 48.0 / 7)
      let n = isDense ? d : 1
      let (fourth, sixth) = (cumulants.0 / n, cumulants.1 / (n * n))
      return (fourth + 3, sixth + 15 * fourth + 15)
    case .student(let freedom):
      let n = Double(freedom)
      let fourth = freedom > 4 ? 3 * (n - 2) / (n - 4) : .infinity
      let sixth = freedom > 6 ? 15 * (n - 2) * (n - 2) / ((n - 4) * (n - 6)) : .infinity
      return (fourth, sixth)
    }
  }

  /// The largest degree of targets under laws that are not Gaussian.
  package static let largestDegree = 3

  /// The reason why the feature has no target of a degree; `nil` if it has.
  package func obstacle(toDegree degree: Int, dimension: Int) -> String? {
    if isGaussian { return nil }
    guard degree <= Self.largestDegree else {
      return "orthogonal polynomials of this law are known up to degree \(Self.largestDegree)"
    }
    if case .student(let freedom) = self, freedom <= 2 * degree {
      return "the variance of the target needs a moment of order \(2 * degree), "
        + "so freedom above \(2 * degree)"
    }
    let polynomial = OrthogonalPolynomial(degree: degree, moments(dimension: dimension))
    return polynomial == nil
      ? "the orthogonal polynomial of this degree vanishes: it has no variance" : nil
  }
}

/// The orthogonal polynomial of degree 1, 2 or 3 of a symmetric law of unit variance, normalised.
struct OrthogonalPolynomial: Hashable, Sendable {
  private let degree: Int
  /// What the top power is reduced by: 1 for u², ⟨u⁴⟩ u for u³.
  private let shift: Double
  private let scale: Double

  /// - Returns: `nil` if it has no variance or an infinite one.
  init?(degree: Int, _ moments: (fourth: Double, sixth: Double)) {
    self.degree = degree
    let (fourth, sixth) = moments
    let variance: Double
    switch degree {
    case 1: (shift, variance) = (0, 1)
    case 2: (shift, variance) = (1, fourth - 1)
    default: (shift, variance) = (fourth, sixth - fourth * fourth)
    }
    guard variance.isFinite, variance > 1e-9 else { return nil }
    scale = 1 / variance.squareRoot()
  }

  func callAsFunction(_ u: Double) -> Double {
    switch degree {
    case 1: u
    case 2: scale * (u * u - shift)
    default: scale * (u * u * u - shift * u)
    }
  }
}
