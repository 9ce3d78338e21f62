import Foundation
import HDF5

/// What one figure panel plots: named columns of numbers, as tab-separated text with a commented head.
public struct Table: Sendable {
  /// File name without extension.
  public let name: String
  /// One line that says what a row is.
  public let caption: String
  public let columns: [Column]
  public private(set) var rows: [[Value]] = []

  public struct Column: Sendable {
    public let name: String
    public let meaning: String

    public init(_ name: String, _ meaning: String) {
      self.name = name
      self.meaning = meaning
    }
  }

  public enum Value: Sendable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral
  {
    case integer(Int)
    /// Written to six significant digits; what is not finite is written NaN.
    case real(Double)
    case word(String)

    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .real(value) }
    public init(stringLiteral value: String) { self = .word(value) }

    var text: String {
      switch self {
      case .integer(let value): "\(value)"
      case .real(let value): value.isFinite ? String(format: "%.6g", value) : "NaN"
      case .word(let word): word
      }
    }
  }

  public init(_ name: String, _ caption: String, columns: [Column]) {
    self.name = name
    self.caption = caption
    self.columns = columns
  }

  public mutating func append(_ row: [Value]) {
    precondition(row.count == columns.count)
    rows.append(row)
  }

  /// The file's text.
  ///
  /// - Parameter provenance: the figure, and the studies that the numbers come from.
  public func text(_ provenance: Provenance) -> String {
    var lines = ["# \(caption)"] + provenance.lines.map { "# \($0)" }
    for column in columns { lines.append("# \(column.name): \(column.meaning)") }
    lines.append(columns.map(\.name).joined(separator: "\t"))
    lines += rows.map { $0.map(\.text).joined(separator: "\t") }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Single numbers that a figure's key or caption quotes; gnuplot sees them as variables.
struct QuotedNumbers {
  private(set) var table: Table

  init(figure: String) {
    table = Table(
      "\(figure)-numbers", "Numbers quoted in the figure \(figure)",
      columns: [
        .init("name", "the variable's name in the figure's script"),
        .init("value", "estimate"), .init("low", "2.5 % of its bootstrap distribution, or NaN"),
        .init("high", "97.5 % of its bootstrap distribution, or NaN"),
        .init("meaning", "what it is"),
      ])
  }

  mutating func append(
    _ name: String, _ value: Double, interval: (low: Double, high: Double) = (.nan, .nan),
    meaning: String
  ) {
    table.append([
      .word(name), .real(value), .real(interval.low), .real(interval.high), .word(meaning),
    ])
  }
}
