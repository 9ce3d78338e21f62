import Host
import Studies

/// The arrays of a study file: one list says what each is called, along which axes it runs, where
/// its values come from and what it means. Writing, reading, merging and checking all follow it.
package enum Schema {
  /// Raised when a name, an axis or a meaning changes.
  static let version = 3

  package enum Axis: Hashable {
    case cell, chain, draw, keptDraw
    /// The neurons of a layer.
    case unit(String)

    /// The axes of a kind of network.
    package static func all(of kind: NetworkKind) -> [Axis] {
      [.cell, .chain, .draw, .keptDraw] + kind.units.map(\.axis).uniqued.map { .unit($0) }
    }

    package var name: String {
      switch self {
      case .cell: "cell"
      case .chain: "chain"
      case .draw: "draw"
      case .keptDraw: "kept_draw"
      case .unit(let name): name
      }
    }

    var description: String {
      switch self {
      case .cell: "index of the cell in grid order"
      case .chain: "index of the chain within its cell"
      case .draw: "index of the draw after warm-up"
      case .keptDraw: "draw of which the neurons are kept"
      case .unit: "index of the neuron; cells of fewer neurons are filled with NaN"
      }
    }
  }

  /// The type of an array's values.
  package enum Element: String, Sendable {
    case integer, single, double, text

    /// Bytes of a number.
    var size: Int {
      switch self {
      case .single: 4
      case .integer, .double: 8
      case .text: preconditionFailure("a text has no size")
      }
    }
  }

  /// An array with a row a cell, and where a cell's numbers come from.
  package struct Column: Sendable {
    package let name: String
    /// The axes that it runs along; the first is that of cells.
    package let axes: [Axis]
    let longName: String
    let description: String
    let storage: Storage
    /// Where values may be lacking; elsewhere every one is a finite number.
    package var gaps: [Gap] = []

    /// Where a cell's numbers are.
    enum Storage {
      /// A property of its result.
      case double(WritableKeyPath<CellResult, [Double]> & Sendable)
      case float(WritableKeyPath<CellResult, [Float]> & Sendable)
      case integer(WritableKeyPath<CellResult, [Int]> & Sendable)
      /// An observable of each draw, by name, in single precision or as whole numbers.
      case observable(isInteger: Bool)
      /// An observable of each neuron of kept draws, by name.
      case unit
      /// What the draws say of the cell's convergence.
      case derived(isInteger: Bool, @Sendable (CellResult.Assessment) -> Double)
    }
  }

  /// The places where NaN or an infinity is as it should be, and why.
  package struct Gap: Sendable {
    let reason: String
    package let isAllowed: @Sendable (Chain) -> Bool

    /// The chain whose values are missing.
    package struct Chain {
      /// η of Langevin dynamics, else 0.
      package let langevinStep: Double
      /// Rungs of the ladder where the cell was tempered, else 0.
      package let replicas: Int
      /// Mean acceptance.
      package let acceptance: Double

      package init(langevinStep: Double, replicas: Int, acceptance: Double) {
        self.langevinStep = langevinStep
        self.replicas = replicas
        self.acceptance = acceptance
      }
    }

    static let langevin = Gap(reason: "NaN for Langevin dynamics") { $0.langevinStep > 0 }
    static let unstable = Gap(
      reason: "not finite where a Langevin step beyond the stable ones has diverged"
    ) { $0.langevinStep > 0 }
    static let notTempered = Gap(reason: "NaN where the cell was not tempered") {
      $0.replicas == 0
    }
    static let allDiverged = Gap(reason: "NaN where every trajectory diverged") {
      $0.acceptance == 0
    }
    /// What an R̂ is derived of decides whether it may be infinite.
    static let unmoved = Gap(reason: "infinite where chains that never moved differ") { _ in true }
  }

  /// Whether a place of an array of neurons is filling: cells have as many neurons as the widest
  /// one has in the file, and those that they lack are NaN.
  package static func isFilling(_ index: Int, width: Int, widest: Int) -> Bool {
    index % widest >= width
  }
}

// MARK: - The whole file

extension Schema {
  /// A dataset of a study file.
  package struct Field {
    package let name: String
    /// The axes that it runs along: itself, for the index of an axis.
    package let axes: [Axis]
    package let type: Element
    package var gaps: [Gap] = []
    /// The size of cells that says how many neurons it holds, if it holds neurons.
    package var unitSize: String?
  }

  /// Every dataset of a study file, in its order: indices, names, coordinates of cells, and the
  /// arrays with a row a cell.
  package static func fields(of kind: NetworkKind) -> [Field] {
    let indices = Axis.all(of: kind).map { Field(name: $0.name, axes: [$0], type: .integer) }
    let names = [
      Field(name: "cell_key", axes: [.cell], type: .text),
      Field(name: "start", axes: [.chain], type: .text),
    ]
    let coordinates = kind.coordinates.map { coordinate in
      let type: Element =
        switch kind.type(of: coordinate) {
        case .integer: .integer
        case .real: .double
        case .word: .text
        }
      return Field(name: coordinate.name, axes: [.cell], type: type)
    }
    let columns = columns(of: kind).map { column in
      Field(
        name: column.name, axes: column.axes, type: column.type, gaps: column.gaps,
        unitSize: kind.units.first { $0.name == column.name }?.size)
    }
    return indices + names + coordinates + columns
  }
}
