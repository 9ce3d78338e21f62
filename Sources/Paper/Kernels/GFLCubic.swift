import Archives
import Experiments
import Figures
import Foundation
import Sampling
import Studies

extension Figure {
  /// A cubic target: alignment and amplifications of three layers against P/d, sampled and
  /// predicted on the same data sets.
  static let gflCubic = Figure(
    name: "gfl-cubic", studies: ["gfl-cubic"], networks: [NetworkKind.threeLayer.name],
    axes: ["samples"], tables: ["-datasets"]
  ) { archives in
    let points = try FeatureLearningPoint.all(of: archives[0], withTree: false)
    let datasets = points[0].datasets
    var numbers = QuotedNumbers(figure: "gfl-cubic")
    let sampled = points.map(\.replicates)
    /// The same points with alignments that are predicted.
    func curve(_ cells: (FeatureLearningPoint) -> [FeatureLearningCell]) -> LearningCurve {
      LearningCurve(
        points: zip(points, sampled).map { point, replicates in
          Replicates(
            parameters: replicates.parameters, results: replicates.results,
            alignments: cells(point).map(\.alignment), certified: replicates.certified)
        })
    }
    let (found, equations) = (LearningCurve(points: sampled), curve(\.full))
    for threshold in [0.1, 0.2] {
      let percent = Int(100 * threshold)
      for (name, curve) in [("sampled", found), ("equations", equations)] {
        numbers.append(
          "\(name)_\(percent)",
          (curve.samples(at: threshold) ?? .nan) / Double(curve.parameters.dimension),
          interval: Bootstrap.interval(datasets: datasets) { chosen in
            curve.samples(at: threshold, datasets: chosen).map {
              $0 / Double(curve.parameters.dimension)
            }
          }, meaning: "P*/d where the mean alignment is \(threshold), \(name)")
      }
      let ratio = { (chosen: [Int]?) -> Double? in
        guard let a = found.samples(at: threshold, datasets: chosen),
          let b = equations.samples(at: threshold, datasets: chosen)
        else { return nil }
        return a / b
      }
      numbers.append(
        "onset_ratio_\(percent)", ratio(nil) ?? .nan,
        interval: Bootstrap.interval(datasets: datasets) { ratio($0) },
        meaning: "P* sampled over that of the equations, at alignment \(threshold)")
    }
    let last = points[points.count - 1]
    for (name, meaning, a, b) in [
      (
        "alignment_ratio", "A of the equations over A sampled", last.full.map(\.alignment),
        last.replicates.alignments
      ),
      (
        "lazy_ratio", "A of infinitely wide layers over A sampled", last.lazy.map(\.alignment),
        last.replicates.alignments
      ),
      ("first_ratio", "D1 of the equations over D1 sampled", last.full.map(\.first), last.first),
      (
        "second_ratio", "D2 of the equations over D2 sampled", last.full.map(\.second),
        last.second
      ),
    ] {
      let ratio = last.ratio(a, b)
      numbers.append(
        name, ratio.value, interval: ratio.interval, meaning: "\(meaning), at the largest P")
    }
    let learned = points.filter { $0.replicates.alignment.mean > 0.1 }
    let ratios = learned.map { $0.ratio($0.full.map(\.alignment), $0.replicates.alignments) }
    let worst = ratios.max { $0.value < $1.value }
    numbers.append(
      "largest_alignment_ratio", worst?.value ?? .nan, interval: worst?.interval ?? (.nan, .nan),
      meaning: "A of the equations over A sampled where the latter is above 0.1, the largest")
    numbers.append("datasets", Double(datasets), meaning: "how many data sets there are")
    numbers.append(
      "cells", Double(points.count * datasets), meaning: "how many cells there are")
    numbers.append(
      "certified", Double(sampled.reduce(0) { $0 + $1.certified }),
      meaning: "how many of them are certified")
    return [table(of: points), curves(of: points), numbers.table]
  }

  private static func table(of points: [FeatureLearningPoint]) -> Table {
    func columns(
      _ name: String, _ meaning: String, sampled: @escaping (FeatureLearningPoint) -> [Double],
      _ value: @escaping (FeatureLearningCell) -> Double
    ) -> [TypedColumn<FeatureLearningPoint>] {
      [
        TypedColumn(name, "\(meaning) sampled, mean over data sets") {
          meanAndError(sampled($0)).mean
        },
        TypedColumn("\(name)_error", "standard error over data sets") {
          meanAndError(sampled($0)).error
        },
        TypedColumn("\(name)_equations", "of the equations, mean over the same data sets") {
          meanAndError($0.full.map(value)).mean
        },
        TypedColumn("\(name)_equations_error", "standard error over data sets") {
          meanAndError($0.full.map(value)).error
        },
        TypedColumn("\(name)_lazy", "of infinitely wide layers") {
          meanAndError($0.lazy.map(value)).mean
        },
      ]
    }
    return Table(
      "gfl-cubic", "Alignment and amplifications against samples; one row a number of samples",
      of: points,
      columns: [TypedColumn("samples_per_dimension", "P/d") { $0.samplesPerDimension }]
        + columns("alignment", "A", sampled: \.replicates.alignments, \.alignment)
        + columns("first", "D1 = d E w_1^2/sigma_w^2", sampled: \.first, \.first)
        + columns("second", "D2 = y^T K y over its lazy value", sampled: \.second, \.second) + [
          .isCertified("every data set") { $0.replicates.isCertified }
        ])
  }

  /// The curve of each data set: rows of one stand together, as a line of a picture needs them.
  private static func curves(of points: [FeatureLearningPoint]) -> Table {
    struct Row {
      let point: FeatureLearningPoint
      let dataset: Int
    }
    return Table(
      "gfl-cubic-datasets", "The same of single data sets; one row a cell",
      of: (0..<points[0].datasets).flatMap { set in points.map { Row(point: $0, dataset: set) } },
      columns: [
        TypedColumn("samples_per_dimension", "P/d") { $0.point.samplesPerDimension },
        TypedColumn("dataset", "index of the data set") { $0.dataset },
        TypedColumn("alignment", "A sampled") { $0.point.replicates.alignments[$0.dataset] },
        TypedColumn("equations", "A of the equations") {
          $0.point.full[$0.dataset].alignment
        },
        TypedColumn("first", "D1 sampled") { $0.point.first[$0.dataset] },
        TypedColumn("first_equations", "D1 of the equations") {
          $0.point.full[$0.dataset].first
        },
      ])
  }
}

extension FeatureLearningPoint {
  fileprivate var samplesPerDimension: Double {
    Double(parameters.samples) / Double(parameters.dimension)
  }
}
