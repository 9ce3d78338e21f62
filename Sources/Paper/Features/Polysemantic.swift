import Archives
import Experiments
import Figures
import Foundation
import Host
import Networks
import Sampling
import Studies
import Theory

extension Figure {
  /// The directions of specialised neurons in the plane of two features, as the features come
  /// closer.
  static let polysemantic = Figure(
    name: "polysemantic", studies: ["features-correlated", "several-features"],
    networks: [NetworkKind.twoLayerFeatures.name], axes: ["cosine", "coefficients", "samples"]
  ) { archives in
    let points = archives[0].replicates.filter {
      $0.parameters.integer(Parameters.Name.features) == 2
    }
    guard points.count > 1 else {
      throw UserError(
        "\(archives[0].file): target.cosine: got \(points.count) values of two features; expected "
          + "several", exitCode: 1)
    }
    let angles = points.map { point in point.results.map { AngularHistogram($0) } }
    var numbers = QuotedNumbers(figure: "polysemantic")
    for (i, (point, histograms)) in zip(points, angles).enumerated() {
      let cosine = point.parameters.real(Parameters.Name.cosine)
      numbers.append("cosine_\(i + 1)", cosine, meaning: "v_1.v_2 of curve \(i + 1)")
      func valley(_ sets: [Int]) -> Double? {
        AngularHistogram(pooling: sets.map { histograms[$0] }).valley
      }
      numbers.append(
        "valley_\(i + 1)", valley(Array(histograms.indices)) ?? .nan,
        interval: Bootstrap.interval(datasets: histograms.count, within: 0...1) { valley($0) },
        meaning: "density of specialists at the bisector over that at its largest, at "
          + "\(cosine.spelt)")
      numbers.append(
        "angle_\(i + 1)", predictedAngle(cosine),
        meaning: "phi*, of a first specialist from the bisector by theory, there, in degrees")
    }
    numbers.append("cosine_count", Double(points.count), meaning: "how many cosines there are")
    let cell = points[0].parameters
    numbers.append("dimension", Double(cell.dimension), meaning: "d")
    numbers.append(
      "width_ratio", Double(cell.width) / Double(cell.dimension), meaning: "N/d")
    numbers.append(
      "samples_per_dimension", Double(cell.samples) / Double(cell.dimension), meaning: "P/d")
    appendShared(archives[1].replicates, to: &numbers)
    return [
      table(of: points, angles, points.map { adapted($0.parameters) }), numbers.table,
    ]
  }

  /// Of specialised neurons, the share that serves two orthogonal features, at the most samples.
  private static func appendShared(_ points: [Replicates], to numbers: inout QuotedNumbers) {
    let several = points.filter { $0.parameters.integer(Parameters.Name.features) > 1 }
    let most = several.map(\.parameters.samples).max() ?? 0
    let last = several.filter { $0.parameters.samples == most }
    for count in Set(last.map { $0.parameters.integer(Parameters.Name.features) }).sorted() {
      let chosen = last.filter { $0.parameters.integer(Parameters.Name.features) == count }
      let shared = chosen.map { $0.means("shared") }
      let all = chosen.map { $0.means("specialists") }
      func share(_ sets: [Int]?) -> Double? {
        let total = all.reduce(0) { $0 + mean($1, over: sets) }
        return total > 0 ? shared.reduce(0) { $0 + mean($1, over: sets) } / total : nil
      }
      numbers.append(
        "shared_\(count)", share(nil) ?? .nan,
        interval: Bootstrap.interval(datasets: shared[0].count, within: 0...1) { share($0) },
        meaning: "share of specialised neurons that serve two of \(count) orthogonal features, at "
          + "P = \(most)")
    }
  }

  /// The neurons of kernel adaptation at the same Q = P/κ by angle from the bisector; `nil` where
  /// they are not resolved, as at small d and large Q.
  private static func adapted(_ cell: Parameters) -> AngularDensity? {
    let c = FeatureTarget(of: cell).coefficients
    let half = acos(cell.real(Parameters.Name.cosine)) / 2
    let model = TwoFeatureAdaptation(
      dimension: cell.dimension, width: cell.width,
      features: [
        .init(degree: cell.degree, coefficient: c[0], direction: half),
        .init(degree: cell.degree, coefficient: c[1], direction: -half),
      ], weightVariance: cell.weightVariance, readoutVariance: cell.readoutVariance)
    let found = try? model.solve(load: Double(cell.samples) / cell.ridge)
    return (try? found?.specialists(beyond: AngularHistogram.least))?.angles
  }

  private static func table(
    of points: [Replicates], _ angles: [[AngularHistogram]], _ adapted: [AngularDensity?]
  ) -> Table {
    let rows = points.indices.flatMap { i in
      AngularHistogram.bins.map {
        (point: points[i], histograms: angles[i], adapted: adapted[i], bin: $0)
      }
    }
    return Table(
      "polysemantic",
      "Density of the angle from the bisector of two features of neurons whose part in their plane "
        + "exceeds \(AngularHistogram.least), folded; one row a bin",
      of: rows,
      columns: [
        TypedColumn("cosine", "v_1.v_2") { $0.point.parameters.real(Parameters.Name.cosine) },
        TypedColumn("feature_angle", "of a feature from the bisector, in degrees") {
          acos($0.point.parameters.real(Parameters.Name.cosine)) * 90 / .pi
        },
        TypedColumn("predicted_angle", "of specialists from the bisector, by theory, in degrees") {
          predictedAngle($0.point.parameters.real(Parameters.Name.cosine))
        },
        TypedColumn("angle", "from the bisector, the middle of a bin, in degrees") {
          AngularHistogram.middle(of: $0.bin)
        },
        TypedColumn("density", "of pooled neurons, a degree") {
          AngularHistogram(pooling: $0.histograms).density($0.bin)
        },
        TypedColumn("standard_error", "over data sets, of the share of all neurons of a data set") {
          let (rows, bin) = ($0.histograms, $0.bin)
          return meanAndError(rows.map { $0.density(bin) }.filter { $0.isFinite }).error
        },
        TypedColumn(
          "adaptation",
          "the density by kernel adaptation at the same P/kappa; NaN where it is not resolved"
        ) {
          let width = AngularHistogram.width
          let ends = [$0.bin, $0.bin + 1].map { Double($0) * width * .pi / 180 }
          guard let density = $0.adapted else { return Double.nan }
          let sides =
            density.integral(from: ends[0], to: ends[1])
            + density.integral(from: -ends[1], to: -ends[0])
          return sides / (density.total * width)
        },
        TypedColumn("datasets", "data sets") { $0.point.results.count },
        TypedColumn("certified", "of these, certified") { $0.point.certified },
      ])
  }

  /// The angle at which Σ |cos(φ ∓ a)|³ is largest, 2a the angle of two equal cubic features: where
  /// a first specialist gains most. From cosine 1/3 on it is the bisector.
  private static func predictedAngle(_ cosine: Double) -> Double {
    let a = acos(cosine) / 2
    let square = -(cos(a) - cos(3 * a)) / (4 * cos(3 * a))
    return cosine < 1 / 3.0 && square < 1 ? acos(square.squareRoot()) * 180 / .pi : 0
  }
}

/// A histogram of the angles from the bisector of two features.
private struct AngularHistogram {
  /// Counts by bins of |φ| from 0 to 90°.
  private let counts: [Double]

  static let bins = 0..<9
  static let width = 10.0
  /// The least length of a neuron's part in the plane that is counted.
  static let least = SpecialistThreshold.overlap

  static func middle(of bin: Int) -> Double { width * (Double(bin) + 0.5) }

  init(_ result: CellResult) {
    var counts = [Double](repeating: 0, count: Self.bins.count)
    let cosine = result.parameters.real(Parameters.Name.cosine)
    let sine = (1 - cosine * cosine).squareRoot()
    let overlaps = result.unit("overlap")
    for i in stride(from: 0, to: overlaps.count, by: 2) {
      let u = Double(overlaps[i])
      let v = (Double(overlaps[i + 1]) - cosine * u) / sine
      guard (u * u + v * v).squareRoot() > Self.least else { continue }
      // A neuron and its opposite are one.
      var angle = (atan2(v, u) - acos(cosine) / 2) * 180 / .pi
      angle = abs(angle - 180 * (angle / 180).rounded())
      counts[min(Int(angle / Self.width), Self.bins.count - 1)] += 1
    }
    self.counts = counts
  }

  init(pooling histograms: [AngularHistogram]) {
    counts = Self.bins.map { bin in histograms.reduce(0) { $0 + $1.counts[bin] } }
  }

  /// A degree of |φ|; NaN without neurons.
  func density(_ bin: Int) -> Double {
    let total = counts.reduce(0, +)
    return total > 0 ? counts[bin] / (total * Self.width) : .nan
  }

  /// The density at the bisector over the largest.
  var valley: Double? {
    let peak = counts.max()!
    return peak > 0 ? counts[0] / peak : nil
  }
}
