import Archives
import Experiments
import Figures
import Foundation
import Sampling
import Studies

extension Figure {
  /// P* of networks for which predictions were registered before they were sampled.
  static let registrations = Figure(
    name: "registrations",
    studies: [
      "two-layer-quintic", "two-layer-wide", "two-layer-mean-field", "two-layer-narrow",
      "three-layer-wide-second", "three-layer-wide-first", "four-layer-wide-first",
      "cnn-few-channels",
    ],
    networks: [
      NetworkKind.twoLayer, .threeLayer, .fourLayer, .convolution,
    ].map(\.name),
    axes: ["dimension", "patch", "samples"]
  ) { archives in
    let studies = archives.map(RegisteredStudy.init)
    var numbers = QuotedNumbers(figure: "registrations")
    for study in studies { study.append(to: &numbers) }
    return [table(of: studies), numbers.table]
  }

  private static func table(of studies: [RegisteredStudy]) -> Table {
    let rows = studies.flatMap { study in study.curves.map { (study: study, curve: $0) } }
    return Table(
      "registrations", "Samples P* of networks with registered predictions; one row a size",
      of: rows,
      columns: [
        TypedColumn("study", "its file") { $0.study.name },
        TypedColumn("dimension", "d, of convolutions N_w S") { $0.curve.parameters.dimension },
        TypedColumn("threshold", "the alignment that defines P*") { $0.study.threshold },
      ] + TypedColumn.samples { $0.curve.crossed($0.study.threshold) } + [
        TypedColumn("fitted", "P* on the fitted power law") {
          $0.study.fitted(at: $0.curve.parameters)
        },
        .isCertified("every cell between which P* is interpolated") {
          $0.curve.isCertified(at: $0.study.threshold)
        },
      ])
  }
}

/// A study whose outcome was predicted.
private struct RegisteredStudy {
  let name: String
  let curves: [LearningCurve]
  /// The alignment that defines P*: a half of a linear target, which the lazy network learns
  /// gradually, and else a tenth.
  let threshold: Double
  private let complexities: SampleComplexities

  init(_ archive: Archive) {
    name = archive.name
    curves = LearningCurve.all(archive.replicates)
    threshold = curves[0].parameters.degree == 1 ? 0.5 : 0.1
    complexities = SampleComplexities(curves, reaching: threshold) { Double($0.dimension) }
  }

  /// P* on the power law through its geometric mean.
  func fitted(at parameters: Parameters) -> Double {
    guard let exponent = complexities.exponent(at: threshold) else { return .nan }
    let known = complexities.curves
    let logs = known.map { log($0.samples(at: threshold)!) }
    let centre = complexities.logSizes.reduce(0, +) / Double(known.count)
    let middle = logs.reduce(0, +) / Double(known.count)
    return exp(middle + exponent * (log(Double(parameters.dimension)) - centre))
  }

  func append(to numbers: inout QuotedNumbers) {
    let stem = name.replacing("-", with: "_")
    numbers.append(
      "\(stem)_exponent", complexities.exponent(at: threshold) ?? .nan,
      interval: complexities.exponentInterval(at: threshold),
      meaning: "slope of ln P* against ln d")
    guard let largest = complexities.curves.last else { return }
    let d = Double(largest.parameters.dimension)
    let crossed = largest.crossed(threshold)
    numbers.append(
      "\(stem)_samples", (crossed.value ?? .nan) / d,
      interval: (crossed.interval.low / d, crossed.interval.high / d),
      meaning: "P*/d at d = \(largest.parameters.dimension), the largest that reaches it")
    // Where the features are: specialised neurons by layer.
    for count in ["", "first_", "second_", "third_"].map({ "\($0)specialists" })
    where largest.points[0].results[0].numbers[count] != nil {
      let means = largest.points.map { $0.means(count) }
      numbers.append(
        "\(stem)_\(count)", largest.interpolated(means, at: threshold) ?? .nan,
        interval: Bootstrap.interval(datasets: largest.datasets) {
          largest.interpolated(means, at: threshold, datasets: $0)
        }, meaning: "mean number there")
    }
  }
}
