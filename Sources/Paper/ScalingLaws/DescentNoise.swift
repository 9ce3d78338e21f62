import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// What the noise of batches adds to the loss: a power of its own on super-easy tasks, and a
  /// factor on hard ones.
  static let descentNoise = Figure(
    name: "descent-noise",
    studies: ["descent-noise-easy", "descent-noise", "descent-noise-hard"],
    experiments: [LinearDescent.name], networks: LinearDescent.models,
    axes: ["alpha", "batch", "richness"], tables: ["-runs", "-relative", "-relative-runs"]
  ) { archives in
    let easy = try pairs(archives[0])
    let hard = try pairs(archives[1]) + pairs(archives[2])
    var numbers = QuotedNumbers(figure: "descent-noise")
    let curves = try easy.map { try NoiseCurves($0) }
    for (i, (pair, curve)) in zip(easy, curves).enumerated() {
      append(pair, curve, as: i + 1, to: &numbers)
    }
    numbers.append("easy_count", Double(easy.count), meaning: "how many alpha are super-easy")
    let closures = try hard.map { try Closure($0) }
    for (i, (pair, closure)) in zip(hard, closures).enumerated() {
      append(pair, closure, as: i + 1, to: &numbers)
    }
    numbers.append("hard_count", Double(hard.count), meaning: "how many hard tasks there are")
    return [
      curveTable(curves), runTable(easy), relativeTable(zip(hard, closures).map { ($0, $1) }),
      relativeRuns(hard), numbers.table,
    ]
  }

  /// Descent on batches, beside that on all data.
  private static func pairs(_ archive: Archive) throws -> [NoisyPair] {
    let runs = try archive.descents()
    return try runs.filter { $0.batch > 0 }.map { noisy in
      var point = noisy.parameters
      point[Parameters.Name.batch] = .integer(0)
      guard let all = runs.first(where: { $0.parameters == point }) else {
        throw UserError("\(archive.file): got batches alone; expected descent on all data beside")
      }
      return NoisyPair(noisy: noisy, exact: all.records("loss")[0])
    }
  }

  // MARK: - Super-easy tasks

  private static func append(
    _ pair: NoisyPair, _ curves: NoiseCurves, as index: Int, to numbers: inout QuotedNumbers
  ) {
    let (first, last) = curves.window
    let parts = pair.noisy.records("loss").map { zip($0, pair.exact).map { $0 - $1 } }
    let slope = { (sets: [Int]) -> Double? in
      let mean = pair.exact.indices.map { record in
        sets.reduce(0) { $0 + parts[$1][record] } / Double(sets.count)
      }
      return logSlope(pair.noisy.steps, mean, from: first, to: last).map { -$0 }
    }
    let alpha = pair.alpha
    numbers.append("easy_alpha_\(index)", alpha, meaning: "alpha of super-easy task \(index)")
    numbers.append("easy_law_\(index)", 2 - 1 / alpha, meaning: "2 - 1/alpha there")
    numbers.append(
      "noise_exponent_\(index)", slope(Array(parts.indices)) ?? .nan,
      interval: Bootstrap.interval(datasets: parts.count, slope),
      meaning: "simulated: minus the slope of the noise part of L at B = \(pair.noisy.batch)")
    numbers.append(
      "noise_exponent_exact_\(index)", curves.exponent,
      meaning: "the same by the exact recursion of the mean")
    numbers.append(
      "easy_deviation_\(index)",
      pair.deviation(from: curves.means(at: pair.noisy.steps), within: first...last),
      meaning: "largest |simulated mean/exact mean - 1| in the window")
  }

  private static func curveTable(_ curves: [NoiseCurves]) -> Table {
    Table(
      "descent-noise", "Mean loss of lazy descent on super-easy tasks, exact; one row a record",
      of: curves.flatMap { curve in curve.rows.map { (curve, $0) } },
      columns: [
        TypedColumn("alpha", "of the features' variances k^-alpha") { $0.0.alpha },
        TypedColumn("steps", "steps of descent") { $0.1.steps },
      ]
        + NoiseCurves.batches.enumerated().map { i, batch in
          TypedColumn(
            batch.map { "loss_\($0)" } ?? "loss_all",
            batch.map { "on batches of \($0)" } ?? "on all data"
          ) { $0.1.losses[i] }
        })
  }

  private static func runTable(_ pairs: [NoisyPair]) -> Table {
    Table(
      "descent-noise-runs", "Simulated losses of the same; one row a record",
      of: pairs.flatMap { pair in pair.exact.indices.map { (pair, $0) } },
      columns: [
        TypedColumn("alpha", "of the features' variances k^-alpha") { $0.0.alpha },
        TypedColumn("batch", "samples of a batch") { $0.0.noisy.batch },
        TypedColumn("steps", "steps of descent") { $0.0.noisy.steps[$0.1] },
        TypedColumn("loss", "mean over data sets") {
          meanOfRecord($0.0.noisy.records("loss"), at: $0.1).mean
        },
        TypedColumn("standard_error", "over data sets") {
          meanOfRecord($0.0.noisy.records("loss"), at: $0.1).error
        },
        TypedColumn("loss_all", "of descent on all data") { $0.0.exact[$0.1] },
      ])
  }

  // MARK: - Hard tasks

  private static func append(
    _ pair: NoisyPair, _ closure: Closure, as index: Int, to numbers: inout QuotedNumbers
  ) {
    let steps = pair.noisy.steps
    // Relative noise scatters, so its growth is that of means over a factor of four in steps.
    let early = 49.0...4 * 51
    let late = 0.99 * steps.last! / 4...steps.last!
    numbers.append("hard_alpha_\(index)", pair.alpha, meaning: "alpha of hard task \(index)")
    numbers.append("hard_beta_\(index)", pair.beta, meaning: "beta of it")
    numbers.append("hard_gamma_\(index)", pair.gamma, meaning: "gamma of it")
    numbers.append("hard_batch_\(index)", Double(pair.noisy.batch), meaning: "B of it")
    let parts = pair.relative
    let slope = { (sets: [Int]) -> Double? in
      let mean = steps.indices.map { record in
        sets.reduce(0) { $0 + parts[$1][record] } / Double(sets.count)
      }
      return growthPower(steps, mean, early: early, late: late)
    }
    numbers.append(
      "relative_growth_\(index)", slope(Array(parts.indices)) ?? .nan,
      interval: Bootstrap.interval(datasets: parts.count, slope),
      meaning: "simulated: power by which L/L_all - 1 grows with steps, from 50-200 to the last "
        + "factor of four")
    numbers.append(
      "relative_growth_closure_\(index)",
      growthPower(steps, closure.relative, early: early, late: late) ?? .nan,
      meaning: "the same of the closure")
    numbers.append(
      "clock_growth_\(index)",
      growthPower(steps, closure.clocks, early: early, late: late) ?? .nan,
      meaning: "the same of c, by the closure")
    numbers.append(
      "closure_deviation_\(index)",
      pair.deviation(from: closure.losses, within: early.lowerBound...steps.last!),
      meaning: "largest |simulated mean/closure - 1| from 50 steps on")
    numbers.append(
      "closure_z_\(index)", pair.deviationInErrors(from: closure.losses, from: early.lowerBound),
      meaning: "largest difference in standard errors at each fourth record")
    let last = steps.count - 1
    numbers.append(
      "relative_last_\(index)", meanOfRecord(parts, at: last).mean,
      interval: Bootstrap.interval(datasets: parts.count) { sets in
        sets.reduce(0) { $0 + parts[$1][last] } / Double(sets.count)
      }, meaning: "simulated L/L_all - 1 at the last record")
  }

  private static func relativeTable(_ closures: [(NoisyPair, Closure)]) -> Table {
    Table(
      "descent-noise-relative", "Relative noise of hard tasks by the closure; one row a record",
      of: closures.enumerated().flatMap { task, pair in
        pair.1.relative.indices.map { (task: task + 1, pair: pair.0, closure: pair.1, record: $0) }
      },
      columns: [
        TypedColumn("task", "index of the hard task") { $0.task },
        TypedColumn("steps", "steps of descent") { $0.pair.noisy.steps[$0.record] },
        TypedColumn("relative", "L/L_all - 1, both by the closure") {
          $0.closure.relative[$0.record]
        },
        TypedColumn("loss", "L") { $0.closure.losses[$0.record] },
        TypedColumn("clock", "c") { $0.closure.clocks[$0.record] },
      ])
  }

  private static func relativeRuns(_ pairs: [NoisyPair]) -> Table {
    Table(
      "descent-noise-relative-runs", "Simulated relative noise of hard tasks; one row a record",
      of: pairs.enumerated().flatMap { task, pair in
        pair.exact.indices.map { (task: task + 1, pair: pair, record: $0) }
      },
      columns: [
        TypedColumn("task", "index of the hard task") { $0.task },
        TypedColumn("steps", "steps of descent") { $0.pair.noisy.steps[$0.record] },
        TypedColumn("relative", "L/L_all - 1, mean over data sets") {
          meanOfRecord($0.pair.relative, at: $0.record).mean
        },
        TypedColumn("standard_error", "over data sets") {
          meanOfRecord($0.pair.relative, at: $0.record).error
        },
      ])
  }
}

// MARK: - Curves

/// Descent on batches, and the loss of the same descent on all data, which does not scatter.
private struct NoisyPair {
  let noisy: DescentRuns
  let exact: [Double]

  var alpha: Double { noisy.parameters.real(LinearDescent.Name.capacity) }
  var beta: Double { noisy.parameters.real(LinearDescent.Name.source) }
  var gamma: Double { noisy.parameters.real(LinearDescent.Name.richness) }

  /// L/L_all − 1 by data set and record.
  var relative: [[Double]] {
    noisy.records("loss").map { zip($0, exact).map { $0 / $1 - 1 } }
  }

  /// The largest relative distance of means from a curve.
  func deviation(from curve: [Double], within window: ClosedRange<Double>) -> Double {
    let losses = noisy.records("loss")
    return noisy.steps.indices.filter { window.contains(noisy.steps[$0]) }.map {
      abs(meanOfRecord(losses, at: $0).mean / curve[$0] - 1)
    }.max() ?? .nan
  }

  /// The same in standard errors, at records that are far enough from each other to tell anew.
  func deviationInErrors(from curve: [Double], from first: Double) -> Double {
    let losses = noisy.records("loss")
    return stride(from: noisy.steps.count - 1, through: 0, by: -4).filter {
      noisy.steps[$0] >= first
    }.map {
      let (mean, error) = meanOfRecord(losses, at: $0)
      return abs(mean - curve[$0]) / error
    }.max() ?? .nan
  }

  /// The task with its modes, as it was simulated.
  func spectrum() throws -> DescentSpectrum {
    let task = try PowerLawTask(
      alpha: alpha, beta: beta, modes: noisy.parameters.integer(LinearDescent.Name.modes))
    return try task.spectrum(reach: noisy.times.last!)
  }
}

/// Mean losses of lazy descent on batches of several sizes, exact.
private struct NoiseCurves {
  static let batches: [Int?] = [nil, 64, 8, 1]
  let alpha: Double
  let rows: [(steps: Int, losses: [Double])]
  /// Steps between which the exponent of the noise part is taken.
  let window: (first: Double, last: Double)
  private let simulated: Int

  init(_ pair: NoisyPair) throws {
    alpha = pair.alpha
    window = (pair.noisy.steps.last! / 10, pair.noisy.steps.last!)
    simulated = Self.batches.firstIndex(of: pair.noisy.batch) ?? 2
    let spectrum = try pair.spectrum()
    let ends = pair.noisy.steps.map { Int($0) }
    let losses = try Self.batches.map { batch -> [Double] in
      var descent = try NoisyDescent(
        spectrum: spectrum, batch: batch, step: pair.noisy.step)
      return try ends.map {
        try descent.advance(to: $0)
        return descent.loss
      }
    }
    rows = ends.enumerated().map { record, end in (end, losses.map { $0[record] }) }
  }

  /// Minus the slope of the noise part at the batches that are simulated.
  var exponent: Double {
    let slope = logSlope(
      rows.map { Double($0.steps) }, rows.map { $0.losses[simulated] - $0.losses[0] },
      from: window.first, to: window.last)
    return slope.map { -$0 } ?? .nan
  }

  func means(at steps: [Double]) -> [Double] { rows.map { $0.losses[simulated] } }
}

/// The closure of rich descent on batches, at the records of its runs.
private struct Closure {
  let losses, relative, clocks: [Double]

  init(_ pair: NoisyPair) throws {
    let spectrum = try pair.spectrum()
    func run(_ batch: Int?) throws -> [(loss: Double, clock: Double)] {
      var descent = try NoisyDescent(
        spectrum: spectrum, batch: batch, step: pair.noisy.step, richness: pair.gamma)
      return try pair.noisy.steps.map {
        try descent.advance(to: Int($0))
        return (descent.loss, descent.clock)
      }
    }
    let (noisy, exact) = (try run(pair.noisy.batch), try run(nil))
    losses = noisy.map(\.loss)
    clocks = noisy.map(\.clock)
    relative = zip(noisy, exact).map { $0.loss / $1.loss - 1 }
  }
}
