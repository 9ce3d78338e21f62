import Studies

/// An array of a network's weights, as they stand in f: what files of networks that were trained
/// elsewhere hold.
///
/// A kind of network lists its arrays in the order in which θ holds them, whitened.
package struct WeightArray: Sendable {
  package typealias Name = Parameters.Name

  /// The name in formulas, "w", under which files have it.
  package let name: String
  /// The sizes that are its extents, slowest first.
  package let axes: [String]
  /// The name of the variance that its prior has, in units of one over the fan-in; `nil` for 1.
  let variance: String?
  /// The sizes of which the fan-in is the product: the prior variance of a weight is the variance
  /// over this.
  let fanIn: [String]
  /// Whether θ holds it with the last axis slowest.
  let isTransposed: Bool

  init(
    _ name: String, _ axes: [String], variance: String? = nil, fanIn: [String],
    isTransposed: Bool = false
  ) {
    precondition(!isTransposed || axes.count == 2)
    self.name = name
    self.axes = axes
    self.variance = variance
    self.fanIn = fanIn
    self.isTransposed = isTransposed
  }

  /// "second_width × first_width".
  package var axesText: String { axes.joined(separator: " × ") }

  /// The extents in a cell.
  package func shape(in cell: Parameters) -> [Int] { axes.map(cell.integer) }

  /// The number of weights of which each output of the layer is a sum.
  package func fanIn(in cell: Parameters) -> Double {
    fanIn.reduce(1) { $0 * Double(cell.integer($1)) }
  }

  /// The variance of a weight in the prior of a cell.
  package func priorVariance(in cell: Parameters) -> Double {
    (variance.map(cell.real) ?? 1) / fanIn(in: cell)
  }

  /// The weights, row-major, as θ holds them: in units of their prior's standard deviation, rounded
  /// to single precision.
  package func whitened(_ weights: [Double], in cell: Parameters) -> [Float] {
    let scale = priorVariance(in: cell).squareRoot()
    return ordered(weights, shape(in: cell)).map { Float($0 / scale) }
  }

  /// The weights of a share of θ, row-major.
  package func weights(_ whitened: ArraySlice<Float>, in cell: Parameters) -> [Double] {
    let scale = priorVariance(in: cell).squareRoot()
    let shape = shape(in: cell)
    return ordered(whitened.map { scale * Double($0) }, shape.reversed())
  }

  private func ordered(_ values: [Double], _ shape: [Int]) -> [Double] {
    isTransposed ? Self.transposed(values, rows: shape[0], columns: shape[1]) : values
  }

  /// The transpose of a matrix, row-major.
  package static func transposed(_ values: [Double], rows: Int, columns: Int) -> [Double] {
    (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }
}
