import Foundation
import Networks

/// The eigenvalues λ_k of the kernel of an infinitely wide two-layer network on the sphere |x|² =
/// d, for every activation whose kernel K(t) = σ_a² ⟨σ(u) σ(v)⟩ is known, u and v Gaussians of
/// variance σ_w² and correlation t = x·x′/d.
///
/// The eigenfunctions are the spherical harmonics. By Rodrigues' formula and k integrations by
/// parts λ_k = E[K^{(k)}(t)]/∏_{i<k}(d + 2i), over the first coordinate t of a uniform point on the
/// sphere in d + 2k dimensions. All terms are positive, so nothing cancels:
///
/// - erf: K = σ_a² (2/π) arcsin ρt, whose derivatives have a recurrence.
/// - relu: K″ = σ_a²σ_w²/(2π) (1 − t²)^{−1/2} is that of arcsin (Cho and Saul 2009).
/// - tanh, gelu: K = σ_a² Σ_n μ_n(σ_w)² tⁿ by Mehler's formula, with the Hermite components μ_n.
///
/// Odd activations have odd harmonics alone. relu and gelu have z/2 and an even part, so they have
/// the first and the even ones.
struct LazySpectrum: Hashable, Sendable {
  /// The degrees k of harmonics with an eigenvalue of their own, ascending.
  let degrees: [Int]
  /// The eigenvalues of these degrees.
  let eigenvalues: [Double]
  /// The numbers of harmonics of these degrees.
  let multiplicities: [Double]
  /// Bounds of the relative errors of these eigenvalues.
  let errors: [Double]
  /// The trace K(1).
  let trace: Double
  /// The trace less the part of these harmonics.
  let remainder: Double
  /// A bound of the error of the trace and of its parts together.
  let traceError: Double

  /// The largest degree with an eigenvalue of its own; higher degrees count as noise.
  static let largestDegree = 31

  init(
    _ activation: HermiteOverlap.Activation, dimension d: Int, weightVariance: Double,
    readoutVariance: Double
  ) {
    let isOdd = activation == .erf || activation == .tanh
    degrees = (0...Self.largestDegree).filter { ($0 % 2 == 1) == isOdd || $0 == 1 }
    multiplicities = degrees.map { Self.multiplicity(degree: $0, dimension: d) }
    let values: [(value: Double, error: Double)]
    switch activation {
    case .erf:
      let rho = 2 * weightVariance / (1 + 2 * weightVariance)
      trace = readoutVariance * 2 / .pi * asin(rho)
      let found = degrees.map { degree -> (value: Double, error: Double) in
        Self.checked {
          Self.arcsineEigenvalue(degree: degree, dimension: d, cosine: rho, panels: $0)
        }
      }
      // One bound of all, as the rule is the same.
      let largest = found.map(\.error).max()!
      values = found.map { ($0.value, largest) }
    case .relu:
      trace = readoutVariance * weightVariance / 2
      values = degrees.map { degree in
        let found = Self.checked {
          Self.rectifierEigenvalue(degree: degree, dimension: d, panels: $0)
        }
        return (weightVariance * found.value, found.error)
      }
    case .tanh, .gelu:
      let series = HermiteSeries(activation, norm: weightVariance.squareRoot())
      trace = readoutVariance * series.total
      values = degrees.map { series.eigenvalue(degree: $0, dimension: d) }
    }
    eigenvalues = values.map { readoutVariance * $0.value }
    errors = values.map(\.error)
    var (sum, lost) = (0.0, 1e-15 * trace)
    for (k, value) in eigenvalues.enumerated() {
      sum += value * multiplicities[k]
      lost += value * multiplicities[k] * errors[k]
    }
    remainder = max(0, trace - sum)
    traceError = activation == .erf ? trace * (errors[0] + 1e-15) : lost
  }

  /// Returns the number of harmonics of degree k, which is C(d+k−1, k) − C(d+k−3, k−2).
  static func multiplicity(degree k: Int, dimension d: Int) -> Double {
    // The number equals (2k + d − 2)/(k + d − 2) · C(k + d − 2, k).
    var product = Double(2 * k + d - 2) / Double(k + d - 2)
    for i in stride(from: 1, through: k, by: 1) { product *= Double(d - 2 + i) / Double(i) }
    return product
  }

  /// Returns a value with a bound of its relative error: what half again as many panels change, and
  /// rounding.
  private static func checked(_ value: (_ panels: Int) -> Double) -> (value: Double, error: Double)
  {
    let (coarse, fine) = (value(8), value(12))
    return (coarse, (fine > 0 ? abs(coarse / fine - 1) : 0) + 2e-14)
  }
}

// MARK: - Derivatives in closed form

extension LazySpectrum {
  /// Returns λ_k of (2/π) arcsin(ρt). The measure is dt (1 − t²)^{(d+2k−3)/2} with t = sin θ.
  private static func arcsineEigenvalue(
    degree k: Int, dimension d: Int, cosine rho: Double, panels: Int
  ) -> Double {
    let power = Double(d + 2 * k - 2)
    let reach = min(Double.pi / 2, 12 / power.squareRoot())
    let rule = GaussLegendre(count: 32, on: 0...reach, panels: panels)
    var (mass, mean) = (0.0, 0.0)
    for (theta, weight) in zip(rule.nodes, rule.weights) {
      let p = weight * exp(power * log(cos(theta)))
      mass += p
      mean += p * derivative(order: k, at: rho * sin(theta))
    }
    var scale = 2 / Double.pi * mean / mass
    for i in 0..<k { scale *= rho / Double(d + 2 * i) }
    return scale
  }

  /// Returns d^k arcsin(x)/dx^k for odd k, by (1 − x²) y^{(n+2)} = (2n + 1) x y^{(n+1)} + n²
  /// y^{(n)}.
  private static func derivative(order k: Int, at x: Double) -> Double {
    let gap = 1 - x * x
    var (previous, current) = (0.0, 1 / gap.squareRoot())
    for n in 0..<(k - 1) {
      let square = n == 0 ? 0 : Double(n * n) * previous
      (previous, current) = (current, (Double(2 * n + 1) * x * current + square) / gap)
    }
    return current
  }

  /// Returns λ_k of ⟨relu(u) relu(v)⟩ = [√(1 − t²) + t (π/2 + arcsin t)]/(2π) of unit variances. Of
  /// K^{(k)} the even part counts. The singularity at t = 1 is less than the measure's zero.
  private static func rectifierEigenvalue(degree k: Int, dimension d: Int, panels: Int) -> Double {
    if k == 1 { return 1 / (4 * Double(d)) }
    let power = Double(d + 2 * k - 2)
    let reach = min(Double.pi / 2, 12 / Double(d + 1).squareRoot())
    let rule = GaussLegendre(count: 32, on: 0...reach, panels: panels)
    var (mass, mean) = (0.0, 0.0)
    for (theta, weight) in zip(rule.nodes, rule.weights) {
      let (sine, cosine) = (sin(theta), cos(theta))
      mass += weight * exp(power * log(cosine))
      mean +=
        k == 0
        ? weight * exp(power * log(cosine)) * (cosine + sine * theta)
        // (1 − t²)^{k − 3/2} of the measure makes the derivative finite.
        : weight * exp(Double(d + 1) * log(cosine))
          * HarmonicKernel.derivative(order: k - 1, at: sine, square: cosine * cosine)
    }
    var scale = mean / mass / (2 * .pi)
    for i in 0..<k { scale /= Double(d + 2 * i) }
    return scale
  }
}

// MARK: - Mehler's series

/// The kernel ⟨σ(u) σ(v)⟩ = Σ_n μ_n(s)² tⁿ of Gaussians of variance s² and correlation t.
private struct HermiteSeries {
  /// The squares μ_n², from n = 0 on, and bounds of their errors.
  private let squares: [(value: Double, error: Double)]
  /// The kernel at t = 1.
  let total: Double
  /// The sum of the terms beyond, at t = 1.
  private let rest: Double

  /// The largest degree n of a term. The weight e^{−g²/4} at the ends of its oscillations is an
  /// ordinary number.
  private static let largestDegree = 500

  /// - Parameter s: the norm of a neuron's weights, √σ_w².
  init(_ activation: HermiteOverlap.Activation, norm s: Double) {
    let kernel = Activation(rawValue: activation.rawValue)!
    let total = kernel.covariance(variance: s * s, otherVariance: s * s, covariance: s * s)
    var components = Self.components(activation, norm: s)
    // A sum over products of σ and h_n, whose rounding is that of its terms.
    var errors = components.map { _ in 4e-16 * total.squareRoot() }
    for n in HermiteOverlap.degrees {
      components[n] = HermiteOverlap(activation, degree: n).value(norm: s)
      errors[n] = min(1e-10 * abs(components[n]), 2e-15 * max(1, s))
    }
    let squares = zip(components, errors).map {
      (value: $0 * $0, error: 2 * abs($0) * $1 + $1 * $1)
    }
    self.total = total
    self.squares = squares
    rest = max(0, total - squares.reduce(0) { $0 + $1.value }) + 1e-12 * total
  }

  /// Returns μ_n = ⟨σ(s g) h_n(g)⟩ with h_n = He_n/√n!, by the trapezoidal rule in g.
  private static func components(_ activation: HermiteOverlap.Activation, norm s: Double)
    -> [Double]
  {
    var sums = [Double](repeating: 0, count: largestDegree + 1)
    // h_n oscillates with wave numbers up to √n, as far as 2√n. Poles of tanh are π/(2s) away.
    let step = min(0.05, 0.25 / s)
    let end = 2 * Double(largestDegree).squareRoot() + 6
    let count = Int((end / step).rounded(.up))
    for i in -count...count {
      let g = step * Double(i)
      let root = exp(-g * g / 4) / (2 * Double.pi).squareRoot().squareRoot()
      let value = step * root * activation(s * g)
      // h_n times the root of the density.
      var (previous, current) = (0.0, root)
      for n in 0...largestDegree {
        sums[n] += value * current
        (previous, current) = (
          current,
          (g * current - Double(n).squareRoot() * previous) / Double(n + 1).squareRoot()
        )
      }
    }
    return sums
  }

  /// Returns λ_k = Σ_n μ_n² λ_k[tⁿ], with λ_k[tⁿ] = n!/(n − k)! E t^{n−k}/∏_{i<k}(d + 2i) on the
  /// sphere in d + 2k dimensions, and a bound of its relative error.
  func eigenvalue(degree k: Int, dimension d: Int) -> (value: Double, error: Double) {
    // λ_k[t^k] = k!/∏_{i<k}(d + 2i).
    var term = 1.0
    for i in 0..<k { term *= Double(i + 1) / Double(d + 2 * i) }
    var (sum, error, n) = (0.0, 0.0, k)
    while n <= Self.largestDegree {
      sum += squares[n].value * term
      error += squares[n].error * term
      // From n to n + 2; terms fall from n ≈ k on, or k²/(d − 1).
      term *= Double((n + 2) * (n + 1)) / (Double(n + 2 - k) * Double(d + k + n))
      n += 2
    }
    return (sum, sum > 0 ? (error + rest * term) / sum + 1e-14 : .infinity)
  }
}
