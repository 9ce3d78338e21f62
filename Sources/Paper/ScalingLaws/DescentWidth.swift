import Archives
import Experiments
import Figures
import Foundation
import Kernels
import Sampling
import Studies
import Theory

extension Figure {
  /// What the width leaves unlearned: of one network, and of the mean of many.
  static let descentWidth = Figure(
    name: "descent-width", studies: ["descent-width", "descent-mean"],
    experiments: [LinearDescent.name], networks: LinearDescent.models,
    axes: ["alpha", "beta", "width"], tables: ["-nets", "-slopes"]
  ) { archives in
    let one = try WidthFloors.all(archives[0], "floor")
    let mean = try WidthFloors.all(archives[1], "mean_network_floor")
    let tasks = one.map { WidthTask(one: $0, mean: WidthFloors.match($0, in: mean)) }
    var numbers = QuotedNumbers(figure: "descent-width")
    for task in tasks { try append(task, to: &numbers) }
    for (name, floors) in [("one", one), ("mean", mean)] {
      let gaps = floors.flatMap { group in
        group.indices.map { abs(group.mean(at: $0) / group.theory[$0] - 1) }
      }
      numbers.append(
        "deviation_\(name)", gaps.max()!,
        meaning: "largest |simulated mean/formula - 1| of all tasks and widths")
      // From N = 32 on the formula's own error, which is of order 1/N, is below that of the mean.
      let wide = floors.flatMap { group in
        group.indices.filter { group.widths[$0] >= 32 }.map {
          (group.mean(at: $0) / group.theory[$0] - 1) / (group.error(at: $0) / group.theory[$0])
        }
      }
      numbers.append(
        "score_\(name)",
        (wide.reduce(0) { $0 + $1 * $1 } / Double(wide.count)).squareRoot(),
        meaning: "root mean square difference from the formula in standard errors, N >= 32")
    }
    return [try theoryTable(tasks), netTable(one, mean), try slopeTable(tasks), numbers.table]
  }

  private static func append(_ task: WidthTask, to numbers: inout QuotedNumbers) throws {
    let name = taskName(task.one.task)
    let what = "alpha = \(task.one.task.alpha), beta = \(task.one.task.beta)"
    numbers.append(
      "one_\(name)", task.one.slope, interval: task.one.interval,
      meaning: "minus the slope of ln floor on ln N of one network, N = 8 ... 256, \(what)")
    numbers.append(
      "one_formula_\(name)", task.one.formulaSlope,
      meaning: "the same by the formula at these N")
    let late = try task.lateSlopes()
    numbers.append(
      "one_late_\(name)", late.one.value, interval: late.one.interval,
      meaning: "the same by the formula, N = 16384 ... 65536; interval: drift, \(what)")
    guard let mean = task.mean else { return }
    numbers.append(
      "mean_\(name)", mean.slope, interval: mean.interval,
      meaning: "minus the slope of ln floor of the mean network, N = 8 ... 64, \(what)")
    numbers.append(
      "mean_formula_\(name)", mean.formulaSlope, meaning: "the same by the formula at these N")
    numbers.append(
      "mean_late_\(name)", late.mean.value, interval: late.mean.interval,
      meaning: "the same by the formula, N = 16384 ... 65536; interval: drift, \(what)")
  }

  private static func theoryTable(_ tasks: [WidthTask]) throws -> Table {
    var table = Table(
      "descent-width", "What is never learned, by the formula; one row a task and width",
      columns: [
        .init("alpha", "features have variances k^-alpha"), .init("beta", "of the task"),
        .init("width", "N"), .init("floor", "of a network, of infinitely many modes"),
        .init("mean_floor", "of the mean of many networks"),
      ])
    for task in tasks {
      for exponent in 2...16 {
        let plain = try PowerLawTask(alpha: task.one.task.alpha, beta: task.one.task.beta)
        let width = try WidthEquivalent(plain, width: 1 << exponent)
        table.append([
          .real(plain.alpha), .real(plain.beta), .integer(width.width), .real(width.floor),
          .real(width.meanNetworkFloor),
        ])
      }
    }
    return table
  }

  private static func netTable(_ one: [WidthFloors], _ mean: [WidthFloors]) -> Table {
    Table(
      "descent-width-nets", "Simulated floors; one row a task and width",
      of: [("one", one), ("mean", mean)].flatMap { kind, floors in
        floors.flatMap { group in group.indices.map { (kind: kind, group: group, i: $0) } }
      },
      columns: [
        TypedColumn("kind", "of one network, or of the mean of many") { $0.kind },
        TypedColumn("alpha", "of the task") { $0.group.task.alpha },
        TypedColumn("beta", "of the task") { $0.group.task.beta },
        TypedColumn("width", "N") { $0.group.widths[$0.i] },
        TypedColumn("floor", "mean over data sets") { $0.group.mean(at: $0.i) },
        TypedColumn("standard_error", "over data sets") { $0.group.error(at: $0.i) },
        TypedColumn("theory", "the formula at as many modes") { $0.group.theory[$0.i] },
      ])
  }

  private static func slopeTable(_ tasks: [WidthTask]) throws -> Table {
    let late = try tasks.map { try $0.lateSlopes() }
    return Table(
      "descent-width-slopes", "Exponents of the floor in N; one row a task",
      of: tasks.indices.map { (task: tasks[$0], late: late[$0]) },
      columns: [
        TypedColumn("alpha", "of the task") { $0.task.one.task.alpha },
        TypedColumn("beta", "of the task") { $0.task.one.task.beta },
        TypedColumn("one", "of one network, simulated, N = 8 ... 256") { $0.task.one.slope },
      ]
        + TypedColumn.bootstrap("one_low", "one_high") { $0.task.one.interval }
        + [
          TypedColumn("one_formula", "the same by the formula") { $0.task.one.formulaSlope },
          TypedColumn("one_late", "by the formula at N = 16384 ... 65536") { $0.late.one.value },
          TypedColumn("mean", "of the mean of networks, simulated, N = 8 ... 64") {
            $0.task.mean?.slope ?? .nan
          },
        ]
        + TypedColumn.bootstrap("mean_low", "mean_high") {
          $0.task.mean?.interval ?? (.nan, .nan)
        }
        + [
          TypedColumn("mean_formula", "the same by the formula") {
            $0.task.mean?.formulaSlope ?? .nan
          },
          TypedColumn("mean_late", "by the formula at N = 16384 ... 65536") {
            $0.late.mean.value
          },
          TypedColumn("first_law", "alpha min(1, beta)") {
            $0.task.one.task.alpha * min(1, $0.task.one.task.beta)
          },
          TypedColumn("second_law", "alpha min(2, beta)") {
            $0.task.one.task.alpha * min(2, $0.task.one.task.beta)
          },
        ])
  }
}

/// The floors of one task at several widths, of several data sets, and the formula beside.
private struct WidthFloors {
  let task: PowerLawTask
  let widths: [Int]
  /// [width][data set].
  let floors: [[Double]]
  let theory: [Double]

  var indices: Range<Int> { widths.indices }
  private var datasets: Int { floors[0].count }

  func mean(at i: Int) -> Double { meanAndError(floors[i]).mean }
  func error(at i: Int) -> Double { meanAndError(floors[i]).error }

  /// The tasks of a study, whose floors have a name among its arrays.
  static func all(_ archive: Archive, _ name: String) throws -> [WidthFloors] {
    // Of each point and data set, the mean over the networks of a cell that are archived.
    let points = archive.points.map { point, cells in
      (
        parameters: point,
        floors: cells.map { cell in
          let values = archive.results[cell].doubles(name)
          return values.reduce(0, +) / Double(values.count)
        }
      )
    }
    let tasks = Dictionary(grouping: points) { point in
      [LinearDescent.Name.capacity, LinearDescent.Name.source].map(point.parameters.real)
    }
    return try tasks.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, points in
      let sorted = points.sorted { $0.parameters.width < $1.parameters.width }
      let task = try PowerLawTask(
        alpha: key[0], beta: key[1],
        modes: sorted[0].parameters.integer(LinearDescent.Name.modes))
      let widths = sorted.map(\.parameters.width)
      return WidthFloors(
        task: task, widths: widths, floors: sorted.map(\.floors),
        theory: try widths.map {
          let width = try WidthEquivalent(task, width: $0)
          return name == "floor" ? width.floor : width.meanNetworkFloor
        })
    }
  }

  static func match(_ floors: WidthFloors, in others: [WidthFloors]) -> WidthFloors? {
    others.first { $0.task.alpha == floors.task.alpha && $0.task.beta == floors.task.beta }
  }

  /// Minus the slope of ln floor on ln N.
  private func slope(of floors: [Double]) -> Double {
    -leastSquares(widths.map { log(Double($0)) }, floors.map { log($0) }).slope
  }

  var slope: Double { slope(of: indices.map(mean)) }
  var formulaSlope: Double { slope(of: theory) }
  var interval: (low: Double, high: Double) {
    Bootstrap.interval(datasets: datasets) { sets in
      slope(of: floors.map { row in sets.reduce(0) { $0 + row[$1] } / Double(sets.count) })
    }
  }
}

/// A task with the floors of its networks.
private struct WidthTask {
  let one: WidthFloors
  let mean: WidthFloors?

  /// Slopes by the formula at large N and infinitely many modes.
  func lateSlopes() throws -> (one: WindowSlope, mean: WindowSlope) {
    let plain = try PowerLawTask(alpha: one.task.alpha, beta: one.task.beta)
    let widths = try (28...32).map {
      try WidthEquivalent(plain, width: Int(exp2(Double($0) / 2).rounded()))
    }
    func slope(_ value: (WidthEquivalent) -> Double) -> WindowSlope {
      WindowSlope(
        widths.map { (Double($0.width), 1 / value($0)) }, from: 1, to: 1e6, pieces: 4)
    }
    return (slope(\.floor), slope(\.meanNetworkFloor))
  }
}
