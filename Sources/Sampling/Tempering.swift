import Kernels

/// Settings of a replica exchange from prior to posterior: the number of replicas, and what adapts
/// in warm-up.
public struct Tempering: Hashable, Sendable {
  /// Number of replicas, including prior and posterior.
  public var replicas: Int
  /// Number of sweeps before the first draw. The ladder adapts in the first half, the step sizes
  /// throughout.
  public var warmup: Int
  /// Mean length T of the replicas' trajectories.
  public var trajectory: Double
  /// The splitting scheme of the trajectories.
  public var integrator: Integrator
  /// The acceptance probability of trajectories towards which the step sizes adapt.
  public var targetAcceptance: Double

  /// Creates settings: at least two replicas, a positive trajectory length.
  public init(
    replicas: Int, warmup: Int, trajectory: Double = 2, integrator: Integrator = .threeStage,
    targetAcceptance: Double = 0.9
  ) {
    precondition(replicas >= 2 && warmup >= 0 && trajectory > 0)
    self.replicas = replicas
    self.warmup = warmup
    self.trajectory = trajectory
    self.integrator = integrator
    self.targetAcceptance = targetAcceptance
  }

  /// Settings of the replicas' moves: trajectories of one leg, each with a new momentum.
  var moves: HamiltonianMonteCarlo {
    HamiltonianMonteCarlo(
      warmup: warmup, trajectory: .fixed(trajectory), integrator: integrator, legs: 1,
      persistence: 0, targetAcceptance: targetAcceptance)
  }
}
