import YAML

/// A grid axis of positive numbers: absolute, or in units of a product of powers of sizes.
package enum ScaledNumbers: Hashable, Sendable {
  case absolute([Double])
  case scaled([Double], by: SizeProduct)

  /// The numbers at the sizes of a cell.
  package func at(_ cell: Parameters) -> [Double] {
    switch self {
    case .absolute(let numbers): numbers
    case .scaled(let factors, let unit): factors.map { $0 * unit.value(at: cell) }
    }
  }

  /// How many there are.
  package var count: Int {
    switch self {
    case .absolute(let numbers): numbers.count
    case .scaled(let factors, _): factors.count
    }
  }

  /// The numbers in words, "2 × width^-1".
  package var words: [String] {
    switch self {
    case .absolute(let numbers): numbers.map(\.spelt)
    case .scaled(let factors, let unit): factors.map { "\($0.spelt) × \(unit)" }
    }
  }
}

extension ScaledNumbers {
  /// The keys of numbers in units of sizes, which may stand in the place of a number.
  package static let settings = [
    Setting(
      "factors", Setting.Words.positive + Setting.Words.axis,
      "numbers in units of the product named by of"),
    Setting(
      "of", "a product of powers of sizes",
      "the unit, \"width^-1\", with exponents that are multiples of 1/4, of either sign"),
  ]
}

extension YAMLNode {
  /// A positive number or a list of them, or `{factors: …, of: MONOMIAL}`.
  ///
  /// - Parameter names: the sizes that a monomial may be of.
  package func scaledNumbers(of names: [String]) throws -> ScaledNumbers {
    guard case .mapping = node else { return .absolute(try axis { try $0.number() }) }
    let keys = try members(ScaledNumbers.settings.map(\.name))
    let of = try required("of", in: keys)
    guard let text = of.node.scalar?.string,
      let unit = SizeProduct(text, sizes: names, allowsNegative: true)
    else {
      throw of.error(
        expected: "a product of powers of \(names.joined(separator: ", ")), as in "
          + "\(names.last!)^-1, with exponents that are multiples of 1/4")
    }
    return .scaled(try required("factors", in: keys).axis { try $0.number() }, by: unit)
  }
}
