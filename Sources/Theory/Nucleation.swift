import Foundation
import Networks

/// The free energy of one neuron that specialises beside a lazy bulk of a two-layer erf network.
///
/// It is the barrier that training has to pass, at the population loss with the neuron's readout
/// integrated out.
///
/// With v = w₁², ρ = |w_⊥|², S = v + ρ, q = Q/d for Q = P/κ, and g = σ_a²q/(N/d),
/// F/d = ½[S/σ_w² − 1 − ln(ρ/σ_w²)] − ½ g q R, R = c²/(1 + g k̃), k̃ = k − k_lin + k_lin/(1 + Qλ₁).
/// Here c is the neuron's coupling to the target, k = (2/π) arcsin(2S/(1 + 2S)) its mean square,
/// and k_lin = (4/π) S/(1 + 2S) the linear part of that. The bulk has learned linear functions, of
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

  /// Returns the neuron of a given overlap that minimises F over ρ.
  ///
  /// - Parameters:
  ///   - overlap: w₁.
  ///   - load: q = P/(κd), positive.
  public func neuron(overlap: Double, load q: Double) -> Neuron {
    neurons(overlap: overlap, q).min { $0.freeEnergy < $1.freeEnergy }!
  }

  /// Returns the barrier and the specialist at a load.
  ///
  /// The barrier is the lowest saddle between the prior's neuron and the specialist. The specialist
  /// is at the first minimum beyond it, over both w₁ and ρ.
  ///
  /// - Parameter q: P/(κd).
  /// - Throws: ``NucleationError`` if q is not finite and positive; if there is no specialist at
  ///   this load; or if a slope of F exceeds 1e-9 where it should vanish.
  public func landscape(load q: Double) throws(NucleationError) -> Landscape {
    guard q.isFinite && q > 0 else { throw .loadNotPositive(q) }
    let saddles = [saddleAlongOverlap(q), saddleAlongTransverse(q)].compactMap { $0 }
    guard let barrier = saddles.min(by: { $0.freeEnergy < $1.freeEnergy }) else {
      throw .specialistMissing(load: q)
    }
    func rises(_ overlap: Double) -> Bool { slopes(neuron(overlap: overlap, load: q), q).0 > 0 }
    let beyond = [barrier.overlap] + overlaps.filter { $0 > barrier.overlap }
    guard let up = beyond.indices.dropFirst().first(where: { rises(beyond[$0]) }) else {
      throw .specialistMissing(load: q)
    }
    let overlap = bisect(beyond[up - 1], beyond[up]) { !rises($0) }
    let specialist = neuron(overlap: overlap, load: q)
    let residual = residual(specialist, q)
    guard residual < Self.tolerance else { throw .notConverged(load: q, residual: residual) }
    return Landscape(load: q, barrier: barrier, specialist: specialist)
  }

  /// Returns the landscape at coexistence, where the specialist's F is that of the prior's neuron,
  /// 0. Below this load a specialist is not worth its cost.
  ///
  /// - Throws: ``NucleationError`` if no load up to 10⁶ is enough, or as `landscape(load:)`.
  public func coexistence() throws(NucleationError) -> Landscape {
    func pays(_ q: Double) throws(NucleationError) -> Bool {
      do {
        return try landscape(load: q).specialist.freeEnergy < 0
      } catch .specialistMissing {
        return false
      }
    }
    var high = 1.0
    while try !pays(high) {
      guard high < 1e6 else { throw .specialistMissing(load: high) }
      high *= 2
    }
    var low = high / 2
    while high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if try pays(middle) { high = middle } else { low = middle }
    }
    let found = try landscape(load: high)
    guard abs(found.specialist.freeEnergy) < 1e-9 else {
      throw .notConverged(load: high, residual: found.specialist.freeEnergy)
    }
    return found
  }

  /// The greatest slope of F, relative to v and ρ, at a neuron that should have none.
  private static let tolerance = 1e-9
}

// MARK: - Minima and saddles

extension Nucleation {
  /// The overlaps between which turns of F are sought, as far as 6 σ_w.
  private var overlaps: [Double] {
    (1...300).map { 0.02 * weightVariance.squareRoot() * Double($0) }
  }

  /// Returns the neurons of a given overlap at which F is at a minimum by ρ, in ascending order of
  /// ρ. F falls with ρ as ρ → 0 and rises at σ_w², so there is one, or two.
  private func neurons(overlap: Double, _ q: Double) -> [Neuron] {
    minima {
      Neuron(overlap: overlap, $0, self, q)
    } falls: {
      slopes($0, q).1 < 0
    }
  }

  /// Returns the top of F along those minima of largest ρ, which continue the prior's neuron; `nil`
  /// if they end below it.
  private func saddleAlongOverlap(_ q: Double) -> Neuron? {
    func lazy(_ overlap: Double) -> Neuron { neurons(overlap: overlap, q).last! }
    func rises(_ overlap: Double) -> Bool { slopes(lazy(overlap), q).0 > 0 }
    guard let down = overlaps.firstIndex(where: { !rises($0) }), down > 0 else { return nil }
    let saddle = lazy(bisect(overlaps[down - 1], overlaps[down], below: rises))
    return residual(saddle, q) < Self.tolerance ? saddle : nil
  }

  /// Returns the least top of F along w₁, over all ρ at which there is one; `nil` if no least one
  /// exists. Where the minima by ρ end below the top, the way to the specialist shortens w_⊥ first.
  private func saddleAlongTransverse(_ q: Double) -> Neuron? {
    func top(_ rho: Double) -> Neuron? {
      func rises(_ overlap: Double) -> Bool {
        slopes(Neuron(overlap: overlap, rho, self, q), q).0 > 0
      }
      guard let down = overlaps.firstIndex(where: { !rises($0) }), down > 0 else { return nil }
      let overlap = bisect(overlaps[down - 1], overlaps[down], below: rises)
      return Neuron(overlap: overlap, rho, self, q)
    }
    return minima(top) { slopes($0, q).1 < 0 }
      .filter { residual($0, q) < Self.tolerance }
      .min { $0.freeEnergy < $1.freeEnergy }
  }

  /// Returns the minima of F on a curve of at most one neuron for each ρ, in ascending order. They
  /// are sought on a logarithmic scale of ρ, and found by bisection to the last bit.
  private func minima(
    _ curve: (Double) -> Neuron?, falls: (Neuron) -> Bool
  ) -> [Neuron] {
    let (reach, count) = (12.0, 48)
    // The last trial is a little beyond σ_w², where F rises.
    let trials = (0...count).map {
      weightVariance * exp(0.01 - reach * (1 - Double($0) / Double(count)))
    }
    func falling(_ rho: Double) -> Bool { curve(rho).map(falls) ?? false }
    let before = trials.map(falling)
    return trials.indices.dropLast().filter { before[$0] && !before[$0 + 1] }.compactMap {
      // Where the curve ends instead, there is no minimum.
      curve(bisect(trials[$0], trials[$0 + 1], below: falling))
    }
  }

  private func slopes(_ neuron: Neuron, _ q: Double) -> (Double, Double) {
    slopes(neuron.overlap * neuron.overlap, neuron.squaredTransverse, q)
  }

  /// Returns the larger slope of F by ln v and ln ρ.
  private func residual(_ neuron: Neuron, _ q: Double) -> Double {
    let (overlap, transverse) = slopes(neuron, q)
    return max(
      abs(overlap) * neuron.overlap * neuron.overlap, abs(transverse) * neuron.squaredTransverse)
  }
}

extension Nucleation.Neuron {
  fileprivate init(overlap: Double, _ rho: Double, _ model: Nucleation, _ q: Double) {
    self.init(
      overlap: overlap, squaredTransverse: rho,
      freeEnergy: model.freeEnergy(overlap * overlap, rho, load: q))
  }
}

// MARK: - The free energy

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
  private func slopes(_ v: Double, _ rho: Double, _ q: Double) -> (Double, Double) {
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
