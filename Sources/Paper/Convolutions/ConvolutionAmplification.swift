import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// Amplification of the filters of linear convolutions along the target's feature and across it:
  /// where half of the target is learned, against the number of channels and against the size, and
  /// everywhere on one curve.
  static let cnnAmplification = Figure(
    name: "cnn-amplification", studies: ["cnn-channels", "cnn-learnability"],
    networks: [NetworkKind.convolution.name],
    axes: ["patch", "channels", "samples"], tables: ["-theory", "-points"]
  ) { archives in
    let families = zip(["channels", "size"], archives).map { name, archive in
      Family(name: name, curves: LearningCurve.all(archive.replicates))
    }
    let networks = try families.flatMap { family in
      try family.curves.compactMap { try AmplifiedNetwork(series: family.name, curve: $0) }
    }
    guard !networks.isEmpty else {
      throw UserError(
        "\(files(archives)): the alignment never crosses \(half); expected it to: "
          + "widen data.samples", exitCode: 1)
    }
    let outputVariance = try outputVariance(of: archives)
    let points = families.flatMap { family in
      family.curves.flatMap(\.points).map {
        AmplifiedPoint(series: family.name, point: $0, outputVariance: outputVariance)
      }
    }
    let ratios = families.flatMap { $0.curves.map(\.parameters.channelRatio) }
    var numbers = QuotedNumbers(figure: "cnn-amplification")
    for family in families { Slope(family).append(to: &numbers) }
    numbers.append("alignment", half, meaning: "where D is compared")
    appendExtremes(of: points, to: &numbers)
    numbers.append(
      "finite_deviation",
      networks.filter { $0.series == "channels" }.map {
        100 * abs($0.finiteSize.samples / $0.samples - 1)
      }.max() ?? .nan,
      meaning: "percent between P* of the posterior at these sizes and the sampled one, the "
        + "largest as the channels vary")
    numbers.append(
      "finite_across_deviation",
      networks.map { 100 * abs($0.finiteSize.filterVariance / $0.across - 1) }.max() ?? .nan,
      meaning: "percent between that posterior's amplification across w* and the sampled one where "
        + "A = \(half), the largest of all networks")
    return [
      table(of: networks), theory(over: ratios, outputVariance), table(of: points), numbers.table,
    ]
  }

  private static let half = 0.5

  /// σ_w² σ_a², which all networks have in common.
  private static func outputVariance(of archives: [Archive]) throws -> Double {
    let variances = Set(
      archives.flatMap { $0.cells.map { $0.weightVariance * $0.readoutVariance } })
    guard let variance = variances.first, variances.count == 1 else {
      throw UserError(
        "\(files(archives)): the prior's variances differ; expected them to be the same")
    }
    return variance
  }

  /// Predictions at u = 1/2, over the ratios of the sampled networks.
  private static func theory(over ratios: [Double], _ outputVariance: Double) -> Table {
    let (first, last) = (0.7 * ratios.min()!, 1.4 * ratios.max()!)
    return Table(
      "cnn-amplification-theory", "Predicted amplification; one row a ratio",
      of: (0...60).map { first * pow(last / first, Double($0) / 60) },
      columns: [
        TypedColumn("ratio", "N_w S/C") { $0 },
        TypedColumn("along", "1/(1 - tau^2) where u is \(half)") { ratio in
          amplification(alignment: half, outputVariance: outputVariance, ratio)
        },
        TypedColumn(
          "scaling", "sqrt(N_w S/C), at which the scaling argument's energy of GFL is least"
        ) { $0.squareRoot() },
      ])
  }

  /// How far sampled and predicted amplification are apart where a good part is learned.
  private static func appendExtremes(
    of points: [AmplifiedPoint], to numbers: inout QuotedNumbers
  ) {
    let learned = points.filter { $0.alignment > 0.4 }
    let across = learned.map(\.across)
    numbers.append(
      "largest_deviation",
      learned.map { 100 * abs($0.along.mean / $0.predicted - 1) }.max() ?? .nan,
      meaning: "percent between D and its prediction where A > 0.4, the largest")
    numbers.append(
      "least_across", across.min() ?? .nan, meaning: "amplification across w* there, the least")
    numbers.append("largest_across", across.max() ?? .nan, meaning: "the same, the largest")
  }
}

// MARK: - Rows

extension Figure {
  /// Curves along which one thing varies.
  private struct Family {
    let name: String
    let curves: [LearningCurve]
  }

  /// A network where half of the target is learned.
  private struct AmplifiedNetwork {
    let series: String
    let curve: LearningCurve
    let along, across, samples: Double
    let interval: (low: Double, high: Double)

    /// The posterior at this size.
    let finiteSize: ConvolutionPosterior.State

    /// - Returns: `nil` where the alignment does not get there within the grid.
    init?(series: String, curve: LearningCurve) throws {
      let means = curve.points.map { $0.means("amplification") }
      let transverse = curve.points.map { $0.means("transverse_amplification") }
      guard let along = curve.interpolated(means, at: half),
        let across = curve.interpolated(transverse, at: half),
        let samples = curve.samples(at: half)
      else { return nil }
      self.series = series
      self.curve = curve
      self.along = along
      self.across = across
      self.samples = samples
      finiteSize = try curve.points[0].finiteSize.samples(alignment: half)
      interval = Bootstrap.interval(datasets: curve.datasets) {
        curve.interpolated(means, at: half, datasets: $0)
      }
    }
  }

  private static func table(of networks: [AmplifiedNetwork]) -> Table {
    Table(
      "cnn-amplification",
      "Amplification where the alignment is \(half); one row a network that gets there within its grid",
      of: networks,
      columns: [
        TypedColumn("series", "what varies: the channels alone, or S = N_w = C") { $0.series },
        TypedColumn("ratio", "N_w S/C") { $0.curve.parameters.channelRatio },
        TypedColumn("channels", "C") { $0.curve.parameters.channels },
        TypedColumn("dimension", "d") { $0.curve.parameters.dimension },
        TypedColumn("amplification", "D along w*, mean over data sets interpolated in P at P*") {
          $0.along
        },
      ] + TypedColumn.bootstrap { $0.interval } + [
        TypedColumn("across", "the same of a direction across w*") { $0.across },
        TypedColumn("finite_size", "D of the posterior at these sizes, nothing fitted") {
          $0.finiteSize.filterAmplification
        },
        TypedColumn("finite_size_across", "the same across w*") { $0.finiteSize.filterVariance },
        TypedColumn("samples", "P*, sampled") { $0.samples },
        TypedColumn("finite_size_samples", "P* of the posterior at these sizes") {
          $0.finiteSize.samples
        },
        .isCertified("every cell of the curve") { $0.curve.isCertified },
      ])
  }

  /// A point of the grid, with what is predicted at its alignment.
  private struct AmplifiedPoint {
    let series: String
    let point: Replicates
    let alignment, field, predicted, across: Double
    let along: (mean: Double, error: Double)

    init(series: String, point: Replicates, outputVariance: Double) {
      let ratio = point.parameters.channelRatio
      self.series = series
      self.point = point
      along = meanAndError(point.means("amplification"))
      across = meanAndError(point.means("transverse_amplification")).mean
      alignment = max(0, point.alignment.mean)
      predicted = amplification(
        alignment: alignment, outputVariance: outputVariance, ratio)
      field = alignment * (ratio / outputVariance).squareRoot()
    }
  }

  private static func table(of points: [AmplifiedPoint]) -> Table {
    Table(
      "cnn-amplification-points", "Amplification at every point of both grids; one row a point",
      of: points,
      columns: [
        TypedColumn("series", "what varies: the channels alone, or S = N_w = C") { $0.series },
        TypedColumn("field", "(A/sigma_a) sqrt(N_w S/C) at the sampled alignment A") { $0.field },
        TypedColumn("amplification", "D along w*, mean over data sets") { $0.along.mean },
        TypedColumn("standard_error", "over data sets") { $0.along.error },
        TypedColumn("across", "the same of a direction across w*") { $0.across },
        TypedColumn("predicted", "1/2 + sqrt(1/4 + field^2), nothing fitted") { $0.predicted },
        .isCertified("every data set") { $0.point.isCertified },
      ])
  }
}

// MARK: - Theory

extension Figure {
  /// D of the equation of state at alignment u: D = 1/(1 − τ²) and u √(N_w S/(s C)) = τ/(1 − τ²) =:
  /// v give D² − D = v².
  private static func amplification(
    alignment: Double, outputVariance: Double, _ ratio: Double
  ) -> Double {
    0.5 + (0.25 + alignment * alignment * ratio / outputVariance).squareRoot()
  }

  /// The slope of ln D against ln(N_w S/C) where A = 1/2, over the curves of one family beyond a
  /// ratio of 4, below which filters are hardly amplified.
  private struct Slope {
    let name: String
    let value, predicted: Double
    let interval: (low: Double, high: Double)

    init(_ family: Family) {
      name = family.name
      let known = family.curves.filter {
        $0.parameters.channelRatio >= 4 && $0.samples(at: half) != nil
      }
      let means = known.map { $0.points.map { $0.means("amplification") } }
      let ratios = known.map(\.parameters.channelRatio)
      func slope(_ values: [Double]) -> Double {
        leastSquares(ratios.map { log($0) }, values.map { log($0) }).slope
      }
      func sampled(_ datasets: [[Int]]? = nil) -> Double? {
        let values = zip(known, means).enumerated().map { i, curve in
          curve.0.interpolated(curve.1, at: half, datasets: datasets?[i])
        }
        guard known.count > 1, values.allSatisfy({ $0 != nil }) else { return nil }
        return slope(values.map { $0! })
      }
      value = sampled() ?? .nan
      interval = Bootstrap.interval(of: known) { sampled($0) }
      let prior = family.curves[0].parameters
      predicted =
        known.count < 2
        ? .nan
        : slope(
          ratios.map {
            amplification(
              alignment: half, outputVariance: prior.weightVariance * prior.readoutVariance, $0)
          })
    }

    func append(to numbers: inout QuotedNumbers) {
      numbers.append(
        "\(name)_exponent", value, interval: interval,
        meaning: "slope of ln D against ln(N_w S/C), beyond 4, as \(name) varies; GFL's is 1/2")
      numbers.append(
        "\(name)_state_exponent", predicted, meaning: "of the equation of state there")
    }
  }
}

extension Parameters {
  /// N_w S/C.
  fileprivate var channelRatio: Double { Double(dimension) / Double(channels) }
}
