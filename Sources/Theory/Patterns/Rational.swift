/// An exact fraction in lowest terms, with a positive denominator.
///
/// Numerator and denominator have 127 bits; exponents of architectures need a few dozen.
///
/// *Edge case:* a result beyond 127 bits stops the program, as an overflowing integer does.
public struct Rational: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The numerator, which carries the sign.
  public let numerator: Int128
  /// The denominator, which is positive.
  public let denominator: Int128

  /// Creates a fraction and reduces it.
  ///
  /// - Precondition: the denominator is not zero.
  public init(_ numerator: Int128, _ denominator: Int128 = 1) {
    precondition(denominator != 0, "a fraction has a denominator")
    guard denominator != 1 else {
      (self.numerator, self.denominator) = (numerator, 1)
      return
    }
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int128(a) * (denominator < 0 ? -1 : 1)
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  /// Parses a fraction, "3/2", or a decimal number, "1.5". The result is `nil` if the text is
  /// neither, or has more than six digits in a row.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    func decimal(_ text: Substring) -> Rational? {
      guard let match = text.wholeMatch(of: #/(-?)([0-9]{1,6})(?:\.([0-9]{1,6}))?/#) else {
        return nil
      }
      let digits = match.output.3 ?? ""
      let scale = (0..<digits.count).reduce(Int128(1)) { scale, _ in 10 * scale }
      let value = Rational(Int128(match.output.2 + digits)!, scale)
      return match.output.1.isEmpty ? value : -value
    }
    guard let top = parts.first.flatMap({ decimal(Substring($0)) }), parts.count <= 2 else {
      return nil
    }
    guard parts.count == 2 else {
      self = top
      return
    }
    guard let bottom = decimal(Substring(parts[1])), bottom.numerator != 0 else { return nil }
    self = top / bottom
  }

  /// The number 0.
  public static let zero = Rational(0)
  /// The number 1.
  public static let one = Rational(1)

  /// The nearest double.
  public var double: Double {
    // Conversion from 128 bits is a hundred times slower than from 64.
    if let n = Int64(exactly: numerator), let d = Int64(exactly: denominator) {
      return Double(n) / Double(d)
    }
    return Double(numerator) / Double(denominator)
  }

  /// The fraction as text, "3/2", or "2" for an integer.
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }

  /// Returns the exact sum.
  public static func + (a: Rational, b: Rational) -> Rational {
    if a.denominator == b.denominator {
      return Rational(a.numerator + b.numerator, a.denominator)
    }
    return Rational(
      a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
  }

  /// Returns the exact negative.
  public static prefix func - (a: Rational) -> Rational { Rational(-a.numerator, a.denominator) }

  /// Returns the exact difference.
  public static func - (a: Rational, b: Rational) -> Rational { a + -b }

  /// Returns the exact product.
  public static func * (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.numerator, a.denominator * b.denominator)
  }

  /// Returns the exact quotient; the divisor is not zero.
  public static func / (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.denominator, a.denominator * b.numerator)
  }

  /// Compares exactly.
  public static func < (a: Rational, b: Rational) -> Bool {
    a.numerator * b.denominator < b.numerator * a.denominator
  }
}

extension Rational: ExpressibleByIntegerLiteral {
  /// Creates a fraction from an integer literal.
  public init(integerLiteral value: Int) { self.init(Int128(value)) }
}
