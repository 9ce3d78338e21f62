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
    tables: ["-alignment"]
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
    numbers.append("bound_factor", factor, meaning: "geometric mean of P* over the bound")
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
    return [table(of: networks, factor: factor), alignments(at: points), numbers.table]
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
          $0.predicted?.value
        },
        TypedColumn(
          "predicted_error", "its error: over draws of data sets, and of the grid, added in squares"
        ) { $0.predicted.map { hypot($0.drawError, $0.gridError) } },
      ])
  }

  /// How far the predicted P* are from those that are sampled, and their slope.
  private static func appendPredictions(
    of known: [ScaledNetwork], to numbers: inout QuotedNumbers
  ) {
    let known = known.filter { $0.predicted != nil }
    let (curves, predictions) = (known.map(\.curve), known.map { $0.predicted! })
    func deviation(_ datasets: [[Int]], _ draws: [[Int]]) -> Double? {
      let ratios = known.indices.map { i in
        curves[i].samples(at: threshold, datasets: datasets[i]).map {
          predictions[i].value(over: draws[i]) / $0
        }
      }
      guard ratios.allSatisfy({ $0 != nil }) else { return nil }
      return ratios.map { abs($0! - 1) }.max()
    }
    let draws = predictions.map(\.below.count)
    let all = (curves.map { Array(0..<$0.datasets) }, draws.map { Array(0..<$0) })
    numbers.append(
      "predicted_exponent",
      known.count > 1
        ? SampleComplexities(curves) { Double($0.dimension) }.slope(predictions.map(\.value))
        : .nan,
      meaning: "slope of ln of the predicted P* against ln d")
    numbers.append(
      "largest_deviation", deviation(all.0, all.1) ?? .nan,
      interval: known.isEmpty
        ? (.nan, .nan) : Bootstrap.interval(of: curves, andDraws: draws, deviation),
      meaning: "largest |predicted P*/sampled P* − 1| over d")
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
  }
}
