import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// How a linear part of the target along the feature changes the learning of the cubic part.
  static let linearHelp = Figure(
    name: "linear-help", studies: ["linear-help"], experiments: [RelaxationExperiment.name],
    axes: ["linear", "samples"], tables: ["-time"]
  ) { archives in
    let points = archives[0].trained
    let parts = Set(points.map { $0.parameters.real("linear") }).sorted()
    guard parts.count == 3, parts[0] < 0, parts[1] == 0, parts[2] > 0 else {
      throw UserError(
        "\(archives[0].file): target.linear: got \(parts.map(\.spelt).joined(separator: ", ")); "
          + "expected a negative number, 0 and a positive one")
    }
    let last = points[0].times.count - 1
    let curves = parts.map { part in
      LearningCurve(
        points: points.filter { $0.parameters.real("linear") == part }
          .map { $0.cubic(at: last) })
    }
    var numbers = QuotedNumbers(figure: "linear-help")
    numbers.append("dimension", Double(points[0].parameters.dimension), meaning: "d")
    numbers.append("late_time", points[0].times[last], meaning: "the time of the left panel")
    for (name, part, curve) in [
      ("opposite", parts[0], curves[0]), ("none", parts[1], curves[1]),
      ("along", parts[2], curves[2]),
    ] {
      let crossed = curve.crossed(threshold)
      let d = Double(curve.parameters.dimension)
      numbers.append("linear_\(name)", part, meaning: "coefficient epsilon")
      numbers.append(
        "samples_\(name)", crossed.value.map { $0 / d } ?? .nan,
        interval: (crossed.interval.low / d, crossed.interval.high / d),
        meaning: "P*/d at which the cubic part is learned to a tenth")
    }
    appendRatio("help", curves[0], curves[1], to: &numbers)
    appendRatio("delay", curves[2], curves[1], to: &numbers)
    return [table(of: points, at: last), progress(of: points), numbers.table]
  }

  /// P* of a curve over that of another of the same data sets.
  private static func appendRatio(
    _ name: String, _ curve: LearningCurve, _ other: LearningCurve,
    to numbers: inout QuotedNumbers
  ) {
    func ratio(_ sets: [Int]?) -> Double? {
      guard let a = curve.samples(at: threshold, datasets: sets),
        let b = other.samples(at: threshold, datasets: sets)
      else { return nil }
      return a / b
    }
    numbers.append(
      name, ratio(nil) ?? .nan,
      interval: Bootstrap.interval(datasets: curve.datasets) { ratio($0) },
      meaning: "P* over that without a linear part, of the same inputs")
  }

  private static func table(of points: [Trained], at record: Int) -> Table {
    Table(
      "linear-help", "Projection on the cubic part at late times; one row a point of the grid",
      of: LearningCurve.all(points.map { $0.cubic(at: record) }).flatMap(\.points),
      columns: [
        TypedColumn("linear", "coefficient epsilon of the linear part") {
          $0.parameters.real("linear")
        },
        TypedColumn("samples_per_dimension", "P/d") {
          Double($0.parameters.samples) / Double($0.parameters.dimension)
        },
        TypedColumn("projection", "B3/c3, mean over data sets") { $0.alignment.mean },
        TypedColumn("standard_error", "over data sets") { $0.alignment.error },
        TypedColumn("stable", "1 if every training is stable, else 0") { $0.isCertified },
      ])
  }

  /// The projection in time, at the number of samples nearest to 5 d.
  private static func progress(of points: [Trained]) -> Table {
    func distance(_ point: Trained) -> Double {
      abs(Double(point.parameters.samples) / Double(point.parameters.dimension) - 5)
    }
    let nearest = points.map(distance).min()!
    let rows = points.filter { distance($0) == nearest }.flatMap { point in
      point.times.indices.map { (point, $0) }
    }
    return Table(
      "linear-help-time", "Projection on the cubic part in time, near P = 5 d; one row a time",
      of: rows,
      columns: [
        TypedColumn("linear", "coefficient epsilon of the linear part") {
          $0.0.parameters.real("linear")
        },
        TypedColumn("time", "in units in which weight decay is 1") { $0.0.times[$0.1] },
        TypedColumn("projection", "B3/c3, mean over data sets") {
          $0.0.cubic(at: $0.1).alignment.mean
        },
        TypedColumn("standard_error", "over data sets") { $0.0.cubic(at: $0.1).alignment.error },
      ])
  }
}

/// The share of the cubic part at which it counts as learned.
private let threshold = 0.1

extension Trained {
  /// The projection on the cubic part over its coefficient, at a time of record.
  fileprivate func cubic(at record: Int) -> Replicates {
    let linear = parameters.real("linear")
    return replicates("projection", at: record, over: (1 - linear * linear).squareRoot())
  }
}
