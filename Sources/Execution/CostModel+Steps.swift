import Foundation
import Host
import Studies

// Numbers of steps of cells, from archived ones.

extension CostModel {
  /// Steps of cells: their own where they are archived, else those of the nearest archived point of
  /// the grid, over its repetitions, in proportion to what is expected.
  ///
  /// - Returns: of each cell, its steps of each kind; how far they are off, as a standard deviation
  ///   of their logarithm, where that is known; and where they come from.
  package func counts(
    of cells: [Cell]
  ) -> (cells: [[Double]], error: Double?, source: CostEstimate.Source) {
    let family = cells[0].task.family
    let relevant = archived.filter { $0.cell.task.family == family }
    let own = Dictionary(
      relevant.map { ($0.cell.key, $0) }, uniquingKeysWith: { first, _ in first })
    let points = Dictionary(grouping: relevant) { $0.cell.point }
    guard !points.isEmpty else { return (cells.map(\.task.expectedSteps), nil, .formula) }
    let layout = cells[0].layout
    var known: [Parameters: [Double]] = [:]
    var guessed = 0.0
    let counts = cells.map { cell in
      if let own = own[cell.key] { return own.steps }
      let ratio = known[cell.point] ?? ratios(nearest(to: cell.point, in: points, layout))
      known[cell.point] = ratio
      guessed += 1
      return zip(ratio, cell.task.expectedSteps).map { $0 * $1 }
    }
    guard guessed > 0 else { return (counts, 0, .sameCells) }
    // As much as one archived point is off when the nearest other one tells.
    let errors = points.compactMap { point, there -> Double? in
      var others = points
      others[point] = nil
      guard !others.isEmpty else { return nil }
      return log(ratios(nearest(to: point, in: others, layout))[0] / ratios(there)[0])
    }
    let square = errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
    let error = square.squareRoot() * guessed / Double(cells.count)
    return (counts, errors.isEmpty ? nil : error, .nearestCells)
  }

  /// Steps over those expected, the mean over some cells.
  private func ratios(_ cells: [Archived]) -> [Double] {
    cells[0].steps.indices.map { kind in
      cells.reduce(0) { $0 + $1.steps[kind] / $1.cell.task.expectedSteps[kind] }
        / Double(cells.count)
    }
  }

  private func nearest(
    to point: Parameters, in points: [Parameters: [Archived]], _ layout: Layout
  ) -> [Archived] {
    let names = layout.coordinates.map(\.name)
    func distance(_ other: Parameters) -> Double {
      names.reduce(0) { sum, name in
        // Replicated cells of one family may be of several studies.
        guard point.has(name), other.has(name) else {
          return sum + (point.has(name) == other.has(name) ? 0 : 1)
        }
        switch (point[name], other[name]) {
        case (.integer(let a), .integer(let b)):
          return sum + abs(log(Double(max(1, a)) / Double(max(1, b))))
        case (.real(let a), .real(let b)): return sum + (a > 0 && b > 0 ? abs(log(a / b)) : 0)
        case (let a, let b): return sum + (a == b ? 0 : 1)
        }
      }
    }
    // Of points equally near, one in a fixed order.
    return points.min { a, b in
      let (x, y) = (distance(a.key), distance(b.key))
      if x != y { return x < y }
      let pair = names.lazy.filter { a.key.has($0) && b.key.has($0) }
        .map { (a.key[$0], b.key[$0]) }.first { $0 != $1 }
      return pair.map { $0 < $1 } ?? false
    }!.value
  }
}

extension Cell {
  /// The parameters that it shares with repetitions.
  fileprivate var point: Parameters {
    layout.coordinates.filter { $0.role == .replicate }.reduce(into: parameters) {
      $0[$1.name] = .integer(0)
    }
  }
}
