import Kernels
import Networks

/// The kernel of an infinitely wide two-layer erf network with a bias, on the sphere |x|² = D, and
/// its eigenvalues: K(t) = σ_a² (2/π) arcsin(β + ρt) with t = x·x′/D, ρ = 2σ_w²/(1 + 2σ_b² + 2σ_w²)
/// and β = 2σ_b²/(1 + 2σ_b² + 2σ_w²).
///
/// Its eigenfunctions over uniform inputs are the spherical harmonics. Without a bias the
/// eigenvalues of even degrees vanish: such a network learns no even target at all.
public struct HarmonicKernel: Hashable, Sendable {
  /// The dimension D of the inputs.
  public let dimension: Int
  /// The prior variance σ_w² of the hidden weights, w ~ N(0, σ_w² I/D).
  public let weightVariance: Double
  /// The prior variance σ_b² of the biases.
  public let biasVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double

  /// The largest degree of an eigenvalue.
  public static let largestDegree = 31
  /// The range of dimensions.
  public static let dimensions = 3...1_000_000

  /// Creates the kernel of a dimension in ``dimensions``; variances are positive and finite, that
  /// of the biases may be zero.
  public init(
    dimension: Int, weightVariance: Double = 1, biasVariance: Double = 0,
    readoutVariance: Double = 1
  ) {
    precondition(Self.dimensions.contains(dimension))
    precondition(weightVariance > 0 && biasVariance >= 0 && readoutVariance > 0)
    self.dimension = dimension
    self.weightVariance = weightVariance
    self.biasVariance = biasVariance
    self.readoutVariance = readoutVariance
  }

  /// An eigenvalue of every harmonic of a degree.
  public struct Eigenvalue: Hashable, Sendable {
    /// The eigenvalue λ.
    public let value: Double
    /// A bound of its relative error.
    public let relativeError: Double
    /// The number of harmonics of the degree.
    public let multiplicity: Double
  }

  /// Returns K of two inputs, on the sphere or off it.
  ///
  /// - Parameters:
  ///   - product: x·x′.
  ///   - squaredNorm: |x|².
  ///   - otherSquaredNorm: |x′|².
  package func value(
    product: Double, squaredNorm: Double, otherSquaredNorm: Double
  ) -> Double {
    let scale = weightVariance / Double(dimension)
    return readoutVariance
      * arcsineKernel(
        innerProduct: biasVariance + scale * product,
        squaredNorm: biasVariance + scale * squaredNorm,
        otherSquaredNorm: biasVariance + scale * otherSquaredNorm)
  }

  /// The trace Σ_ℓ N_ℓ λ_ℓ = K(1).
  public var trace: Double {
    let d = Double(dimension)
    return value(product: d, squaredNorm: d, otherSquaredNorm: d)
  }

  /// Returns λ_ℓ = ∏_{i<ℓ} 1/(D − 1 + 2i) · σ_a² (2/π) E[(ρ(1 − t²))^ℓ arcsin^{(ℓ)}(β + ρt)], over
  /// the first coordinate t of a uniform point of the sphere. It follows from Rodrigues' formula
  /// and ℓ integrations by parts.
  ///
  /// - Parameter degree: ℓ, from 0 to ``largestDegree``.
  /// - Throws: ``BoundError`` if it is beyond double precision, or its relative error above 1e-9.
  public func eigenvalue(degree: Int) throws(BoundError) -> Eigenvalue {
    precondition((0...Self.largestDegree).contains(degree))
    let multiplicity = Gegenbauer(dimension: dimension).multiplicity(degree: degree)
    if biasVariance == 0 && degree % 2 == 0 {
      return Eigenvalue(value: 0, relativeError: 0, multiplicity: multiplicity)
    }
    let (coarse, fine) = (eigenvalue(degree, refinement: 1), eigenvalue(degree, refinement: 1.5))
    // Rounding: of the nodes' density, and of the derivatives' recurrence.
    let rounding = 1e-14 * Double(degree + 2) + 2e-15 * Double(dimension + 2 * degree).squareRoot()
    let error = abs(coarse / fine - 1) + rounding
    guard fine.isNormal, fine > 0, multiplicity.isFinite, error <= 1e-9 else {
      throw .imprecise(degree: degree, relativeError: error)
    }
    return Eigenvalue(value: fine, relativeError: error, multiplicity: multiplicity)
  }

  private func eigenvalue(_ degree: Int, refinement: Double) -> Double {
    let whole = 1 + 2 * biasVariance + 2 * weightVariance
    let (rho, beta) = (2 * weightVariance / whole, 2 * biasVariance / whole)
    // (1 − t²)^ℓ is as narrow as the density of 2ℓ dimensions more.
    let sharpness = (1 + Double(2 * degree) / Double(dimension - 1)).squareRoot()
    var mean = 0.0
    for node in SphereMarginal(dimension: dimension).nodes(refinement: refinement * sharpness) {
      mean +=
        node.weight
        * Self.evenPart(
          degree, centre: beta, offset: rho * node.t,
          gap: (1 + 2 * weightVariance * node.gap) / whole,
          factor: rho * node.gap * (1 + node.t))
    }
    var scale = readoutVariance * 0.636619772367581343076 * mean
    for i in 0..<degree { scale /= Double(dimension - 1 + 2 * i) }
    return scale
  }

  /// Returns c^n [g(β + s) + g(β − s)]/2 for g = arcsin^{(n)}, to a relative rounding.
  ///
  /// For even n, g is odd and the two may nearly cancel. Where β is small against the distance to
  /// the singularity at 1, the sum is β times the mean of g′, which is positive.
  ///
  /// - Parameters:
  ///   - gap: 1 − β − s, without cancellation.
  ///   - factor: c = ρ(1 − t²), which is at most 2(1 − x²) at both arguments x.
  private static func evenPart(
    _ n: Int, centre beta: Double, offset s: Double, gap: Double, factor: Double
  ) -> Double {
    /// c^n g^{(order − n)} at x, from 1 − x and 1 + x.
    func term(_ order: Int, _ x: Double, _ below: Double, _ above: Double) -> Double {
      if order == 0 { return arcsine(x) }
      let square = below * above
      var power = order == n ? square.squareRoot() : 1 / square.squareRoot()
      for _ in 0..<n { power *= factor / square }
      return power * derivative(order: order, at: x, square: square)
    }
    if n % 2 == 0 && 8 * beta < gap {
      var mean = 0.0
      for (v, weight) in rule {
        for v in [v, -v] {
          mean +=
            weight / 2 * term(n + 1, s + beta * v, gap + beta * (1 - v), 1 + s + beta * v)
        }
      }
      return beta * mean
    }
    let near = term(n, beta + s, gap, 1 + beta + s)
    return (near + term(n, beta - s, gap + 2 * s, gap + 2 * beta)) / 2
  }

  /// The positive nodes and the weights of the Gauss–Legendre rule of eight points on [−1, 1].
  private static let rule = [
    (0.1834346424956498049, 0.3626837833783619830), (0.5255324099163289858, 0.3137066458778872873),
    (0.7966664774136267396, 0.2223810344533744706), (0.9602898564975362317, 0.1012285362903762592),
  ]

  /// Returns Y_n = (1 − x²)^{n − 1/2} d^n arcsin(x)/dx^n for n > 0, by Y_{m+2} = (2m + 1) x Y_{m+1}
  /// + m² (1 − x²) Y_m. All terms have one sign.
  ///
  /// - Parameter square: 1 − x².
  static func derivative(order n: Int, at x: Double, square: Double) -> Double {
    var (previous, current) = (0.0, 1.0)
    for m in 0..<(n - 1) {
      (previous, current) = (
        current, Double(2 * m + 1) * x * current + Double(m * m) * square * previous
      )
    }
    return current
  }
}
