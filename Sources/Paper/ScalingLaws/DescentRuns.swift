import Archives
import Experiments
import Foundation
import Host
import Studies

/// Runs of descent at one point of a grid: one array a data set, of which a record is a mean over
/// the networks of a cell.
struct DescentRuns {
  let parameters: Parameters
  let times: [Double]
  private let results: [CellResult]

  var step: Double { parameters.real(Parameters.Name.step) }
  var batch: Int { parameters.integer(Parameters.Name.batch) }
  var datasets: Int { results.count }

  fileprivate init(_ parameters: Parameters, _ results: [CellResult]) {
    self.parameters = parameters
    self.results = results
    times = results[0].doubles("time")
  }

  /// Steps until each record.
  var steps: [Double] { times.map { ($0 / step).rounded() } }

  /// A number of each data set, record by record: [dataset][record].
  func records(_ name: String) -> [[Double]] {
    results.map { result in
      let runs = result.runs(name)
      return times.indices.map { record in
        runs.reduce(0) { $0 + $1[record] } / Double(runs.count)
      }
    }
  }
}

extension Archive {
  /// The points of a study of descent, in ascending order of their coordinates.
  ///
  /// - Throws: `UserError` if a network diverged, which leaves its cell without numbers.
  func descents() throws -> [DescentRuns] {
    guard isSound.allSatisfy({ $0 }) else {
      throw UserError(
        "\(file): \(isSound.count { !$0 }) cells diverged; expected stable ones alone")
    }
    return points.map { point, cells in DescentRuns(point, cells.map { results[$0] }) }
  }
}

/// The mean over some data sets of records, and its standard error.
func meanOfRecord(_ records: [[Double]], at record: Int) -> (mean: Double, error: Double) {
  meanAndError(records.map { $0[record] })
}

/// The slope of ln y on ln x over a window of x, or `nil` where y is not positive there.
func logSlope(_ x: [Double], _ y: [Double], from first: Double, to last: Double) -> Double? {
  // Ends of the window belong to it, to the rounding of steps.
  let window = x.indices.filter { x[$0] >= 0.99 * first && x[$0] <= 1.01 * last }
  guard window.count > 1, window.allSatisfy({ y[$0] > 0 }) else { return nil }
  return leastSquares(window.map { log(x[$0]) }, window.map { log(y[$0]) }).slope
}

/// The power by which y grows from an early to a late window of x, whose means may be taken of
/// values that scatter around zero; `nil` where one of them is not positive.
func growthPower(
  _ x: [Double], _ y: [Double], early: ClosedRange<Double>, late: ClosedRange<Double>
) -> Double? {
  func means(_ window: ClosedRange<Double>) -> (place: Double, value: Double)? {
    let inside = x.indices.filter { window.contains(x[$0]) }
    guard !inside.isEmpty else { return nil }
    let count = Double(inside.count)
    return (
      inside.reduce(0) { $0 + log(x[$1]) } / count, inside.reduce(0) { $0 + y[$1] } / count
    )
  }
  guard let first = means(early), let last = means(late), first.value > 0, last.value > 0,
    first.place < last.place
  else { return nil }
  return log(last.value / first.value) / (last.place - first.place)
}
