import Foundation
import Testing

/// A table as it is read back from its file.
struct Sheet {
  let columns: [String]
  let rows: [[String: String]]

  init(_ path: String) throws {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    let columns = try #require(lines.first)
    self.columns = columns
    for (i, line) in lines.enumerated() {
      #expect(line.count == columns.count, "\(path): row \(i) has \(line.count) columns")
    }
    rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
  }

  /// A column of numbers.
  func callAsFunction(_ name: String) -> [Double] { rows.map { Double($0[name] ?? "") ?? .nan } }

  /// One cell's number.
  func value(_ row: Int, _ column: String) throws -> Double {
    try #require(rows[row][column].flatMap(Double.init))
  }

  /// A quoted number.
  func number(_ name: String) throws -> (value: Double, low: Double, high: Double) {
    let row = try #require(rows.first { $0["name"] == name }, "no number \(name)")
    return (Double(row["value"]!)!, Double(row["low"]!)!, Double(row["high"]!)!)
  }
}

/// Whether a number of a table, which has six digits, is what was computed by hand.
func near(_ got: Double, _ expected: Double, within tolerance: Double = 1e-5) -> Bool {
  abs(got - expected) <= tolerance * max(abs(expected), 1e-3)
}

/// Records an issue unless an interval is one: finite, not empty, and with the value in it.
func expectInterval(
  _ low: Double, _ value: Double, _ high: Double, _ what: String,
  at location: SourceLocation = #_sourceLocation
) {
  let isInterval = low.isFinite && high.isFinite && low < high && low <= value && value <= high
  #expect(isInterval, "\(what): \(value) in [\(low), \(high)]", sourceLocation: location)
}

/// Records an issue unless an interval is left out, as for fewer than six data sets of a size.
func expectNoInterval(
  _ low: Double, _ value: Double, _ high: Double, _ what: String,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(
    value.isFinite && low.isNaN && high.isNaN, "\(what): \(value) in [\(low), \(high)]",
    sourceLocation: location)
}
