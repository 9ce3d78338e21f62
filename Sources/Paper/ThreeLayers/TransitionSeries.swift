import Foundation
import Sampling

/// The networks of one d and one ridge, from the narrowest first layer to the widest.
struct TransitionSeries {
  let points: [TransitionPoint]
  /// Where the points were among all of them.
  let places: [Int]

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

  /// The networks up to which the first layer has the specialists.
  var branch: ArraySlice<TransitionPoint> { points.prefix { $0.isFirstLayerBranch } }
  /// How many data sets all networks of the branch have.
  var shared: Int { branch.map { $0.replicates.results.count }.min() ?? 0 }
  /// Where the branch's three widest networks begin, nearer to what the paper says of wide layers.
  var half: Int { max(0, branch.count - 3) }

  /// Returns the N₁/d at which numbers that go with the points first reach a half, between points.
  func takeover(_ numbers: [Double]) -> Double? {
    numbers.indices.first {
      $0 + 1 < numbers.count && numbers[$0] < 0.5 && numbers[$0 + 1] >= 0.5
    }.map { i in
      let share = (0.5 - numbers[i]) / (numbers[i + 1] - numbers[i])
      return points[i].ratio * pow(points[i + 1].ratio / points[i].ratio, share)
    }
  }

  /// Returns the slope of the logarithm of counts against ln N₁ over the branch's networks from one
  /// on, given data sets.
  ///
  /// It is that of the data sets that are on the branch in all of them: those that leave it have
  /// the fewest specialists, so that means over whichever are left at each width would rise for
  /// that alone.
  ///
  /// - Parameter counts: of each network, and each of its data sets.
  func slope(of counts: [[Double]], from first: Int) -> ([Int]) -> Double? {
    let branch = branch
    let onBranch = branch.map(\.isOnFirstLayerBranch)
    return { datasets in
      let networks = branch.indices.dropFirst(first)
      let own = datasets.filter { set in networks.allSatisfy { onBranch[$0][set] } }
      let means = networks.map { point in
        own.reduce(0.0) { $0 + counts[point][$1] } / Double(own.count)
      }
      guard means.count > 1, means.allSatisfy({ $0 > 0 }) else { return nil }
      return leastSquares(networks.map { log(branch[$0].ratio) }, means.map { log($0) }).slope
    }
  }
}
