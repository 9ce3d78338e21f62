import Kernels

/// A point of phase space and one Metropolis-adjusted Hamiltonian trajectory from it.
///
/// H(θ, p) = U(θ) + |p|²/2 with p ~ N(0, I). Leapfrog steps are reversible and keep volume up to
/// rounding, and the acceptance probability is computed from energies in double precision, so the
/// chain's stationary distribution is the posterior for every step size and number of steps (Neal
/// 2011, "MCMC using Hamiltonian dynamics", section 5.3).
public struct Hamiltonian<Target: Energy & ~Copyable>: ~Copyable {
  /// θ.
  public let position: AlignedBuffer
  /// U(θ).
  public private(set) var energy: Double
  /// Gradients evaluated so far.
  public private(set) var gradients = 1

  private let kernels: KernelSet
  private let momentum: AlignedBuffer
  private let gradient: AlignedBuffer
  private let proposal: AlignedBuffer
  private let proposalGradient: AlignedBuffer

  /// - Parameter start: θ, one float per coordinate.
  public init(_ target: borrowing Target, start: [Float], kernels: KernelSet = .best) {
    precondition(start.count == target.dimension)
    self.kernels = kernels
    position = AlignedBuffer(start)
    momentum = RandomStream.normalBuffer(count: start.count)
    gradient = target.makeGradient()
    proposal = AlignedBuffer(count: start.count)
    proposalGradient = target.makeGradient()
    energy = target.evaluate(position, gradient: gradient)
  }

  /// What one trajectory did.
  public struct Transition: Sendable {
    /// min(1, e^{−ΔH}).
    public let acceptance: Double
    /// ΔH; infinite or not a number where the trajectory diverged.
    public let energyError: Double
    public let accepted: Bool
  }

  /// Draws a momentum, follows `leapfrogs` steps of size `step`, and accepts or rejects.
  ///
  /// - Parameters:
  ///   - stream: the chain's random numbers. - iteration: the step of the stream: each used once.
  public mutating func advance(
    _ target: borrowing Target, step: Float, leapfrogs: Int, stream: RandomStream, iteration: UInt64
  ) -> Transition {
    let vectors = position.vectors
    stream.fill(momentum, step: iteration)
    let before = energy + kernels.halfSquaredNorm(vectors, momentum.lanes)
    proposal.copy(from: position)
    proposalGradient.copy(from: gradient)
    let proposed = leapfrog(
      target, position: proposal, momentum: momentum, gradient: proposalGradient, step: step,
      count: leapfrogs, kernels: kernels)
    gradients += leapfrogs
    let error = proposed + kernels.halfSquaredNorm(vectors, momentum.lanes) - before
    let acceptance = error.isNaN ? 0 : min(1, naturalExponential(-error))
    let accepted = stream.uniform(step: iteration) < acceptance
    if accepted {
      position.copy(from: proposal)
      gradient.copy(from: proposalGradient)
      energy = proposed
    }
    return Transition(acceptance: acceptance, energyError: error, accepted: accepted)
  }

  /// θ·∇U(θ)/n, whose posterior mean is 1 for any target that decays at infinity: a free check.
  public var virial: Double {
    kernels.innerProduct(position.vectors, position.lanes, gradient.lanes) / Double(position.count)
  }
}

/// Moves (θ, p) along `count` ≥ 1 leapfrog steps: ½ε of momentum, ε of position, ½ε of momentum, the
/// inner halves joined. A map that keeps phase-space volume and that p → −p inverts, up to rounding.
///
/// - Parameters:
///   - gradient: ∇U(θ), at the start on entry and at the end on return.
///   - step: ε.
/// - Returns: U at the end.
public func leapfrog<Target: Energy & ~Copyable>(
  _ target: borrowing Target, position: borrowing AlignedBuffer, momentum: borrowing AlignedBuffer,
  gradient: borrowing AlignedBuffer, step: Float, count: Int, kernels: KernelSet = .best
) -> Double {
  let vectors = position.vectors
  var energy = 0.0
  kernels.addScaled(vectors, -0.5 * step, gradient.lanes, momentum.lanes)
  for i in 1...count {
    kernels.addScaled(vectors, step, momentum.lanes, position.lanes)
    energy = target.evaluate(position, gradient: gradient)
    kernels.addScaled(vectors, i < count ? -step : -0.5 * step, gradient.lanes, momentum.lanes)
  }
  return energy
}
