import Archives
import Experiments
import Figures
import Host
import Sampling
import Studies

/// Alignment against samples P at otherwise equal parameters, in ascending P.
package struct LearningCurve {
  let points: [Replicates]
  /// P of each point.
  private let sizes: [Double]

  package init(points: [Replicates]) {
    self.points = points
    sizes = points.map { Double($0.parameters.samples) }
  }

  package var parameters: Parameters { points[0].parameters }
  /// How many data sets there are.
  var datasets: Int { points[0].results.count }
  var isCertified: Bool { points.allSatisfy(\.isCertified) }
  /// Sizes of the inputs, by which data sets are the same or others.
  fileprivate var inputSizes: [Int] { points[0].results[0].kind.inputSizes(parameters) }

  /// The curves of a grid, in the order of its points.
  static func all(_ points: [Replicates]) -> [LearningCurve] {
    var order: [Parameters] = []
    var curves: [Parameters: [Replicates]] = [:]
    for point in points {
      var parameters = point.parameters
      parameters[Parameters.Name.samples] = .integer(0)
      if curves[parameters] == nil { order.append(parameters) }
      curves[parameters, default: []].append(point)
    }
    return order.map { LearningCurve(points: curves[$0]!) }
  }

  /// The curves of studies of one model at several sizes, in the order of the studies.
  ///
  /// - Parameter shared: names of coordinates, each of which has one value in all cells.
  /// - Throws: `UserError` that names a coordinate with several values.
  static func all(of archives: [Archive], sharing shared: [String]) throws -> [LearningCurve] {
    let curves = all(archives.flatMap(\.replicates))
    for name in shared {
      let values = curves.map { $0.parameters.text(name) }.uniqued
      guard values.count == 1 else {
        throw UserError(
          "\(files(archives)): got \(name) \(values.joined(separator: " and ")); expected one value",
          exitCode: 1)
      }
    }
    return curves
  }
}

extension LearningCurve {
  /// A place between two neighbouring grid points.
  struct Crossing {
    /// Index of the point before it.
    let below: Int
    /// How far it is on the way to the next one, from 0 to 1.
    let share: Double
  }

  /// Where the mean alignment over the given data sets last crosses a threshold from below, linear
  /// between grid points; `nil` where it stays on one side.
  ///
  /// - Parameter datasets: indices of data sets, with repeats in a bootstrap; all of them if `nil`.
  func crossing(of threshold: Double, datasets: [Int]? = nil) -> Crossing? {
    let means = points.map { mean($0.alignments, over: datasets) }
    guard let below = means.lastIndex(where: { $0 < threshold }), below + 1 < means.count else {
      return nil
    }
    return Crossing(
      below: below, share: (threshold - means[below]) / (means[below + 1] - means[below]))
  }

  /// P* at which the mean alignment over the given data sets crosses a threshold.
  package func samples(at threshold: Double, datasets: [Int]? = nil) -> Double? {
    crossing(of: threshold, datasets: datasets).map { samples(at: $0) }
  }

  /// dA/d ln P of the interpolated mean alignment where it crosses a threshold.
  package func slope(at threshold: Double, datasets: [Int]? = nil) -> Double? {
    guard let place = crossing(of: threshold, datasets: datasets) else { return nil }
    let (before, after) = (points[place.below].alignments, points[place.below + 1].alignments)
    let rise = mean(after, over: datasets) - mean(before, over: datasets)
    return samples(at: place) * rise / (sizes[place.below + 1] - sizes[place.below])
  }

  /// An observable where the alignment crosses a threshold, both means over the given data sets and
  /// linear in P between grid points.
  ///
  /// - Parameter means: the observable's posterior means, points × data sets.
  package func interpolated(
    _ means: [[Double]], at threshold: Double, datasets: [Int]? = nil
  ) -> Double? {
    guard let place = crossing(of: threshold, datasets: datasets) else { return nil }
    let before = mean(means[place.below], over: datasets)
    return before + place.share * (mean(means[place.below + 1], over: datasets) - before)
  }

  /// Whether every cell of the two points between which P* is interpolated is certified.
  package func isCertified(at threshold: Double) -> Bool {
    guard let below = crossing(of: threshold)?.below else { return false }
    return points[below...below + 1].allSatisfy(\.isCertified)
  }

  private func samples(at place: Crossing) -> Double {
    let (before, after) = (sizes[place.below], sizes[place.below + 1])
    return before + place.share * (after - before)
  }
}

extension Bootstrap {
  /// An interval of 95 % for a statistic of several learning curves.
  ///
  /// Networks whose inputs have equal sizes see the same data sets, which are resampled jointly.
  /// Data sets of other sizes are independent, and resampled each by itself.
  ///
  /// - Parameter statistic: of indices of data sets, one list for each curve.
  static func interval(
    of curves: [LearningCurve], _ statistic: ([[Int]]) -> Double?
  ) -> (low: Double, high: Double) {
    interval(of: curves, andDraws: []) { sets, _ in statistic(sets) }
  }

  /// An interval of 95 % for a statistic of learning curves, and of predictions that are means over
  /// draws, which are resampled as well.
  ///
  /// - Parameters:
  ///   - draws: how many draws each prediction has.
  ///   - statistic: of indices of data sets and of draws, one list for each curve or prediction.
  static func interval(
    of curves: [LearningCurve], andDraws draws: [Int], _ statistic: ([[Int]], [[Int]]) -> Double?
  ) -> (low: Double, high: Double) {
    let sizes = curves.map(\.inputSizes)
    let groups = sizes.uniqued
    let places = sizes.map { groups.firstIndex(of: $0)! }
    let counts = groups.indices.map { group in
      zip(curves, places).filter { $0.1 == group }.map(\.0.datasets).min()!
    }
    return Bootstrap(groups: counts + draws).interval { sets in
      statistic(places.map { sets[$0] }, Array(sets.dropFirst(counts.count)))
    }
  }
}
