import Foundation
import Sampling

/// The networks of one d and one ridge, from the narrowest first layer to the widest.
struct TransitionSeries {
  let points: [TransitionPoint]
  /// Where the points were among all of them.
  let places: [Int]
  /// The networks up to which the first layer has the specialists. Stored, because a bootstrap asks
  /// for it thousands of times.
  let branch: ArraySlice<TransitionPoint>

  private init(points: [TransitionPoint], places: [Int]) {
    self.points = points
    self.places = places
    branch = points.prefix { $0.isFirstLayerBranch }
  }

  static func all(of points: [TransitionPoint]) -> [TransitionSeries] {
    struct Key: Hashable {
      let dimension: Int
      let ridge: Double
    }
    let keys = points.map { Key(dimension: $0.parameters.dimension, ridge: $0.parameters.ridge) }
    return Set(keys).sorted { ($0.dimension, -$0.ridge) < ($1.dimension, -$1.ridge) }.map { key in
      let places = points.indices.filter { keys[$0] == key }
        .sorted { points[$0].ratio < points[$1].ratio }
      return TransitionSeries(points: places.map { points[$0] }, places: places)
    }
  }

  var dimension: Int { points[0].parameters.dimension }
  var ridge: Double { points[0].parameters.ridge }

  /// How many data sets all networks of the branch have.
  var shared: Int { branch.map { $0.replicates.results.count }.min() ?? 0 }
  /// Where the branch's three widest networks begin, nearer to what the paper says of wide layers.
  var half: Int { max(0, branch.count - 3) }

  /// How many data sets all networks have.
  var datasets: Int { points.map { $0.replicates.results.count }.min()! }

  /// The N₁/d at which a number of each network and data set reaches a half in the mean, between
  /// networks, with its interval over data sets; `nil` where it does not come to that.
  func takeover(of numbers: [[Double]]) -> SampledNumber {
    SampledNumber(over: Array(0..<datasets)) { takeover(of: numbers, over: $0) }
  }

  /// The same of the data sets given.
  func takeover(of numbers: [[Double]], over datasets: [Int]) -> Double? {
    let means = numbers.map { mean($0, over: datasets) }
    return means.indices.first {
      $0 + 1 < means.count && means[$0] < 0.5 && means[$0 + 1] >= 0.5
    }.map { i in
      let share = (0.5 - means[i]) / (means[i + 1] - means[i])
      return points[i].ratio * pow(points[i + 1].ratio / points[i].ratio, share)
    }
  }

  /// The data sets that are on the branch in all of its networks from one on.
  ///
  /// Slopes are of these alone: those that leave the branch have the fewest specialists, so that
  /// means over whichever are left at each width would rise for that alone.
  func staying(from first: Int) -> [Int] {
    let onBranch = branch.dropFirst(first).map(\.isOnFirstLayerBranch)
    return (0..<shared).filter { set in onBranch.allSatisfy { $0[set] } }
  }

  /// The slope of the logarithm of mean counts over data sets against ln N₁, over the branch's
  /// networks from one on.
  ///
  /// - Parameter counts: of each network, and each of its data sets.
  func slope(of counts: [[Double]], from first: Int, over datasets: [Int]) -> Double? {
    let networks = branch.indices.dropFirst(first)
    let means = networks.map { mean(counts[$0], over: datasets) }
    guard means.count > 1, means.allSatisfy({ $0 > 0 }) else { return nil }
    return leastSquares(networks.map { log(branch[$0].ratio) }, means.map { log($0) }).slope
  }
}
