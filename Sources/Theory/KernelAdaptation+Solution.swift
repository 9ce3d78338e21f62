import Foundation

extension KernelAdaptation {
  /// The maximum of the dual, and the distribution of one neuron in the field δ: p(w) ∝ prior(w)
  /// exp((σ_a²/2N) (Σ_k δ_k φ_k(w))²).
  public struct Solution: Sendable {
    /// The network that was solved.
    public let model: KernelAdaptation
    /// The load Q = P/κ.
    public let load: Double
    /// The field δ_k = Q (y_k − f_k), in the order of the modes.
    public let field: [Double]
    /// The mean overlaps f_k of the network with He_k(x₁)/√k!, in the order of the modes.
    public let overlaps: [Double]
    /// The maximum D(δ) of the dual.
    public let dual: Double
    /// A bound of the error of each of the ``overlaps``, and of the alignment times |y|.
    public let overlapError: Double
    /// A bound of the error of the ``dual``.
    public let dualError: Double
    /// A bound of the relative error of the neurons' distribution.
    public let relativeError: Double
    /// The logarithm of E_w exp(T).
    private let logarithm: Double
    /// The factor by which panels of a quadrature have to be shorter than usual.
    private let refinement: Double
    /// The largest T up to each of equal steps of s, from above.
    private let envelope: [Double]

    init(
      model: KernelAdaptation, load: Double, field: [Double], moments: AdaptationDual.Moments,
      refinement: Double, change: Double
    ) {
      self.model = model
      self.load = load
      self.field = field
      overlaps = moments.overlaps
      dual = moments.dual
      logarithm = moments.logarithm
      // The density needs no more than this, and says where it does.
      self.refinement = min(refinement, 4)
      envelope = Self.envelope(model, field)
      let rounding = 4e-16 * moments.exponent
      let size = model.target.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let gradient = moments.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      relativeError = rounding + 1e-12
      // The curvature is at least 1/Q in every direction, so the maximum is nearer than Q times the
      // gradient, in δ, and the mean overlaps err by less than the gradient.
      overlapError = gradient + change / load + relativeError * size + 1e-15 * size
      dualError =
        load * gradient * gradient + change * gradient
        + Double(model.width) * min(abs(logarithm), 1) * relativeError
        + 1e-15
        * (abs(dual) + size * load * size + Double(model.width) * abs(logarithm))
    }

    /// The largest s, which w₁ → ∞ approaches.
    fileprivate static let largest = 0.5.squareRoot()

    /// Returns a bound of T on [0, s] for 1024 equal steps of s. The terms of h rise or fall with
    /// s, and their ends bound it on a step.
    private static func envelope(_ model: KernelAdaptation, _ field: [Double]) -> [Double] {
      let factor = model.readoutVariance / Double(2 * model.width)
      func terms(_ step: Int) -> [Double] {
        let s = largest * Double(step) / 1024
        return zip(field, model.couplings).map { $0 * $1.coefficient * pow(s, Double($1.degree)) }
      }
      var (left, bound) = (terms(0), 0.0)
      return (1...1024).map { step in
        let right = terms(step)
        let least = zip(left, right).reduce(0) { $0 + min($1.0, $1.1) }
        let most = zip(left, right).reduce(0) { $0 + max($1.0, $1.1) }
        left = right
        bound = max(bound, factor * max(least * least, most * most))
        return bound
      }
    }

    /// Tests what every maximum satisfies.
    ///
    /// - Throws: `KernelAdaptationError` if bounds of errors are too large, or the result is not
    ///   within what concavity allows: 0 ≤ f̄·y ≤ |y|² and 0 ≤ D ≤ Q|y|²/2.
    func check() throws(KernelAdaptationError) {
      let square = model.target.reduce(0) { $0 + $1 * $1 }
      let slack = overlapError / square.squareRoot()
      guard relativeError <= 1e-6 && slack <= 1e-6 else {
        throw .imprecise(load, error: max(relativeError, slack))
      }
      guard
        dual.isFinite, alignment >= -slack, alignment <= 1 + slack,
        dual >= -dualError, dual <= load * square / 2 * (1 + 1e-12) + dualError,
        logarithm >= -1e-12
      else { throw .notConverged(load) }
    }
  }
}

extension KernelAdaptation.Solution {
  /// The alignment ⟨f̄, y⟩/⟨y, y⟩.
  public var alignment: Double {
    let (product, square) = zip(overlaps, model.target).reduce((0, 0)) {
      ($0.0 + $1.0 * $1.1, $0.1 + $1.1 * $1.1)
    }
    return product / square
  }

  /// Returns the effective action S(w₁) = −ln p(w₁) of one neuron's overlap w₁ = w·w*. It is even
  /// in w₁, and p has integral one over the whole line.
  ///
  /// *Complexity:* an integral over |w_⊥|, some hundreds of exponentials.
  public func action(at overlap: Double) -> Double { -slice.logDensity(at: overlap) }

  /// Returns the density p(w₁) of one neuron's overlap.
  public func density(at overlap: Double) -> Double { slice.density(at: overlap) }

  /// Returns the expected number N Pr[|w₁| > threshold] of specialists; a threshold below zero
  /// gives N.
  ///
  /// - Throws: ``KernelAdaptationError/densityUnresolved(_:)`` as ``specialistCount(beyond:)``.
  public func specialists(beyond threshold: Double) throws(KernelAdaptationError) -> Double {
    try specialistCount(beyond: threshold).value
  }

  /// Returns the same number with a bound of its error.
  ///
  /// The density, an integral over |w_⊥|, has to have integral one. This tests the dual as well,
  /// which is an integral over another variable.
  ///
  /// - Throws: ``KernelAdaptationError/densityUnresolved(_:)`` if the integral differs from one, or
  ///   fewer nodes change the number, by more than 1e-6.
  public func specialistCount(
    beyond threshold: Double
  ) throws(KernelAdaptationError) -> (value: Double, error: Double) {
    guard
      let share = slice.share(beyond: max(0, threshold), relativeError: relativeError)
    else { throw .densityUnresolved(load) }
    let count = Double(model.width)
    return (count * share.value, count * share.error)
  }

  /// The w₁ ≥ 0 at which S has a minimum, ascending, and the maxima between them.
  public var stationaryPoints: (minima: [Double], maxima: [Double]) {
    let (minima, maxima) = slice.stationaryPoints
    return (maxima, minima)
  }

  /// The density as a function of w₁, with T = h²σ_a²/(2N) and h = Σ_k δ_k C_k s^k.
  private var slice: TiltedOverlap {
    let terms = zip(field, model.couplings).map {
      (degree: Double($1.degree), factor: $0 * $1.coefficient)
    }
    let factor = model.readoutVariance / Double(model.width)
    let envelope = envelope
    return TiltedOverlap(
      dimension: model.dimension, variance: model.componentVariance, frozenSquare: nil,
      logarithm: logarithm, refinement: refinement
    ) { square in
      var (h, slope) = (0.0, 0.0)
      for (degree, coefficient) in terms {
        let term = coefficient * pow(square, degree / 2)
        h += term
        slope += degree * term
      }
      let step = min(1023, Int(square.squareRoot() / Self.largest * 1024))
      return (factor / 2 * h * h, factor * h * slope, envelope[step])
    }
  }
}
