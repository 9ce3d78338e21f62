import Archives
import Foundation
import Studies

/// Bytes of memory that simulating cells takes at the most: data, features and their slopes of the
/// largest parts, and the results of the largest cells, as draws, as states before and after a
/// round, and on their way to the store; as many of each as there are workers. By arithmetic.
func simulationMemory(of cells: [Cell], workers: Int) -> Double {
  func largest(_ bytes: [Double]) -> Double { bytes.sorted().suffix(workers).reduce(0, +) }
  return 3e7
    + largest(
      cells.flatMap {
        [Double](repeating: $0.task.workingBytes, count: min($0.partCount, workers))
      })
    + largest(cells.map { 6 * $0.resultBytes })
}

/// Bytes of memory that merging cells takes at the most: the file as it grows, two copies of the
/// rows that are turned into columns at once, and the cells. By arithmetic.
func mergeMemory(of cells: [Cell]) -> Double {
  let numbers = cells.reduce(0) { $0 + $1.resultBytes }
  return 3e7 + numbers + 2 * min(numbers, Double(Transposition.blockBytes)) + 2e3
    * Double(cells.count)
}

/// Megabytes that a job asks for that merges cells: half as much again as merging takes with the
/// archive from which costs are learned, whose numbers are held four times over, and 500.
///
/// - Parameter bytes: those of the archive's study files.
package func mergeMegabytes(of cells: [Cell], archived bytes: Double) -> Int {
  Int(1.5 * (mergeMemory(of: cells) + 4 * bytes) / 1e6) + 500
}

extension Cell {
  /// Bytes of its arrays in the archive.
  var resultBytes: Double {
    layout.columns.reduce(0) { sum, column in
      sum + column.axes.reduce(Double(column.type.size)) { $0 * Double(extent(along: $1)) }
    }
  }
}
