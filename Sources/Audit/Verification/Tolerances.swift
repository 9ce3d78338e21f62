import Foundation
import YAML

/// Tolerances: how far numbers may differ and still count as the same, each with its reason. They
/// stand in `data/tolerances.yml`.
///
///     means: {level: 0.01, relative: 1e-6, samples: 25, because: …}
///     tables:
///       all: {relative: 2e-5, because: …}
///       effective-action.action: {absolute: 1e-5, because: …}      # TABLE.COLUMN
package struct Tolerances: Sendable {
  /// Tolerances of posterior means of other draws of the same posterior.
  package let means: Means
  /// Tolerance of numbers computed anew from the same draws.
  let all: Column
  private let columns: [String: Column]

  package struct Means: Sendable {
    /// The probability that any of all means compared is found outside by chance.
    let level: Double
    /// What rounding alone may change, of a mean's size.
    let relative: Double
    /// Effective samples that a mean needs on both sides to be tested.
    let samples: Double
    let because: String
  }

  /// Tolerance of the numbers of a table's column: the sum of an absolute one and of one relative
  /// to the old number.
  package struct Column: Sendable {
    let absolute: Double
    let relative: Double
    let because: String

    func allowed(at old: Double) -> Double { absolute + relative * abs(old) }
  }

  /// - Throws: `UserError` naming file, line, key, value and what was expected.
  package init(reading file: String) throws {
    let (root, _) = try YAMLNode.read(file, as: "tolerances")
    let members = try root.members(["means", "tables"])
    let means = try root.required("means", in: members)
    let ofMeans = try means.members(["level", "relative", "samples", "because"])
    let level = try means.required("level", in: ofMeans)
    self.means = Means(
      level: try level.number(), relative: try means.required("relative", in: ofMeans).number(),
      samples: try means.required("samples", in: ofMeans).number(),
      because: try means.required("because", in: ofMeans).text())
    guard self.means.level < 0.5 else { throw level.error(expected: "a probability below 0.5") }
    let tables = try root.required("tables", in: members)
    var columns: [String: Column] = [:]
    for (name, node) in try tables.entries("columns, as TABLE.COLUMN") {
      guard name == "all" || name.contains(#/^[\w-]+\.\S+$/#) else {
        throw node.error(expected: "the key all, or TABLE.COLUMN")
      }
      columns[name] = try Column(node)
    }
    guard let all = columns.removeValue(forKey: "all") else {
      throw tables.error(expected: "the key all among its columns")
    }
    self.all = all
    self.columns = columns
  }

  /// Tolerance of a table's column: its own, or that of all; zero where every number is whole.
  func column(_ column: String, of table: String, isWhole: Bool) -> Column {
    if let own = columns["\(table).\(column)"] { return own }
    return isWhole ? Column(absolute: 0, relative: 0, because: "whole numbers are counted") : all
  }
}

extension Tolerances.Column {
  fileprivate init(_ node: YAMLNode) throws {
    let members = try node.members(["absolute", "relative", "because"])
    absolute = try members["absolute"]?.number() ?? 0
    relative = try members["relative"]?.number() ?? 0
    because = try node.required("because", in: members).text()
    guard absolute + relative > 0 else {
      throw node.error(expected: "an absolute or a relative tolerance")
    }
  }
}
