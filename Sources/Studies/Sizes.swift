import Foundation
import YAML

/// A grid axis of sizes: absolute, or in units of other sizes.
package enum Sizes: Hashable, Sendable {
  case absolute([Int])
  case scaled([Double], by: SizeProduct)

  /// The sizes of a cell whose other sizes are given, rounded to whole numbers.
  package func at(_ cell: Parameters) -> [Int] {
    switch self {
    case .absolute(let sizes): sizes
    case .scaled(let factors, let unit): factors.map { unit.times($0, at: cell) }
    }
  }

  /// How many there are.
  package var count: Int {
    switch self {
    case .absolute(let sizes): sizes.count
    case .scaled(let factors, _): factors.count
    }
  }
}

extension Sizes {
  /// The keys of sizes in units of others, which may stand in the place of an integer.
  package static let settings = [
    Setting(
      "per_dimension", Setting.Words.positive + Setting.Words.axis, standard: "factors and of",
      "sizes in units of dimension, rounded to whole numbers"),
    Setting(
      "factors", Setting.Words.positive + Setting.Words.axis, standard: "per_dimension",
      "sizes in units of the product named by of, rounded to whole numbers"),
    Setting(
      "of", "a product of powers of earlier sizes", standard: "per_dimension",
      "the unit, \"length^1/2 dimension^3/2\", with exponents that are multiples of 1/4"),
  ]
}

/// A product of sizes to powers that are multiples of a quarter: √(L d³) is
/// "length^1/2 dimension^3/2".
package struct SizeProduct: Hashable, Sendable {
  /// Sizes, and four times their exponents.
  package let factors: [Factor]

  package struct Factor: Hashable, Sendable {
    package let size: String
    package let quarters: Int
  }

  init(_ size: String) { factors = [Factor(size: size, quarters: 4)] }

  /// - Returns: `nil` if the text is malformed, names a size beyond `sizes`, or has a negative
  ///   power where there may be none.
  init?(_ text: String, sizes: [String], allowsNegative: Bool = false) {
    var factors: [Factor] = []
    for word in text.split(separator: " ") {
      guard let match = word.wholeMatch(of: #/([a-z_]+)(?:\^(-?[1-9])(?:\/([124]))?)?/#),
        sizes.contains(String(match.output.1))
      else { return nil }
      let power = match.output.2.flatMap { Int($0) } ?? 1
      guard power > 0 || allowsNegative else { return nil }
      let root = match.output.3.flatMap { Int($0) } ?? 1
      factors.append(Factor(size: String(match.output.1), quarters: 4 * power / root))
    }
    guard !factors.isEmpty else { return nil }
    self.factors = factors
  }

  /// By multiplications, square roots and a division alone, whose bits are the same everywhere.
  func value(at cell: Parameters) -> Double {
    factors.reduce(1) { product, factor in
      let x = Double(cell.integer(factor.size))
      var power = 1.0
      let quarters = abs(factor.quarters)
      for _ in 0..<quarters / 4 { power *= x }
      if quarters % 4 >= 2 { power *= x.squareRoot() }
      if quarters % 2 == 1 { power *= x.squareRoot().squareRoot() }
      return factor.quarters > 0 ? product * power : product / power
    }
  }

  func times(_ factor: Double, at cell: Parameters) -> Int {
    Int((factor * value(at: cell)).rounded())
  }

  /// "length 8, dimension 6": the sizes that it depends on.
  func arguments(at cell: Parameters) -> String {
    factors.map { "\($0.size) \(cell.integer($0.size))" }.joined(separator: ", ")
  }
}

extension YAMLNode {
  /// A scalar or a list of sizes, or `{per_dimension: …}` or `{factors: …, of: MONOMIAL}`, whose
  /// sizes differ in every one of the given cells.
  ///
  /// - Parameters:
  ///   - names: the sizes that a monomial may be of.
  ///   - smallest: the least size.
  package func sizes(
    at cells: [Parameters], of names: [String], from smallest: Int
  ) throws -> Sizes {
    /// Throws if there are more combinations than any grid may have, before they are gone through.
    func requireGrid(_ list: YAMLNode) throws {
      guard case .sequence(let items) = list.node else { return }
      try Limits.require(
        Double(cells.count) * Double(items.count), Limits.grid, file, "cells on the grid")
    }
    guard case .mapping = node else {
      try requireGrid(self)
      return .absolute(try axis { try $0.integer(in: smallest...Self.largest) })
    }
    let keys = try members(Sizes.settings.map(\.name))
    let factors: YAMLNode
    let unit: SizeProduct
    if let node = keys["per_dimension"], keys.count == 1, names.contains("dimension") {
      (factors, unit) = (node, SizeProduct("dimension"))
    } else {
      guard let node = keys["factors"], let of = keys["of"], keys.count == 2, !names.isEmpty else {
        throw error(
          expected: "a positive integer, a list of them, {per_dimension: …}, or {factors: …, of: …}"
        )
      }
      guard let text = of.node.scalar?.string, let monomial = SizeProduct(text, sizes: names) else {
        throw of.error(
          expected: "a product of powers of \(names.joined(separator: ", ")), as in "
            + "\(names.last!)^3/2, with exponents that are multiples of 1/4")
      }
      (factors, unit) = (node, monomial)
    }
    try requireGrid(factors)
    var seen = cells.map { _ in Set<Int>() }
    return .scaled(
      try factors.axis { node in
        let factor = try node.number()
        for (i, cell) in cells.enumerated() {
          let exact = factor * unit.value(at: cell)
          guard exact <= Double(Self.largest) else {
            throw node.error(
              expected: "a size of at most \(Self.largest) at \(unit.arguments(at: cell))")
          }
          let size = unit.times(factor, at: cell)
          guard size >= smallest else {
            throw node.error(
              expected: "a size of at least \(smallest) at \(unit.arguments(at: cell)), but "
                + "it is \(String(format: "%.3g", exact))")
          }
          guard seen[i].insert(size).inserted else {
            throw node.error(
              expected:
                "a size of its own at \(unit.arguments(at: cell)), but \(size) is there")
          }
        }
        return factor
      }, by: unit)
  }
}

extension Sizes {
  /// The sizes in words, "1.5 × dimension".
  package var words: [String] {
    switch self {
    case .absolute(let sizes): sizes.map { "\($0)" }
    case .scaled(let factors, let unit): factors.map { "\($0.spelt) × \(unit)" }
    }
  }
}

extension SizeProduct: CustomStringConvertible {
  /// "length^1/2 dimension^3/2".
  package var description: String {
    factors.map { factor in
      let quarters = factor.quarters
      if quarters == 4 { return factor.size }
      let divisor = quarters % 4 == 0 ? 4 : quarters % 2 == 0 ? 2 : 1
      let root = 4 / divisor
      return "\(factor.size)^\(quarters / divisor)\(root == 1 ? "" : "/\(root)")"
    }.joined(separator: " ")
  }
}
