import Kernels

/// A stretch of a trajectory between two Metropolis tests.
struct Leg {
  /// Mean length in time.
  let length: Double
  /// The step size ε.
  let step: Double
  /// The part c of the momentum before the leg that is kept.
  let persistence: Double
  let integrator: Integrator
  /// The most gradients of the leg.
  let longest: Int
  /// The step of the random stream.
  let iteration: UInt64

  /// The most steps of the leg.
  var mostSteps: Int { max(1, longest / integrator.stages) }
}

extension HamiltonianMonteCarlo {
  /// The largest mean length of a trajectory that the bound on its gradients leaves whole, at a
  /// step size: the longest leg has 3/2 of the mean.
  public func longestLength(stepSize: Double) -> Double {
    Double(legs) * Double(leg(length: 1, step: stepSize, iteration: 0).mostSteps) * stepSize / 1.5
  }

  /// The mean length T that trajectories have where that bound cuts some of them.
  ///
  /// A leg's length is uniform in ½ … 3/2 of its mean ℓ, and c at the most. From c = 3ℓ/2 on the
  /// mean is ℓ; below ℓ/2 it is c; and between them ℓ − (3ℓ/2 − c)²/(2ℓ).
  package func meanLength(_ tuning: Tuning) -> Double {
    let leg = leg(length: tuning.trajectory, step: tuning.stepSize, iteration: 0)
    let longest = Double(leg.mostSteps) * leg.step
    if longest >= 1.5 * leg.length { return tuning.trajectory }
    if longest <= 0.5 * leg.length { return Double(legs) * longest }
    let lost = 1.5 * leg.length - longest
    return Double(legs) * (leg.length - lost * lost / (2 * leg.length))
  }

  /// Returns leg number `iteration` of a chain whose trajectories have mean length T.
  func leg(length: Double, step: Double, iteration: Int) -> Leg {
    // A leg keeps the `legs`-th root of what a trajectory keeps.
    let c =
      persistence > 0 && iteration > 0
      ? naturalExponential(naturalLogarithm(persistence) / Double(legs)) : 0
    return Leg(
      length: length / Double(legs), step: step, persistence: c, integrator: integrator,
      longest: Self.mostGradients / legs, iteration: UInt64(iteration))
  }
}

extension Hamiltonian where Target: ~Copyable {
  /// Follows one leg. Its length is uniform in ½ … 3/2 of the mean and chosen before it begins,
  /// which breaks periodic orbits and leaves the chain exact.
  mutating func follow(
    _ target: borrowing Target, _ leg: Leg, metric: borrowing Metric, stream: RandomStream
  ) -> Transition {
    let length = leg.length * (0.5 + stream.uniform(step: leg.iteration, index: 1))
    // The order of these bounds is safe for a step that underflowed to zero.
    let count = Int(min(Double(leg.mostSteps), max(1, (length / leg.step).rounded())))
    // Where the target is as wide as the prior, a step longer than the leg would lose the jitter.
    return advance(
      target, step: min(leg.step, length), count: count, integrator: leg.integrator, metric: metric,
      persistence: leg.persistence, stream: stream, iteration: leg.iteration)
  }
}
