import Kernels

/// The outcome of one trajectory.
public struct Transition: Sendable {
  /// The acceptance probability min(1, e^{−ΔH}).
  public let acceptance: Double
  /// The energy error ΔH; infinite or not a number if the trajectory left the target's domain.
  public let energyError: Double
  /// Whether the end of the trajectory became the new state.
  public let accepted: Bool

  /// Whether the integrator was unstable here: ΔH is at least 1000 or not a number, Stan's
  /// criterion.
  public var diverged: Bool { !(energyError < 1000) }
}

/// A point of phase space, from which Metropolis-adjusted Hamiltonian trajectories lead to the
/// next.
///
/// H(θ, p) = U(θ) + |p|²/2 with p ~ N(0, I). An integrator's steps are reversible and keep volume
/// up to rounding, and the acceptance probability is computed from energies in double precision. So
/// the chain's stationary distribution is the posterior for every step size and number of steps
/// (Neal 2011, "MCMC using Hamiltonian dynamics", section 5.3).
public struct Hamiltonian<Target: Energy & ~Copyable>: ~Copyable {
  /// The position θ.
  public let position: AlignedBuffer
  /// The energy U(θ).
  public private(set) var energy: Double
  /// Number of gradients evaluated so far.
  public private(set) var gradients = 1

  private let kernels: KernelSet
  private let momentum: AlignedBuffer
  private let noise: AlignedBuffer
  private let proposalMomentum: AlignedBuffer
  private let gradient: AlignedBuffer
  private let proposal: AlignedBuffer
  private let proposalGradient: AlignedBuffer

  /// Starts at a position, and evaluates energy and gradient there.
  ///
  /// - Parameters:
  ///   - target: the energy to sample; every later call takes the same one.
  ///   - start: θ, one number per coordinate.
  ///   - kernels: the instruction set; all of them give the same bits.
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
  /// The momentum is refreshed to c p + √(1 − c²) ξ, and reversed if the end is rejected: Horowitz
  /// 1991, "A generalized guided Monte Carlo algorithm", Phys. Lett. B 268. Refreshment, Metropolis
  /// step and reversal each keep the posterior, for every c. Together they are reversible only for
  /// c = 0.
  ///
  /// - Parameters:
  ///   - target: the energy with which this state was made.
  ///   - step: ε.
  ///   - count: number of the integrator's steps, at least 1.
  ///   - integrator: the splitting scheme.
  ///   - metric: the mass matrix.
  ///   - persistence: c, from 0 (a new momentum) to below 1. The first call takes 0.
  ///   - stream: the chain's random numbers.
  ///   - iteration: the step of the stream; each is used once.
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
    // Each operation is rounded by itself, which gives the same bits at every vector width.
    for i in 0..<momentum.vectors { p[i] = kept * p[i] + fresh * xi[i] }
  }

  /// Writes or reads what the next trajectory depends on.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(position)
    try coder.code(momentum)
    try coder.code(gradient)
    try coder.code(&energy)
    try coder.code(&gradients)
  }

  /// Does the same with `leapfrogs` leapfrog steps, unit mass and a new momentum.
  public mutating func advance(
    _ target: borrowing Target, step: Float, leapfrogs: Int, stream: RandomStream, iteration: UInt64
  ) -> Transition {
    advance(
      target, step: Double(step), count: leapfrogs, integrator: .leapfrog, metric: Metric(),
      stream: stream, iteration: iteration)
  }

  /// Moves to the rearranged θ where a uniform number is below min(1, e^{−ΔU}), at the cost of one
  /// gradient. The momentum stays.
  ///
  /// - Returns: the acceptance probability.
  public mutating func propose(
    _ involution: Involution, _ target: borrowing Target, uniform: Double
  ) -> Double {
    involution.rearrange(position, into: proposal)
    let proposed = target.evaluate(proposal, gradient: proposalGradient)
    gradients += 1
    let change = proposed - energy
    let acceptance = change.isNaN ? 0 : min(1, naturalExponential(-change))
    if uniform < acceptance {
      position.copy(from: proposal)
      gradient.copy(from: proposalGradient)
      energy = proposed
    }
    return acceptance
  }

  /// Evaluates U and ∇U again, after the target or the position was changed from outside.
  public mutating func refresh(_ target: borrowing Target) {
    energy = target.evaluate(position, gradient: gradient)
    gradients += 1
  }

  /// Replaces θ by an exact draw of the prior, for a target that is the prior itself.
  mutating func drawFromPrior(stream: RandomStream, iteration: UInt64) {
    stream.fill(noise, step: iteration)
    position.copy(from: noise)
    gradient.lanes.update(from: position.lanes, count: position.vectors)
    energy = kernels.halfSquaredNorm(position.vectors, position.lanes)
  }

  /// The virial θ·∇U(θ)/n. Its posterior mean is 1 for any target that decays at infinity, which
  /// gives a free check.
  public var virial: Double {
    kernels.innerProduct(position.vectors, position.lanes, gradient.lanes) / Double(position.count)
  }
}
