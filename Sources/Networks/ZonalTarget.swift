import Kernels

/// The target y(x) = √N_ℓ P_ℓ(x₁/|x|), the harmonic of one direction: of unit variance for x
/// uniform on the sphere |x|² = D.
///
/// Its feature w* is the first coordinate, without loss of generality.
package struct ZonalTarget: Hashable, Sendable {
  /// The degree ℓ, positive.
  package let degree: Int
  /// The polynomials of the dimension D of inputs.
  package let polynomials: Gegenbauer
  private let norm: Double
  /// What the exponential of `coupling` is summed with. Each has half the step of the one before.
  private let rules: [Rule]

  private struct Rule: Hashable, Sendable {
    /// √D |w| up to which it is used.
    let reach: Double
    /// t², and its factor.
    let terms: [Term]
  }

  private struct Term: Hashable, Sendable {
    let square: Double
    let factor: Double
  }

  private static let ruleCount = 8

  /// Creates the target of a positive degree in three dimensions or more.
  package init(degree: Int, dimension: Int) {
    precondition(degree > 0, "the degree is positive")
    self.degree = degree
    let polynomials = Gegenbauer(dimension: dimension)
    self.polynomials = polynomials
    norm = polynomials.multiplicity(degree: degree).squareRoot()
    rules = (0..<Self.ruleCount).map {
      Self.rule(Double(1 << $0), degree: degree, polynomials: polynomials)
    }
  }

  private static func rule(
    _ refinement: Double, degree: Int, polynomials: Gegenbauer
  ) -> Rule {
    let dimension = polynomials.dimension
    let sphere = SphereMarginal(dimension: dimension)
    // exp(−α² tanh² v) asks for the step that a density of D − 1 + 2α² would.
    let power = 0.3 * refinement / sphere.step
    let reach = max(0, (power * power - Double(dimension - 1)) / 2).squareRoot()
    let terms = sphere.nodes(refinement: refinement).map { node in
      let (previous, current) = polynomials.values(degree: degree, at: node.t)
      return Term(
        square: node.t * node.t,
        factor: node.weight * (previous - node.t * current) / Double(degree + dimension - 2))
    }
    return Rule(reach: reach, terms: terms)
  }

  /// Returns the target at an input of cosine t = x₁/|x| with the feature.
  package func value(cosine t: Double) -> Double {
    norm * polynomials.values(degree: degree, at: t).current
  }

  /// Returns the target of an input, 0 at the origin.
  package func value(_ input: ArraySlice<Float>) -> Double {
    let square = input.reduce(0.0) { $0 + Double($1) * Double($1) }
    return square > 0 ? value(cosine: Double(input.first!) / square.squareRoot()) : 0
  }

  /// Returns c = ⟨erf(√D |w| t) P_ℓ(t)⟩ over a coordinate t of a uniform point of the sphere, by
  /// which Funk and Hecke's theorem gives the overlap of a neuron with any harmonic Y of degree ℓ:
  /// ⟨erf(w·x) Y(x)⟩ = c Y(√D w/|w|).
  ///
  /// By parts, with the equation of the polynomials, it is 2α/(√π (ℓ + D − 2)) times the mean of
  /// exp(−α² t²) (P_{ℓ−1} − t P_ℓ), α = √D |w|.
  ///
  /// *Guarantee:* to 1e-13 for α up to 150; it vanishes for even ℓ, as erf is odd.
  package func coupling(norm: Double) -> Double {
    guard degree % 2 == 1 else { return 0 }
    let alpha = Double(polynomials.dimension).squareRoot() * norm
    let rule = rules.first { alpha <= $0.reach } ?? rules.last!
    var sum = 0.0
    for term in rule.terms {
      let exponent = alpha * alpha * term.square
      if exponent > 50 { break }
      sum += naturalExponential(-exponent) * term.factor
    }
    return 1.12837916709551257390 * alpha * sum
  }

  /// Returns ⟨erf(w·x) y(x)⟩ over x uniform on the sphere |x|² = D.
  ///
  /// - Parameters:
  ///   - overlap: w·w*.
  ///   - squaredNorm: |w|².
  package func overlap(_ overlap: Double, squaredNorm: Double) -> Double {
    guard squaredNorm > 0 else { return 0 }
    let length = squaredNorm.squareRoot()
    return coupling(norm: length) * value(cosine: max(-1, min(1, overlap / length)))
  }
}
