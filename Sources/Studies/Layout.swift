/// What the results of a study look like: the coordinates of its cells, its arrays, and what makes
/// a cell sound.
///
/// One list says what each array is called, along which axes it runs and what it means. Writing,
/// reading, merging and checking study files follow it, as do the data dictionary and summaries.
package final class Layout: Sendable {
  /// Raised when a name, an axis or a meaning changes.
  package static let version = 3

  /// The experiment that makes such results, "posterior".
  package let experiment: String
  /// What it is done with, "two-layer".
  package let model: String
  /// The version of all that decides a bit of these results, which is part of their keys:
  /// `numericsVersion` of the module, or more where the model's own arithmetic has changed since.
  package let numericsVersion: Int
  /// Names of further observables that a study asked for.
  package let observed: [String]
  /// What the file is, in a sentence: its `summary`.
  package let summary: String
  /// All numbers and words of a cell, in the order of the archive.
  package let coordinates: [TypedCoordinate]
  /// The coordinates that tables of cells show.
  package let shown: [String]
  /// The axes of the arrays; that of cells is the first.
  package let axes: [Axis]
  /// Texts along an axis.
  package let labels: [Label]
  /// The arrays with a row a cell, in the order of the file. Those derived of others come last.
  package let columns: [Column]
  package let soundness: Soundness
  /// The numbers of the derived columns, in their order, as a cell's other numbers give them.
  package let derive: @Sendable (CellResult) -> [Double]
  /// What `cod summary` tells of a cell.
  package let digest: Digest
  /// What has a true value in a cell and is estimated by its numbers, the most telling first: by
  /// these, cells are compared whose random numbers differ.
  package let quantities: [Quantity]

  package init(
    experiment: String, model: String, numericsVersion: Int = Studies.numericsVersion,
    observed: [String] = [], summary: String,
    coordinates: [TypedCoordinate], shown: [String], axes: [Axis], labels: [Label] = [],
    columns: [Column], soundness: Soundness, digest: Digest,
    derive: @escaping @Sendable (CellResult) -> [Double],
    quantities: [Quantity]
  ) {
    self.experiment = experiment
    self.model = model
    self.numericsVersion = numericsVersion
    self.observed = observed
    self.summary = summary
    self.coordinates = coordinates
    self.shown = shown
    self.axes = [.cell] + axes
    self.labels = labels
    self.columns = columns
    self.soundness = soundness
    self.derive = derive
    self.digest = digest
    self.quantities = quantities
  }
}

extension Layout {
  /// A coordinate of cells and the type of its values.
  package struct TypedCoordinate: Sendable {
    package let coordinate: Coordinate
    package let type: ValueType
    package let role: Role
    /// Where a whole number may be below zero, as the coordinate's description says.
    package let gaps: [Gap]
    package var name: String { coordinate.name }

    package enum ValueType: Sendable {
      case integer, real, word
    }

    package enum Role: Sendable {
      /// An axis of the grid that may be given in units of the sizes before it.
      case size
      /// Another axis of the grid.
      case axis
      /// What tells repetitions of one point apart: data sets, seeds.
      case replicate
      /// What follows from others, or is the same in all cells.
      case fixed
      /// How the cell is computed, which its true values do not depend on.
      case method
    }

    package init(_ coordinate: Coordinate, _ type: ValueType, _ role: Role, gaps: [Gap] = []) {
      self.coordinate = coordinate
      self.type = type
      self.role = role
      self.gaps = gaps
    }
  }

  /// An axis of arrays.
  package struct Axis: Hashable, Sendable {
    package let name: String
    package let description: String
    /// The coordinate that says how far each cell's own numbers reach, where cells differ. What
    /// shorter cells lack is NaN.
    package let size: String?

    package init(_ name: String, _ description: String, size: String? = nil) {
      self.name = name
      self.description = description
      self.size = size
    }

    package static let cell = Axis("cell", "index of the cell in grid order")
  }

  /// A text for each place of an axis, the same in all cells.
  package struct Label: Sendable {
    package let name: String
    package let axis: Axis
    package let longName, description: String
    /// The words that there may be.
    package let words: [String]

    package init(
      _ name: String, along axis: Axis, _ longName: String, _ description: String, words: [String]
    ) {
      self.name = name
      self.axis = axis
      self.longName = longName
      self.description = description
      self.words = words
    }
  }

  /// The type of an array's values.
  package enum Element: String, Sendable {
    case integer, single, double, text

    /// Bytes of a number.
    package var size: Int {
      switch self {
      case .single: 4
      case .integer, .double: 8
      case .text: preconditionFailure("a text has no size")
      }
    }
  }

  /// An array with a row a cell.
  package struct Column: Sendable {
    package let name: String
    /// The axes that it runs along; the first is that of cells.
    package let axes: [Axis]
    package let type: Element
    package let units, longName, description: String
    /// Where values may be lacking; elsewhere every one is a finite number.
    package let gaps: [Gap]
    /// The number that stands for one that is not defined, where whole numbers need it. An array
    /// that has it says so, by the attribute `missing_value` of the CF conventions.
    package let undefined: Int?
    /// Whether it follows from other columns.
    package let isDerived: Bool

    /// - Parameter axes: those besides that of cells. One whose extent depends on the cell comes
    ///   last, and such an array is of single precision.
    package init(
      _ name: String, _ axes: [Axis], _ type: Element, units: String = "1",
      _ longName: String, _ description: String, gaps: [Gap] = [], undefined: Int? = nil,
      isDerived: Bool = false
    ) {
      precondition(axes.dropLast().allSatisfy { $0.size == nil }, name)
      precondition(axes.last?.size == nil || type == .single, name)
      self.name = name
      self.axes = [.cell] + axes
      self.type = type
      self.units = units
      self.longName = longName
      self.description = description
      self.gaps = gaps
      self.undefined = undefined
      self.isDerived = isDerived
    }

    /// The coordinate that says how far each cell's own numbers reach along the last axis.
    package var size: String? { axes.last!.size }

    /// Whether a place of the array is filling: cells that reach less far than the widest one of
    /// the file lack the numbers beyond their own, and those are NaN.
    package static func isFilling(_ index: Int, width: Int, widest: Int) -> Bool {
      index % widest >= width
    }
  }

  /// Places where NaN or an infinity is as it should be, and why.
  package struct Gap: Sendable {
    package let reason: String
    /// The coordinate or array whose number at a place decides, if one does.
    package let decidedBy: String?
    package let isAllowed: @Sendable (Double) -> Bool

    /// - Parameter name: a coordinate of the cell, or an array along the first axes of this one.
    package init(
      _ reason: String, where name: String, _ isAllowed: @escaping @Sendable (Double) -> Bool
    ) {
      self.reason = reason
      decidedBy = name
      self.isAllowed = isAllowed
    }

    /// Anywhere in the array.
    package init(anywhere reason: String) {
      self.reason = reason
      decidedBy = nil
      isAllowed = { _ in true }
    }
  }

  /// What makes a cell sound.
  package struct Soundness: Sendable {
    /// The derived array of whole numbers, 1 where a cell is.
    package let column: String
    /// The word for such cells, "certified".
    package let adjective: String
    /// When a cell is, in words.
    package let criterion: String

    package init(column: String, adjective: String, criterion: String) {
      self.column = column
      self.adjective = adjective
      self.criterion = criterion
    }
  }

  /// What `cod summary` tells of a cell.
  package struct Digest: Sendable {
    /// The heads of the printed columns.
    package let heads: [String]
    package let row: @Sendable (CellResult) -> Row

    package init(heads: [String], row: @escaping @Sendable (CellResult) -> Row) {
      self.heads = heads
      self.row = row
    }

    package struct Row: Sendable {
      /// What is printed, one text a head.
      package let texts: [String]
      /// Names and values of what JSON has.
      package let fields: [(name: String, value: Field)]

      package init(texts: [String], fields: [(name: String, value: Field)]) {
        self.texts = texts
        self.fields = fields
      }
    }

    package enum Field: Sendable {
      case flag(Bool)
      case integer(Int)
      case number(Double)
      /// Numbers by name, as the mean, error and diagnostics of an observable.
      case numbers([(name: String, value: Double)])
    }
  }

  /// Something that has a true value in a cell.
  package struct Quantity: Sendable {
    package let name: String
    /// Whether equal estimates mean that nothing else of the cell may differ.
    package let isDecisive: Bool
    /// The estimate of a cell; `nil` where the cell has no such quantity.
    package let estimate: @Sendable (CellResult) -> Estimate?

    package init(
      _ name: String, isDecisive: Bool = false,
      _ estimate: @escaping @Sendable (CellResult) -> Estimate?
    ) {
      self.name = name
      self.isDecisive = isDecisive
      self.estimate = estimate
    }
  }

  /// What tells a quantity and its error.
  package enum Estimate: Sendable {
    /// The mean of draws, an array a chain, whose error is from split chains.
    case chains([[Double]])
    /// The mean of records along runs that lead somewhere, an array a run. Its error is that of
    /// `chains`, which is no error of an equilibrium's mean.
    case runs([[Double]])
    /// Independent values with their standard errors.
    case values([Double], errors: [Double])
    /// Independent values of one number. Each with the standard error that it gives itself, which
    /// is too small where what made it has slow modes.
    case repeated([Double], errors: [Double])
  }
}

// MARK: - The whole file

extension Layout {
  /// A dataset of a study file.
  package struct Field: Sendable {
    package let name: String
    /// The axes that it runs along: itself, for the index of an axis.
    package let axes: [Axis]
    package let type: Element
    package var gaps: [Gap] = []
    /// The coordinate that says how far each cell's numbers reach along the last axis.
    package var size: String?
  }

  /// The name of the array of the cells' keys.
  package static let keys = "cell_key"

  /// Every dataset of a study file, in its order: indices, keys, labels, coordinates of cells, and
  /// the arrays with a row a cell.
  package var fields: [Field] {
    let indices = axes.map { Field(name: $0.name, axes: [$0], type: .integer) }
    let names =
      [Field(name: Self.keys, axes: [.cell], type: .text)]
      + labels.map { Field(name: $0.name, axes: [$0.axis], type: .text) }
    let coordinates = coordinates.map { coordinate in
      let type: Element =
        switch coordinate.type {
        case .integer: .integer
        case .real: .double
        case .word: .text
        }
      return Field(name: coordinate.name, axes: [.cell], type: type, gaps: coordinate.gaps)
    }
    let columns = columns.map {
      Field(name: $0.name, axes: $0.axes, type: $0.type, gaps: $0.gaps, size: $0.size)
    }
    return indices + names + coordinates + columns
  }

  /// The derived columns, in the order of `derive`.
  package var derived: [Column] { columns.filter(\.isDerived) }

  /// Whether a cell is sound, as its numbers tell.
  package func isSound(_ result: CellResult) -> Bool {
    let place = derived.firstIndex { $0.name == soundness.column }!
    return derive(result)[place] == 1
  }
}
