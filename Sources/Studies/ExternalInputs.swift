import Foundation
import Host

/// A given data set: one row a sample, one column a coordinate, x₁ first; no header.
package struct ExternalInputs: Sendable {
  /// The file, as it was named when it was read.
  package let file: String
  /// P × d, row-major.
  package let values: [Float]
  package let dimension: Int
  /// The line of each row in the file.
  package let lines: [Int]
  /// SHA-256 of the file's bytes: the data's identity in a cell's key.
  package let digest: String
  package var count: Int { values.count / dimension }

  /// What a file has to hold, in words.
  package static let form = "comma-separated numbers without a header"
  /// Bytes of a file: ten for each of the 10⁸ numbers that a study may have.
  private static let largestFile = 1_000_000_000

  /// Reads comma-separated numbers.
  ///
  /// - Throws: `UserError` naming file, line and column of what is not a finite number, and rows of
  ///   unequal length. Other text is left out of the message: the path may lead to any file, and
  ///   messages go to logs. What it looks like is said.
  package init(reading file: String) throws {
    let bytes = try contents(
      of: file, as: "\(Self.form), one row a sample", atMost: Self.largestFile)
    if let format = foreignFormat(of: bytes) {
      throw UserError("\(file): got \(format); expected \(Self.form)")
    }
    let rows = CSVRow.rows(of: bytes)
    var values: [Float] = []
    var columns: Int?
    for (index, row) in rows.enumerated() {
      func fault(_ got: String, column: Int? = nil, expected: String = Self.form) -> UserError {
        let place = column.map { "column \($0 + 1): " } ?? ""
        return UserError("\(file):\(row.line): \(place)got \(got); expected \(expected)")
      }
      let fields = row.fields
      let numbers = fields.map(\.value)
      if numbers.contains(nil) || fields.count != columns ?? fields.count {
        if let mark = row.foreignMark { throw fault(mark, column: numbers.firstIndex(of: nil)) }
        let next = index == 0 && rows.count > 1 ? rows[1].fields.map(\.value) : [nil]
        if numbers.allSatisfy({ $0 == nil }), !next.contains(nil) { throw fault("a header row") }
      }
      guard fields.count == columns ?? fields.count else {
        throw fault(
          "\(fields.count) \(fields.count == 1 ? "column" : "columns")",
          expected: "\(columns!) as in the rows above")
      }
      columns = fields.count
      for (column, number) in numbers.enumerated() {
        guard let number, number.isFinite else {
          throw fault(fields[column].description, column: column, expected: "a finite number")
        }
        values.append(number)
      }
    }
    guard let columns else { throw UserError("\(file): empty; expected one row a sample") }
    self.file = file
    self.values = values
    dimension = columns
    lines = rows.map(\.line)
    digest = Digest.sha256(bytes)
  }
}
