import Foundation
import Studies

/// One cell's share of all arrays of results in a study file: the bytes of its numbers, array after
/// array.
package struct CellRow: Sendable {
  let bytes: Data

  init(_ result: CellResult, of cell: Cell) {
    let layout = cell.layout
    var derived = layout.derive(result)[...]
    var bytes = Data()
    func append<T>(_ values: [T], _ column: Layout.Column) {
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    for column in layout.columns {
      let begin = bytes.count
      if column.isDerived {
        let value = derived.removeFirst()
        switch column.type {
        case .integer: append([Int(value)], column)
        case .double: append([value], column)
        case .single, .text: preconditionFailure(column.name)
        }
      } else {
        switch (result.numbers[column.name], column.type) {
        case (.double(let values)?, .double): append(values, column)
        case (.single(let values)?, .single): append(values, column)
        case (.integer(let values)?, .integer): append(values, column)
        default: preconditionFailure("no numbers of \(column.name)")
        }
      }
      precondition(bytes.count - begin == cell.bytes(of: column), column.name)
    }
    self.bytes = bytes
  }

  /// What a store holds; `nil` if there are not as many bytes as this cell's results have.
  init?(bytes: Data, of cell: Cell) {
    guard bytes.count == cell.layout.columns.reduce(0, { $0 + cell.bytes(of: $1) }) else {
      return nil
    }
    self.bytes = bytes
  }
}
