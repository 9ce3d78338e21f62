import Archives
import Experiments
import Foundation
import Sampling
import Studies

/// Where the error of a study's points comes from, the scatter of data sets or the chains in them,
/// and how many data sets a wanted error takes.
///
/// A point is the cells that differ by nothing but their data set, or whatever tells repetitions
/// apart. Its mean of the study's leading quantity has a squared error of s²/n, where s² is the
/// variance of the n cells' means. A part of s² is Monte Carlo: the mean of the cells' own squared
/// errors.
package struct Allocation: Encodable, Sendable {
  package let study: String
  /// What the errors are of.
  package let quantity: String
  package let points: Int
  /// Data sets of a point, the median.
  package let datasets: Double
  /// Standard error of a point, root mean square.
  package let error: Double
  /// The part of the points' variances that is Monte Carlo.
  package let monteCarloShare: Double
  /// Effective draws of a cell, the median, and those with which that part would be a tenth.
  package let effectiveDraws, sufficientDraws: Double
  /// Data sets of a point with which the error would be the wanted one, if one is wanted.
  package let wantedDatasets: Double?
  /// Core time that the study took, and what it would be with so many data sets; `nil` where no run
  /// is on record.
  package let coreSeconds, wantedCoreSeconds: Double?

  /// - Parameter error: the wanted standard error of a point.
  /// - Returns: `nil` where fewer than two cells of any point have a Monte Carlo error, as in
  ///   experiments without chains of an equilibrium.
  package init?(of archive: Archive, error wanted: Double? = nil, runs: RunLog? = nil) {
    let leading = archive.layout.quantities[0]
    let replicates = archive.layout.coordinates.filter { $0.role == .replicate }.map(\.name)
    var cells: [Parameters: [MeanEstimate]] = [:]
    for result in archive.results {
      guard case .chains(let chains)? = leading.estimate(result) else { return nil }
      let estimate = MeanEstimate(chains)
      guard estimate.mean.isFinite, estimate.squaredError.isFinite else { continue }
      var point = result.parameters
      for name in replicates { point[name] = .integer(0) }
      cells[point, default: []].append(estimate)
    }
    let points = cells.values.filter { $0.count > 1 }
    guard !points.isEmpty else { return nil }
    func average(_ value: ([MeanEstimate]) -> Double) -> Double {
      points.map(value).sorted().reduce(0, +) / Double(points.count)
    }
    let variance = average { Self.variance($0.map(\.mean)) }
    let chains = average { $0.reduce(0) { $0 + $1.squaredError } / Double($0.count) }
    guard variance > 0 else { return nil }
    let draws = Self.median(points.joined().map(\.samples))
    study = archive.name
    quantity = leading.name
    self.points = points.count
    datasets = Self.median(points.map { Double($0.count) })
    error = average { Self.variance($0.map(\.mean)) / Double($0.count) }.squareRoot()
    monteCarloShare = chains / variance
    effectiveDraws = draws
    // With chains/variance = 1/10 beside a scatter of data sets that stays what it is.
    let scatter = max(0, variance - chains)
    sufficientDraws = scatter > 0 ? draws * 9 * chains / scatter : .infinity
    coreSeconds = runs?.coreSeconds(
      of: archive.name, key: archive.studyKey, cells: archive.cells.count)
    let wantedSets = wanted.map { (variance / ($0 * $0)).rounded(.up) }
    wantedDatasets = wantedSets
    let all = datasets
    wantedCoreSeconds = coreSeconds.flatMap { now in wantedSets.map { now * $0 / all } }
  }

  private static func variance(_ x: [Double]) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)
  }

  private static func median(_ x: [Double]) -> Double {
    let sorted = x.sorted()
    return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
  }
}
