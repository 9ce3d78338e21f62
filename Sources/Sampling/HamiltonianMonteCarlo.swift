import Kernels

/// Hamiltonian Monte Carlo in whitened coordinates: trajectories of a fixed mean length T in time, the
/// step size adapted in warm-up and then frozen.
///
/// In whitened coordinates the prior's frequency, 1, is the slowest of a posterior mode and the data's
/// are faster, so T is of order π/2 whatever the network. Measured on two-layer posteriors from
/// (d, N, P) = (20, 20, 100) to (60, 60, 360) at κ = 0.1, effective samples of the alignment per
/// gradient peaked near T = 2 and fell by a third at 1 and 3; a diagonal mass matrix lost up to a third
/// more, so there is none.
public struct HamiltonianMonteCarlo: Hashable, Sendable {
  /// Trajectories in which the step size adapts, before the first draw.
  public var warmup: Int
  /// T: mean length of a trajectory, in units in which the prior's frequency is 1.
  public var trajectory: Double
  /// Acceptance probability towards which the step size adapts.
  public var targetAcceptance: Double

  public init(warmup: Int, trajectory: Double = 2, targetAcceptance: Double = 0.8) {
    precondition(warmup > 0 && trajectory > 0)
    self.warmup = warmup
    self.trajectory = trajectory
    self.targetAcceptance = targetAcceptance
  }

  /// Most leapfrog steps of one trajectory: a bound on time where the step size collapses.
  static let longestTrajectory = 1024
}

/// A chain of Hamiltonian Monte Carlo, which goes on from draw to draw for as long as it is asked to.
/// Its draws depend on target, start, settings and stream alone.
public final class Chain<Target: Energy & ~Copyable> {
  /// θ and U(θ), to be read between draws.
  public private(set) var state: Hamiltonian<Target>
  /// Step size ε, frozen after warm-up.
  public let stepSize: Double
  /// Draws so far.
  public private(set) var draws = 0

  private let settings: HamiltonianMonteCarlo
  private let stream: RandomStream
  private var iteration: UInt64
  private var acceptanceSum = 0.0
  private var virialSum = 0.0

  /// Starts a chain and warms it up.
  ///
  /// - Parameters:
  ///   - start: θ. - stream: the chain's random numbers, used for nothing else.
  public init(
    _ target: borrowing Target, start: [Float], settings: HamiltonianMonteCarlo,
    stream: RandomStream, kernels: KernelSet = .best
  ) {
    self.settings = settings
    self.stream = stream
    var state = Hamiltonian(target, start: start, kernels: kernels)
    // The second half of warm-up forgets the transient from the start.
    var step = StepSize(initial: 0.02, targetAcceptance: settings.targetAcceptance)
    for i in 0..<settings.warmup {
      if i == settings.warmup / 2 {
        step = StepSize(initial: step.average, targetAcceptance: settings.targetAcceptance)
      }
      let transition = Self.follow(
        &state, target, step: step.current, settings: settings, stream: stream,
        iteration: UInt64(i))
      step.update(acceptance: transition.acceptance)
    }
    self.state = state
    stepSize = step.average
    iteration = UInt64(settings.warmup)
  }

  /// Moves on by one trajectory: one draw.
  public func advance(_ target: borrowing Target) {
    let transition = Self.follow(
      &state, target, step: stepSize, settings: settings, stream: stream, iteration: iteration)
    iteration += 1
    draws += 1
    acceptanceSum += transition.acceptance
    virialSum += state.virial
  }

  /// Mean acceptance probability of the draws.
  public var acceptance: Double { acceptanceSum / Double(draws) }
  /// Mean of θ·∇U/n over the draws: 1 in the posterior.
  public var virial: Double { virialSum / Double(draws) }

  /// One trajectory, of a length uniform in T/2 … 3T/2 that is chosen before it begins: that breaks
  /// periodic orbits and leaves the chain exact.
  private static func follow(
    _ state: inout Hamiltonian<Target>, _ target: borrowing Target, step: Double,
    settings: HamiltonianMonteCarlo, stream: RandomStream, iteration: UInt64
  ) -> Hamiltonian<Target>.Transition {
    let length = settings.trajectory * (0.5 + stream.uniform(step: iteration, index: 1))
    // In this order a step that underflowed to nothing is no trap.
    let longest = Double(HamiltonianMonteCarlo.longestTrajectory)
    let leapfrogs = Int(min(longest, max(1, (length / step).rounded())))
    return state.advance(
      target, step: Float(step), leapfrogs: leapfrogs, stream: stream, iteration: iteration)
  }
}
