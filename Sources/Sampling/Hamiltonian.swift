import Kernels

/// What one trajectory did.
public struct Transition: Sendable {
  /// min(1, e^{−ΔH}).
  public let acceptance: Double
  /// ΔH; infinite or not a number where the trajectory left the target's domain.
  public let energyError: Double
  public let accepted: Bool

  /// Whether the integrator was unstable here: ΔH above 1000 or no number, Stan's criterion.
  public var diverged: Bool { !(energyError < 1000) }
}

/// A point of phase space and one Metropolis-adjusted Hamiltonian trajectory from it.
///
/// H(θ, p) = U(θ) + |p|²/2 with p ~ N(0, I). An integrator's steps are reversible and keep volume up to
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
  private let noise: AlignedBuffer
  private let proposalMomentum: AlignedBuffer
  private let gradient: AlignedBuffer
  private let proposal: AlignedBuffer
  private let proposalGradient: AlignedBuffer

  /// - Parameter start: θ, one float per coordinate.
  public init(_ target: borrowing Target, start: [Float], kernels: KernelSet = .best) {
    precondition(start.count == target.dimension)
    self.kernels = kernels
    position = AlignedBuffer(start)
    momentum = AlignedBuffer(count: start.count)
    noise = RandomStream.normalBuffer(count: start.count)
    proposalMomentum = AlignedBuffer(count: start.count)
    gradient = target.makeGradient()
    proposal = AlignedBuffer(count: start.count)
    proposalGradient = target.makeGradient()
    energy = target.evaluate(position, gradient: gradient)
  }

  /// Refreshes the momentum, follows `count` steps of size `step`, and accepts or rejects.
  ///
  /// The momentum is refreshed to c p + √(1 − c²) ξ, and turns round where the end is rejected: Horowitz
  /// 1991, "A generalized guided Monte Carlo algorithm", Phys. Lett. B 268. Each of refreshment,
  /// Metropolis step and turn leaves the posterior as it is, for every c; all of them together are
  /// reversible only for c = 0.
  ///
  /// - Parameters:
  ///   - persistence: c from 0, a new momentum, to below 1. The first call takes 0.
  ///   - stream: the chain's random numbers. - iteration: the step of the stream: each used once.
  public mutating func advance(
    _ target: borrowing Target, step: Double, count: Int, integrator: Integrator,
    metric: borrowing Metric, persistence: Double = 0, stream: RandomStream, iteration: UInt64
  ) -> Transition {
    let vectors = position.vectors
    refreshMomentum(persistence: persistence, stream: stream, iteration: iteration)
    let before = energy + kernels.halfSquaredNorm(vectors, momentum.lanes)
    proposal.copy(from: position)
    proposalMomentum.copy(from: momentum)
    proposalGradient.copy(from: gradient)
    let proposed = integrate(
      target, position: proposal, momentum: proposalMomentum, gradient: proposalGradient,
      step: step, count: count, integrator: integrator, metric: metric, kernels: kernels)
    gradients += count * integrator.stages
    let error = proposed + kernels.halfSquaredNorm(vectors, proposalMomentum.lanes) - before
    let acceptance = error.isNaN ? 0 : min(1, naturalExponential(-error))
    let accepted = stream.uniform(step: iteration) < acceptance
    if accepted {
      position.copy(from: proposal)
      momentum.copy(from: proposalMomentum)
      gradient.copy(from: proposalGradient)
      energy = proposed
    } else {
      let p = momentum.lanes
      for i in 0..<vectors { p[i] = -p[i] }
    }
    return Transition(acceptance: acceptance, energyError: error, accepted: accepted)
  }

  private func refreshMomentum(persistence c: Double, stream: RandomStream, iteration: UInt64) {
    stream.fill(noise, step: iteration)
    if c == 0 {
      momentum.copy(from: noise)
      return
    }
    let (kept, fresh) = (Float(c), Float((1 - c * c).squareRoot()))
    let (p, xi) = (momentum.lanes, noise.lanes)
    // Each operation is rounded by itself: the same bits at every vector width.
    for i in 0..<momentum.vectors { p[i] = kept * p[i] + fresh * xi[i] }
  }

  /// The same with leapfrog steps and a mass of one.
  public mutating func advance(
    _ target: borrowing Target, step: Float, leapfrogs: Int, stream: RandomStream, iteration: UInt64
  ) -> Transition {
    advance(
      target, step: Double(step), count: leapfrogs, integrator: .leapfrog, metric: Metric(),
      stream: stream, iteration: iteration)
  }

  /// Evaluates U and ∇U again: after the target has changed, or the position from outside.
  public mutating func refresh(_ target: borrowing Target) {
    energy = target.evaluate(position, gradient: gradient)
    gradients += 1
  }

  /// Puts an exact draw of the prior in place of θ, where the target is the prior itself.
  mutating func drawFromPrior(stream: RandomStream, iteration: UInt64) {
    stream.fill(noise, step: iteration)
    position.copy(from: noise)
    gradient.lanes.update(from: position.lanes, count: position.vectors)
    energy = kernels.halfSquaredNorm(position.vectors, position.lanes)
  }

  /// θ·∇U(θ)/n, whose posterior mean is 1 for any target that decays at infinity: a free check.
  public var virial: Double {
    kernels.innerProduct(position.vectors, position.lanes, gradient.lanes) / Double(position.count)
  }
}
