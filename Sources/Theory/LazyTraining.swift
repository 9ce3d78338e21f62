import Foundation

/// The lazy stage of training: an infinitely wide two-layer erf network, whose residuals decay
/// under a fixed kernel.
///
/// The kernel is the neural tangent kernel of whitened parameters, on inputs of |x|² = d with ρ =
/// x·x′/d:
/// Θ(ρ) = σ_a² (2/π) arcsin(2σ_w²ρ/(1 + 2σ_w²)) + σ_a²σ_w²ρ (4/π)/√((1 + 2σ_w²)² − 4σ_w⁴ρ²).
/// The first term is due to the readout, the second to the hidden weights.
///
/// In time units in which weight decay is 1, the residuals along an eigenvector of the P × P kernel
/// matrix decay at the rate λ/κ. There are d eigenvectors of λ ≈ (P/d) Θ′(0), along linear
/// functions. For P ≪ d³ the rest of the matrix is nearly the unit matrix times the tail Θ(1) −
/// Θ′(0): these residuals are memorised, sample by sample, in the time κ/tail, whatever d and P
/// are.
public struct LazyTraining: Hashable, Sendable {
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double

  /// Describes a network; the variances must be positive.
  public init(weightVariance: Double = 1, readoutVariance: Double = 1) {
    precondition(weightVariance > 0 && readoutVariance > 0)
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
  }

  /// Returns the tangent kernel Θ(ρ).
  ///
  /// - Parameter cosine: ρ, from −1 to 1.
  public func kernel(cosine rho: Double) -> Double {
    precondition(abs(rho) <= 1)
    let s = weightVariance
    let width = 1 + 2 * s
    let readout = 2 / .pi * asin(2 * s * rho / width)
    let hidden = s * rho * (4 / .pi) / (width * width - 4 * s * s * rho * rho).squareRoot()
    return readoutVariance * (readout + hidden)
  }

  /// The kernel's diagonal Θ(1).
  public var diagonal: Double { kernel(cosine: 1) }
  /// The linear part Θ′(0) of the diagonal, to which the readout and the hidden weights contribute
  /// alike.
  public var linearPart: Double {
    readoutVariance * (8 / .pi) * weightVariance / (1 + 2 * weightVariance)
  }
  /// The rest Θ(1) − Θ′(0) of the diagonal.
  public var tail: Double { diagonal - linearPart }

  /// Returns the time κ/tail in which a training set is memorised.
  ///
  /// - Parameter ridge: κ, positive.
  public func memorisationTime(ridge: Double) -> Double {
    precondition(ridge > 0)
    return ridge / tail
  }

  /// Returns the time κ/((P/d) Θ′(0)) in which linear functions are learned.
  ///
  /// - Parameters:
  ///   - ridge: κ, positive.
  ///   - samplesPerDimension: P/d, positive.
  public func linearTime(ridge: Double, samplesPerDimension: Double) -> Double {
    precondition(ridge > 0 && samplesPerDimension > 0)
    return ridge / (samplesPerDimension * linearPart)
  }
}
