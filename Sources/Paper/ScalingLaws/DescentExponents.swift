import Archives
import Experiments
import Figures
import Foundation
import Kernels
import Studies
import Theory

extension Figure {
  /// Exponents of loss, kernel and frontier of the linear model in time, at infinite width.
  static let descentExponents = Figure(
    name: "descent-exponents", studies: ["descent-flow"], experiments: [LinearDescent.name],
    networks: LinearDescent.models, axes: ["beta", "richness"], tables: ["-fits", "-runs"]
  ) { archives in
    let runs = try archives[0].descents()
    let curves = try [0.3, 0.5, 1.5].flatMap { beta in
      try [0.0, 1, 100].map { try FlowCurve(alpha: 1.5, beta: beta, richness: $0) }
    }
    let fits = try [1.5, 2].flatMap { alpha in
      try FlowCurve.sources.flatMap { beta in
        try [0.0, 1, 100].map { try FlowCurve(alpha: alpha, beta: beta, richness: $0) }
      }
    }
    var numbers = QuotedNumbers(figure: "descent-exponents")
    for fit in fits where fit.richness == 1 { append(fit, to: &numbers) }
    let easy = fits.filter { $0.task.beta > 1 && $0.richness == 1 }
    numbers.append(
      "early_gain", easy.map { $0.loss(1, 3).value - $0.task.beta }.max()!,
      meaning: "largest chi - beta of easy tasks at gamma = 1 in t = 10 ... 1000")
    let gain = easy.max { $0.loss(1, 3).value - $0.task.beta < $1.loss(1, 3).value - $1.task.beta }!
    numbers.append(
      "early_gain_relative", gain.loss(1, 3).value / gain.task.beta - 1,
      interval: (
        gain.loss(1, 3).interval.low / gain.task.beta - 1,
        gain.loss(1, 3).interval.high / gain.task.beta - 1
      ), meaning: "the same relative to beta; interval: drift in the window")
    let error = fits.map(\.error).max()!
    numbers.append("solver_error", error, meaning: "largest error bound of a loss")
    let points = try runs.flatMap { try RunPoint.all(of: $0) }
    for (name, isSmall) in [("small", true), ("large", false)] {
      let chosen = points.filter { ($0.richness <= 1) == isSmall && $0.time >= 1 }
      numbers.append(
        "width_deviation_\(name)", chosen.map { abs($0.mean / $0.theory - 1) }.max() ?? .nan,
        meaning:
          "largest |simulated mean/theory of the width - 1| at gamma "
          + (isSmall ? "at most 1" : "above 1"))
    }
    return [curveTable(curves), fitTable(fits), runTable(points), numbers.table]
  }

  /// A name such as a15_b03, of α = 1.5 and β = 0.3.
  static func taskName(_ task: PowerLawTask) -> String {
    "a\(Int((10 * task.alpha).rounded()))_b\(Int((10 * task.beta).rounded()))"
  }

  private static func append(_ curve: FlowCurve, to numbers: inout QuotedNumbers) {
    let name = taskName(curve.task)
    let (alpha, beta) = (curve.task.alpha, curve.task.beta)
    let what = "alpha = \(alpha), beta = \(beta), gamma = 1"
    func append(_ kind: String, _ slope: WindowSlope, _ meaning: String) {
      numbers.append(
        "\(kind)_\(name)", slope.value, interval: slope.interval,
        meaning: "\(meaning), \(what); interval: drift in the window")
    }
    append("chi", curve.loss(4, 6), "exponent of the loss in t = 1e4 ... 1e6")
    append("chi_late", curve.loss(8, 10), "exponent of the loss in t = 1e8 ... 1e10")
    let law = curve.law
    append("chi_gap", curve.loss(4, 6).less(law), "chi less its law in t = 1e4 ... 1e6")
    append("chi_late_gap", curve.loss(8, 10).less(law), "chi less its law in t = 1e8 ... 1e10")
    append(
      "kernel_gap", curve.kernel(4, 6).less(max(0, 1 - curve.power)),
      "exponent of c less 1 - chi in t = 1e4 ... 1e6")
    append(
      "frontier_gap", curve.frontier(4, 6).less(beta < 1 ? (2 - curve.power) / alpha : 1 / alpha),
      "exponent of k* less its law in t = 1e4 ... 1e6")
    numbers.append(
      "holds_\(name)", curve.timeWithinLaw ?? .nan,
      meaning: "time from which the local slope is within 1 % of the law, \(what)")
  }

  private static func curveTable(_ curves: [FlowCurve]) -> Table {
    Table(
      "descent-exponents", "Flow at infinite width; one row a time",
      of: curves.flatMap { curve in
        curve.points.indices.filter { $0 % 4 == 0 }.map { (curve, $0) }
      },
      columns: FlowCurve.columns { $0.0 } + [
        TypedColumn("time", "t, in units of 1/eta steps") { $0.0.points[$0.1].time },
        TypedColumn("loss", "L") { $0.0.points[$0.1].loss },
        TypedColumn("slope", "-d ln L/d ln t") { $0.0.points[$0.1].slope },
        TypedColumn("corrected", "the slope by the law with its correction") {
          $0.0.corrected[$0.1]
        },
        TypedColumn("law", "the exponent at late times") { $0.0.law },
      ])
  }

  private static func fitTable(_ fits: [FlowCurve]) -> Table {
    func columns(
      _ name: String, _ meaning: String, _ slope: @escaping (FlowCurve) -> WindowSlope
    ) -> [TypedColumn<FlowCurve>] {
      [
        TypedColumn(name, meaning) { slope($0).value },
        TypedColumn("\(name)_drift", "half the spread of the slope in the window") {
          slope($0).drift
        },
      ]
    }
    return Table(
      "descent-exponents-fits", "Exponents in windows of time; one row a task and richness",
      of: fits,
      columns: FlowCurve.columns { $0 } + [
        TypedColumn("law", "exponent of the loss at late times") { $0.law },
        TypedColumn("holds_from", "time from which the local slope is within 1 % of the law") {
          $0.timeWithinLaw ?? .nan
        },
      ] + columns("chi_early", "of the loss in t = 1e1 ... 1e3") { $0.loss(1, 3) }
        + columns("chi_lazy_window", "in t = 1e2 ... 1e4") { $0.loss(2, 4) }
        + columns("chi", "in t = 1e4 ... 1e6") { $0.loss(4, 6) }
        + columns("chi_late", "in t = 1e8 ... 1e10") { $0.loss(8, 10) }
        + [
          TypedColumn("corrected", "-d ln L/d ln t at t = 1e5 by the law with its correction") {
            $0.corrected(at: 1e5)
          }
        ] + columns("kernel", "exponent of c in t = 1e4 ... 1e6") { $0.kernel(4, 6) }
        + columns("frontier", "exponent of k* in t = 1e4 ... 1e6") { $0.frontier(4, 6) })
  }

  private static func runTable(_ points: [RunPoint]) -> Table {
    Table(
      "descent-exponents-runs",
      "Simulated networks, and the theory of their width; one row a time", of: points,
      columns: [
        TypedColumn("beta", "beta of the task") { $0.beta },
        TypedColumn("gamma", "richness") { $0.richness },
        TypedColumn("time", "t = eta x steps") { $0.time },
        TypedColumn("loss", "mean over data sets") { $0.mean },
        TypedColumn("standard_error", "over data sets") { $0.error },
        TypedColumn("theory", "the flow of the width's deterministic equivalent") { $0.theory },
      ])
  }
}

// MARK: - Flows

/// A flow at infinite width, twenty times a decade from t = 0.1 to 1e10.
struct FlowCurve {
  /// Values of β.
  static let sources = [0.3, 0.5, 0.8, 1, 1.2, 1.5, 2.5]
  private static let perDecade = 20
  let task: PowerLawTask
  let richness: Double
  let points: [PowerLawTask.FlowPoint]
  /// The slopes that the law with its correction predicts.
  let corrected: [Double]

  init(alpha: Double, beta: Double, richness: Double) throws {
    task = try PowerLawTask(alpha: alpha, beta: beta)
    self.richness = richness
    let times = decades(-1, 10, perDecade: Self.perDecade)
    points = try task.flow(richness: richness, times: times)
    if richness == 0 {
      corrected = times.map { _ in beta }
    } else if beta == 1 {
      // L ∝ t^−1 (ln t)^−1/2.
      corrected = times.map { 1 + 1 / (2 * log(max($0, 2))) }
    } else {
      corrected = try ClockCorrection(task, richness: richness).slopes(at: times)
    }
  }

  /// χ of the law without logarithms.
  var power: Double { richness == 0 ? task.beta : task.richExponent }

  /// The exponent at late times. At β = 1 it is that of the logarithm in the middle of a window: 1
  /// + 1/(2 ln t) at t = 1e5.
  var law: Double {
    task.beta == 1 && richness > 0 ? 1 + 1 / (2 * log(1e5)) : power
  }

  /// The largest error bound of a loss.
  var error: Double { points.map(\.relativeError).max()! }

  func corrected(at time: Double) -> Double {
    func distance(_ i: Int) -> Double { abs(log(points[i].time / time)) }
    return corrected[points.indices.min { distance($0) < distance($1) }!]
  }

  func loss(_ first: Int, _ last: Int) -> WindowSlope { slope(first, last) { 1 / $0.loss } }
  func kernel(_ first: Int, _ last: Int) -> WindowSlope { slope(first, last, \.clock) }
  func frontier(_ first: Int, _ last: Int) -> WindowSlope {
    slope(first, last) { $0.frontier ?? .nan }
  }

  private func slope(
    _ first: Int, _ last: Int, _ value: (PowerLawTask.FlowPoint) -> Double
  ) -> WindowSlope {
    WindowSlope(
      points.map { ($0.time, value($0)) }, from: pow(10, Double(first)), to: pow(10, Double(last)))
  }

  /// The first time from which on the local slope is within 1 % of the law; at β = 1 of the law
  /// with its logarithm.
  var timeWithinLaw: Double? {
    let isLogarithmic = task.beta == 1 && richness > 0
    let outside = points.indices.last { i in
      let law = isLogarithmic ? corrected[i] : power
      return abs(points[i].slope / law - 1) > 0.01
    }
    guard let outside else { return points[0].time }
    return outside + 1 < points.count ? points[outside + 1].time : nil
  }

  static func columns<Row>(_ curve: @escaping (Row) -> FlowCurve) -> [TypedColumn<Row>] {
    [
      TypedColumn("alpha", "features have variances k^-alpha") { curve($0).task.alpha },
      TypedColumn("beta", "mode k of the target has power k^-(alpha beta + 1)") {
        curve($0).task.beta
      },
      TypedColumn("gamma", "richness") { curve($0).richness },
    ]
  }
}

/// A record of simulated networks of finite width.
private struct RunPoint {
  let beta, richness, time, mean, error, theory: Double

  static func all(of runs: DescentRuns) throws -> [RunPoint] {
    let parameters = runs.parameters
    let beta = parameters.real(LinearDescent.Name.source)
    let richness = parameters.real(LinearDescent.Name.richness)
    let task = try PowerLawTask(
      alpha: parameters.real(LinearDescent.Name.capacity), beta: beta,
      modes: parameters.integer(LinearDescent.Name.modes))
    let width = try WidthEquivalent(task, width: parameters.width)
    let theory = try width.flow(richness: richness, times: runs.times)
    let losses = runs.records("loss")
    return runs.times.indices.map { record in
      let (mean, error) = meanOfRecord(losses, at: record)
      return RunPoint(
        beta: beta, richness: richness, time: runs.times[record], mean: mean, error: error,
        theory: theory[record].loss)
    }
  }
}
