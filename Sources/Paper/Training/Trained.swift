import Archives
import Experiments
import Figures
import Studies

/// The cells of one point of the grid that were trained in time, over data sets.
struct Trained {
  let parameters: Parameters
  let results: [CellResult]
  /// How many of the cells are stable.
  let stable: Int
  /// Times of record.
  let times: [Double]

  var isStable: Bool { stable == results.count }

  /// An observable's records, data sets × times: the mean over the runs of a data set.
  func records(_ name: String) -> [[Double]] {
    results.map { result in
      let runs = result.runs(name)
      return times.indices.map { time in
        runs.reduce(0) { $0 + $1[time] } / Double(runs.count)
      }
    }
  }

  /// An observable of each data set at a time of record.
  func values(_ name: String, at record: Int) -> [Double] { records(name).map { $0[record] } }

  /// The time of each data set's first record whose alignment reaches a threshold; infinite where
  /// none does.
  func firstPassages(to threshold: Double) -> [Double] {
    records("alignment").map { records in
      records.firstIndex { $0 >= threshold }.map { times[$0] } ?? .infinity
    }
  }

  /// The record whose time is nearest to a given one.
  func record(at time: Double) -> Int {
    times.indices.min { abs(times[$0] - time) < abs(times[$1] - time) }!
  }

  /// What the data sets have at a time of record, as replicates of a learning curve.
  ///
  /// - Parameter factor: what the observable is divided by.
  func replicates(_ name: String = "alignment", at record: Int, over factor: Double = 1)
    -> Replicates
  {
    Replicates(
      parameters: parameters, results: results,
      alignments: values(name, at: record).map { $0 / factor }, certified: stable)
  }
}

extension Archive {
  /// The points of a study of training in time, in ascending order.
  var trained: [Trained] {
    points.map { point, cells in
      let results = cells.map { self.results[$0] }
      return Trained(
        parameters: point, results: results, stable: cells.count { isSound[$0] },
        times: results[0].doubles("time"))
    }
  }
}

/// The middle of some values; between the two in the middle of an even number.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let half = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
