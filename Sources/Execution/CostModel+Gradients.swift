import Foundation
import Host
import Studies

// Gradients and draws of cells, from archived ones.

extension CostModel {
  struct Count {
    var gradients, draws: Double
  }

  /// Gradients and draws of cells: their own where they are archived, else those of the nearest
  /// archived point of the grid, over its data sets, in proportion to the formula.
  func counts(
    of cells: [Cell]
  ) -> (cells: [Count], error: Double?, source: CostEstimate.Source) {
    let kind = cells[0].kind
    let relevant = archived.filter {
      $0.cell.kind.name == kind.name
        && ($0.cell.sampler.langevinStep > 0) == (cells[0].sampler.langevinStep > 0)
        && $0.cell.sampler.isIntegrated == cells[0].sampler.isIntegrated
    }
    let own = Dictionary(
      relevant.map { ($0.cell.key, $0) }, uniquingKeysWith: { first, _ in first })
    let points = Dictionary(grouping: relevant) { $0.cell.point }
    guard !points.isEmpty else {
      return (
        cells.map { Count(gradients: $0.expectedGradients, draws: $0.draws) }, nil, .formula
      )
    }
    var known: [Parameters: Count] = [:]
    var guessed = 0.0
    let counts = cells.map { cell in
      if let own = own[cell.key] { return Count(gradients: own.gradients, draws: own.draws) }
      let ratio = known[cell.point] ?? ratios(nearest(to: cell.point, in: points, kind))
      known[cell.point] = ratio
      guessed += 1
      return Count(
        gradients: ratio.gradients * cell.expectedGradients, draws: ratio.draws * cell.draws)
    }
    guard guessed > 0 else { return (counts, 0, .sameCells) }
    // As much as one archived point is off when the nearest other one tells.
    let errors = points.compactMap { point, there -> Double? in
      var others = points
      others[point] = nil
      guard !others.isEmpty else { return nil }
      return log(
        ratios(nearest(to: point, in: others, kind)).gradients / ratios(there).gradients)
    }
    let square = errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
    let error = square.squareRoot() * guessed / Double(cells.count)
    return (counts, errors.isEmpty ? nil : error, .nearestCells)
  }

  private func ratios(_ cells: [Archived]) -> Count {
    let n = Double(cells.count)
    return Count(
      gradients: cells.reduce(0) { $0 + $1.gradients / $1.cell.expectedGradients } / n,
      draws: cells.reduce(0) { $0 + $1.draws / $1.cell.draws } / n)
  }

  private func nearest(
    to point: Parameters, in points: [Parameters: [Archived]], _ kind: NetworkKind
  ) -> [Archived] {
    func distance(_ other: Parameters) -> Double {
      kind.coordinates.reduce(0) { sum, coordinate in
        let name = coordinate.name
        switch (point[name], other[name]) {
        case (.integer(let a), .integer(let b)):
          return sum + abs(log(Double(max(1, a)) / Double(max(1, b))))
        case (.real(let a), .real(let b)): return sum + (a > 0 && b > 0 ? abs(log(a / b)) : 0)
        case (let a, let b): return sum + (a == b ? 0 : 1)
        }
      }
    }
    // Of points equally near, one in a fixed order.
    let names = kind.coordinates.map(\.name)
    return points.min { a, b in
      let (x, y) = (distance(a.key), distance(b.key))
      if x != y { return x < y }
      let pair = names.lazy.map { (a.key[$0], b.key[$0]) }.first { $0 != $1 }
      return pair.map { $0 < $1 } ?? false
    }!.value
  }
}

extension Cell {
  /// The parameters that it shares with the other data sets.
  fileprivate var point: Parameters {
    var point = parameters
    point[Parameters.Name.dataset] = .integer(0)
    return point
  }

  /// Draws of all chains.
  var draws: Double { Double(sampler.draws * sampler.starts.count) }
}
