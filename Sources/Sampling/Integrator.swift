import Kernels

/// A palindromic splitting of Hamiltonian dynamics: kicks p ← p − aε∇U(θ) and drifts θ ← θ + bεp
/// alternate, a kick first and last.
///
/// Each kick and each drift keeps phase-space volume. The palindrome makes the whole step its own
/// inverse under p → −p, so Metropolis is exact at every ε. One step costs as many gradients as
/// drifts.
public struct Integrator: Hashable, Sendable {
  /// The scheme's name in the field.
  public let name: String
  /// The factors a of the kicks, one more than there are drifts; their sum is 1.
  let kicks: [Double]
  /// The factors b of the drifts; their sum is 1.
  let drifts: [Double]

  /// Number of gradients of one step.
  public var stages: Int { drifts.count }

  /// The Störmer-Verlet scheme: one gradient a step, stable up to εω = 2, the longest interval per
  /// gradient.
  public static let leapfrog = Integrator(name: "leapfrog", kicks: [0.5, 0.5], drifts: [1])

  /// The two-stage scheme of least expected energy error on Gaussians, stable up to εω = 2.63:
  /// Blanes, Casas and Sanz-Serna 2014, "Numerical integrators for the hybrid Monte Carlo method",
  /// SIAM J. Sci. Comput. 36, table 2 (b = 0.211781). For users of the library; the pipeline does
  /// not call it.
  public static let twoStage = Integrator(
    name: "two-stage", kicks: [0.211781, 0.576438, 0.211781], drifts: [0.5, 0.5])

  /// The three-stage scheme of the same authors, stable up to εω = 4.67: a = 0.29619504261126, b =
  /// 0.11888010966548.
  public static let threeStage = Integrator(
    name: "three-stage",
    kicks: [0.11888010966548, 0.38111989033452, 0.38111989033452, 0.11888010966548],
    drifts: [0.29619504261126, 0.40760991477748, 0.29619504261126])
}

/// Moves (θ, p) along `count` steps of an integrator, with neighbouring kicks joined. Up to
/// rounding, the map keeps phase-space volume and is inverted by p → −p.
///
/// - Parameters:
///   - target: the energy U.
///   - position: θ, moved in place.
///   - momentum: p, moved in place.
///   - gradient: ∇U(θ), at the start on entry and at the end on return.
///   - step: ε.
///   - count: number of steps, at least 1.
///   - integrator: the splitting scheme.
///   - metric: the mass matrix.
///   - kernels: the instruction set; all of them give the same bits.
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
