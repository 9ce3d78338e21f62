import Kernels

/// A palindromic splitting of Hamiltonian dynamics: kicks p ← p − aε∇U(θ) and drifts θ ← θ + bεp in
/// turn, first and last a kick.
///
/// Each kick and each drift keeps phase-space volume, and the palindrome makes the whole step its own
/// inverse under p → −p: exact for Metropolis at every ε. One step costs as many gradients as drifts.
public struct Integrator: Hashable, Sendable {
  /// Name in the field.
  public let name: String
  /// a: one more than there are drifts, of sum 1.
  let kicks: [Double]
  /// b, of sum 1.
  let drifts: [Double]

  /// Gradients of one step.
  public var stages: Int { drifts.count }

  /// Störmer-Verlet: one gradient a step, stable up to εω = 2, the longest interval per gradient.
  public static let leapfrog = Integrator(name: "leapfrog", kicks: [0.5, 0.5], drifts: [1])

  /// The two-stage scheme of least expected energy error on Gaussians, stable up to εω = 2.63: Blanes,
  /// Casas and Sanz-Serna 2014, "Numerical integrators for the hybrid Monte Carlo method", SIAM J.
  /// Sci. Comput. 36, table 2 (b = 0.211781).
  public static let twoStage = Integrator(
    name: "two-stage", kicks: [0.211781, 0.576438, 0.211781], drifts: [0.5, 0.5])

  /// Their three-stage scheme, stable up to εω = 4.67: a = 0.29619504261126, b = 0.11888010966548.
  public static let threeStage = Integrator(
    name: "three-stage",
    kicks: [0.11888010966548, 0.38111989033452, 0.38111989033452, 0.11888010966548],
    drifts: [0.29619504261126, 0.40760991477748, 0.29619504261126])
}

/// Moves (θ, p) along `count` ≥ 1 steps of an integrator, neighbouring kicks joined: a map that keeps
/// phase-space volume and that p → −p inverts, up to rounding.
///
/// - Parameters:
///   - gradient: ∇U(θ), at the start on entry and at the end on return.
///   - step: ε.
/// - Returns: U at the end.
/// - Complexity: `count` times `integrator.stages` gradients.
public func integrate<Target: Energy & ~Copyable>(
  _ target: borrowing Target, position: borrowing AlignedBuffer, momentum: borrowing AlignedBuffer,
  gradient: borrowing AlignedBuffer, step: Double, count: Int, integrator: Integrator,
  metric: borrowing Metric, kernels: KernelSet = .best
) -> Double {
  let (kicks, drifts) = (integrator.kicks, integrator.drifts)
  var energy = 0.0
  metric.add(Float(-step * kicks[0]), gradient, to: momentum, kernels: kernels)
  for i in 1...count {
    for stage in drifts.indices {
      metric.add(Float(step * drifts[stage]), momentum, to: position, kernels: kernels)
      energy = target.evaluate(position, gradient: gradient)
      let joined = stage + 1 == drifts.count && i < count
      let kick = joined ? 2 * kicks[0] : kicks[stage + 1]
      metric.add(Float(-step * kick), gradient, to: momentum, kernels: kernels)
    }
  }
  return energy
}
