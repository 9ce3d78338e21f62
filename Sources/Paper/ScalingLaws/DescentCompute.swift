import Archives
import Figures
import Foundation
import Kernels
import Theory

extension Figure {
  /// The least loss that a compute buys, in three regimes.
  static let descentCompute = Figure(
    name: "descent-compute", studies: [], axes: [], tables: ["-curves", "-exponents"]
  ) { _ in
    let frontiers = try ComputeCase.all.map { try ComputedFrontier($0) }
    var numbers = QuotedNumbers(figure: "descent-compute")
    for frontier in frontiers {
      let (name, what) = (frontier.task.name, frontier.task.description)
      for (kind, slope, law) in [
        ("loss", frontier.loss, frontier.task.lossLaw),
        ("width", frontier.width, frontier.task.widthLaw),
      ] {
        numbers.append(
          "\(kind)_\(name)", slope.value, interval: slope.interval,
          meaning: "exponent of the \(kind == "loss" ? "least loss" : "best width") in C, \(what)")
        numbers.append(
          "\(kind)_gap_\(name)", slope.value - law, interval: slope.less(law).interval,
          meaning: "the same less its law \(String(format: "%.4g", law))")
      }
    }
    numbers.append(
      "largest_width", Double(frontiers.flatMap(\.task.widths).max()!), meaning: "largest N")
    return [envelope(frontiers), curves(frontiers), exponents(frontiers), numbers.table]
  }

  private static func envelope(_ frontiers: [ComputedFrontier]) -> Table {
    Table(
      "descent-compute", "The least loss for a compute; one row a compute",
      of: frontiers.flatMap { frontier in frontier.points.indices.map { (frontier, $0) } },
      columns: [
        TypedColumn("case", "name of task and descent") { $0.0.task.name },
        TypedColumn("compute", "C = N t; with batches N times steps") {
          $0.0.points[$0.1].compute
        },
        TypedColumn("loss", "least loss over N") { $0.0.points[$0.1].loss },
        TypedColumn("width", "N there") { $0.0.points[$0.1].width },
        TypedColumn("slope", "-d ln L/d ln C between the neighbours") {
          $0.0.localSlope(at: $0.1)
        },
        TypedColumn("law", "its law") { $0.0.task.lossLaw },
      ])
  }

  private static func curves(_ frontiers: [ComputedFrontier]) -> Table {
    let frontier = frontiers.first { $0.task.name == ComputeCase.shown }!
    let rows = frontier.task.widths.indices.flatMap { i in
      frontier.points.compactMap { point in
        point.losses[i].map { (width: frontier.task.widths[i], point: point, loss: $0) }
      }
    }
    return Table(
      "descent-compute-curves",
      "Losses of single widths, of the case \(ComputeCase.shown); one row a width and compute",
      of: rows,
      columns: [
        TypedColumn("width", "N") { $0.width },
        TypedColumn("compute", "C") { $0.point.compute },
        TypedColumn("loss", "L") { $0.loss },
      ])
  }

  private static func exponents(_ frontiers: [ComputedFrontier]) -> Table {
    Table(
      "descent-compute-exponents", "Exponents in compute; one row a task and descent",
      of: frontiers,
      columns: [
        TypedColumn("case", "name") { $0.task.name },
        TypedColumn("alpha", "of the task") { $0.task.alpha },
        TypedColumn("beta", "of the task") { $0.task.beta },
        TypedColumn("gamma", "richness") { $0.task.richness },
        TypedColumn("from", "the window's first compute") { $0.task.window.0 },
        TypedColumn("to", "its last") { $0.task.window.1 },
        TypedColumn("loss", "exponent of the least loss") { $0.loss.value },
        TypedColumn("loss_drift", "half the spread over decades of the window") {
          $0.loss.drift
        },
        TypedColumn("loss_law", "its law") { $0.task.lossLaw },
        TypedColumn("holds_from", "compute from which the local slope is within 2 % of the law") {
          $0.computeWithinLaw ?? .nan
        },
        TypedColumn("width", "exponent of the best width") { $0.width.value },
        TypedColumn("width_drift", "half the spread over decades of the window") {
          $0.width.drift
        },
        TypedColumn("width_law", "its law") { $0.task.widthLaw },
      ])
  }
}

/// A task and a way of descent, with its laws (scaling of the least loss and the best width).
private struct ComputeCase {
  let name: String
  let alpha, beta, richness: Double
  /// Samples of a batch, each step of 0.2; `nil` for the flow.
  var batch: Int?

  static let all = [
    ComputeCase(name: "hard_lazy", alpha: 1.5, beta: 0.5, richness: 0),
    ComputeCase(name: "hard_rich", alpha: 1.5, beta: 0.5, richness: 10),
    ComputeCase(name: "harder_lazy", alpha: 2, beta: 0.3, richness: 0),
    ComputeCase(name: "harder_rich", alpha: 2, beta: 0.3, richness: 10),
    ComputeCase(name: "easy_lazy", alpha: 2, beta: 1.2, richness: 0),
    ComputeCase(name: "easy_rich", alpha: 2, beta: 1.2, richness: 10),
    ComputeCase(name: "super_2", alpha: 2, beta: 2.5, richness: 0, batch: 1),
    ComputeCase(name: "super_3", alpha: 3, beta: 2.5, richness: 0, batch: 1),
  ]

  /// The case whose single widths are shown.
  static let shown = "hard_rich"
  static let step = 0.2

  var description: String {
    "alpha = \(alpha), beta = \(beta), gamma = \(richness)" + (batch.map { ", B = \($0)" } ?? "")
  }

  /// Two an octave.
  var widths: [Int] { (6...32).map { Int(exp2(Double($0) / 2).rounded()) } }

  /// The window of C in which exponents are taken.
  var window: (Double, Double) { batch == nil ? (1e5, 1e8) : (1e6, 1e9) }

  private var chi: Double {
    if richness == 0 || beta >= 1 { return beta }
    return 2 * beta / (1 + beta)
  }

  /// L* ∝ C^−law.
  var lossLaw: Double {
    if batch != nil { return 1 - 1 / (2 * alpha) }
    if beta >= 1 { return alpha * beta / (alpha * beta + 1) }
    return alpha * beta * chi / (alpha * beta + chi)
  }

  /// N* ∝ C^law.
  var widthLaw: Double {
    if batch != nil { return 0.5 }
    if beta >= 1 { return (alpha * beta + 1 - alpha) / (alpha * beta + 1) }
    return chi / (alpha * beta + chi)
  }

  var descent: ComputeFrontier.Descent {
    batch.map { .batches(batch: $0, step: Self.step) } ?? .flow(richness: richness)
  }
}

/// The frontier of a case.
private struct ComputedFrontier {
  let task: ComputeCase
  let points: [ComputeFrontier.Point]

  init(_ task: ComputeCase) throws {
    self.task = task
    let frontier = try ComputeFrontier(
      task: PowerLawTask(alpha: task.alpha, beta: task.beta), descent: task.descent,
      widths: task.widths)
    let first = task.batch == nil ? 3 : 4
    points = try frontier.points(
      at: decades(first, Int(log10(task.window.1).rounded()), perDecade: 4))
  }

  /// The slope in the window, with half the spread over its three decades.
  private func slope(_ value: (ComputeFrontier.Point) -> Double) -> WindowSlope {
    WindowSlope(
      points.map { ($0.compute, value($0)) }, from: task.window.0, to: task.window.1, pieces: 3)
  }

  var loss: WindowSlope { slope { 1 / $0.loss } }
  var width: WindowSlope { slope { $0.width } }

  /// Over a decade about a point, which averages over the grid of widths.
  func localSlope(at i: Int) -> Double {
    let (low, high) = (max(0, i - 2), min(points.count - 1, i + 2))
    return log(points[low].loss / points[high].loss)
      / log(points[high].compute / points[low].compute)
  }

  var computeWithinLaw: Double? {
    let outside = points.indices.last { abs(localSlope(at: $0) / task.lossLaw - 1) > 0.02 }
    guard let outside else { return points[0].compute }
    return outside + 1 < points.count ? points[outside + 1].compute : nil
  }
}
