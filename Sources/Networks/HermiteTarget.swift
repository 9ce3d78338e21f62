/// The target y(x) = He_m(x₁)/√m!, of unit variance under x ~ N(0, I).
///
/// Its feature w* is the first coordinate, without loss of generality.
package struct HermiteTarget: Hashable, Sendable {
  /// The degree m, odd and positive.
  package let degree: Int
  /// The contribution of an erf neuron to the alignment with this target.
  package let coupling: ErfCoupling
  private let factorialRoot: Double

  /// Creates the target of an odd positive degree.
  package init(degree: Int) {
    precondition(degree > 0 && degree % 2 == 1, "the degree is odd and positive")
    self.degree = degree
    coupling = ErfCoupling(degree: degree)
    factorialRoot = (1...degree).reduce(1.0) { $0 * Double($1) }.squareRoot()
  }

  /// Returns He_m(x₁)/√m!, by the recurrence He_{n+1}(x) = x He_n(x) − n He_{n−1}(x).
  package func value(_ x: Double) -> Double {
    var previous = 1.0
    var current = x
    for n in 1..<degree { (previous, current) = (current, x * current - Double(n) * previous) }
    return current / factorialRoot
  }
}
