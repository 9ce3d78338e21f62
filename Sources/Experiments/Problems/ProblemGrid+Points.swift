import Host
import Studies

extension ProblemGrid {
  /// The grid's points but for the data sets: ridges varying fastest, then prior, target, samples,
  /// the network's sizes from the last to the first, and its words.
  var points: [Parameters] {
    var points = networks
    switch data {
    case .drawn(let samples, _), .subsets(_, let samples, _):
      points = points.varied(Parameters.Name.samples) { samples.at($0).map { .integer($0) } }
    case .given(let given):
      points = points.varied(Parameters.Name.samples) { _ in [.integer(given.count)] }
    }
    points = targets(of: points)
    if let linear {
      points = points.varied(Parameters.Name.linear) { _ in linear.map { .real($0) } }
    }
    for (coordinate, values) in zip(kind.variances, variances) {
      points = points.varied(coordinate.name) { values.at($0).map { .real($0) } }
    }
    points = points.varied(Parameters.Name.ridge) { _ in ridges.map { .real($0) } }
    if kind.needsTestSet {
      points = points.varied(Parameters.Name.testSamples) { _ in [.integer(testSamples)] }
    }
    return points
  }

  /// Points with each target, and each law of inputs where there are some.
  func targets(of points: [Parameters]) -> [Parameters] {
    let target = kind.target.coordinates[0].name
    switch targets {
    case .polynomials(_, let degrees):
      return points.varied(target) { _ in degrees.map { .integer($0) } }
    case .words(let words): return points.varied(target) { _ in words.map { .word($0) } }
    case .features(let grid):
      return laws.points(grid.points(points), testSamples: testSamples)
    }
  }

  /// Data sets at each point.
  var datasets: Int {
    switch data {
    case .drawn(_, let count), .subsets(_, _, let count): count
    case .given: 1
    }
  }

  /// The grid's cells: at each point those of a further axis, and of each its data sets, which vary
  /// fastest.
  ///
  /// - Parameter task: what is done at a point with a value of the axis.
  func cells<Value: Sendable, Task: CellTask>(
    along axis: [Value], _ task: @escaping @Sendable (ProblemInstance, Value) -> Task
  ) -> [Cell] {
    let grid = points.flatMap { point in
      axis.flatMap { value in (0..<datasets).map { (point, value, $0) } }
    }
    let (kind, inputs, prepared) = (kind, inputs, prepared)
    return parallelMap(grid, together: 256) { point, value, dataset in
      var cell = point
      cell[Parameters.Name.dataset] = .integer(dataset)
      return Cell(
        task(
          ProblemInstance(kind: kind, parameters: cell, inputs: inputs, prepared: prepared), value))
    }
  }
}

extension NetworkKind {
  /// Each cell with each value of an axis, and with the sizes that follow from those it then has.
  func expand(_ cells: [Parameters], by name: String, _ axis: Sizes) -> [Parameters] {
    cells.flatMap { cell in
      axis.at(cell).map { value in
        var cell = cell
        cell[name] = .integer(value)
        for size in sizes {
          guard let factors = size.derived, factors.allSatisfy(cell.has) else { continue }
          // Beyond any memory is refused later, and must not overflow here.
          let product = factors.reduce(1.0) { $0 * Double(cell.integer($1)) }
          cell[size.name] = .integer(Int(min(product, 1e15)))
        }
        return cell
      }
    }
  }

  /// Cells that have nothing but words, in all combinations.
  func choiceCombinations(_ words: [[String]]) -> [Parameters] {
    zip(choices, words).reduce([Parameters()]) { cells, axis in
      cells.flatMap { cell in
        axis.1.map { word in
          var cell = cell
          cell[axis.0.coordinate.name] = .word(word)
          return cell
        }
      }
    }
  }
}

extension [Parameters] {
  /// Each of these with each value of a further axis.
  fileprivate func varied(
    _ name: String, _ values: (Parameters) -> [Parameters.Value]
  ) -> [Parameters] {
    flatMap { cell in
      values(cell).map { value in
        var cell = cell
        cell[name] = value
        return cell
      }
    }
  }
}
