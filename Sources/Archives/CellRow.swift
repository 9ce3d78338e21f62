import Foundation
import Studies

/// One cell's share of all arrays of results in a study file: the bytes of its numbers, array after
/// array.
package struct CellRow: Sendable {
  let bytes: Data

  init(_ result: CellResult, of cell: Cell) {
    let assessment = result.assessment
    var bytes = Data()
    for column in Schema.columns(of: cell.kind) {
      switch column.numbers(result, assessment) {
      case .double(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
      case .float(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
      case .integer(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
    }
    self.bytes = bytes
  }

  /// What a store holds; `nil` if there are not as many bytes as this cell's results have.
  init?(bytes: Data, of cell: Cell, _ columns: [Schema.Column]) {
    guard bytes.count == columns.reduce(0, { $0 + $1.bytes(of: cell) }) else { return nil }
    self.bytes = bytes
  }
}

extension Schema {
  /// A cell's share of an array.
  enum Numbers {
    case double([Double])
    case float([Float])
    case integer([Int])
  }
}

extension Schema {
  /// What stands in the place of a count that is not defined. An array that has it says so, by the
  /// attribute `missing_value` of the CF conventions.
  static let undefinedCount = -1

  /// A count as it is archived; NaN is one that is not defined.
  static func stored(count: Double) -> Int { count.isNaN ? undefinedCount : Int(count) }

  /// The count that is archived so.
  static func count(stored: Int) -> Double { stored == undefinedCount ? .nan : Double(stored) }
}

extension Schema.Column {
  package var type: Schema.Element {
    switch storage {
    case .double, .derived(isInteger: false, _): .double
    case .float, .observable(isInteger: false), .unit: .single
    case .integer, .observable(isInteger: true), .derived(isInteger: true, _): .integer
    }
  }

  /// Whether it is of draws or chains, rather than derived from those.
  var isSampled: Bool { if case .derived = storage { false } else { true } }

  /// Whether it is a number of neurons in each draw.
  var isCount: Bool { if case .observable(isInteger: true) = storage { true } else { false } }

  /// Bytes of a cell's share.
  func bytes(of cell: Cell) -> Int {
    axes.dropFirst().reduce(type.size) { $0 * cell.extent(along: $1) }
  }

  /// What a cell's draws say, where it is derived from those.
  package func value(_ assessment: CellResult.Assessment) -> Double? {
    if case .derived(_, let value) = storage { value(assessment) } else { nil }
  }

  /// A cell's share.
  func numbers(_ result: CellResult, _ assessment: CellResult.Assessment) -> Schema.Numbers {
    switch storage {
    case .double(let path): .double(result[keyPath: path])
    case .float(let path): .float(result[keyPath: path])
    case .integer(let path): .integer(result[keyPath: path])
    case .observable(isInteger: true): .integer(result.observable(name).map(Schema.stored(count:)))
    case .observable(isInteger: false): .float(result.observable(name).map { Float($0) })
    case .unit: .float(result.unit(name))
    case .derived(isInteger: true, let value): .integer([Int(value(assessment))])
    case .derived(isInteger: false, let value): .double([value(assessment)])
    }
  }
}

extension Cell {
  /// The cell's own extent along an axis of its results.
  func extent(along axis: Schema.Axis) -> Int {
    switch axis {
    case .cell: 1
    case .chain: sampler.starts.count
    case .draw: sampler.draws
    case .keptDraw: sampler.kept
    case .unit(let name): parameters.integer(kind.units.first { $0.axis == name }!.size)
    }
  }
}
