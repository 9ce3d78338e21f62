import Foundation
import Networks

/// The free energy of one neuron that specialises beside a lazy bulk of a two-layer erf network: the
/// barrier that training has to pass, at the population loss with its readout integrated out.
///
/// With v = w₁², ρ = |w_⊥|², S = v + ρ, q = Q/d for Q = P/κ, and g = σ_a²q/(N/d),
/// F/d = ½[S/σ_w² − 1 − ln(ρ/σ_w²)] − ½ g q R, R = c²/(1 + g k̃), k̃ = k − k_lin + k_lin/(1 + Qλ₁).
/// Here c is the neuron's coupling to the target, k = (2/π) arcsin(2S/(1 + 2S)) its mean square, and
/// k_lin = (4/π) S/(1 + 2S) the linear part of that. The bulk has learned linear functions, of
/// eigenvalue Qλ₁ = q σ_a²(4/π)σ_w²/(1 + 2σ_w²), and takes this part over.
///
/// F is a function of q and N/d alone. It is 0 at v = 0, where ρ = σ_w² is best, and a scale: it
/// leaves out the bulk's other modes, other specialists and the sampling noise of P samples.
public struct Nucleation: Hashable, Sendable {
  /// The degree m of the target He_m(x₁)/√m!.
  public let degree: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  /// The number N/d of neurons per dimension.
  public let widthPerDimension: Double
  private let coupling: ErfCoupling

  /// Describes a network and a target.
  ///
  /// - Parameters:
  ///   - degree: m, odd and at least 3.
  ///   - weightVariance: σ_w², positive.
  ///   - readoutVariance: σ_a², positive.
  ///   - widthPerDimension: N/d, positive.
  public init(
    degree: Int = 3, weightVariance: Double = 1, readoutVariance: Double = 1,
    widthPerDimension: Double = 1
  ) {
    precondition(degree >= 3 && weightVariance > 0 && readoutVariance > 0 && widthPerDimension > 0)
    self.degree = degree
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    self.widthPerDimension = widthPerDimension
    coupling = ErfCoupling(degree: degree)
  }

  /// A neuron at which F has no slope.
  public struct Neuron: Hashable, Sendable {
    /// The overlap w₁.
    public let overlap: Double
    /// The squared length ρ = |w_⊥|².
    public let squaredTransverse: Double
    /// The free energy F/d.
    public let freeEnergy: Double
  }

  /// The barrier and the specialist beyond it.
  public struct Landscape: Hashable, Sendable {
    /// The load q = P/(κd).
    public let load: Double
    /// The neuron on top of the barrier, whose F/d is the barrier b.
    public let barrier: Neuron
    /// The specialised neuron, at the second minimum.
    public let specialist: Neuron
  }

  /// Returns the best neuron of a given overlap, which minimises F over ρ. F falls with ρ as ρ → 0
  /// and rises at σ_w²; the zero of its slope in between is found by bisection to the last bit.
  ///
  /// - Parameters:
  ///   - overlap: w₁.
  ///   - load: q = P/(κd), positive.
  public func neuron(overlap: Double, load q: Double) -> Neuron {
    let v = overlap * overlap
    let rho = bisect(0, weightVariance) { slopes(v, $0, q).transverse < 0 }
    return Neuron(
      overlap: overlap, squaredTransverse: rho, freeEnergy: freeEnergy(v, rho, load: q))
  }

  /// Returns the barrier and the specialist at a load.
  ///
  /// - Parameter q: P/(κd).
  /// - Throws: ``NucleationError`` if q is not finite and positive; if there is no specialist at
  ///   this load; or if a slope of F exceeds 1e-9 where it should vanish.
  public func landscape(load q: Double) throws(NucleationError) -> Landscape {
    guard q.isFinite && q > 0 else { throw .loadNotPositive(q) }
    /// The slope of F along v at the best ρ, which is the partial one.
    func slope(_ overlap: Double) -> Double {
      let neuron = neuron(overlap: overlap, load: q)
      return slopes(overlap * overlap, neuron.squaredTransverse, q).overlap
    }
    var turns: [Double] = []
    let scale = weightVariance.squareRoot()
    // The slope is positive at the prior and beyond the specialist, and negative between them.
    for i in 1..<Self.trials where turns.count < 2 {
      let (low, high) = (Double(i) * Self.reach, Double(i + 1) * Self.reach)
      let rises = turns.count == 0
      func before(_ overlap: Double) -> Bool { (slope(overlap) > 0) == rises }
      let (a, b) = (low * scale / Double(Self.trials), high * scale / Double(Self.trials))
      if before(a) && !before(b) { turns.append(bisect(a, b, below: before)) }
    }
    guard turns.count == 2 else { throw .specialistMissing(load: q) }
    let found = turns.map { neuron(overlap: $0, load: q) }
    for neuron in found {
      let slopes = slopes(neuron.overlap * neuron.overlap, neuron.squaredTransverse, q)
      let residual = max(
        abs(slopes.overlap) * neuron.overlap * neuron.overlap,
        abs(slopes.transverse) * neuron.squaredTransverse)
      guard residual < 1e-9 else { throw .notConverged(load: q, residual: residual) }
    }
    return Landscape(load: q, barrier: found[0], specialist: found[1])
  }

  /// Returns the landscape at coexistence, where the specialist's F is that of the prior's neuron,
  /// 0. Below this load a specialist is not worth its cost.
  ///
  /// - Throws: ``NucleationError`` if no load up to 10⁶ is enough, or as `landscape(load:)`.
  public func coexistence() throws(NucleationError) -> Landscape {
    func pays(_ q: Double) -> Bool {
      guard let landscape = try? landscape(load: q) else { return false }
      return landscape.specialist.freeEnergy < 0
    }
    var high = 1.0
    while !pays(high) {
      guard high < 1e6 else { throw .specialistMissing(load: high) }
      high *= 2
    }
    var low = high / 2
    while high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if pays(middle) { high = middle } else { low = middle }
    }
    let found = try landscape(load: high)
    guard abs(found.specialist.freeEnergy) < 1e-9 else {
      throw .notConverged(load: high, residual: found.specialist.freeEnergy)
    }
    return found
  }

  /// The range of overlaps in which a specialist is sought, in units of σ_w, and the number of
  /// trials in it.
  private static let reach = 6.0
  private static let trials = 1200
}

extension Nucleation {
  /// Returns F/d of a neuron with w₁² = v and |w_⊥|² = ρ.
  ///
  /// - Parameters:
  ///   - v: w₁².
  ///   - rho: |w_⊥|², positive.
  ///   - q: the load P/(κd).
  public func freeEnergy(_ v: Double, _ rho: Double, load q: Double) -> Double {
    let s = weightVariance
    let cost = ((v + rho) / s - 1 - log(rho / s)) / 2
    return cost - strength(q) * q / 2 * gain(v, rho, q).value
  }

  /// The factor g = σ_a²q/(N/d).
  private func strength(_ q: Double) -> Double { readoutVariance * q / widthPerDimension }

  /// Returns R, and its derivative by S at fixed v.
  private func gain(_ v: Double, _ rho: Double, _ q: Double) -> (value: Double, slope: Double) {
    let (s, g) = (v + rho, strength(q))
    let width = 1 + 2 * s
    let learned =
      q * readoutVariance * (4 / .pi) * weightVariance / (1 + 2 * weightVariance)
    let taken = learned / (1 + learned)
    let square = 2 / .pi * asin(2 * s / width) - taken * (4 / .pi) * s / width
    let squareSlope =
      4 / .pi / (width * (1 + 4 * s).squareRoot()) - taken * (4 / .pi) / (width * width)
    let value = coupling.square(squaredOverlap: v, squaredTransverse: rho) / (1 + g * square)
    return (value, value * (-2 * Double(degree) / width - g * squareSlope / (1 + g * square)))
  }

  /// Returns the derivatives of F/d by v and by ρ.
  func slopes(
    _ v: Double, _ rho: Double, _ q: Double
  ) -> (overlap: Double, transverse: Double) {
    let gain = gain(v, rho, q)
    let factor = strength(q) * q
    return (
      (1 / weightVariance - factor * (gain.slope + gain.value * Double(degree) / v)) / 2,
      (1 / weightVariance - 1 / rho - factor * gain.slope) / 2
    )
  }
}

/// Returns the end of the interval up to which a condition holds, to the last bit.
private func bisect(_ low: Double, _ high: Double, below: (Double) -> Bool) -> Double {
  var (low, high) = (low, high)
  while true {
    let middle = (low + high) / 2
    guard low < middle && middle < high else { return high }
    if below(middle) { low = middle } else { high = middle }
  }
}

/// The reason why a barrier could not be computed.
public enum NucleationError: Error, Hashable, CustomStringConvertible {
  /// The load is zero, negative or not finite.
  case loadNotPositive(Double)
  /// At this load no overlap but that of the prior is stable.
  case specialistMissing(load: Double)
  /// A slope or an energy that should vanish does not.
  case notConverged(load: Double, residual: Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .loadNotPositive(let q): "load P/(κd): got \(q); expected a finite number above 0"
    case .specialistMissing(let q): "load P/(κd) = \(q): a specialised neuron is not stable here"
    case .notConverged(let q, let residual):
      "load P/(κd) = \(q): got a residual of \(residual); expected less than 1e-9"
    }
  }
}
