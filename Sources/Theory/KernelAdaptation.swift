import Foundation
import Networks

/// Kernel adaptation of a two-layer erf network: the posterior at the population loss, Q = P/κ, to
/// leading order in the number of neurons (arXiv:2512.04165; Seroussi, Naveh, Ringel 2023).
///
/// The neurons are independent in the field δ = Q (y − f̄) of what is not learned yet. The
/// components of δ along He_k(x₁)/√k! maximise the concave dual D(δ) = δ·y − |δ|²/(2Q) − N ln E_w
/// exp((σ_a²/2N) (Σ_k δ_k φ_k(w))²). The mean overlaps are f̄ = y − δ/Q.
///
/// One mode alone is the large-deviation theory at t = δ. Modes beyond the target's matter: a
/// specialised erf neuron has a linear component four times its cubic one, so the cubic mode alone
/// overstates the alignment.
public struct KernelAdaptation: Hashable, Sendable {
  /// The dimension d of the inputs.
  public let dimension: Int
  /// The number N of hidden neurons.
  public let width: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  /// The modes k that are followed, odd and each once.
  public let modes: [Int]
  /// The target's components y_k = ⟨y, He_k(x₁)/√k!⟩, in the order of the modes.
  public let target: [Double]
  /// The couplings φ_k = C_k s^k of the modes.
  let couplings: [ErfCoupling]

  /// Describes a network and a target of several modes.
  ///
  /// - Parameters:
  ///   - dimension: d.
  ///   - width: N.
  ///   - modes: the modes k to follow, odd and each once.
  ///   - target: y_k in the order of the modes, not all zero.
  ///   - weightVariance: σ_w².
  ///   - readoutVariance: σ_a².
  public init(
    dimension: Int, width: Int, modes: [Int], target: [Double], weightVariance: Double = 1,
    readoutVariance: Double = 1
  ) {
    precondition(dimension > 0 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    precondition(!modes.isEmpty && Set(modes).count == modes.count, "each mode once")
    precondition(target.count == modes.count && target.contains { $0 != 0 })
    self.dimension = dimension
    self.width = width
    self.modes = modes
    self.target = target
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    couplings = modes.map { ErfCoupling(degree: $0) }
  }

  /// Describes a network and the target He_m(x₁)/√m!, whose degree m must be among the modes.
  public init(
    dimension: Int, width: Int, modes: [Int] = [1, 3, 5, 7], degree: Int = 3,
    weightVariance: Double = 1, readoutVariance: Double = 1
  ) {
    self.init(
      dimension: dimension, width: width, modes: modes,
      target: modes.map { $0 == degree ? 1 : 0 }, weightVariance: weightVariance,
      readoutVariance: readoutVariance)
  }

  /// Returns the maximum of the dual at Q, with bounds of its errors.
  ///
  /// Newton's method with a line search runs until the gradient is at rounding. It is repeated on a
  /// quadrature one and a half times as fine. Quadratures are refined until that changes δ by less
  /// than 1e-11, or five times.
  ///
  /// *Guarantee:* mean overlaps are good to ``Solution/overlapError``, which is at most 1e-6 of
  /// |y|, and the dual to ``Solution/dualError``. The alignment is from 0 to 1.
  ///
  /// *Complexity:* some tens of sums over some hundreds of nodes, a few milliseconds.
  ///
  /// - Parameter load: Q, finite and positive.
  /// - Throws: ``KernelAdaptationError``.
  public func solve(load: Double) throws(KernelAdaptationError) -> Solution {
    guard load.isFinite && load > 0 else { throw .loadNotPositive(load) }
    let square = target.reduce(0) { $0 + $1 * $1 }
    guard square.isNormal else { throw .targetOutOfRange(square) }
    var last: Solution?
    var failure = KernelAdaptationError.unresolved(load)
    for refinement in [1.0, 2, 4, 8, 16] {
      var coarse = AdaptationDual(self, load: load, order: 16, refinement: refinement)
      var fine = AdaptationDual(self, load: load, order: 24, refinement: refinement)
      let first: (field: [Double], moments: AdaptationDual.Moments)
      let second: (field: [Double], moments: AdaptationDual.Moments)
      do {
        first = try coarse.maximum(from: last?.field ?? startingField(load: load))
        second = try fine.maximum(from: first.field)
      } catch {
        // The sum over too few nodes need not be as smooth as the dual.
        failure = error
        continue
      }
      let scale = second.field.map { abs($0) }.max()!
      let change = zip(first.field, second.field).map { abs($0 - $1) }.max()!
      let solution = Solution(
        model: self, load: load, field: second.field, moments: second.moments,
        refinement: refinement, change: change)
      if change < 1e-11 * scale {
        try solution.check()
        return solution
      }
      last = solution
    }
    // At a large load δ is ill-determined where the overlaps y − δ/Q are not.
    guard let last else { throw failure }
    try last.check()
    return last
  }

  /// Returns the start of Newton's method, δ ∝ y. Its size is Q y, as if nothing were learned, or
  /// about the slope dE/dα of the large-deviation energy if that is smaller.
  private func startingField(load: Double) -> [Double] {
    let slope =
      4 * (Double(dimension) * Double(width) / (weightVariance * readoutVariance)).squareRoot()
    return target.map { $0 * min(load, slope) }
  }
}

/// The reason why the adapted kernel could not be computed.
public enum KernelAdaptationError: Error, Hashable, CustomStringConvertible {
  /// The load Q is zero, negative or not finite.
  case loadNotPositive(Double)
  /// The square y·y of the target is beyond double precision.
  case targetOutOfRange(Double)
  /// No quadrature resolved the neurons' distribution at this Q.
  case unresolved(Double)
  /// Newton's method did not reach the dual's maximum at this Q.
  case notConverged(Double)
  /// Rounding leaves the mean overlaps, at this Q, with more than 1e-6 of error.
  case imprecise(Double, error: Double)
  /// The integral of the density of w₁ at this Q was not resolved to 1e-6.
  case densityUnresolved(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .loadNotPositive(let load): "load: got \(load); expected a finite number above 0"
    case .targetOutOfRange(let square):
      "target: its square is \(square) in double precision; expected one from 1e-307 to 1e308"
    case .unresolved(let load):
      "load \(load): the neurons' distribution was not resolved; is the load of order one a parameter?"
    case .notConverged(let load): "load \(load): the dual's maximum was not reached"
    case .imprecise(let load, let error):
      "load \(load): double precision leaves an error of \(oneDigit(error)) in the mean overlaps; "
        + "expected at most 1e-06, as for a smaller load"
    case .densityUnresolved(let load):
      "load \(load): the density of w₁ was not resolved to 1e-06; expected a prior variance or an "
        + "alignment nearer to 1"
    }
  }
}
