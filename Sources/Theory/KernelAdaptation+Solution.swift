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
    /// The logarithm of E_w exp(T).
    private let logarithm: Double
    /// The factor by which panels of a quadrature have to be shorter than usual.
    private let refinement: Double

    init(
      model: KernelAdaptation, load: Double, field: [Double], moments: AdaptationDual.Moments,
      refinement: Double
    ) {
      self.model = model
      self.load = load
      self.field = field
      overlaps = moments.overlaps
      dual = moments.dual
      logarithm = moments.logarithm
      self.refinement = refinement
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
  public func specialists(beyond threshold: Double) -> Double {
    2 * Double(model.width) * slice.mass(beyond: max(0, threshold))
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
    return TiltedOverlap(
      dimension: model.dimension, variance: model.componentVariance, frozenSquare: nil,
      logarithm: logarithm, refinement: refinement
    ) { square in
      var (h, slope, largest) = (0.0, 0.0, 0.0)
      for (degree, coefficient) in terms {
        let term = coefficient * pow(square, degree / 2)
        h += term
        slope += degree * term
        largest += abs(term)
      }
      return (factor / 2 * h * h, factor * h * slope, factor / 2 * largest * largest)
    }
  }
}
