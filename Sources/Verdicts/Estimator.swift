import Figures
import Foundation
import Host
import YAML

/// A number that a figure quotes: a row of figures/FIGURE-numbers.tsv.
package struct QuotedNumber: Hashable, Sendable, CustomStringConvertible {
  package let figure: String
  package let name: String

  /// "FIGURE.NAME", as claims.yml has it.
  package var description: String { "\(figure).\(name)" }
}

/// How a claim's number follows from those that figures quote.
enum Estimator {
  case number(Reference)
  case ratio(Reference, Reference)
  case difference(Reference, Reference)
  case largest([Reference])

  /// A quoted number, and where claims.yml asks for it.
  struct Reference {
    let number: QuotedNumber
    let node: YAMLNode
  }

  init(_ node: YAMLNode) throws {
    guard case .mapping(let mapping) = node.node else {
      self = .number(try Reference(node))
      return
    }
    let operations = ["ratio", "difference", "largest"]
    let members = try node.members(operations)
    guard mapping.count == 1, let (operation, list) = members.first else {
      throw node.error(expected: "one of \(operations.joined(separator: ", "))")
    }
    guard case .sequence = list.node else {
      throw list.error(expected: "a list of numbers of figures, as in [FIGURE.NAME, FIGURE.NAME]")
    }
    let references = try list.elements.map { try Reference($0) }
    if operation == "largest" {
      guard !references.isEmpty else { throw list.error(expected: "at least one number") }
      self = .largest(references)
    } else {
      guard references.count == 2 else { throw list.error(expected: "two numbers") }
      self =
        operation == "ratio"
        ? .ratio(references[0], references[1]) : .difference(references[0], references[1])
    }
  }

  var references: [Reference] {
    switch self {
    case .number(let a): [a]
    case .ratio(let a, let b), .difference(let a, let b): [a, b]
    case .largest(let all): all
    }
  }

  /// Intervals combine as those of independent numbers: half-widths, relative ones in a ratio, as
  /// the root of the sum of squares on either side. A largest number's ends are the largest ends.
  /// Where one number alone has an interval, the other is taken as exact.
  func estimate(_ number: (Reference) throws -> Estimate) throws -> Estimate {
    func sides(_ e: Estimate) -> (below: Double, above: Double) {
      e.hasInterval ? (e.value - e.low, e.high - e.value) : (0, 0)
    }
    func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    switch self {
    case .number(let reference): return try number(reference)
    case .difference(let first, let second):
      let (a, b) = (try number(first), try number(second))
      guard a.hasInterval || b.hasInterval else { return Estimate(a.value - b.value) }
      let value = a.value - b.value
      return Estimate(
        value, low: value - root(sides(a).below, sides(b).above),
        high: value + root(sides(a).above, sides(b).below))
    case .ratio(let first, let second):
      let (a, b) = (try number(first), try number(second))
      for (reference, number) in [(first, a), (second, b)] where number.value <= 0 {
        throw reference.node.error(
          expected: "a positive number, for a ratio; it is \(number.value)")
      }
      let value = a.value / b.value
      guard a.hasInterval || b.hasInterval else { return Estimate(value) }
      let below = root(sides(a).below / a.value, sides(b).above / b.value)
      let above = root(sides(a).above / a.value, sides(b).below / b.value)
      return Estimate(value, low: value * (1 - below), high: value * (1 + above))
    case .largest(let references):
      let all = try references.map(number)
      guard all.allSatisfy({ $0.value.isFinite }) else { return Estimate(.nan) }
      return Estimate(
        all.map(\.value).max()!,
        low: all.contains { !$0.hasInterval } ? .nan : all.map(\.low).max()!,
        high: all.contains { !$0.hasInterval } ? .nan : all.map(\.high).max()!)
    }
  }
}

extension Estimator.Reference {
  private nonisolated(unsafe) static let word = #/[\w-]+/#

  init(_ node: YAMLNode) throws {
    let parts = node.node.scalar?.string.split(separator: ".", omittingEmptySubsequences: false)
    guard let parts, parts.count == 2, parts.allSatisfy({ $0.wholeMatch(of: Self.word) != nil })
    else { throw node.error(expected: "FIGURE.NAME, a number of figures/FIGURE-numbers.tsv") }
    self.init(
      number: QuotedNumber(figure: String(parts[0]), name: String(parts[1])), node: node)
  }
}

/// The numbers that figures quote, read back from their tables.
package struct NumberTables {
  let folder: String
  private var tables: [String: [String: Estimate]] = [:]

  init(folder: String) { self.folder = folder }

  mutating func number(_ reference: Estimator.Reference) throws -> Estimate {
    let (figure, name) = (reference.number.figure, reference.number.name)
    let path = path(of: figure)
    if tables[figure] == nil {
      guard FileManager.default.fileExists(atPath: path) else {
        throw reference.node.error(expected: "a number of \(path), but there is no such file")
      }
      tables[figure] = try Self.read(path)
    }
    guard let number = tables[figure]![name] else {
      throw reference.node.error(expected: "a number of \(path), but it has no '\(name)'")
    }
    return number
  }

  /// Throws unless some number of an estimator comes from one of these studies, as the heads of the
  /// tables say: a prediction about a study is not decided by another.
  func require(_ estimator: Estimator, ofOneOf studies: [String]) throws {
    let found = estimator.references.flatMap { self.studies(of: $0.number.figure) }
    guard found.contains(where: studies.contains) else {
      throw estimator.references[0].node.error(
        expected: "a number from \(studies.joined(separator: " or ")); "
          + "its table is from \(found.uniqued.joined(separator: ", "))")
    }
  }

  /// The studies that the head of a figure's table names.
  func studies(of figure: String) -> [String] { Table.studies(of: path(of: figure)).map(\.name) }

  private func path(of figure: String) -> String { "\(folder)/\(figure)-numbers.tsv" }

  package static func read(_ path: String) throws -> [String: Estimate] {
    let table = try TableFile(reading: path)
    guard table.columns.starts(with: ["name", "value", "low", "high"]) else {
      throw UserError(
        "\(path):\(table.columnsLine): got '\(table.columns.joined(separator: "\t"))'; "
          + "expected the columns name, value, low, high")
    }
    var numbers: [String: Estimate] = [:]
    for (line, fields) in zip(table.rowLines, table.rows) {
      func fault(_ expected: String) -> UserError {
        let got = printable(fields.joined(separator: "\t"))
        return UserError("\(path):\(line): got '\(got)'; expected \(expected)")
      }
      let values = fields.dropFirst().prefix(3).compactMap(number)
      guard values.count == 3, numbers[fields[0]] == nil else {
        throw fault("a name of its own, its value and the ends of its interval")
      }
      // Ends that are two estimates of one thing come in either order.
      let ends = values.dropFirst().sorted()
      let estimate = Estimate(values[0], low: ends[0], high: ends[1])
      guard values[1].isNaN == values[2].isNaN else {
        throw fault("both ends of an interval, or NaN")
      }
      guard !estimate.hasInterval || (ends[0]...ends[1]).contains(values[0]) else {
        throw fault("a value within the ends of its interval")
      }
      numbers[fields[0]] = estimate
    }
    return numbers
  }

  /// A number as tables have it, NaN where it is missing.
  private static func number(_ text: String) -> Double? {
    if text == "NaN" { return .nan }
    guard isDecimal(text), let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
