import Archives
import Figures
import Foundation
import Host
import Kernels
import Sampling
import Studies

extension Figure {
  /// How often intervals of 95 % hold the truth, by the number of data sets.
  static let coverage = Figure(
    name: "coverage", studies: ["two-layer-samples", "two-layer-width", "three-layer-collapse"],
    networks: ["two-layer", "three-layer"], axes: nil
  ) { archives in
    let estimators = CoverageTrial.estimators(
      ofSamples: archives[0], ofWidth: archives[1], ofThreeLayers: archives[2])
    let trials = estimators.enumerated().flatMap { place, estimator in
      CoverageTrial.counts.compactMap { count in
        estimator.map { (place: place, estimator: $0, count: count) }
      }
    }
    let found = parallelMap(trials, together: 1) { CoverageTrial($0.estimator, datasets: $0.count) }
    let rows = Array(zip(trials, found))
    let table = Table(
      "coverage", "Shares of 95 % intervals that hold the truth; one row an estimate and number",
      of: rows,
      columns: [
        TypedColumn("place", "number of the estimate") { $0.0.place + 1 },
        TypedColumn("estimate", "what is estimated") { $0.0.estimator.name },
        TypedColumn("datasets", "number n of data sets") { $0.0.count },
        TypedColumn("held", "share of intervals that hold it") { $0.1.share(of: $0.1.held) },
        TypedColumn("held_error", "its binomial standard error") { $0.1.error(of: $0.1.held) },
        TypedColumn("above", "share of intervals that lie above it") {
          $0.1.share(of: $0.1.above)
        },
        TypedColumn("quantiles", "the same of quantiles of resamples as they are") {
          $0.1.share(of: $0.1.heldByQuantiles)
        },
        TypedColumn("quantiles_error", "its binomial standard error") {
          $0.1.error(of: $0.1.heldByQuantiles)
        },
        TypedColumn("undefined", "share of repeats without an interval") {
          Double(CoverageTrial.repeats - $0.1.defined) / Double(CoverageTrial.repeats)
        },
      ])
    var numbers = QuotedNumbers(figure: "coverage")
    numbers.append("estimates", Double(estimators.count), meaning: "how many estimates there are")
    numbers.append(
      "repeats", Double(CoverageTrial.repeats), meaning: "repeats of an estimate at one n")
    for (trial, found) in rows where [8, 24].contains(trial.count) {
      let (share, error) = (found.share(of: found.held), found.error(of: found.held))
      let name = trial.estimator.name
      numbers.append(
        "\(trial.estimator.key)_\(trial.count)", share,
        interval: (share - 1.96 * error, share + 1.96 * error),
        meaning: "\(name): share held with \(trial.count) data sets")
      numbers.append(
        "\(trial.estimator.key)_above_\(trial.count)", found.share(of: found.above),
        meaning: "\(name): share of intervals above the truth")
    }
    return [table, numbers.table]
  }
}

/// What is estimated from data sets, and the truth of it.
private struct CoverageEstimator: Sendable {
  /// A word for the names of numbers.
  let key: String
  let name: String
  /// As many independent groups of data sets it has.
  let groups: Int
  let truth: Double
  /// The estimate of a repeat with so many data sets, as a function of lists of places in them, one
  /// for each group.
  let statistic: @Sendable (_ repeat: Int, _ datasets: Int) -> ([[Int]]) -> Double?
}

/// Repeats of an estimate from data sets drawn anew.
private struct CoverageTrial: Sendable {
  static let counts = [6, 8, 12, 16, 24]
  static let repeats = 300
  /// Resamples of an interval, fewer than elsewhere.
  private static let resamples = 300

  /// Repeats with an interval, and of these those that hold the truth by it, those that lie above
  /// it, and those that hold it by quantiles.
  let defined, held, above, heldByQuantiles: Int

  init(_ estimator: CoverageEstimator, datasets: Int) {
    var (defined, held, above, plain) = (0, 0, 0, 0)
    for step in 0..<Self.repeats {
      let statistic = estimator.statistic(step, datasets)
      let bootstrap = Bootstrap(
        groups: [Int](repeating: datasets, count: estimator.groups), count: Self.resamples,
        seed: UInt64(step))
      func holds(_ interval: (low: Double, high: Double)) -> Bool {
        interval.low <= estimator.truth && estimator.truth <= interval.high
      }
      guard let (interval, quantiles) = bootstrap.intervalAndQuantiles(statistic) else { continue }
      defined += 1
      if holds(interval) { held += 1 }
      if interval.low > estimator.truth { above += 1 }
      if holds(quantiles) { plain += 1 }
    }
    (self.defined, self.held, self.above, heldByQuantiles) = (defined, held, above, plain)
  }

  func share(of held: Int) -> Double { defined == 0 ? .nan : Double(held) / Double(defined) }

  /// Of a share of 1 it is that of one repeat that fails.
  func error(of held: Int) -> Double {
    guard defined > 0 else { return .nan }
    let share = min(share(of: held), 1 - 1 / Double(defined))
    return (share * (1 - share) / Double(defined)).squareRoot()
  }
}

extension CoverageTrial {
  /// Known distributions, and estimates of figures, for which the data sets of the archive are all
  /// that there are. One that is undefined on all of them, as in small studies, is left out.
  static func estimators(
    ofSamples samples: Archive, ofWidth width: Archive, ofThreeLayers threeLayers: Archive
  ) -> [CoverageEstimator?] {
    let two = SampleComplexities(
      LearningCurve.all(samples.replicates), reaching: threshold, against: dimension)
    let three = SampleComplexities(
      LearningCurve.all(threeLayers.replicates), reaching: threshold, against: dimension)
    let widths = width.replicates
    let middle = two.curves.dropFirst(two.curves.count / 2).first
    let near =
      middle.flatMap { curve in
        curve.crossing(of: threshold).map { curve.points[$0.below].alignments }
      } ?? []
    let logWidths = widths.map { log(Double($0.parameters.width)) }
    let specialists = widths.map(\.specialists)
    let power = two.curves.map { log($0.samples(at: threshold)!) }
    let line = leastSquares(two.logSizes, power)
    let smooth = two.logSizes.map { exp(line.intercept + line.slope * $0) }
    return [
      known("normal", "mean of normal numbers", truth: 0) { $0 },
      known("skewed", "mean of exponential numbers", truth: 1) {
        -naturalLogarithm(1 - normalDistribution(min($0, 6)))
      },
      drawn("alignment", "mean alignment just below P*", from: [near.count], groups: 1) { sets in
        near.isEmpty ? nil : mean(near, over: sets[0])
      },
      drawn(
        "exponent", "exponent of P*, two layers", from: two.curves.map(\.datasets),
        groups: two.curves.count
      ) { two.exponent(at: threshold, datasets: $0) },
      drawn(
        "three", "exponent of P*, three layers", from: three.curves.map(\.datasets),
        groups: three.curves.count
      ) { three.exponent(at: threshold, datasets: $0) },
      drawn(
        "count", "exponent of M, neurons beyond a threshold", from: [widths[0].results.count],
        groups: 1
      ) { sets in
        let means = specialists.map { mean($0, over: sets[0]) }
        guard means.allSatisfy({ $0 > 0 }) else { return nil }
        return leastSquares(logWidths, means.map { log($0) }).slope
      },
      drawn(
        "largest", "largest deviation of P* from a power law", from: two.curves.map(\.datasets),
        groups: two.curves.count
      ) { sets in
        let ratios = two.curves.indices.map { i in
          two.curves[i].samples(at: threshold, datasets: sets[i]).map { smooth[i] / $0 }
        }
        guard ratios.allSatisfy({ $0 != nil }) else { return nil }
        return ratios.map { abs($0! - 1) }.max()
      },
      drawn(
        "size", "P* of one dimension, two layers", from: middle.map { [$0.datasets] } ?? [0],
        groups: 1
      ) { sets in middle?.samples(at: threshold, datasets: sets[0]) },
      drawn(
        "spread", "spread of P*/d over dimensions, two layers", from: two.curves.map(\.datasets),
        groups: two.curves.count
      ) { sets in
        let logs = two.curves.indices.map { i in
          two.curves[i].samples(at: threshold, datasets: sets[i]).map { log($0) - two.logSizes[i] }
        }
        guard logs.allSatisfy({ $0 != nil }) else { return nil }
        return exp(standardDeviation(logs.map { $0! }))
      },
    ]
  }

  private static let threshold = 0.1
  private static func dimension(_ parameters: Parameters) -> Double {
    Double(parameters.dimension)
  }

  /// The mean of a function of normal numbers.
  private static func known(
    _ key: String, _ name: String, truth: Double, _ function: @escaping @Sendable (Double) -> Double
  ) -> CoverageEstimator {
    CoverageEstimator(key: key, name: name, groups: 1, truth: truth) { step, datasets in
      let values = RandomStream(key: 0x636F_7665).standardNormals(
        count: datasets, step: UInt64(step)
      ).map { function(Double($0)) }
      return { mean(values, over: $0[0]) }
    }
  }

  /// An estimate from data sets that are drawn, with repeats, from those of the archive; `nil`
  /// where it is undefined on all of them.
  ///
  /// - Parameter sizes: how many there are of each group.
  private static func drawn(
    _ key: String, _ name: String, from sizes: [Int], groups: Int,
    _ statistic: @escaping @Sendable ([[Int]]) -> Double?
  ) -> CoverageEstimator? {
    guard let truth = statistic(sizes.map { Array(0..<$0) }) else { return nil }
    return CoverageEstimator(key: key, name: name, groups: groups, truth: truth) { step, datasets in
      let stream = RandomStream(key: 0x6472_6177)
      var index: UInt32 = 0
      let population = sizes.map { size in
        (0..<datasets).map { _ in
          defer { index += 1 }
          return stream.integer(below: size, step: UInt64(step), index: index)
        }
      }
      return { sets in
        statistic(zip(sets, population).map { places, datasets in places.map { datasets[$0] } })
      }
    }
  }
}
