import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// Where faster learning of hard tasks ends: at the edge of stability, and with targets whose
  /// singularities are nowhere in particular.
  static let descentLimits = Figure(
    name: "descent-limits",
    studies: ["descent-edge", "descent-edge-lazy", "circle-rich", "circle-lazy"],
    experiments: [LinearDescent.name, CircleNetworks.name],
    networks: LinearDescent.models + CircleNetworks.models,
    axes: ["step", "width", "exponent", "phases"],
    tables: ["-lazy", "-circle", "-circle-exponents"]
  ) { archives in
    let rich = try archives[0].descents()
    let lazy = try archives[1].descents()
    guard lazy.count == 1 else {
      throw UserError("\(archives[1].file): got \(lazy.count) steps; expected one")
    }
    var numbers = QuotedNumbers(figure: "descent-limits")
    append(rich, lazy[0], to: &numbers)
    let circles = try archives[2].circles() + archives[3].circles()
    let targets = CircleTargets(circles)
    targets.append(to: &numbers)
    return [
      edgeTable(rich), lazyTable(lazy[0]), targets.curveTable, targets.exponentTable,
      numbers.table,
    ]
  }

  // MARK: - The edge of stability

  private static func append(
    _ rich: [DescentRuns], _ lazy: DescentRuns, to numbers: inout QuotedNumbers
  ) {
    numbers.append("edge_count", Double(rich.count), meaning: "how many steps eta there are")
    numbers.append(
      "gamma", rich[0].parameters.real(LinearDescent.Name.richness),
      meaning: "gamma of descent with a kernel that grows")
    numbers.append("lazy_eta", lazy.step, meaning: "eta of descent with a fixed kernel")
    for (i, run) in rich.enumerated() {
      numbers.append("eta_\(i + 1)", run.step, meaning: "step eta of curve \(i + 1)")
      // The kernel has the largest eigenvalue one at first, and c after it has grown.
      let sharpness = run.records("growth")[0].map { run.step * $0 }
      let late = sharpness.suffix(sharpness.count / 3)
      numbers.append(
        "edge_\(i + 1)", late.reduce(0, +) / Double(late.count),
        meaning: "eta c lambda_1, mean over the last third of its records")
    }
    let steps = 1000.0
    let losses = rich.map { interpolated($0.steps, $0.records("loss")[0], at: steps) }
    let fixed = interpolated(lazy.steps, lazy.records("loss")[0], at: steps)
    for (i, loss) in losses.enumerated() {
      numbers.append(
        "edge_ratio_\(i + 1)", loss / fixed,
        meaning: "loss after 1000 steps, over that of the fixed kernel at its largest step")
    }
    numbers.append(
      "edge_ratio_best", losses.min()! / fixed, meaning: "the smallest of these ratios")
  }

  private static func edgeTable(_ rich: [DescentRuns]) -> Table {
    Table(
      "descent-limits", "Descent with a kernel that grows; one row a record",
      of: rich.flatMap { run in run.times.indices.map { (run, $0) } },
      columns: [
        TypedColumn("eta", "step") { $0.0.step },
        TypedColumn("steps", "steps of descent") { $0.0.steps[$0.1] },
        TypedColumn("time", "eta x steps") { $0.0.times[$0.1] },
        TypedColumn("loss", "L") { $0.0.records("loss")[0][$0.1] },
        TypedColumn("sharpness", "eta c lambda_1, which is stable below 2") {
          $0.0.step * $0.0.records("growth")[0][$0.1]
        },
      ])
  }

  private static func lazyTable(_ lazy: DescentRuns) -> Table {
    Table(
      "descent-limits-lazy", "Descent with a fixed kernel at a large step; one row a record",
      of: Array(lazy.times.indices),
      columns: [
        TypedColumn("steps", "steps of descent") { lazy.steps[$0] },
        TypedColumn("loss", "L") { lazy.records("loss")[0][$0] },
      ])
  }
}

/// A curve's value between its points, linear in logarithms.
private func interpolated(_ x: [Double], _ y: [Double], at place: Double) -> Double {
  guard let next = x.firstIndex(where: { $0 >= place }), next > 0 else { return .nan }
  let share = log(place / x[next - 1]) / log(x[next] / x[next - 1])
  return y[next - 1] * pow(y[next] / y[next - 1], share)
}

// MARK: - Circles

/// Networks on a circle at one point of a grid.
private struct Circles {
  let parameters: Parameters
  let results: [CellResult]
  var times: [Double] { results[0].doubles("time") }
  var exponent: Double { parameters.real(CircleNetworks.Name.exponent) }
  /// β of a kernel whose eigenvalues fall as k⁻², which is that of relu: 2q − 1 over 2.
  var beta: Double { (2 * exponent - 1) / 2 }
  var richness: Double { parameters.real(CircleNetworks.Name.richness) }
  var width: Int { parameters.width }
  var phases: String { parameters.word(CircleNetworks.Name.phases) }

  func losses(_ name: String = "loss") -> [[Double]] { results.map { $0.doubles(name) } }

  /// Minus the local exponents of the loss of each data set, in the window in which its kernel
  /// has power laws of a kind.
  func slopes(_ name: String = "loss") -> [Double] {
    losses(name).map {
      logSlope(times, $0, from: CircleTargets.window.0, to: CircleTargets.window.1).map { -$0 }
        ?? .nan
    }
  }
}

extension Archive {
  fileprivate func circles() throws -> [Circles] {
    guard isSound.allSatisfy({ $0 }) else {
      throw UserError(
        "\(file): \(isSound.count { !$0 }) networks diverged; expected stable ones alone")
    }
    return points.map { point, cells in
      Circles(parameters: point, results: cells.map { results[$0] })
    }
  }
}

/// Rich networks, nearly lazy ones and the kernel, of each target.
private struct CircleTargets {
  static let window = (20.0, 500.0)
  private let circles: [Circles]
  private let rich: Double

  init(_ circles: [Circles]) {
    self.circles = circles
    rich = circles.map(\.richness).max()!
  }

  private var widths: [Int] { Set(circles.map(\.width)).sorted() }

  /// Names of a target's quoted numbers: the phases, q in hundredths, the index of the width.
  private func label(_ circle: Circles) -> String {
    let width = 1 + widths.firstIndex(of: circle.width)!
    return "\(circle.phases)_q\(Int((100 * circle.exponent).rounded()))_\(width)"
  }

  func append(to numbers: inout QuotedNumbers) {
    numbers.append("rich", rich, meaning: "gamma_0 of rich networks")
    numbers.append(
      "lazy", circles.map(\.richness).min()!, meaning: "gamma_0 of nearly lazy networks")
    for (i, width) in widths.enumerated() {
      numbers.append("width_\(i + 1)", Double(width), meaning: "n of index \(i + 1)")
    }
    for circle in circles {
      let kind = circle.richness == rich ? "rich" : "lazy"
      let slopes = circle.slopes()
      let kernel = circle.slopes("kernel_loss")[0]
      let gain = { (sets: [Int]) -> Double? in
        sets.reduce(0) { $0 + slopes[$1] } / Double(sets.count) - kernel
      }
      let target =
        "\(circle.phases) target of q = \(circle.exponent.spelt), n = \(circle.width)"
      numbers.append(
        "\(kind)_gain_\(label(circle))", gain(Array(slopes.indices)) ?? .nan,
        interval: Bootstrap.interval(datasets: slopes.count, gain),
        meaning: "exponent of \(kind) networks over that of the exact kernel, \(target)")
      let ends = circle.losses().map { $0.last! / circle.losses("kernel_loss")[0].last! }
      numbers.append(
        "\(kind)_ratio_\(label(circle))", ends.reduce(0, +) / Double(ends.count),
        interval: Bootstrap.interval(datasets: ends.count) { sets in
          sets.reduce(0) { $0 + ends[$1] } / Double(sets.count)
        }, meaning: "loss of \(kind) networks at the end, over the exact kernel's, \(target)")
    }
  }

  var curveTable: Table {
    Table(
      "descent-limits-circle", "Networks on a circle; one row a record",
      of: circles.flatMap { circle in circle.times.indices.map { (circle, $0) } },
      columns: [
        TypedColumn("width", "units n") { $0.0.width },
        TypedColumn("gamma0", "richness") { $0.0.richness },
        TypedColumn("q", "of the target's amplitudes k^-q") { $0.0.exponent },
        TypedColumn("random", "1 if phases are random, else 0") { $0.0.phases == "random" },
        TypedColumn("time", "eta x steps") { $0.0.times[$0.1] },
        TypedColumn("loss", "mean over data sets") {
          meanOfRecord($0.0.losses(), at: $0.1).mean
        },
        TypedColumn("standard_error", "over data sets") {
          meanOfRecord($0.0.losses(), at: $0.1).error
        },
        TypedColumn("kernel_loss", "of the exact kernel") {
          $0.0.losses("kernel_loss")[0][$0.1]
        },
        TypedColumn("growth", "of the kernel's diagonal, mean over data sets") {
          let (circle, record) = $0
          return meanAndError(
            circle.losses("kernel_diagonal").map { $0[record] / $0[0] }
          ).mean
        },
      ])
  }

  var exponentTable: Table {
    Table(
      "descent-limits-circle-exponents",
      "Exponents of the loss between t = 20 and 500; one row a target and kind of network",
      of: circles,
      columns: [
        TypedColumn("width", "units n") { $0.width },
        TypedColumn("gamma0", "richness") { $0.richness },
        TypedColumn("q", "of the target's amplitudes k^-q") { $0.exponent },
        TypedColumn("beta", "(2 q - 1)/2") { $0.beta },
        TypedColumn("random", "1 if phases are random, else 0") { $0.phases == "random" },
        TypedColumn("exponent", "mean over data sets") { meanAndError($0.slopes()).mean },
        TypedColumn("standard_error", "over data sets") { meanAndError($0.slopes()).error },
        TypedColumn("kernel_exponent", "of the exact kernel") { $0.slopes("kernel_loss")[0] },
      ])
  }
}
