import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// P*(t)/d: the samples that are needed to learn the feature by a time.
  static let finiteTimeSamples = Figure(
    name: "finite-time-samples",
    studies: ["finite-time", "finite-time-60", "finite-time-descent", "two-layer-samples"],
    experiments: [RelaxationExperiment.name, PosteriorExperiment.name],
    axes: ["dimension", "samples"],
    tables: ["-descent", "-equilibrium", "-exponent", "-descent-exponent"]
  ) { archives in
    let langevin = try Progress(archives[0...1].flatMap(\.trained), archives[0].file)
    let descent = try Progress(archives[2].trained, archives[2].file)
    let equilibrium = LearningCurve.all(archives[3].replicates)
      .filter { langevin.dimensions.contains($0.parameters.dimension) }

    var numbers = QuotedNumbers(figure: "finite-time-samples")
    numbers.append("alignment_threshold", threshold, meaning: "the alignment that defines P*")
    numbers.append(
      "dimension_count", Double(langevin.dimensions.count), meaning: "how many d there are")
    for (i, dimension) in langevin.dimensions.enumerated() {
      numbers.append("dimension_\(i + 1)", Double(dimension), meaning: "d of curve \(i + 1)")
    }
    for time in [1.0, 3, 10] {
      langevin.append("exponent_\(time.spelt)", at: langevin.record(at: time), to: &numbers)
    }
    langevin.append("exponent_late", at: langevin.times.count - 1, to: &numbers)
    numbers.append("late_time", langevin.times.last!, meaning: "the time that late stands for")
    appendExponent("exponent_equilibrium", of: equilibrium, to: &numbers)
    descent.append("descent_exponent_1", at: descent.record(at: 1), to: &numbers)
    descent.append("descent_exponent_late", at: descent.times.count - 1, to: &numbers)
    appendPrefactor(descent, equilibrium, to: &numbers)
    return [
      langevin.table("finite-time-samples", "Langevin dynamics"),
      descent.table("finite-time-samples-descent", "Descent without noise"),
      equilibria(equilibrium),
      langevin.exponents("finite-time-samples-exponent", "Langevin dynamics"),
      descent.exponents("finite-time-samples-descent-exponent", "Descent without noise"),
      numbers.table,
    ]
  }

  private static func equilibria(_ curves: [LearningCurve]) -> Table {
    Table(
      "finite-time-samples-equilibrium", "P*/d in equilibrium; one row a dimension", of: curves,
      columns: [TypedColumn("dimension", "d") { $0.parameters.dimension }]
        + ratio { $0.crossed(threshold).over($0.parameters.dimension) }
        + [.isCertified("every cell at this d") { $0.isCertified }])
  }

  private static func appendExponent(
    _ name: String, of curves: [LearningCurve], to numbers: inout QuotedNumbers
  ) {
    func exponent(_ sets: [[Int]?]) -> Double? {
      slope(
        of: curves.map { Double($0.parameters.dimension) },
        zip(curves, sets).map { $0.samples(at: threshold, datasets: $1) })
    }
    numbers.append(
      name, exponent(curves.map { _ in nil }) ?? .nan,
      interval: Bootstrap.interval(of: curves) { exponent($0) },
      meaning: "slope of ln P* against ln d in equilibrium")
  }

  /// P* of descent at late times over that of equilibrium.
  private static func appendPrefactor(
    _ descent: Progress, _ equilibrium: [LearningCurve], to numbers: inout QuotedNumbers
  ) {
    let last = descent.times.count - 1
    let pairs = descent.curves(at: last).compactMap { curve in
      equilibrium.first { $0.parameters.dimension == curve.parameters.dimension }
        .map { (curve, $0) }
    }
    func factor(_ sets: [[Int]?]) -> Double? {
      let logs = pairs.enumerated().map { i, pair -> Double? in
        guard let now = pair.0.samples(at: threshold, datasets: sets[2 * i]),
          let ever = pair.1.samples(at: threshold, datasets: sets[2 * i + 1])
        else { return nil }
        return log(now / ever)
      }
      guard !logs.isEmpty, logs.allSatisfy({ $0 != nil }) else { return nil }
      return exp(logs.reduce(0) { $0 + $1! } / Double(logs.count))
    }
    numbers.append(
      "descent_factor", factor(pairs.flatMap { _ in [nil, nil] }) ?? .nan,
      interval: Bootstrap.interval(of: pairs.flatMap { [$0.0, $0.1] }) {
        factor($0)
      },
      meaning: "P* of descent at late times over that of equilibrium, geometric mean over d")
  }
}

/// The alignment that defines P*.
private let threshold = 0.1

/// P*/d with the ends of its interval.
private func ratio<Row>(_ samples: @escaping (Row) -> Crossed) -> [TypedColumn<Row>] {
  [TypedColumn("samples_per_dimension", "P*/d") { samples($0).value }]
    + TypedColumn.bootstrap { samples($0).interval }
}

extension Crossed {
  /// The same in units of d.
  fileprivate func over(_ dimension: Int) -> Crossed {
    let d = Double(dimension)
    return Crossed(value: value.map { $0 / d }, interval: (interval.low / d, interval.high / d))
  }
}

/// The slope of ln P* against ln d; `nil` where a P* is unknown.
private func slope(of dimensions: [Double], _ samples: [Double?]) -> Double? {
  guard samples.count > 1, samples.allSatisfy({ $0 != nil }) else { return nil }
  return leastSquares(dimensions.map { log($0) }, samples.map { log($0!) }).slope
}

/// Learning curves of training as time goes on.
private struct Progress {
  let points: [Trained]
  let dimensions: [Int]
  var times: [Double] { points[0].times }

  init(_ points: [Trained], _ file: String) throws {
    self.points = points
    dimensions = Set(points.map(\.parameters.dimension)).sorted()
    guard points.allSatisfy({ $0.times.count == points[0].times.count }), dimensions.count > 1
    else { throw UserError("\(file): got other times of record; expected one list for all d") }
  }

  /// The record whose time is nearest to a given one.
  func record(at time: Double) -> Int { points[0].record(at: time) }

  /// A curve for each d.
  func curves(at record: Int) -> [LearningCurve] {
    LearningCurve.all(points.map { $0.replicates(at: record) })
  }

  func exponent(
    at record: Int
  ) -> (value: Double?, interval: (low: Double, high: Double)) {
    let curves = curves(at: record)
    func exponent(_ sets: [[Int]?]) -> Double? {
      slope(
        of: curves.map { Double($0.parameters.dimension) },
        zip(curves, sets).map { $0.samples(at: threshold, datasets: $1) })
    }
    return (
      exponent(curves.map { _ in nil }),
      Bootstrap.interval(of: curves) { exponent($0) }
    )
  }

  func append(_ name: String, at record: Int, to numbers: inout QuotedNumbers) {
    let (value, interval) = exponent(at: record)
    numbers.append(
      name, value ?? .nan, interval: interval,
      meaning: "slope of ln P* against ln d at t = \(String(format: "%.3g", times[record]))")
  }

  func table(_ name: String, _ what: String) -> Table {
    let rows = times.indices.flatMap { record in curves(at: record).map { (record, $0) } }
    return Table(
      name, "\(what): samples needed by a time; one row a time and dimension", of: rows,
      columns: [
        TypedColumn("dimension", "d") { $0.1.parameters.dimension },
        TypedColumn("time", "in units in which weight decay is 1") { times[$0.0] },
      ] + ratio { $0.1.crossed(threshold).over($0.1.parameters.dimension) } + [
        TypedColumn("stable", "1 if every training is stable, else 0") { $0.1.isCertified }
      ])
  }

  func exponents(_ name: String, _ what: String) -> Table {
    let rows = times.indices.map { (times[$0], exponent(at: $0)) }
    return Table(
      name, "\(what): the exponent of P* in d; one row a time", of: rows,
      columns: [
        TypedColumn("time", "in units in which weight decay is 1") { $0.0 },
        TypedColumn("exponent", "slope of ln P* against ln d") { $0.1.value },
      ] + TypedColumn.bootstrap { $0.1.interval })
  }
}
