import Foundation
import Studies

/// One cell's share of all arrays of results in a study file: the bytes of its numbers, array after array.
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
  /// An array with a row a cell, and where a cell's numbers come from.
  package struct Column: Sendable {
    let name: String
    /// The first is that of cells.
    let axes: [Axis]
    let longName: String
    let description: String
    let type: NumberType
    /// Whether it is of draws or chains, rather than derived from those.
    let isSampled: Bool
    let numbers: @Sendable (CellResult, CellResult.Assessment) -> Numbers

    /// Bytes of a cell's share.
    func bytes(of cell: Cell) -> Int {
      axes.dropFirst().reduce(type.size) { $0 * cell.extent(along: $1) }
    }
  }

  enum NumberType: Sendable {
    case double, float, integer
    var size: Int { self == .float ? 4 : 8 }
  }

  enum Numbers {
    case double([Double])
    case float([Float])
    case integer([Int])
  }

  /// All arrays with a row a cell, in the order of the file, but for the cells' parameters.
  package static func columns(of kind: NetworkKind) -> [Column] {
    observables(of: kind).map(Column.init) + derived(of: kind)
  }

  private static func derived(of kind: NetworkKind) -> [Column] {
    func column(
      _ name: String, _ longName: String, _ description: String,
      _ value: @escaping @Sendable (CellResult.Assessment) -> Double
    ) -> Column {
      Column(
        name: name, axes: [.cell], longName: longName, description: description, type: .double,
        isSampled: false
      ) { .double([value($1)]) }
    }
    let agreements = kind.certifying.enumerated().map { i, name in
      column(
        "\(name)_rhat", "split-R-hat of \(name)",
        "rank-normalised, over all chains, cold and planted"
      ) { $0.agreements[i] }
    }
    return [
      column(
        "alignment_rhat", "split-R-hat of the alignment",
        "rank-normalised, over all chains, cold and planted (Vehtari et al. 2021)"
      ) { $0.alignment.rHat }
    ] + agreements + [
      column(
        "alignment_ess", "bulk effective sample size of the alignment",
        "over all chains (Vehtari et al. 2021)"
      ) { $0.alignment.bulkESS },
      column(
        "alignment_tail_ess", "tail effective sample size of the alignment",
        "the smaller of those of the 5 % and 95 % quantiles (Vehtari et al. 2021)"
      ) { $0.alignment.tailESS },
      Column(
        name: "certified", axes: [.cell], longName: "certified equilibrium",
        description:
          "1 where chains are Metropolis-adjusted, cold and planted ones all moved, alignment_ess > 100 and "
          + (["alignment"] + kind.certifying).map { "\($0)_rhat < 1.05" }.joined(separator: " and ")
          + ", else 0",
        type: .integer, isSampled: false
      ) { .integer([$1.isCertified ? 1 : 0]) },
    ]
  }
}

extension Schema.Column {
  fileprivate init(_ observable: Schema.Observable) {
    let name = observable.name
    let (type, numbers): (Schema.NumberType, @Sendable (CellResult) -> Schema.Numbers) =
      switch observable.storage {
      case .double(let path): (.double, { .double($0[keyPath: path]) })
      case .float(let path): (.float, { .float($0[keyPath: path]) })
      case .integer(let path): (.integer, { .integer($0[keyPath: path]) })
      case .observable(isInteger: true):
        (.integer, { .integer($0.observable(name).map { Int($0) }) })
      case .observable(isInteger: false):
        (.float, { .float($0.observable(name).map { Float($0) }) })
      case .unit: (.float, { .float($0.unit(name)) })
      }
    self.init(
      name: name, axes: observable.axes, longName: observable.longName,
      description: observable.description, type: type, isSampled: true
    ) { result, _ in numbers(result) }
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
