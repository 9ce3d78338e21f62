/// The target y(x) = He_m(x₁)/√m!, of unit variance under x ~ N(0, I).
///
/// Its feature w* is the first coordinate, without loss of generality.
package struct HermiteTarget: Hashable, Sendable {
  /// The degree m, positive.
  package let degree: Int
  /// The contribution of an erf neuron to the alignment with this target; `nil` for even degrees,
  /// which erf has no component of.
  package let coupling: ErfCoupling?
  /// The components of all activations, in their order; of high degrees they are not computed.
  private let components: [HermiteOverlap]
  private let factorialRoot: Double

  /// Creates the target of a degree from 1 to 20.
  package init(degree: Int) {
    precondition((1...20).contains(degree), "the degree is from 1 to 20")
    self.degree = degree
    coupling = degree % 2 == 1 ? ErfCoupling(degree: degree) : nil
    components =
      HermiteOverlap.degrees.contains(degree)
      ? HermiteOverlap.Activation.allCases.map { HermiteOverlap($0, degree: degree) } : []
    factorialRoot = (1...degree).reduce(1.0) { $0 * Double($1) }.squareRoot()
  }

  /// The component of an activation along this target.
  package func component(of activation: HermiteOverlap.Activation) -> HermiteOverlap {
    components.first { $0.activation == activation }!
  }

  /// Returns He_m(x₁)/√m!, by the recurrence He_{n+1}(x) = x He_n(x) − n He_{n−1}(x).
  package func value(_ x: Double) -> Double {
    var previous = 1.0
    var current = x
    for n in 1..<degree { (previous, current) = (current, x * current - Double(n) * previous) }
    return current / factorialRoot
  }
}
