import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// Fig. 2b: P*, the samples at which the alignment reaches 0.1, against d.
  static let sampleComplexity = Figure(
    name: "sample-complexity", studies: ["two-layer-samples"], axes: ["dimension", "samples"],
    tables: ["-alignment", "-windows"]
  ) { archives in
    let points = archives[0].replicates
    let curves = LearningCurve.all(points)
    let networks = try curves.map(ScaledNetwork.init)
    let known = networks.filter { $0.samples.value != nil }
    guard known.count > 1 else {
      throw UserError(
        "\(archives[0].file): the alignment crosses \(threshold) inside the grid at \(known.count) "
          + "dimensions; expected at least 2: widen data.samples", exitCode: 1)
    }
    let factor = exp(meanAndError(known.map { log($0.samples.value! / $0.bound) }).mean)

    var numbers = QuotedNumbers(figure: "sample-complexity")
    appendExponents(of: known, to: &numbers)
    appendPredictions(of: known, to: &numbers)
    let windows = exponentWindows(of: known)
    windows.append(to: &numbers)
    numbers.append(
      "bound_factor", factor,
      interval: Bootstrap.interval(of: known.map(\.curve)) { sets in
        let ratios = zip(known, sets).map { network, sets in
          network.curve.samples(at: threshold, datasets: sets).map { $0 / network.bound }
        }
        guard ratios.allSatisfy({ $0 != nil }) else { return nil }
        return exp(meanAndError(ratios.map { log($0!) }).mean)
      }, meaning: "geometric mean of P* over the bound")
    numbers.append("alignment_threshold", threshold, meaning: "the alignment that defines P*")
    let ratios = Set(
      curves.map { Double($0.parameters.width) / Double($0.parameters.dimension) })
    numbers.append(
      "width_ratio", ratios.count == 1 ? ratios.first! : .nan,
      meaning: "N/d, NaN if it is not the same for all d")
    numbers.append("dimension_count", Double(curves.count), meaning: "how many d there are")
    for (i, curve) in curves.enumerated() {
      numbers.append(
        "dimension_\(i + 1)", Double(curve.parameters.dimension), meaning: "d of curve \(i + 1)")
    }
    return [
      table(of: networks, factor: factor), alignments(at: points),
      windows.table(of: "sample-complexity"), numbers.table,
    ]
  }

  /// Exponents of P* over neighbouring d, and by all neurons at finite size on the same data sets.
  private static func exponentWindows(of known: [ScaledNetwork]) -> [ExponentWindow] {
    PredictedExponent(
      curves: known.map(\.curve), variable: "d", size: \.parameters.dimension, limit: 1,
      samples: { known[$0].jointSamples($1) }, slope: LearningCurve.exponentOfDimension
    ).windows(at: threshold)
  }

  private static func alignments(at points: [Replicates]) -> Table {
    Table(
      "sample-complexity-alignment", "Alignment against samples; one row a point of the grid",
      of: points,
      columns: [
        TypedColumn("dimension", "d") { $0.parameters.dimension },
        TypedColumn("samples_per_dimension", "P/d") {
          Double($0.parameters.samples) / Double($0.parameters.dimension)
        },
      ] + TypedColumn.alignment + TypedColumn.certified)
  }

  private static func table(of networks: [ScaledNetwork], factor: Double) -> Table {
    Table(
      "sample-complexity",
      "Samples P* at which the alignment reaches \(threshold); one row a dimension", of: networks,
      columns: [
        TypedColumn("dimension", "d") { $0.curve.parameters.dimension },
        TypedColumn("width", "N") { $0.curve.parameters.width },
      ] + TypedColumn.samples(\.samples) + [
        TypedColumn("bound", "large-deviation bound 2 kappa E/k") { $0.bound },
        TypedColumn("rescaled_bound", "the same times one factor for all d, fitted to P*") {
          factor * $0.bound
        },
        .isCertified("every cell at this d") { $0.curve.isCertified },
        TypedColumn("predicted", "P* of one neuron beside a bath, with nothing fitted") {
          $0.predicted?.crossing.value
        },
        TypedColumn(
          "predicted_error", "its error: over draws of data sets, and of the grid, added in squares"
        ) { $0.predicted.map { hypot($0.crossing.drawError, $0.gridError) } },
        TypedColumn(
          "joint", "P* of all neurons at finite size on the same data sets, with nothing fitted"
        ) { $0.joint?.value },
        TypedColumn("joint_ratio", "that over the sampled P*") { $0.jointRatio() },
      ]
        + TypedColumn.bootstrap("joint_low", "joint_high") { network in
          Bootstrap.interval(datasets: network.curve.datasets) { network.jointRatio($0) }
        })
  }

  /// How far the predicted P* are from those that are sampled, and their slope.
  private static func appendPredictions(
    of known: [ScaledNetwork], to numbers: inout QuotedNumbers
  ) {
    // One neuron, on draws of data sets.
    let single = known.filter { $0.predicted != nil }
    let draws = single.map { $0.predicted!.crossing.below.count }
    append(
      "predicted", "P* predicted for one neuron", of: single, draws: draws, to: &numbers
    ) { network, datasets, draws in
      network.curve.samples(at: threshold, datasets: datasets).map {
        network.predicted!.crossing.value(over: draws) / $0
      }
    } expected: {
      $0.predicted!.crossing.value
    }
    // All of them, on the same data sets as sampled.
    let joint = known.filter { $0.jointRatio() != nil }
    append(
      "joint", "P* of all neurons", of: joint, draws: [], to: &numbers
    ) { network, datasets, _ in
      network.jointRatio(datasets)
    } expected: {
      $0.joint!.value
    }
  }

  /// Adds the slope of a prediction, how much more it is than the sampled one, and the largest
  /// deviation over d.
  ///
  /// - Parameters:
  ///   - draws: how many draws of data sets each prediction has; empty if it has those sampled.
  ///   - ratio: the prediction over the sampled P*, given data sets and draws.
  private static func append(
    _ name: String, _ what: String, of known: [ScaledNetwork], draws: [Int],
    to numbers: inout QuotedNumbers, ratio: (ScaledNetwork, [Int], [Int]) -> Double?,
    expected: (ScaledNetwork) -> Double
  ) {
    let curves = known.map(\.curve)
    let complexities = SampleComplexities(curves) { Double($0.dimension) }
    func statistic(_ of: ([Double]) -> Double) -> (
      value: Double, interval: (low: Double, high: Double)
    ) {
      func found(_ datasets: [[Int]], _ draws: [[Int]]) -> Double? {
        let ratios = known.indices.map {
          ratio(known[$0], datasets[$0], draws.isEmpty ? [] : draws[$0])
        }
        guard ratios.count > 1, ratios.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
        return of(ratios.map { $0! })
      }
      let all = found(curves.map { Array(0..<$0.datasets) }, draws.map { Array(0..<$0) })
      guard let all else { return (.nan, (.nan, .nan)) }
      return (all, Bootstrap.interval(of: curves, andDraws: draws, found))
    }
    numbers.append(
      "\(name)_exponent", known.count > 1 ? complexities.slope(known.map(expected)) : .nan,
      meaning: "slope of ln of \(what) against ln d")
    let difference = statistic(complexities.slope)
    numbers.append(
      "\(name)_exponent_difference", difference.value, interval: difference.interval,
      meaning: "that minus the sampled slope")
    let deviation = statistic { $0.map { abs($0 - 1) }.max()! }
    numbers.append(
      "\(name)_largest_deviation", deviation.value, interval: deviation.interval,
      meaning: "largest |\(what)/sampled P* - 1| over d")
  }

  /// Slopes of ln P* and of ln of the bound against ln d.
  private static func appendExponents(
    of known: [ScaledNetwork], to numbers: inout QuotedNumbers
  ) {
    let complexities = SampleComplexities(known.map(\.curve)) { Double($0.dimension) }
    numbers.append(
      "exponent", complexities.exponent(at: threshold)!,
      interval: complexities.exponentInterval(at: threshold),
      meaning: "slope of ln P* against ln d")
    numbers.append(
      "bound_exponent", complexities.slope(known.map(\.bound)),
      meaning: "slope of ln of the bound against ln d")
  }
}

/// The alignment that defines P*.
private let threshold = 0.1

/// A curve with its P*, and what large deviations say of that.
private struct ScaledNetwork {
  let curve: LearningCurve
  let samples: Crossed
  let bound: Double
  /// The finite-size theory's P*; `nil` beyond its range.
  let predicted: NeuronBesideBath.SampleCount?
  /// That of all neurons at finite size, of which draws are the sampled data sets; `nil` beyond the
  /// theory's range, and where either curve stays on one side of the threshold.
  let joint: SampleCrossing?

  init(_ curve: LearningCurve) throws {
    self.curve = curve
    samples = curve.crossed(threshold)
    bound = try curve.points[0].largeDeviation().solve(alignment: threshold)
      .sampleBound(ridge: curve.parameters.ridge)
    let parameters = curve.parameters
    predicted = try? NeuronBesideBath(
      dimension: parameters.dimension, width: parameters.width, ridge: parameters.ridge,
      degree: parameters.degree, weightVariance: parameters.weightVariance,
      readoutVariance: parameters.readoutVariance
    ).samples(alignment: threshold)
    joint = try? curve.finiteWidth(at: threshold)
  }

  /// P* of all neurons over the sampled one.
  func jointRatio(_ datasets: [Int]? = nil) -> Double? {
    guard let expected = jointSamples(datasets),
      let found = curve.samples(at: threshold, datasets: datasets)
    else { return nil }
    return expected / found
  }

  /// P* of all neurons.
  func jointSamples(_ datasets: [Int]?) -> Double? {
    joint.map { joint in datasets.map(joint.value(over:)) ?? joint.value }
  }
}

extension LearningCurve {
  /// Where the posterior of all neurons at finite size crosses a threshold on the same data sets,
  /// between neighbouring points; `nil` where either curve stays on one side.
  ///
  /// - Throws: `FiniteWidthPosteriorError`.
  fileprivate func finiteWidth(at threshold: Double) throws -> SampleCrossing? {
    func alignments(_ i: Int) throws -> [Double] {
      try points[i].finiteWidth(sweeps: 300).alignments
    }
    guard var below = crossing(of: threshold)?.below else { return nil }
    var (low, high) = (try alignments(below), try alignments(below + 1))
    while mean(low, over: nil) >= threshold {
      guard below > 0 else { return nil }
      below -= 1
      (low, high) = (try alignments(below), low)
    }
    while mean(high, over: nil) < threshold {
      guard below + 2 < points.count else { return nil }
      below += 1
      (low, high) = (high, try alignments(below + 1))
    }
    return SampleCrossing(
      bracket: points[below].parameters.samples...points[below + 1].parameters.samples, below: low,
      above: high, threshold: threshold)
  }
}
