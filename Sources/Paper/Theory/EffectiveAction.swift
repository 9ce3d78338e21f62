import Figures
import Foundation
import Host
import Kernels
import Networks
import Sampling
import Theory

extension Figure {
  /// The effective action of one neuron in kernel adaptation to x₁ + ε He₃(x₁), at several loads,
  /// with sampled populations; and the number of specialists against the load.
  static let effectiveAction = Figure(
    name: "effective-action", studies: [], axes: [], tables: ["-minima", "-order"]
  ) { _ in
    let (dimension, width, epsilon) = (20, 1000, 0.1)
    // In terms of He₃/√6.
    let model = KernelAdaptation(
      dimension: dimension, width: width, modes: [1, 3], target: [1, epsilon * 6.0.squareRoot()])
    // Near the load at which specialists come, chains scatter most.
    let loads = [(1600.0, chains: 8), (4800, 256), (6400, 8), (12800, 8), (51200, 8)]

    var action = Table(
      "effective-action",
      "Effective action S = -ln p(w.w*) + ln p(0) of one of N = \(width) neurons, d = \(dimension); one row a point",
      columns: [
        .init("load", "Q = P/kappa"),
        .init("series", "theory: kernel adaptation; sampled: populations of neurons"),
        .init("overlap", "|w.w*|, the middle of a bin of width 0.1 where sampled"),
        .init("action", "S"), .init("low", "S at the mean plus the standard error over chains"),
        .init("high", "S at the mean less it, 99 where that is not positive"),
      ])
    var minima = Table(
      "effective-action-minima", "Minima of the theory's S; one row a minimum",
      columns: [.init("load", "Q"), .init("overlap", "|w.w*|"), .init("action", "S")])
    var order = Table(
      "effective-action-order", "What is learned against the load; one row a load",
      columns: [
        .init("load", "Q"), .init("series", "theory or sampled"),
        .init("specialists", "neurons with |w.w*| > \(SpecialistThreshold.adaptation)"),
        .init("specialists_error", "standard error over chains"),
        .init("cubic", "f_3 over its target"), .init("cubic_error", "standard error over chains"),
        .init("outer_mode", "the outer minimum of S, NaN where there is none"),
      ])
    var numbers = QuotedNumbers(figure: "effective-action")
    var emergence = Double.nan
    for exponent in 0...120 {
      let load = 400 * exp2(Double(exponent) / 15)
      let solution = try model.solve(load: load)
      let outer = solution.stationaryPoints.minima.last { $0 > SpecialistThreshold.adaptation }
      if outer != nil && emergence.isNaN { emergence = load }
      order.append([
        .real(load), "theory",
        .real(try solution.specialists(beyond: SpecialistThreshold.adaptation)),
        .real(.nan),
        .real(solution.overlaps[1] / model.target[1]), .real(.nan), .real(outer ?? .nan),
      ])
    }
    for (index, (load, chains)) in loads.enumerated() {
      let solution = try model.solve(load: load)
      let origin = solution.action(at: 0)
      for i in 0...110 {
        let w = 0.02 * Double(i)
        action.append([
          .real(load), "theory", .real(w), .real(solution.action(at: w) - origin), .real(.nan),
          .real(.nan),
        ])
      }
      for w in solution.stationaryPoints.minima {
        minima.append([.real(load), .real(w), .real(solution.action(at: w) - origin)])
      }
      let expected = try solution.specialists(beyond: SpecialistThreshold.adaptation)
      let sampled = parallelMap(Array(0..<chains), together: 1) { chain in
        PopulationRun(
          model, load: load,
          // Half the chains start without specialists, half with twice as many as expected.
          specialists: chain % 2 == 0 ? 0 : Int(2 * expected.rounded(.up)),
          key: UInt64(index) << 16 | UInt64(chain))
      }
      // ln p(0) of the theory is the common origin: p is normalised in both.
      for bin in 0..<PopulationRun.bins {
        let (density, error) = meanAndError(sampled.map { $0.density[bin] })
        guard density > 0 else { continue }
        action.append([
          .real(load), "sampled", .real(PopulationRun.middle(of: bin)),
          .real(-log(density) - origin), .real(-log(density + error) - origin),
          .real(density > error ? -log(density - error) - origin : 99),
        ])
      }
      let (count, countError) = meanAndError(sampled.map(\.specialists))
      let (cubic, cubicError) = meanAndError(sampled.map { $0.cubic / model.target[1] })
      order.append([
        .real(load), "sampled", .real(count), .real(countError), .real(cubic), .real(cubicError),
        .real(.nan),
      ])
      numbers.append("load_\(index + 1)", load, meaning: "Q of curve \(index + 1)")
      let reach = studentQuantile(normal: 1.96, Double(chains - 1)) * countError
      numbers.append(
        "sampled_\(index + 1)", count, interval: (count - reach, count + reach),
        meaning: "sampled specialists of curve \(index + 1); Student's interval over chains")
      numbers.append(
        "expected_\(index + 1)", expected, meaning: "predicted specialists of curve \(index + 1)")
    }
    numbers.append("load_count", Double(loads.count), meaning: "how many loads there are")
    numbers.append(
      "emergence", emergence, meaning: "the load at which S has a second minimum, to 5 %")
    numbers.append("dimension", Double(dimension), meaning: "d")
    numbers.append("width", Double(width), meaning: "N")
    return [action, minima, order, numbers.table]
  }
}

/// One chain of a population: its histogram of overlaps and its means.
private struct PopulationRun {
  static let bins = 22
  static let binWidth = 0.1
  static func middle(of bin: Int) -> Double { (Double(bin) + 0.5) * binWidth }

  let density: [Double]
  let specialists: Double
  let cubic: Double

  init(_ model: KernelAdaptation, load: Double, specialists start: Int, key: UInt64) {
    var population = NeuronPopulation(
      model, load: load, specialists: start, stream: RandomStream(key: 0xACED_0000 + key))
    let (warmup, sweeps) = (100, 300)
    var counts = [Int](repeating: 0, count: Self.bins)
    var (above, cubic) = (0, 0.0)
    for sweep in 0..<warmup + sweeps {
      population.sweep()
      guard sweep >= warmup else { continue }
      for w in population.overlaps {
        let bin = Int(abs(w) / Self.binWidth)
        if bin < Self.bins { counts[bin] += 1 }
        if abs(w) > SpecialistThreshold.adaptation { above += 1 }
      }
      cubic += population.features[1]
    }
    let total = Double(sweeps * model.width)
    density = counts.map { Double($0) / (2 * Self.binWidth * total) }
    specialists = Double(above) / Double(sweeps)
    self.cubic = cubic / Double(sweeps)
  }
}
