import Archives
import Experiments
import Foundation
import Studies

/// A number that each draw of a cell has, and each network that was trained in it.
struct Quantity {
  let name: String
  let values: [Double]

  /// The quantities of draws. Archived draws and trained networks go the same way, so that they are
  /// rounded alike.
  static func all(of draws: CellResult, in cell: Cell) -> [Quantity] {
    let kind = cell.kind
    let data = draws.trainingLoss.map { Double($0) * Double(cell.samples) / (2 * cell.ridge) }
    let energy = draws.energy.map { Double($0) }
    let units = kind.units.flatMap { unit in
      let values = draws.unit(unit.name).map { Double($0) }
      let size = cell.parameters.integer(unit.size)
      let rows = stride(from: 0, to: values.count, by: size).map { values[$0..<$0 + size] }
      return [
        Quantity(
          name: "\(unit.name)_rms",
          values: rows.map { ($0.reduce(0) { $0 + $1 * $1 } / Double(size)).squareRoot() }),
        Quantity(name: "\(unit.name)_largest", values: rows.map { $0.map { abs($0) }.max()! }),
      ]
    }
    return [
      Quantity(name: "energy", values: energy),
      Quantity(name: "prior_term", values: zip(energy, data).map { $0 - $1 }),
      Quantity(name: "data_term", values: data),
      Quantity(name: "training_loss", values: draws.trainingLoss.map { Double($0) }),
      Quantity(name: "alignment", values: draws.alignment),
    ] + kind.observables.map { Quantity(name: $0.name, values: draws.observable($0.name)) } + units
  }
}

/// The distribution of a quantity over draws.
package struct Distribution {
  package let mean, deviation: Double
  /// The 5 % and 95 % quantiles, interpolated between draws.
  package let low, high: Double
  private let sorted: [Double]

  /// - Returns: `nil` without draws, or where one is not finite, as in a chain that diverged.
  package init?(_ values: [Double]) {
    guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * (count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    self.mean = mean
    self.sorted = sorted
    deviation = (squares / (count - 1)).squareRoot()
    (low, high) = (quantile(0.05), quantile(0.95))
  }

  /// The share of draws below a value, in percent; equal ones count half.
  package func percentile(of value: Double) -> Double {
    let (below, equal) = (sorted.count { $0 < value }, sorted.count { $0 == value })
    return 100 * (Double(below) + Double(equal) / 2) / Double(sorted.count)
  }

  /// Whether a value is within the 5 % and 95 % quantiles.
  package func holds(_ value: Double) -> Bool { low <= value && value <= high }
}
