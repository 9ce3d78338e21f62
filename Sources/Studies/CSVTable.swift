import Foundation
import Host

/// A file of comma-separated values, one row a sample, with or without a header.
package struct CSVTable: Sendable {
  /// The file, as it was named when it was read.
  package let file: String
  /// What its header calls the columns; `nil` without a header.
  package let names: [String]?
  package let columnCount: Int
  /// The line of each row in the file, the header aside.
  package let lines: [Int]
  /// SHA-256 of the file's bytes.
  package let digest: String
  /// How many rows there are, the header aside.
  package var rowCount: Int { rows.count }
  private let rows: [CSVRow]
  private let form: String

  /// What such a file has to hold, in words, without and with a header.
  package static let numbers = "comma-separated numbers without a header"
  package static let columns = "comma-separated values"
  /// Bytes of a file: ten for each of the 10⁸ numbers that a study may have.
  private static let largestFile = 1_000_000_000

  /// Reads the rows of a file, whose values are not looked at before they are asked for.
  ///
  /// - Parameter allowsHeader: whether the first row may be names. It is a header if it holds no
  ///   number and the next row holds one.
  /// - Throws: `UserError` naming file and line of rows of unequal length, of other forms of text
  ///   and of a header that may not be there.
  package init(reading file: String, allowsHeader: Bool = true) throws {
    form = allowsHeader ? Self.columns : Self.numbers
    let bytes = try contents(
      of: file, as: "\(form), one row a sample", atMost: Self.largestFile)
    if let format = foreignFormat(of: bytes) {
      throw UserError("\(file): got \(format); expected \(form)")
    }
    self.file = file
    digest = Digest.sha256(bytes)
    var rows = CSVRow.rows(of: bytes)
    guard let first = rows.first?.fields else {
      throw UserError("\(file): empty; expected one row a sample")
    }
    columnCount = first.count
    let hasHeader =
      first.allSatisfy(\.isName) && rows.count > 1
      && rows[1].fields.contains { $0.value != nil } && rows[0].foreignMark == nil
    if hasHeader && !allowsHeader {
      throw UserError("\(file):\(rows[0].line): got a header row; expected \(form)")
    }
    if first.allSatisfy({ $0.value == nil }), let mark = rows[0].foreignMark {
      throw UserError("\(file):\(rows[0].line): column 1: got \(mark); expected \(form)")
    }
    names = hasHeader ? first.map(\.text) : nil
    if hasHeader { rows.removeFirst() }
    self.rows = rows
    lines = rows.map(\.line)
    for row in rows where row.pieces.count != columnCount {
      let fields = row.fields
      if let mark = row.foreignMark {
        throw fault(row, mark, column: fields.firstIndex { $0.value == nil })
      }
      throw fault(
        row, "\(fields.count) \(fields.count == 1 ? "column" : "columns")",
        expected: "\(columnCount) as in the rows above")
    }
  }

  /// The numbers of some columns, row-major; of all of them if they are left out.
  ///
  /// - Throws: `UserError` naming file, line and column of what is not a finite number. Other text
  ///   is left out of the message: the path may lead to any file, and messages go to logs. What it
  ///   looks like is said.
  package func values<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    of columns: [Int]? = nil, as type: Number.Type = Double.self
  ) throws -> [Number] {
    let columns = columns ?? Array(0..<columnCount)
    var values: [Number] = []
    values.reserveCapacity(rows.count * columns.count)
    for row in rows {
      let pieces = row.pieces
      for column in columns {
        if let integer = CSVField.smallInteger(pieces[column]) {
          values.append(Number(integer))
          continue
        }
        let field = CSVField(text: Substring(pieces[column]))
        guard field.value != nil, let number = Number(field.text), number.isFinite else {
          if field.value == nil, let mark = row.foreignMark {
            throw fault(row, mark, column: column)
          }
          throw fault(row, field.description, column: column, expected: "a finite number")
        }
        values.append(number)
      }
    }
    return values
  }

  /// The place of a column, by its name in the header or by its number from 1.
  ///
  /// - Returns: `nil` if there is no such column, or several have the name.
  package func column(_ word: String) -> Int? {
    if let names {
      let places = names.indices.filter { names[$0] == word }
      if places.count == 1 { return places[0] }
    }
    return Int(word).flatMap { (1...columnCount).contains($0) ? $0 - 1 : nil }
  }

  /// What may stand for a column, in words.
  package var columnWords: String {
    let numbers = "a column from 1 to \(columnCount)"
    guard let names else { return "\(numbers): the file has no header" }
    return "\(numbers), or one of \(names.prefix(20).joined(separator: ", "))"
      + (names.count > 20 ? ", …" : "")
  }

  private func fault(
    _ row: CSVRow, _ got: String, column: Int? = nil, expected: String? = nil
  ) -> UserError {
    let place = column.map { "column \($0 + 1): " } ?? ""
    return UserError("\(file):\(row.line): \(place)got \(got); expected \(expected ?? form)")
  }
}
