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
    precondition(outOfRange(q) == nil)
    return neurons(overlap: overlap, q).min { $0.freeEnergy < $1.freeEnergy }!
  }

  /// Returns the barrier and the specialist at a load.
  ///
  /// The barrier is the lowest saddle between the prior's neuron and the specialist. The specialist
  /// is at the minimum to which F falls beyond it, over both w₁ and ρ.
  ///
  /// - Parameter q: P/(κd).
  /// - Throws: ``NucleationError`` if q is not positive; if a number is below 10⁻⁶⁰ or above 10⁶⁰;
  ///   if there is no specialist at this load; or if a slope of F exceeds 1e-9 of its terms where
  ///   it should vanish.
  public func landscape(load q: Double) throws(NucleationError) -> Landscape {
    guard q.isFinite && q > 0 else { throw .loadNotPositive(q) }
    if let error = outOfRange(q) { throw error }
    let overlaps = overlaps(q)
    let saddles = [saddleAlongOverlap(overlaps, q), saddleAlongTransverse(overlaps, q)]
      .compactMap { $0 }
    guard let barrier = saddles.min(by: { $0.freeEnergy < $1.freeEnergy }) else {
      throw .specialistMissing(load: q)
    }
    let specialist = specialist(beyond: barrier, overlaps, q)
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

  /// The greatest slope of F, relative to its terms, at a neuron that should have none.
  static let tolerance = 1e-9
  /// The loads, variances and N/d for which v³ at the barrier and ρ at the specialist are far from
  /// underflow.
  public static let range = 1e-60...1e60

  private func outOfRange(_ q: Double) -> NucleationError? {
    let numbers = [
      ("load P/(κd)", q), ("prior variance σ_w²", weightVariance),
      ("prior variance σ_a²", readoutVariance), ("width N/d", widthPerDimension),
    ]
    return numbers.first { !Self.range.contains($0.1) }.map { .outOfRange($0.0, $0.1) }
  }
}

extension Nucleation.Neuron {
  /// Creates the neuron of an overlap and a ρ.
  init(overlap: Double, _ rho: Double, _ model: Nucleation, _ q: Double) {
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
    // A barrier is far below 1 at a large load, where ρ is nearly σ_w².
    let ratio = rho / weightVariance
    let cost = v / weightVariance + (ratio - 1 - (ratio < 0.5 ? log(ratio) : log1p(ratio - 1)))
    return (cost - gain(v, rho, q).value) / 2
  }

  /// The factor 1/g = (N/d)/(σ_a²q).
  func weakness(_ q: Double) -> Double { widthPerDimension / readoutVariance / q }

  /// Returns k̃, and its derivative by S.
  func rest(_ s: Double, _ q: Double) -> (value: Double, slope: Double) {
    let width = 1 + 2 * s
    let learned =
      q * readoutVariance * (4 / .pi) * weightVariance / (1 + 2 * weightVariance)
    let x = 2 * s / width
    // (2/π)(arcsin x − x), which is k − k_lin, and what is left of k_lin.
    let value = 2 / .pi * (arcsineExcess(x) + x / (1 + learned))
    // (1 + 2S)/√(1 + 4S) − 1, without cancellation.
    let root = (1 + 4 * s).squareRoot()
    let excess = 2 * s / (width + root) * (2 * s / root)
    let slope = 4 / .pi / (width * width) * (excess + 1 / (1 + learned))
    return (value, slope)
  }

  /// Returns g q R = q c²/(1/g + k̃), and its derivative by S at fixed v.
  func gain(_ v: Double, _ rho: Double, _ q: Double) -> (value: Double, slope: Double) {
    let s = v + rho
    let (rest, restSlope) = rest(s, q)
    let square = weakness(q) + rest
    let value = q * coupling.square(squaredOverlap: v, squaredTransverse: rho) / square
    return (value, value * (-2 * Double(degree) / (1 + 2 * s) - restSlope / square))
  }

  /// Returns the derivatives of F/d by v and by ρ.
  func slopes(_ v: Double, _ rho: Double, _ q: Double) -> (Double, Double) {
    let gain = gain(v, rho, q)
    return (
      (1 / weightVariance - gain.slope - gain.value * Double(degree) / v) / 2,
      (1 / weightVariance - 1 / rho - gain.slope) / 2
    )
  }
}

/// Returns arcsin x − x for x from 0 to 1, to a relative 1e-14.
private func arcsineExcess(_ x: Double) -> Double {
  guard x < 0.25 else { return asin(x) - x }
  // Σ_k x^{2k+1} (2k)!/(4^k k!² (2k + 1)) from k = 1 on.
  var (term, sum) = (x, 0.0)
  for k in 1...14 {
    let k = Double(k)
    term *= x * x * (2 * k - 1) / (2 * k)
    sum += term / (2 * k + 1)
  }
  return sum
}

/// The reason why a barrier could not be computed.
public enum NucleationError: Error, Hashable, CustomStringConvertible {
  /// The load is zero, negative or not finite.
  case loadNotPositive(Double)
  /// A number, with its name, is too small or too large for double precision.
  case outOfRange(String, Double)
  /// At this load no overlap but that of the prior is stable.
  case specialistMissing(load: Double)
  /// A slope or an energy that should vanish does not.
  case notConverged(load: Double, residual: Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .loadNotPositive(let q): "load P/(κd): got \(q); expected a finite number above 0"
    case .outOfRange(let name, let value):
      "\(name): got \(value); expected from \(Nucleation.range.lowerBound) to "
        + "\(Nucleation.range.upperBound)"
    case .specialistMissing(let q): "load P/(κd) = \(q): a specialised neuron is not stable here"
    case .notConverged(let q, let residual):
      "load P/(κd) = \(q): got a relative residual of \(residual); expected less than 1e-9"
    }
  }
}
