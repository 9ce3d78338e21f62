import Foundation

/// The equation of state of a linear convolution, which gives its alignment with the target at any
/// number of samples.
///
/// The network is f = Σ_ic a_ic w_c·x_i with N_w patches of size S that do not overlap, and C
/// channels. The target is y = N_w^{−1/2} Σ_i w*·x_i on inputs of dimension d = N_w S
/// (arXiv:2512.04165).
///
/// With the output variance s, the effective ridge is k = κ + s/(1 + P s/(d k)). The field τ and
/// the alignment u then solve
/// - τ = P (1 − u)/(k √(N_w S C/s)),
/// - u = √(s C/(N_w S)) τ/(1 − τ²).
public struct ConvolutionEquationOfState: Hashable, Sendable {
  /// The size S of a patch.
  public let patch: Int
  /// The number of patches N_w.
  public let patches: Int
  /// The number of channels C.
  public let channels: Int
  /// The output variance s = σ_a².
  public let outputVariance: Double
  /// The ridge κ.
  public let ridge: Double

  /// Describes a network; sizes, variance and ridge must be positive.
  public init(
    patch: Int, patches: Int, channels: Int, outputVariance: Double = 1, ridge: Double
  ) {
    precondition(patch > 0 && patches > 0 && channels > 0 && outputVariance > 0 && ridge > 0)
    self.patch = patch
    self.patches = patches
    self.channels = channels
    self.outputVariance = outputVariance
    self.ridge = ridge
  }

  /// The dimension d = N_w S of an input.
  public var dimension: Double { Double(patch) * Double(patches) }

  /// The network at one number of samples.
  public struct State: Hashable, Sendable {
    /// The number of samples P.
    public let samples: Double
    /// The effective ridge k.
    public let effectiveRidge: Double
    /// The field τ on the channels, in (0, 1), in units of the value at which they would all align.
    public let field: Double
    /// The alignment u = ⟨f, y⟩/⟨y, y⟩.
    public let alignment: Double
    /// The alignment P s/d/(P s/d + k) of the lazy network.
    public let lazyAlignment: Double
  }

  /// Returns the state at P samples, by bisection of τ to the last bit. One side of the equation
  /// rises with τ and the other falls, so there is one solution.
  ///
  /// - Parameter p: P, finite and positive.
  /// - Throws: ``EquationOfStateError/samplesNotPositive(_:)``.
  public func state(samples p: Double) throws(EquationOfStateError) -> State {
    guard p.isFinite && p > 0 else { throw .samplesNotPositive(p) }
    let k = effectiveRidge(samples: p)
    let slope = k * (dimension * Double(channels) / outputVariance).squareRoot() / p
    let scale = (outputVariance * Double(channels) / dimension).squareRoot()
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { break }
      let excess = scale * middle / ((1 - middle) * (1 + middle)) - (1 - slope * middle)
      if excess < 0 { low = middle } else { high = middle }
    }
    let lazy = p * outputVariance / dimension
    // The form 1 − u = slope τ is exact also where τ is next to 1.
    return State(
      samples: p, effectiveRidge: k, field: low, alignment: 1 - slope * low,
      lazyAlignment: lazy / (lazy + k))
  }

  /// Returns the state at which the alignment is u, by bisection of ln P to 1e-14.
  ///
  /// - Parameter u: the alignment, between 0 and 1.
  /// - Throws: ``EquationOfStateError`` if u is outside (0, 1), or is not reached with 1e18
  ///   samples.
  public func samples(alignment u: Double) throws(EquationOfStateError) -> State {
    guard u > 0 && u < 1 else { throw .alignmentOutside(u) }
    var (low, high) = (1e-12, 1e18)
    while high / low > 1 + 1e-14 {
      let middle = (low * high).squareRoot()
      guard low < middle && middle < high else { break }
      if try state(samples: middle).alignment < u { low = middle } else { high = middle }
    }
    let found = try state(samples: low)
    guard abs(found.alignment - u) < 1e-9 else { throw .notConverged(u) }
    return found
  }

  /// Returns the positive root of k² + (P s/d − κ − s) k − κ P s/d = 0, without cancellation.
  private func effectiveRidge(samples p: Double) -> Double {
    let load = p * outputVariance / dimension
    let b = load - ridge - outputVariance
    let root = (b * b + 4 * ridge * load).squareRoot()
    return b > 0 ? 2 * ridge * load / (b + root) : (root - b) / 2
  }
}

/// The reason why the equation of state could not be solved.
public enum EquationOfStateError: Error, Hashable, CustomStringConvertible {
  /// The number of samples is zero, negative or not finite.
  case samplesNotPositive(Double)
  /// The alignment is not between 0 and 1.
  case alignmentOutside(Double)
  /// The alignment is not reached with 1e18 samples or fewer.
  case notConverged(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .alignmentOutside(let u): "alignment: got \(u); expected a number between 0 and 1"
    case .notConverged(let u): "alignment \(u): not reached with 1e18 samples or fewer"
    }
  }
}
