/// A product of powers of an architecture's sizes, Π_i size_i^{e_i}, with rational e_i. At the
/// level of scales every energy, number of specialists and amplification is one.
///
/// Products of monomials are written as sums, since their exponents add.
public struct Monomial: Hashable, Sendable {
  /// The powers e_i, in the order of the architecture's sizes.
  public let exponents: [Rational]

  /// Creates a monomial from its powers, one for each size of the architecture.
  public init(_ exponents: [Rational]) { self.exponents = exponents }

  /// Returns the monomial one of this many sizes.
  static func one(_ count: Int) -> Monomial {
    Monomial([Rational](repeating: .zero, count: count))
  }

  static func + (a: Monomial, b: Monomial) -> Monomial {
    Monomial(zip(a.exponents, b.exponents).map { $0 + $1 })
  }

  static func - (a: Monomial, b: Monomial) -> Monomial {
    Monomial(zip(a.exponents, b.exponents).map { $0 - $1 })
  }

  static prefix func - (a: Monomial) -> Monomial { Monomial(a.exponents.map { -$0 }) }

  static func * (a: Rational, b: Monomial) -> Monomial {
    a == .one ? b : Monomial(b.exponents.map { a * $0 })
  }

  /// Returns the exponent Σ e_i ν_i in d, for sizes d^{ν_i}.
  public func exponent(at scales: [Rational]) -> Rational {
    var sum = Rational.zero
    for (e, scale) in zip(exponents, scales) where e.numerator != 0 { sum = sum + e * scale }
    return sum
  }

  /// Returns the same exponent in double precision.
  public func exponent(at scales: [Double]) -> Double {
    var sum = 0.0
    for (e, scale) in zip(exponents, scales) where e.numerator != 0 { sum += e.double * scale }
    return sum
  }

  /// Returns the monomial as text: "(N1 N2 d)^(1/3)", "N1/d", "M1 d".
  ///
  /// - Parameter names: the names of the sizes.
  public func text(_ names: [String]) -> String {
    let present = exponents.indices.filter { exponents[$0] != .zero }
    guard !present.isEmpty else { return "1" }
    // Fractional powers with a common denominator are written as a root of a product.
    let root = present.reduce(Int128(1)) { max($0, exponents[$1].denominator) }
    let powers = present.map { Rational(root) * exponents[$0] }
    if present.count > 1 && present.allSatisfy({ exponents[$0].denominator > 1 })
      && powers.allSatisfy({ $0.denominator == 1 && $0.numerator.magnitude <= 4 })
    {
      let product = Self.product(zip(present, powers).map { (names[$0], $1) })
      return "(\(product))\(Self.power(Rational(1, root)))"
    }
    return Self.product(present.map { (names[$0], exponents[$0]) })
  }

  private static func product(_ factors: [(name: String, power: Rational)]) -> String {
    let top = factors.filter { $0.power > .zero }.map { $0.name + power($0.power) }
    let bottom = factors.filter { $0.power < .zero }.map { $0.name + power(-$0.power) }
    let numerator = top.isEmpty ? "1" : top.joined(separator: " ")
    switch bottom.count {
    case 0: return numerator
    case 1: return "\(numerator)/\(bottom[0])"
    default: return "\(numerator)/(\(bottom.joined(separator: " ")))"
    }
  }

  private static func power(_ power: Rational) -> String {
    if power == .one { return "" }
    return power.denominator == 1 ? "^\(power)" : "^(\(power))"
  }
}
