import Kernels

/// Hamiltonian Monte Carlo in whitened coordinates: what adapts in warm-up, and towards what. After
/// warm-up everything is frozen, so draws are of one reversible chain.
///
/// In whitened coordinates the prior's frequency, 1, is the slowest of a posterior mode and the data's
/// are faster, so the mean length T of a trajectory is of order π/2 whatever the network.
public struct HamiltonianMonteCarlo: Hashable, Sendable {
  /// The mean length of a trajectory, in units in which the prior's frequency is 1.
  public enum Trajectory: Hashable, Sendable {
    case fixed(Double)
    /// Chosen in warm-up by effective samples per gradient; two unless another is clearly better.
    case adapted
  }

  public enum Mass: Hashable, Sendable {
    case one
    /// From the variances of warm-up, shrunk at least half-way to their mean.
    case diagonal
  }

  /// Trajectories before the first draw.
  public var warmup: Int
  public var trajectory: Trajectory
  public var mass: Mass
  public var integrator: Integrator
  /// Legs of a trajectory, each with its own Metropolis test.
  public var legs: Int
  /// How much of the momentum is kept over one trajectory, from 0, none, to below 1: each leg keeps the
  /// `legs`-th root.
  public var persistence: Double
  /// Acceptance probability of a leg towards which the step size adapts.
  public var targetAcceptance: Double

  public init(
    warmup: Int, trajectory: Trajectory, mass: Mass = .one, integrator: Integrator = .threeStage,
    legs: Int = 2, persistence: Double = 0.6, targetAcceptance: Double = 0.9
  ) {
    precondition(warmup >= 0 && targetAcceptance > 0 && targetAcceptance < 1)
    precondition(legs > 0 && persistence >= 0 && persistence < 1)
    if case .fixed(let length) = trajectory { precondition(length > 0) }
    self.warmup = warmup
    self.trajectory = trajectory
    self.mass = mass
    self.integrator = integrator
    self.legs = legs
    self.persistence = persistence
    self.targetAcceptance = targetAcceptance
  }

  /// Trajectories of a fixed mean length.
  public init(warmup: Int, trajectory: Double = 2, targetAcceptance: Double = 0.9) {
    self.init(
      warmup: warmup, trajectory: .fixed(trajectory), targetAcceptance: targetAcceptance)
  }

  /// Most gradients of one trajectory: a bound on time where the step size collapses.
  static let longestTrajectory = 1024
}
