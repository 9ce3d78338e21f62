import Foundation
import Networks

/// The lazy baseline: the Gaussian process of an infinitely wide two-layer erf network, with inputs on
/// the sphere |x|² = d, where its kernel is
/// K(x·x′/d) = σ_a² (2/π) arcsin(2σ_w² (x·x′/d)/(1 + 2σ_w²)).
///
/// Its eigenfunctions are the spherical harmonics. He_m(x₁)/√m! is to O(1/d) the one of degree m along
/// x₁, learned at P ∝ 1/λ_m ∝ d^m samples. Gaussian inputs have the same λ_m to leading order, though
/// ⟨y, K y⟩ is larger there by (2m − 1)!!/m!: a part O(1/d) of He_m is easier to learn.
public struct GaussianProcess: Hashable, Sendable {
  /// d.
  public let dimension: Int
  /// σ_w².
  public let weightVariance: Double
  /// σ_a².
  public let readoutVariance: Double
  /// λ_k of the harmonics of odd degree 1, 3, …; even ones are zero.
  private let eigenvalues: [Double]
  /// How many harmonics have that degree.
  private let multiplicities: [Double]
  /// σ_a²K(1) less the trace of these.
  private let remainder: Double

  /// The largest degree with an eigenvalue of its own; higher ones count as noise.
  static let largestDegree = 31

  /// - Precondition: d ≥ 3.
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
    let trace = zip(eigenvalues, multiplicities).reduce(0) { $0 + $1.0 * $1.1 }
    remainder = max(0, readoutVariance * 2 / .pi * asin(rho) - trace)
  }

  /// λ_k, to about twelve digits.
  ///
  /// - Parameter degree: k, odd and at most 31.
  public func eigenvalue(degree: Int) -> Double {
    precondition(degree % 2 == 1 && (1...Self.largestDegree).contains(degree))
    return eigenvalues[degree / 2]
  }

  /// How many harmonics of degree k there are: C(d+k−1, k) − C(d+k−3, k−2).
  static func multiplicity(degree k: Int, dimension d: Int) -> Double {
    // (2k + d − 2)/(k + d − 2) · C(k + d − 2, k)
    var product = Double(2 * k + d - 2) / Double(k + d - 2)
    for i in stride(from: 1, through: k, by: 1) { product *= Double(d - 2 + i) / Double(i) }
    return product
  }

  /// λ_k = Γ(d/2)/(2^k Γ(d/2 + k)) E[κ^{(k)}(t)], κ = (2/π) arcsin(ρt), over the first coordinate t of a
  /// uniform point on the sphere in d + 2k dimensions: Rodrigues' formula and k integrations by parts.
  /// All terms are positive, so nothing cancels.
  static func eigenvalue(degree k: Int, dimension d: Int, cosine rho: Double) -> Double {
    // dt (1 − t²)^{(d+2k−3)/2} with t = sin θ.
    let power = Double(d + 2 * k - 2)
    let reach = min(Double.pi / 2, 12 / power.squareRoot())
    let rule = GaussLegendre(count: 32, on: 0...reach, panels: 8)
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

  /// d^k arcsin(x)/dx^k for odd k, by (1 − x²) y^{(n+2)} = (2n + 1) x y^{(n+1)} + n² y^{(n)}.
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
  /// What kernel ridge regression learns of He_m(x₁)/√m! from P samples.
  public struct Learning: Hashable, Sendable {
    /// P.
    public let samples: Double
    /// κ plus what of the kernel is not learned and acts as noise.
    public let effectiveRidge: Double
    /// P λ_m/(P λ_m + effective ridge).
    public let alignment: Double
  }

  /// The learning curve at P: the effective ridge κ̃ = κ + Σ_k n_k λ_k κ̃/(κ̃ + P λ_k) (Canatar, Bordelon,
  /// Pehlevan 2021), solved by bisection to the last bit.
  ///
  /// - Throws: `GaussianProcessError` if P or κ is not above zero.
  public func learning(
    degree: Int, samples: Double, ridge: Double
  ) throws(GaussianProcessError) -> Learning {
    guard samples.isFinite && samples > 0 else { throw .samplesNotPositive(samples) }
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    var low = ridge
    var high = ridge + unlearned(0)
    // κ/κ̃ + Σ n λ/(κ̃ + Pλ) falls with κ̃ and is one at the solution.
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { break }
      let value = (ridge + unlearned(samples / middle)) / middle
      if value > 1 { low = middle } else { high = middle }
    }
    let lambda = eigenvalue(degree: degree)
    return Learning(
      samples: samples, effectiveRidge: low,
      alignment: samples * lambda / (samples * lambda + low))
  }

  /// P at which the alignment is α: with q = P/κ̃ = α/((1 − α) λ_m), κ̃ = κ + Σ_k n_k λ_k/(1 + q λ_k).
  ///
  /// - Throws: `GaussianProcessError` if α is outside (0, 1) or κ not above zero.
  public func samples(
    degree: Int, alignment: Double, ridge: Double
  ) throws(GaussianProcessError) -> Learning {
    guard alignment > 0 && alignment < 1 else { throw .alignmentOutside(alignment) }
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    let ratio = alignment / ((1 - alignment) * eigenvalue(degree: degree))
    let effective = ridge + unlearned(ratio)
    return Learning(
      samples: ratio * effective, effectiveRidge: effective, alignment: alignment)
  }

  /// No kernel learns faster: κ̃ ≥ κ, so P ≥ κ α/((1 − α) λ_m) whatever the rest of its spectrum.
  public func bound(degree: Int, alignment: Double, ridge: Double) -> Double {
    ridge * alignment / ((1 - alignment) * eigenvalue(degree: degree))
  }

  /// Σ_k n_k λ_k/(1 + q λ_k), the part of the kernel's trace that is not learned.
  private func unlearned(_ q: Double) -> Double {
    zip(eigenvalues, multiplicities).reduce(remainder) {
      $0 + $1.0 * $1.1 / (1 + q * $1.0)
    }
  }
}

/// Why a learning curve could not be computed.
public enum GaussianProcessError: Error, Hashable, CustomStringConvertible {
  case samplesNotPositive(Double)
  case ridgeNotPositive(Double)
  case alignmentOutside(Double)

  public var description: String {
    switch self {
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .ridgeNotPositive(let ridge): "ridge: got \(ridge); expected a finite number above 0"
    case .alignmentOutside(let a): "alignment: got \(a); expected a number between 0 and 1"
    }
  }
}
