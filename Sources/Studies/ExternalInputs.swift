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
  package static let form = CSVTable.numbers

  /// Reads comma-separated numbers.
  ///
  /// - Throws: `UserError` naming file, line and column of what is not a finite number, and rows of
  ///   unequal length.
  package init(reading file: String) throws {
    let table = try CSVTable(reading: file, allowsHeader: false)
    self.file = file
    dimension = table.columnCount
    values = try table.values(as: Float.self)
    lines = table.lines
    digest = table.digest
  }
}
