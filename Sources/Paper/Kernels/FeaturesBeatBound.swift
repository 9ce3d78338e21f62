import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// Networks with features against the bound of lazy ones, on digits: along a random direction,
  /// and along the first principal axis.
  static let featuresBeatBound = Figure(
    name: "features-beat-bound",
    studies: directions.flatMap { ["features-beat-bound\($0)", "features-beat-bound\($0)-lazy"] },
    experiments: [StudySpec.defaultExperiment, KernelRegression.name],
    networks: [NetworkKind.twoLayerZonal.name] + KernelRegression.models, axes: ["samples"]
  ) { archives in
    var numbers = QuotedNumbers(figure: "features-beat-bound")
    var points: [BoundedPoint] = []
    for (index, name) in ["random", "axis"].enumerated() {
      let (network, lazy) = (archives[2 * index], archives[2 * index + 1])
      let curve = RegressionCurve.all(lazy)[0]
      let own = try network.replicates.map { replicates in
        guard let place = curve.samples.firstIndex(of: replicates.parameters.samples),
          curve.learnability[place].count == replicates.results.count
        else {
          throw UserError(
            "\(lazy.file): P of \(curve.samples), \(curve.subsets) subsets; expected those of "
              + "\(network.file)", exitCode: 1)
        }
        return BoundedPoint(
          panel: index + 1, network: replicates, lazy: curve.learnability[place],
          bound: curve.subsetBound[place])
      }
      append(own, name, curve, to: &numbers)
      points += own
    }
    return [table(of: points), numbers.table]
  }

  /// The ends of the studies' names.
  private static let directions = ["", "-axis"]

  private static func append(
    _ points: [BoundedPoint], _ name: String, _ curve: RegressionCurve,
    to numbers: inout QuotedNumbers
  ) {
    numbers.append(
      "second_moment_\(name)", curve.secondMoment,
      meaning: "mean over all rows of the squared target, \(name) direction")
    for point in points {
      let samples = point.network.parameters.samples
      numbers.append(
        "ratio_\(name)_\(samples)", point.ratio(),
        interval: Bootstrap.interval(datasets: point.bound.count) { point.ratio(over: $0) },
        meaning: "L of the network over the bound of lazy ones, P = \(samples)")
      let specialists = point.network.specialists
      numbers.append(
        "specialists_\(name)_\(samples)", meanAndError(specialists).mean,
        interval: Bootstrap.interval(datasets: specialists.count) { mean(specialists, over: $0) },
        meaning: "specialised neurons, P = \(samples)")
    }
    let gaps = points.flatMap { zip($0.lazy, $0.bound).map { $0 / $1 } }
    numbers.append(
      "lazy_ratio_\(name)", gaps.max()!,
      meaning: "largest L of kernel regression over its bound on any subset")
  }

  private static func table(of points: [BoundedPoint]) -> Table {
    Table(
      "features-beat-bound", "Learnability on digits; one row a number of samples of a direction",
      of: points,
      columns: [
        TypedColumn("panel", "1: a random direction, 2: the first principal axis") { $0.panel },
        TypedColumn("samples", "P") { $0.network.parameters.samples },
        TypedColumn("learnability", "L of the network, mean over subsets") {
          $0.network.alignment.mean
        },
        TypedColumn("standard_error", "over subsets") { $0.network.alignment.error },
        TypedColumn("lazy", "L of kernel regression, mean over subsets") {
          meanAndError($0.lazy).mean
        },
        TypedColumn("lazy_error", "over subsets") { meanAndError($0.lazy).error },
        TypedColumn("bound", "of the latter, mean over subsets") { meanAndError($0.bound).mean },
        TypedColumn("specialists", "neurons with an overlap beyond 0.8, mean over subsets") {
          meanAndError($0.network.specialists).mean
        },
      ] + TypedColumn<Replicates>.certified.map { $0.of(\.network) })
  }
}

/// A network and the lazy limit of another on the same subsets.
private struct BoundedPoint {
  let panel: Int
  let network: Replicates
  /// L of kernel regression and its bound, of each subset.
  let lazy, bound: [Double]

  /// Mean L of the network over the mean bound, over some subsets.
  func ratio(over chosen: [Int]? = nil) -> Double {
    mean(network.alignments, over: chosen) / mean(bound, over: chosen)
  }
}
