import Figures
import Studies

/// Alignment against samples P at otherwise equal parameters, in ascending P.
struct LearningCurve {
  let points: [Replicates]

  var parameters: Parameters { points[0].parameters }
  /// How many data sets there are.
  var datasets: Int { points[0].results.count }
  var isCertified: Bool { points.allSatisfy { $0.certified == $0.results.count } }

  /// The curves of a grid, in the order of its points.
  static func all(_ points: [Replicates]) -> [LearningCurve] {
    var order: [Parameters] = []
    var curves: [Parameters: [Replicates]] = [:]
    for point in points {
      var parameters = point.parameters
      parameters["samples"] = .integer(0)
      if curves[parameters] == nil { order.append(parameters) }
      curves[parameters, default: []].append(point)
    }
    return order.map { LearningCurve(points: curves[$0]!) }
  }

  /// P* at which the mean alignment over the given data sets last crosses a threshold from below, linear
  /// between grid points; `nil` where it stays on one side.
  ///
  /// - Parameter datasets: indices of data sets, with repeats in a bootstrap; all of them if `nil`.
  func samples(at threshold: Double, datasets: [Int]? = nil) -> Double? {
    crossing(of: threshold, datasets: datasets)?.samples
  }

  /// dA/d ln P of the interpolated mean alignment where it last crosses a threshold from below.
  func slope(at threshold: Double, datasets: [Int]? = nil) -> Double? {
    crossing(of: threshold, datasets: datasets)?.slope
  }

  private func crossing(
    of threshold: Double, datasets: [Int]?
  ) -> (samples: Double, slope: Double)? {
    let datasets = datasets ?? Array(0..<self.datasets)
    let values = points.map { point in
      let alignments = point.alignments
      return datasets.reduce(0.0) { $0 + alignments[$1] } / Double(datasets.count)
    }
    guard let below = values.lastIndex(where: { $0 < threshold }), below + 1 < values.count else {
      return nil
    }
    let rise = values[below + 1] - values[below]
    let (p0, p1) = (
      Double(points[below].parameters.samples), Double(points[below + 1].parameters.samples)
    )
    let samples = p0 + (threshold - values[below]) / rise * (p1 - p0)
    return (samples, samples * rise / (p1 - p0))
  }
}
