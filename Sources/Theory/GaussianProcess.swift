import Foundation
import Networks

/// The lazy baseline: the Gaussian process of an infinitely wide two-layer erf network, with inputs
/// on the sphere |x|² = d. Its kernel there is K(x·x′/d) = σ_a² (2/π) arcsin(2σ_w² (x·x′/d)/(1 +
/// 2σ_w²)).
///
/// The eigenfunctions are the spherical harmonics. To O(1/d), He_m(x₁)/√m! is the one of degree m
/// along x₁, learned at P ∝ 1/λ_m ∝ d^m samples.
///
/// Gaussian inputs have the same λ_m to leading order. There ⟨y, K y⟩ is larger by the factor
/// (2m − 1)!!/m!, because a part O(1/d) of He_m is easier to learn.
public struct GaussianProcess: Hashable, Sendable {
  /// The dimension d of the inputs.
  public let dimension: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  /// The eigenvalues λ_k of the harmonics of odd degree 1, 3, …; those of even degree are zero.
  private let eigenvalues: [Double]
  /// The numbers of harmonics of these degrees.
  private let multiplicities: [Double]
  /// The trace σ_a²K(1), less the part of these harmonics.
  private let remainder: Double
  /// The trace σ_a²K(1).
  private let trace: Double
  /// A bound of the relative error of the eigenvalues: what half again as many nodes change, and
  /// rounding.
  public let eigenvalueError: Double

  /// The largest degree with an eigenvalue of its own; higher degrees count as noise.
  static let largestDegree = 31

  /// Creates the process of a dimension, and computes its eigenvalues.
  ///
  /// - Precondition: d ≥ 3, and the variances are positive.
  public init(dimension d: Int, weightVariance: Double = 1, readoutVariance: Double = 1) {
    precondition(d >= 3 && weightVariance > 0 && readoutVariance > 0)
    dimension = d
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    let rho = 2 * weightVariance / (1 + 2 * weightVariance)
    let degrees = Array(stride(from: 1, through: Self.largestDegree, by: 2))
    eigenvalues = degrees.map {
      readoutVariance * Self.eigenvalue(degree: $0, dimension: d, cosine: rho)
    }
    multiplicities = degrees.map { Self.multiplicity(degree: $0, dimension: d) }
    let sum = zip(eigenvalues, multiplicities).reduce(0) { $0 + $1.0 * $1.1 }
    trace = readoutVariance * 2 / .pi * asin(rho)
    remainder = max(0, trace - sum)
    let finer = degrees.map {
      readoutVariance * Self.eigenvalue(degree: $0, dimension: d, cosine: rho, panels: 12)
    }
    eigenvalueError =
      zip(eigenvalues, finer).map { $1 > 0 ? abs($0 / $1 - 1) : 0 }.max()! + 2e-14
  }

  /// Returns λ_k, to a relative ``eigenvalueError``.
  ///
  /// - Parameter degree: k, odd and at most 31.
  public func eigenvalue(degree: Int) -> Double {
    precondition(degree % 2 == 1 && (1...Self.largestDegree).contains(degree))
    return eigenvalues[degree / 2]
  }

  /// Returns the number of harmonics of degree k, which is C(d+k−1, k) − C(d+k−3, k−2).
  static func multiplicity(degree k: Int, dimension d: Int) -> Double {
    // The number equals (2k + d − 2)/(k + d − 2) · C(k + d − 2, k).
    var product = Double(2 * k + d - 2) / Double(k + d - 2)
    for i in stride(from: 1, through: k, by: 1) { product *= Double(d - 2 + i) / Double(i) }
    return product
  }

  /// Returns λ_k = Γ(d/2)/(2^k Γ(d/2 + k)) E[κ^{(k)}(t)] with κ = (2/π) arcsin(ρt), over the first
  /// coordinate t of a uniform point on the sphere in d + 2k dimensions. It follows from Rodrigues'
  /// formula and k integrations by parts. All terms are positive, so nothing cancels.
  static func eigenvalue(
    degree k: Int, dimension d: Int, cosine rho: Double, panels: Int = 8
  ) -> Double {
    // The measure is dt (1 − t²)^{(d+2k−3)/2} with t = sin θ.
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
}

extension GaussianProcess {
  /// The part of He_m(x₁)/√m! that kernel ridge regression learns from P samples.
  public struct Learning: Hashable, Sendable {
    /// The number of samples P.
    public let samples: Double
    /// The effective ridge: κ plus the part of the kernel that is not learned and acts as noise.
    public let effectiveRidge: Double
    /// The alignment P λ_m/(P λ_m + effective ridge).
    public let alignment: Double
    /// A bound of the relative error of each of these numbers, at most 1e-6.
    public let relativeError: Double
  }

  /// Returns the learning curve at P samples. The effective ridge κ̃ = κ + Σ_k n_k λ_k κ̃/(κ̃ + P
  /// λ_k) (Canatar, Bordelon, Pehlevan 2021) is solved by bisection to the last bit.
  ///
  /// *Guarantee:* the equation holds to ``Learning/relativeError``.
  ///
  /// - Parameters:
  ///   - degree: m of the target, odd and at most 31.
  ///   - samples: P.
  ///   - ridge: κ.
  /// - Throws: ``GaussianProcessError`` if P or κ is not finite and positive, or the result is
  ///   beyond double precision.
  public func learning(
    degree: Int, samples: Double, ridge: Double
  ) throws(GaussianProcessError) -> Learning {
    guard samples.isFinite && samples > 0 else { throw .samplesNotPositive(samples) }
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    var low = ridge
    var high = ridge + unlearned(0)
    // The sum κ/κ̃ + Σ n λ/(κ̃ + Pλ) falls with κ̃ and is one at the solution.
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { break }
      let value = (ridge + unlearned(samples / middle)) / middle
      if value > 1 { low = middle } else { high = middle }
    }
    let lambda = eigenvalue(degree: degree)
    return try checked(
      samples: samples, effectiveRidge: low,
      alignment: samples * lambda / (samples * lambda + low), ratio: samples / low, ridge: ridge)
  }

  /// Returns the point of the learning curve at which the alignment is α. With q = P/κ̃ = α/((1 −
  /// α) λ_m), κ̃ = κ + Σ_k n_k λ_k/(1 + q λ_k).
  ///
  /// *Guarantee:* as of ``learning(degree:samples:ridge:)``.
  ///
  /// - Parameters:
  ///   - degree: m of the target, odd and at most 31.
  ///   - alignment: α, between 0 and 1.
  ///   - ridge: κ.
  /// - Throws: ``GaussianProcessError`` if α is outside (0, 1), κ is not finite and positive, or
  ///   the result is beyond double precision.
  public func samples(
    degree: Int, alignment: Double, ridge: Double
  ) throws(GaussianProcessError) -> Learning {
    guard alignment > 0 && alignment < 1 else { throw .alignmentOutside(alignment) }
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    let ratio = alignment / ((1 - alignment) * eigenvalue(degree: degree))
    let effective = ridge + unlearned(ratio)
    return try checked(
      samples: ratio * effective, effectiveRidge: effective, alignment: alignment, ratio: ratio,
      ridge: ridge)
  }

  /// Returns a point of the learning curve after it is tested against the equations for κ̃ and the
  /// alignment.
  ///
  /// - Parameter ratio: P/κ̃.
  private func checked(
    samples: Double, effectiveRidge: Double, alignment: Double, ratio: Double, ridge: Double
  ) throws(GaussianProcessError) -> Learning {
    // The harmonics beyond the largest degree have the trace that the others leave, a difference
    // with the rounding and the quadrature of the whole.
    let lost = trace * (eigenvalueError + 1e-15)
    let error = eigenvalueError + lost / effectiveRidge + 1e-14
    let residual = (ridge + unlearned(ratio)) / effectiveRidge - 1
    guard
      samples.isNormal, effectiveRidge.isNormal, alignment > 0, alignment <= 1,
      effectiveRidge >= ridge * (1 - 1e-15),
      effectiveRidge <= (ridge + trace) * (1 + error), abs(residual) <= error, error <= 1e-6
    else { throw .imprecise(error) }
    return Learning(
      samples: samples, effectiveRidge: effectiveRidge, alignment: alignment,
      relativeError: error)
  }

  /// Returns the least P that any kernel with this λ_m needs: κ̃ ≥ κ, so P ≥ κ α/((1 − α) λ_m) for
  /// every rest of the spectrum.
  public func bound(degree: Int, alignment: Double, ridge: Double) -> Double {
    ridge * alignment / ((1 - alignment) * eigenvalue(degree: degree))
  }

  /// Returns Σ_k n_k λ_k/(1 + q λ_k), the part of the kernel's trace that is not learned.
  private func unlearned(_ q: Double) -> Double {
    zip(eigenvalues, multiplicities).reduce(remainder) {
      $0 + $1.0 * $1.1 / (1 + q * $1.0)
    }
  }
}

/// The reason why a learning curve could not be computed.
public enum GaussianProcessError: Error, Hashable, CustomStringConvertible {
  /// The number of samples is zero, negative or not finite.
  case samplesNotPositive(Double)
  /// The ridge is zero, negative or not finite.
  case ridgeNotPositive(Double)
  /// The alignment is not between 0 and 1.
  case alignmentOutside(Double)
  /// This relative error is left, above 1e-6, or a number is beyond double precision.
  case imprecise(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .ridgeNotPositive(let ridge): "ridge: got \(ridge); expected a finite number above 0"
    case .alignmentOutside(let a): "alignment: got \(a); expected a number between 0 and 1"
    case .imprecise(let error):
      "the learning curve: a number is beyond double precision, or its relative error of "
        + "\(oneDigit(error)) is above 1e-06; expected a lower degree, or sizes and variances "
        + "nearer to 1"
    }
  }
}
