import Foundation
import Kernels
import Studies

/// Seconds of a step of each kind, measured at cells of a few sizes: in proportion to the
/// operations of a step, at a rate between those of the two nearest sizes.
struct Timing {
  private typealias Point = (work: Double, seconds: [Double])
  private let points: [Point]
  /// Root mean square of how far sizes in between are off where their neighbours tell; at least the
  /// spread of `besides`, 10 %.
  let error: Double

  init(of cells: [Cell], kernels: KernelSet) {
    // One cell of each size, of at most nine sizes from the smallest to the largest.
    let sizes = Dictionary(grouping: cells, by: \.task.stepWork).mapValues { $0[0] }
      .sorted { $0.key < $1.key }.map(\.value)
    let count = min(9, sizes.count)
    let measured = (0..<count).map { i in
      let cell = sizes[count == 1 ? 0 : i * (sizes.count - 1) / (count - 1)]
      let seconds = cell.task.secondsPerStep(cell.streams(kernels: kernels))
      return (work: cell.task.stepWork, seconds: seconds)
    }
    points = measured
    let errors = measured.indices.dropFirst().dropLast().map { i in
      var others = measured
      others.remove(at: i)
      let guess = Self.rate(at: measured[i].work, others, of: 0)
      return log(guess * measured[i].work / measured[i].seconds[0])
    }
    let square = errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
    error = max(0.1, square.squareRoot())
  }

  /// Seconds of a step of each kind.
  func secondsPerStep(_ cell: Cell) -> [Double] {
    let work = cell.task.stepWork
    return points[0].seconds.indices.map { work * Self.rate(at: work, points, of: $0) }
  }

  /// Seconds an operation of steps of a kind, linear in ln(operations) between the sizes measured.
  private static func rate(at work: Double, _ points: [Point], of kind: Int) -> Double {
    let rates = points.map { $0.seconds[kind] / $0.work }
    guard let above = points.firstIndex(where: { $0.work >= work }) else { return rates.last! }
    guard above > 0 else { return rates[0] }
    let (a, b) = (points[above - 1].work, points[above].work)
    let share = log(work / a) / log(b / a)
    return rates[above - 1] * (1 - share) + rates[above] * share
  }
}
