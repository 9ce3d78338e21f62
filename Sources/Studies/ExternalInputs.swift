import Foundation
import Host

/// A given data set: one row a sample, one column a coordinate, x₁ first; no header.
package struct ExternalInputs: Sendable {
  /// P × d, row-major.
  package let values: [Float]
  package let dimension: Int
  /// SHA-256 of the file's bytes: the data's identity in a cell's key.
  package let digest: String
  package var count: Int { values.count / dimension }
  /// Bytes of a file: ten for each of the 10⁸ numbers that a study may have.
  private static let largestFile = 1_000_000_000

  /// Reads comma-separated numbers.
  ///
  /// - Throws: `UserError` naming file, line and column of what is not a finite number, and rows of
  ///   unequal length. Other text is left out of the message: the path may lead to any file, and
  ///   messages go to logs.
  package init(reading file: String) throws {
    guard let bytes = try contents(of: file, atMost: Self.largestFile) else {
      throw UserError("\(file): cannot be read; expected comma-separated inputs, one row a sample")
    }
    var values: [Float] = []
    var columns: Int?
    let text = String(decoding: bytes, as: UTF8.self)
    for (index, line) in text.trimmingPrefix("\u{FEFF}").split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() where !line.isEmpty {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == columns ?? fields.count else {
        throw UserError(
          "\(file):\(index + 1): got \(fields.count) columns; expected \(columns!) as in the rows above"
        )
      }
      columns = fields.count
      for (column, field) in fields.enumerated() {
        let value = Float(field.trimmingCharacters(in: .whitespaces))
        guard let value, value.isFinite else {
          throw UserError(
            "\(file):\(index + 1): column \(column + 1): got "
              + (value == nil ? "no number" : "'\(field)'") + "; expected a finite number")
        }
        values.append(value)
      }
    }
    guard let columns else { throw UserError("\(file): empty; expected one row a sample") }
    self.values = values
    dimension = columns
    digest = Digest.sha256(bytes)
  }
}
