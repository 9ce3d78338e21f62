import Kernels

/// Settings of Hamiltonian Monte Carlo in whitened coordinates: what adapts in warm-up, and towards
/// what. After warm-up everything is frozen, and the posterior is exactly stationary.
///
/// A draw is a trajectory of mean length T. It has a few legs, each with a Metropolis test of its
/// own. Between legs the momentum is kept in part (Horowitz 1991). In whitened coordinates the
/// prior's frequency is 1. It is the slowest of a posterior mode, since the data's frequencies are
/// faster. So T is of order π/2 for every network.
///
/// The table shows bulk effective samples of the alignment per thousand gradients, to about 7 %.
/// They were measured on two-layer posteriors of cubic targets at κ = 0.1, with four chains on two
/// datasets.
///
/// | (d, N, P) | (20, 20, 100) | (30, 30, 150) | (20, 80, 400) | (60, 60, 360) |
/// |---|---|---|---|---|
/// | leapfrog, T = 2, new momenta | 10.0 | 10.2 | 9.1 | 11.1 |
/// | leapfrog, momenta kept | 9.9 | 10.5 | 8.8 | 10.9 |
/// | three-stage, new momenta | 12.3 | 14.5 | 11.2 | 16.1 |
/// | three-stage, momenta kept: T = 2 | 14.7 | 16.2 | 11.7 | 19.2 |
/// | T = 1.4 | 16.7 | 17.8 | 13.7 | 22.5 |
/// | T = 2.8 | 12.8 | 12.8 | 8.7 | 16.3 |
/// | T = 2, acceptance 0.8 | 14.5 | 16.7 | 13.3 | 19.5 |
/// | T = 2, acceptance 0.95 | 14.4 | 16.2 | 12.2 | 16.8 |
/// | T = 2, with diagonal masses | 14.4 | 17.0 | 10.6 | 20.1 |
///
/// These changes gained nothing beyond the errors:
/// - a low rank of the gradients' covariance as mass;
/// - a rotation by the prior between kicks;
/// - a jitter of the step by 20 %, or of the length by 0 or 20 % instead of 50 %.
///
/// Masses from the variances of single coordinates, not shrunk, lost a fifth to a third.
public struct HamiltonianMonteCarlo: Hashable, Sendable {
  /// The mean length of a trajectory, in units in which the prior's frequency is 1.
  public enum Trajectory: Hashable, Sendable {
    /// The given mean length T.
    case fixed(Double)
    /// A length chosen in warm-up by effective samples per gradient; 1.4 unless another is clearly
    /// better.
    case adapted
  }

  /// The mass matrix of the momenta.
  public enum Mass: Hashable, Sendable {
    /// The unit matrix.
    case one
    /// A diagonal from the variances in warm-up, shrunk at least half-way to their mean.
    case diagonal
  }

  /// Number of trajectories before the first draw.
  public var warmup: Int
  /// The mean length T of a trajectory, given or adapted.
  public var trajectory: Trajectory
  /// The mass matrix.
  public var mass: Mass
  /// The splitting scheme of the trajectories.
  public var integrator: Integrator
  /// Number of legs of a trajectory, each with its own Metropolis test.
  public var legs: Int
  /// The part of the momentum that is kept over one trajectory, from 0 to below 1. Each leg keeps
  /// the `legs`-th root of it.
  public var persistence: Double
  /// The acceptance probability of a leg towards which the step size adapts.
  public var targetAcceptance: Double

  /// Creates settings; the defaults are those of the best rows of the table above.
  ///
  /// - Parameters:
  ///   - warmup: number of trajectories before the first draw.
  ///   - trajectory: mean length T of a trajectory.
  ///   - mass: the mass matrix.
  ///   - integrator: the splitting scheme.
  ///   - legs: number of legs of a trajectory, at least 1.
  ///   - persistence: part of the momentum that is kept over one trajectory, from 0 to below 1.
  ///   - targetAcceptance: acceptance probability towards which the step size adapts, between 0 and
  ///     1.
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

  /// Creates settings with trajectories of a fixed mean length.
  ///
  /// Length 2 gives 10 to 20 % fewer effective samples per gradient than 1.4, but a fifth to a
  /// third more per draw. The latter counts where draws are archived.
  public init(warmup: Int, trajectory: Double = 2, targetAcceptance: Double = 0.9) {
    self.init(
      warmup: warmup, trajectory: .fixed(trajectory), targetAcceptance: targetAcceptance)
  }

  /// The most gradients of one trajectory, which bounds the time if the step size collapses.
  public static let mostGradients = 1024
  /// The longest mean length that warm-up tries where it adapts the length.
  public static let longestAdapted = TrajectorySearch.lengths(
    around: TrajectorySearch.standardLength
  )
  .max()!
}
