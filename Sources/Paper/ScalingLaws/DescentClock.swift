import Archives
import Figures
import Foundation
import Kernels
import Theory

extension Figure {
  /// Rich flows of all richness are one curve, with an amplitude that is known; the kernel and the
  /// frontier grow by powers.
  static let descentClock = Figure(
    name: "descent-clock", studies: [], axes: [], tables: ["-growth"]
  ) { _ in
    let task = try PowerLawTask(alpha: 1.5, beta: 0.5)
    let amplitude = try DescentAmplitude(task)
    // In units of the crossover time γ^(−1/(1 − β)).
    let places = decades(-2, 6, perDecade: 8)
    let richnesses = [1e-4, 1e-3, 1e-2, 0.1, 1, 100]
    let curves = try richnesses.map { richness in
      try Collapsed(task, richness: richness, places: places)
    }
    var collapse = Table(
      "descent-clock", "Losses of rich flows in units of their crossover; one row a time",
      columns: [
        .init("gamma", "richness"), .init("place", "x = t gamma^(1/(1 - beta))"),
        .init("loss", "L gamma^(-beta/(1 - beta))"), .init("time", "t"),
        .init("asymptote", "the same by J and Q, without a fit"),
      ])
    for curve in curves {
      for (place, loss) in zip(places, curve.losses) {
        collapse.append([
          .real(curve.richness), .real(place), .real(loss), .real(place / curve.unit),
          .real(amplitude.loss(time: place, richness: 1)),
        ])
      }
    }
    var numbers = QuotedNumbers(figure: "descent-clock")
    let small = curves.filter { $0.richness <= 0.01 }
    let spread = places.indices.filter { places[$0] >= 1 }.map { i -> Double in
      let values = small.map { $0.losses[i] }
      return values.max()! / values.min()! - 1
    }.max()!
    numbers.append(
      "spread", spread, meaning: "largest spread of L over gamma = 1e-4 ... 0.01 at x >= 1")
    let late = try task.flow(richness: 1, times: [1e9])[0]
    numbers.append(
      "ratio_late", late.loss / amplitude.loss(time: 1e9, richness: 1),
      meaning: "L over its asymptote at t = 1e9, gamma = 1")
    numbers.append("growth", amplitude.growth, meaning: "J at alpha = 1.5, beta = 0.5")
    numbers.append("loss", amplitude.loss, meaning: "Q there")
    return [collapse, try growthTable(), numbers.table]
  }

  private static func growthTable() throws -> Table {
    var table = Table(
      "descent-clock-growth", "Kernel and frontier at gamma = 1, alpha = 1.5; one row a time",
      columns: [
        .init("beta", "of the task"), .init("time", "t, in units of 1/eta steps"),
        .init("clock", "c, by which the kernel has grown"), .init("frontier", "k*"),
        .init("clock_law", "c by its asymptote; missing at beta of 1 and above"),
        .init("kernel_slope", "d ln c/d ln t"), .init("kernel_law", "1 - chi, at least 0"),
        .init("frontier_slope", "d ln k*/d ln t"), .init("frontier_law", "its law"),
      ])
    for beta in [0.3, 0.5, 0.8, 1.5] {
      let curve = try FlowCurve(alpha: 1.5, beta: beta, richness: 1)
      let amplitude = beta < 1 ? try DescentAmplitude(curve.task) : nil
      for i in stride(from: 20, to: curve.points.count - 2, by: 4) {
        let (left, point, right) = (curve.points[i - 2], curve.points[i], curve.points[i + 2])
        let width = log(right.time / left.time)
        let front = (left.frontier ?? .nan, right.frontier ?? .nan)
        table.append([
          .real(beta), .real(point.time), .real(point.clock), .real(point.frontier ?? .nan),
          .real(amplitude?.clock(time: point.time, richness: 1) ?? .nan),
          .real(log(right.clock / left.clock) / width), .real(max(0, 1 - curve.power)),
          .real(log(front.1 / front.0) / width),
          .real((beta < 1 ? 2 - curve.power : 1) / 1.5),
        ])
      }
    }
    return table
  }
}

/// A rich flow in units in which all of small richness are one.
private struct Collapsed {
  let richness: Double
  /// γ^(1/(1 − β)), in which times are counted.
  let unit: Double
  let losses: [Double]

  init(_ task: PowerLawTask, richness: Double, places: [Double]) throws {
    self.richness = richness
    let unit = pow(richness, 1 / (1 - task.beta))
    self.unit = unit
    losses = try task.flow(richness: richness, times: places.map { $0 / unit }).map {
      $0.loss * pow(richness, -task.beta / (1 - task.beta))
    }
  }
}
