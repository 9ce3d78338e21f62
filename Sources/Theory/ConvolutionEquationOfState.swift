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
    /// A bound of the relative error of each of these numbers from rounding, at most 1e-6.
    public let relativeError: Double
  }

  /// Returns the state at P samples, by bisection of τ or 1 − τ to the last bit. One side of the
  /// equation rises with τ and the other falls, so there is one solution.
  ///
  /// *Guarantee:* the state satisfies the three equations to ``State/relativeError``, and 0 < u < 1
  /// to that error.
  ///
  /// - Parameter p: P, finite and positive.
  /// - Throws: ``EquationOfStateError``.
  public func state(samples p: Double) throws(EquationOfStateError) -> State {
    guard p.isFinite && p > 0 else { throw .samplesNotPositive(p) }
    let (k, ridgeError) = effectiveRidge(samples: p)
    let slope = k * channelScale / p
    let scale = fieldScale
    let field = bisected { scale * $0 / ((1 - $0) * (1 + $0)) < 1 - slope * $0 }
    // The form 1 − u = slope τ is exact also where τ is next to 1. Where u is small it cancels,
    // and the other form does not, with 1 − τ from a bisection of its own.
    let gap =
      field < 0.5
      ? 1 - field
      : bisected { scale * (1 - $0) / ($0 * (2 - $0)) > (1 - slope) + slope * $0 }
    let other = scale * (field < 0.5 ? field : 1 - gap) / (gap * (1 + field))
    let lost = 1 - slope * field
    let alignment = lost > 1e-3 ? lost : other
    // An error of the slope changes ln u by this factor.
    let square = gap * (1 + field)
    let fall = scale * (1 + field * field) / (square * square) + slope
    let condition = (1 + field * field) / square * (slope / fall)
    let error =
      (ridgeError + 1e-15) * (1 + condition) + (lost > 1e-3 ? 1e-15 / lost : 1e-15)
    let lazy = p * outputVariance / dimension
    let state = State(
      samples: p, effectiveRidge: k, field: field, alignment: alignment,
      lazyAlignment: lazy / (lazy + k), relativeError: error)
    // 1/(1 − τ²) ≥ 1 lifts the network above the lazy one.
    let residuals = [
      (ridge + outputVariance / (1 + lazy / k)) / k - 1, (lost - other) / max(lost, other),
    ]
    // The forms of u differ by what either loses: 1 − slope τ by 1/u, and the other by 1/(1 − τ).
    guard
      state.isPhysical, alignment >= state.lazyAlignment * (1 - 8 * error),
      abs(residuals[0]) <= 8 * (ridgeError + 1e-15),
      abs(residuals[1]) <= 1e-15 * (8 / alignment + 8) + 8 * error
    else { throw .imprecise(error) }
    return state
  }

  /// Returns the state at which the alignment is u, in closed form: τ is the root of u (1 − τ²) =
  /// √(s C/d) τ, then k/P = (1 − u)/(τ √(d C/s)), and k = κ + s/(1 + (s/d)(P/k)).
  ///
  /// *Guarantee:* as of ``state(samples:)``, and that function returns u at the P that is found.
  ///
  /// - Parameter u: the alignment, between 0 and 1.
  /// - Throws: ``EquationOfStateError``.
  public func samples(alignment u: Double) throws(EquationOfStateError) -> State {
    guard u > 0 && u < 1 else { throw .alignmentOutside(u) }
    let scale = fieldScale
    let field = 2 * u / (scale + (scale * scale + 4 * u * u).squareRoot())
    let ratio = (1 - u) / (field * channelScale)
    let k = ridge + outputVariance / (1 + outputVariance / (dimension * ratio))
    let p = k / ratio
    guard p.isFinite && p > 0 else { throw .beyondRange(u) }
    let check = try state(samples: p)
    let error = check.relativeError + 1e-15
    guard abs(check.alignment / u - 1) <= 8 * error else { throw .imprecise(error) }
    return State(
      samples: p, effectiveRidge: k, field: field, alignment: u,
      lazyAlignment: check.lazyAlignment, relativeError: error)
  }

  /// The scale √(s C/d) of u as a function of τ.
  private var fieldScale: Double { (outputVariance * Double(channels) / dimension).squareRoot() }

  /// The scale √(d C/s) of the slope of u in τ.
  private var channelScale: Double { (dimension * Double(channels) / outputVariance).squareRoot() }

  /// Returns the number in (0, 1) below which a condition holds, to its last bit.
  private func bisected(_ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { return low }
      if isBelow(middle) { low = middle } else { high = middle }
    }
  }

  /// Returns the positive root of k² + (P s/d − κ − s) k − κ P s/d = 0, without cancellation, and
  /// its relative error from rounding of the coefficients.
  private func effectiveRidge(samples p: Double) -> (value: Double, error: Double) {
    let load = p * outputVariance / dimension
    let b = load - ridge - outputVariance
    let root = (b * b + 4 * ridge * load).squareRoot()
    let value = b > 0 ? 2 * ridge * load / (b + root) : (root - b) / 2
    return (value, 4e-16 * (1 + (load + ridge + outputVariance) / root))
  }
}

extension ConvolutionEquationOfState.State {
  /// Whether the numbers are finite, within what the equations allow, and good to 1e-6.
  fileprivate var isPhysical: Bool {
    effectiveRidge.isNormal && effectiveRidge > 0 && field > 0 && field < 1
      && alignment.isNormal && alignment > 0 && alignment <= 1
      && lazyAlignment > 0 && lazyAlignment <= 1 && relativeError <= 1e-6
  }
}

/// The reason why the equation of state could not be solved.
public enum EquationOfStateError: Error, Hashable, CustomStringConvertible {
  /// The number of samples is zero, negative or not finite.
  case samplesNotPositive(Double)
  /// The alignment is not between 0 and 1.
  case alignmentOutside(Double)
  /// The number of samples at this alignment is beyond double precision.
  case beyondRange(Double)
  /// Rounding leaves this relative error, above 1e-6, or a number beyond double precision.
  case imprecise(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .alignmentOutside(let u): "alignment: got \(u); expected a number between 0 and 1"
    case .beyondRange(let u): "alignment \(u): reached at a number of samples beyond 1e308"
    case .imprecise(let error):
      "the equation of state: double precision leaves a relative error of \(oneDigit(error)); "
        + "expected at most 1e-06, as for sizes, variance and ridge nearer to 1"
    }
  }
}
