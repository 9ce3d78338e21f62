import Foundation

/// The alignment of a linear CNN f = Σ_ic a_ic w_c·x_i with N_w patches of size S that do not overlap and
/// C channels, on y = N_w^{−1/2} Σ_i w*·x_i, d = N_w S (arXiv:2512.04165): with k the effective ridge,
/// k = κ + s/(1 + P s/(d k)), and s the output variance,
/// τ = P (1 − u)/(k √(N_w S C/s)), u = √(s C/(N_w S)) τ/(1 − τ²), where u is the alignment.
public struct ConvolutionEquationOfState: Hashable, Sendable {
  /// S.
  public let patch: Int
  /// N_w.
  public let patches: Int
  /// C.
  public let channels: Int
  /// s = σ_a².
  public let outputVariance: Double
  /// κ.
  public let ridge: Double

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

  /// d = N_w S.
  public var dimension: Double { Double(patch) * Double(patches) }

  public struct State: Hashable, Sendable {
    /// P.
    public let samples: Double
    /// k.
    public let effectiveRidge: Double
    /// τ in (0, 1), the field on the channels in units of where they would all align.
    public let field: Double
    /// u.
    public let alignment: Double
    /// That of the lazy network, P s/d/(P s/d + k).
    public let lazyAlignment: Double
  }

  /// The state at P, by bisection of τ to the last bit: u rises with τ on one side and falls on the
  /// other, so there is one solution.
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
    // 1 − u = slope τ: exact also where τ is next to 1.
    return State(
      samples: p, effectiveRidge: k, field: low, alignment: 1 - slope * low,
      lazyAlignment: lazy / (lazy + k))
  }

  /// P at which the alignment is u, by bisection of ln P to 1e-14.
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

  /// The positive root of k² + (P s/d − κ − s) k − κ P s/d = 0, without cancellation.
  private func effectiveRidge(samples p: Double) -> Double {
    let load = p * outputVariance / dimension
    let b = load - ridge - outputVariance
    let root = (b * b + 4 * ridge * load).squareRoot()
    return b > 0 ? 2 * ridge * load / (b + root) : (root - b) / 2
  }
}

/// Why the equation of state could not be solved.
public enum EquationOfStateError: Error, Hashable, CustomStringConvertible {
  case samplesNotPositive(Double)
  case alignmentOutside(Double)
  case notConverged(Double)

  public var description: String {
    switch self {
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .alignmentOutside(let u): "alignment: got \(u); expected a number between 0 and 1"
    case .notConverged(let u): "alignment \(u): not reached with 1e18 samples or fewer"
    }
  }
}
