import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// The talk's figure of the bound that knows no data set: learnability on digits, of which
  /// degrees 1 to 3 are drawn, and on uniform inputs.
  static let agnosticBound = Figure(
    name: "agnostic-bound", studies: ["agnostic-bound", "agnostic-bound-uniform"],
    experiments: [KernelRegression.name], networks: KernelRegression.models,
    axes: ["samples", "target", "ridge"], tables: ["-bound"]
  ) { archives in
    let (digits, uniform) = (
      RegressionCurve.all(archives[0]), RegressionCurve.all(archives[1])
    )
    let ridge = digits.map(\.ridge).max()!
    let drawn = drawnTargets.compactMap { target in
      digits.first { $0.target == target && $0.ridge == ridge }
    }
    guard drawn.count == drawnTargets.count else {
      throw UserError(
        "\(archives[0].file): targets \(digits.map(\.target).joined(separator: ", ")); expected "
          + "\(drawnTargets.joined(separator: ", ")) among them, for figure agnostic-bound",
        exitCode: 1)
    }
    let panels = [(1, drawn), (2, uniform)]
    var numbers = QuotedNumbers(figure: "agnostic-bound")
    numbers.append("ridge", ridge, meaning: "kappa of what is drawn")
    numbers.append("subsets", Double(drawn[0].subsets), meaning: "random subsets of each size")
    for (i, curve) in drawn.enumerated() {
      numbers.append(
        "shade_low_\(i + 1)", curve.boundSamples(0.5), meaning: "P at which the bound is 0.5")
      numbers.append(
        "shade_high_\(i + 1)", curve.boundSamples(0.8), meaning: "P at which the bound is 0.8")
    }
    appendBound(digits + uniform, to: &numbers)
    let settings = digits.filter { $0.degree > 1 }.map(ReachedSetting.init)
    appendReach(settings, ridge: ridge, to: &numbers)
    appendExcess(digits.filter { $0.degree > 1 && $0.ridge == ridge }, to: &numbers)
    appendControl(uniform, to: &numbers)
    return [points(panels), bounds(panels), numbers.table]
  }

  /// Degrees 1, 2 and 3.
  private static let drawnTargets = ["x1", "x1 x2", "x1 x2 x3"]

  private static func points(_ panels: [(Int, [RegressionCurve])]) -> Table {
    var table = Table(
      "agnostic-bound", "What is learned; one row a number of samples of a curve",
      columns: [
        .init("panel", "1: digits, 2: uniform inputs"), .init("degree", "degree of the target"),
        .init("samples", "P"),
        .init("learnability", "L: over uniform inputs, mean over subsets"),
        .init("learnability_error", "its standard error"),
        .init("test", "on the rows that are left, mean over subsets"),
        .init("test_error", "its standard error"),
        .init("bound", "of the mean of L"),
      ])
    for (panel, curves) in panels {
      for curve in curves {
        for (i, samples) in curve.samples.enumerated() {
          let (l, test) = (meanAndError(curve.learnability[i]), meanAndError(curve.test[i]))
          table.append([
            .integer(panel), .integer(curve.degree), .integer(samples), .real(l.mean),
            .real(l.error), .real(test.mean), .real(test.error),
            .real(curve.bound(samples: Double(samples))),
          ])
        }
      }
    }
    return table
  }

  private static func bounds(_ panels: [(Int, [RegressionCurve])]) -> Table {
    var table = Table(
      "agnostic-bound-bound", "The bound; one row a point of a curve",
      columns: [
        .init("panel", "1: digits, 2: uniform inputs"), .init("degree", "degree of the target"),
        .init("samples", "P"), .init("bound", "lambda P m/(kappa + lambda P m)"),
      ])
    for (panel, curves) in panels {
      for curve in curves {
        let ends = [curve.samples.first!, curve.samples.last!].map { log(Double($0)) }
        for i in 0...60 {
          let samples = exp(ends[0] + (ends[1] - ends[0]) * Double(i) / 60)
          table.append([
            .integer(panel), .integer(curve.degree), .real(samples),
            .real(curve.bound(samples: samples)),
          ])
        }
      }
    }
    return table
  }

  // MARK: - Numbers

  /// Whether the bound holds on every subset.
  private static func appendBound(
    _ curves: [RegressionCurve], to numbers: inout QuotedNumbers
  ) {
    let ratios = curves.flatMap { curve in
      zip(curve.learnability, curve.subsetBound).flatMap { zip($0, $1).map { $0 / $1 } }
    }
    numbers.append(
      "largest_ratio", ratios.max()!, meaning: "largest L over its bound on any subset")
    numbers.append("ratio_count", Double(ratios.count), meaning: "how many subsets these are")
  }

  /// Where test learnability reaches the threshold, in units of P at which the bound does.
  private static func appendReach(
    _ settings: [ReachedSetting], ridge: Double, to numbers: inout QuotedNumbers
  ) {
    for (name, words, chosen) in [
      ("", "of all settings", settings),
      ("_drawn_ridge", "at the ridge that is drawn", settings.filter { $0.curve.ridge == ridge }),
    ] {
      let reached = chosen.filter { $0.test != nil }
      numbers.append(
        "reached\(name)", Double(reached.count),
        meaning: "settings in which test learnability reaches 0.65, \(words)")
      numbers.append(
        "settings\(name)", Double(chosen.count), meaning: "settings of degree 2 or 3, \(words)")
      guard let subsets = reached.first?.curve.subsets else { continue }
      for (end, pick) in [("least", { (x: [Double]) in x.min()! }), ("greatest", { $0.max()! })] {
        let statistic = { (chosen: [Int]?) -> Double? in
          let ratios = reached.compactMap { $0.ratio(over: chosen) }
          return ratios.count == reached.count ? pick(ratios) : nil
        }
        numbers.append(
          "\(end)_ratio\(name)", statistic(nil) ?? .nan,
          interval: Bootstrap.interval(datasets: subsets) { statistic($0) },
          meaning: "\(end) P at which test learnability is 0.65 over the bound's, \(words)")
      }
    }
    if let loose = settings.first(where: { $0.learnability != nil && $0.curve.ridge == ridge }) {
      numbers.append(
        "looseness", loose.learnability! / loose.bound,
        interval: Bootstrap.interval(datasets: loose.curve.subsets) {
          loose.curve.crossing(loose.curve.learnability, at: ReachedSetting.threshold, over: $0)
            .map { $0 / loose.bound }
        },
        meaning: "P at which L is 0.65 over the bound's, of \(loose.curve.target)")
    }
  }

  /// How often test learnability is above the bound.
  private static func appendExcess(
    _ curves: [RegressionCurve], to numbers: inout QuotedNumbers
  ) {
    func share(_ chosen: [Int]? = nil) -> Double {
      let above = curves.flatMap { curve in
        zip(curve.test, curve.subsetBound).map { test, bound in
          mean(zip(test, bound).map { $0 > $1 ? 1 : 0 }, over: chosen)
        }
      }
      return above.reduce(0, +) / Double(above.count)
    }
    numbers.append(
      "share_above", share(),
      interval: Bootstrap.interval(datasets: curves[0].subsets, within: 0...1) { share($0) },
      meaning: "share of subsets whose test learnability is above the bound, degrees 2 and 3")
    if let place = curves[0].samples.firstIndex(of: 16) {
      let (test, bound) = (curves[0].test[place], curves[0].bound(samples: 16))
      numbers.append(
        "early_test", meanAndError(test).mean,
        interval: Bootstrap.interval(datasets: test.count) { mean(test, over: $0) },
        meaning: "test learnability of \(curves[0].target) at P = 16")
      numbers.append("early_bound", bound, meaning: "its bound there")
    }
  }

  /// Of uniform inputs both learnabilities are one.
  private static func appendControl(
    _ curves: [RegressionCurve], to numbers: inout QuotedNumbers
  ) {
    func gap(_ chosen: [Int]? = nil) -> Double {
      let gaps = curves.flatMap { curve in
        zip(curve.test, curve.learnability).map { mean($0, over: chosen) - mean($1, over: chosen) }
      }
      return gaps.reduce(0, +) / Double(gaps.count)
    }
    numbers.append(
      "control_gap", gap(), interval: Bootstrap.interval(datasets: curves[0].subsets) { gap($0) },
      meaning: "test learnability less L of uniform inputs, mean over degrees and P")
  }
}

/// A target and a ridge, and where its learnabilities reach 0.65.
private struct ReachedSetting {
  static let threshold = 0.65
  let curve: RegressionCurve
  let bound: Double
  let learnability, test: Double?
  let interval: (low: Double, high: Double)

  init(_ curve: RegressionCurve) {
    self.curve = curve
    bound = curve.boundSamples(Self.threshold)
    learnability = curve.crossing(curve.learnability, at: Self.threshold)
    test = curve.crossing(curve.test, at: Self.threshold)
    let bound = bound
    interval = Bootstrap.interval(datasets: curve.subsets) {
      curve.crossing(curve.test, at: Self.threshold, over: $0).map { $0 / bound }
    }
  }

  func ratio(over chosen: [Int]? = nil) -> Double? {
    curve.crossing(curve.test, at: Self.threshold, over: chosen).map { $0 / bound }
  }
}
