import Foundation

/// What one figure panel plots: named columns of numbers, as tab-separated text with a commented
/// head.
package struct Table: Sendable {
  /// File name without extension.
  package let name: String
  /// One line that says what a row is.
  package let caption: String
  package let columns: [Column]
  package private(set) var rows: [[Value]] = []

  package struct Column: Sendable {
    package let name: String
    package let meaning: String

    package init(_ name: String, _ meaning: String) {
      self.name = name
      self.meaning = meaning
    }
  }

  package enum Value: Sendable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral
  {
    case integer(Int)
    /// Written to six significant digits; what is not finite is written NaN.
    case real(Double)
    case word(String)

    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .real(value) }
    package init(stringLiteral value: String) { self = .word(value) }

    package var text: String {
      switch self {
      case .integer(let value): "\(value)"
      case .real(let value): value.isFinite ? String(format: "%.6g", value) : "NaN"
      case .word(let word): word
      }
    }
  }

  package init(_ name: String, _ caption: String, columns: [Column]) {
    self.name = name
    self.caption = caption
    self.columns = columns
  }

  package mutating func append(_ row: [Value]) {
    precondition(row.count == columns.count)
    rows.append(row)
  }

  /// The file's text.
  ///
  /// - Parameter head: lines that say where the numbers come from.
  package func text(head: [String]) -> String {
    var lines = ["# \(caption)"] + head.map { "# \($0)" }
    for column in columns { lines.append("# \(column.name): \(column.meaning)") }
    lines.append(columns.map(\.name).joined(separator: "\t"))
    lines += rows.map { $0.map(\.text).joined(separator: "\t") }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Single numbers that a figure's key or caption quotes; gnuplot sees them as variables.
package struct QuotedNumbers {
  package private(set) var table: Table

  package init(figure: String) {
    table = Table(
      "\(figure)-numbers", "Numbers quoted in the figure \(figure)",
      columns: [
        .init("name", "the variable's name in the figure's script"),
        .init("value", "estimate"), .init("low", "low end of its 95 % interval, or NaN"),
        .init("high", "high end of it, or NaN"),
        .init("meaning", "what it is"),
      ])
  }

  package mutating func append(
    _ name: String, _ value: Double, interval: (low: Double, high: Double) = (.nan, .nan),
    meaning: String
  ) {
    table.append([
      .word(name), .real(value), .real(interval.low), .real(interval.high), .word(meaning),
    ])
  }
}
