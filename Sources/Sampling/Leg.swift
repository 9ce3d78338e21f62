import Kernels

/// A stretch of a trajectory between two Metropolis tests.
struct Leg {
  /// Mean length in time.
  let length: Double
  /// ε.
  let step: Double
  /// c: how much of the momentum before it is kept.
  let persistence: Double
  let integrator: Integrator
  /// Most gradients.
  let longest: Int
  /// The step of the stream.
  let iteration: UInt64
}

extension HamiltonianMonteCarlo {
  /// The `iteration`-th leg of a chain whose trajectories have mean length T.
  func leg(length: Double, step: Double, iteration: Int) -> Leg {
    // c of a leg is the `legs`-th root of that of a trajectory.
    let c =
      persistence > 0 && iteration > 0
      ? naturalExponential(naturalLogarithm(persistence) / Double(legs)) : 0
    return Leg(
      length: length / Double(legs), step: step, persistence: c, integrator: integrator,
      longest: Self.longestTrajectory / legs, iteration: UInt64(iteration))
  }
}

extension Hamiltonian where Target: ~Copyable {
  /// One leg, of a length uniform in ½ … 3/2 of the mean that is chosen before it begins: that breaks
  /// periodic orbits and leaves the chain exact.
  mutating func follow(
    _ target: borrowing Target, _ leg: Leg, metric: borrowing Metric, stream: RandomStream
  ) -> Transition {
    let length = leg.length * (0.5 + stream.uniform(step: leg.iteration, index: 1))
    // In this order a step that underflowed to nothing is no trap.
    let most = Double(max(1, leg.longest / leg.integrator.stages))
    let count = Int(min(most, max(1, (length / leg.step).rounded())))
    // A step beyond the length, where the target is as wide as the prior, would lose the jitter.
    return advance(
      target, step: min(leg.step, length), count: count, integrator: leg.integrator, metric: metric,
      persistence: leg.persistence, stream: stream, iteration: leg.iteration)
  }
}
