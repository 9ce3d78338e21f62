import Kernels
import Networks
import TestSupport
import Testing
import Theory

/// The mean of stochastic descent against runs of it, in the reduced form of the literal model.
@Suite struct NoisyDescentRunsTests {
  /// Rich runs: the closure is within four standard errors of the mean of 96 at each record.
  @Test(arguments: [(1.5, 0.5, 1.0, 0.05, 8), (2, 0.3, 5, 0.02, 4)])
  func theClosure(alpha: Double, beta: Double, gamma: Double, step: Double, batch: Int) throws {
    let modes = 100
    let ends = [50, 200, 800]
    let task = ProjectedTask(LinearTask(capacity: alpha, source: beta, modes: modes))
    let runs = (0..<96).map { seed in
      let run = ReducedDescent(task, step: step, richness: gamma)
      return ends.map { end in
        while run.moves < end { run.move(batch: batch, from: RandomStream(key: UInt64(seed))) }
        return (run.loss, run.growth)
      }
    }
    var closure = try NoisyDescent(
      spectrum: PowerLawTask(alpha: alpha, beta: beta, modes: modes).spectrum(reach: 1e6),
      batch: batch, step: step, richness: gamma)
    for (record, end) in ends.enumerated() {
      try closure.advance(to: end)
      let losses = runs.map { $0[record].0 }
      let mean = losses.reduce(0, +) / Double(losses.count)
      let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = squares.squareRoot() / Double(losses.count)
      #expect(
        abs(mean - closure.loss) < 4 * error,
        "loss after \(end): \(mean) ± \(error), closure \(closure.loss)")
      let clock = runs.reduce(0) { $0 + $1[record].1 } / Double(runs.count)
      expect(closure.clock / clock, near: 1, within: 0.06, "c after \(end)")
    }
  }

  /// Without noise the closure is descent itself, but for terms of second order in the step.
  @Test func allData() throws {
    let run = ReducedDescent(
      ProjectedTask(LinearTask(capacity: 1.5, source: 0.5, modes: 60)), step: 0.01, richness: 1)
    var closure = try NoisyDescent(
      spectrum: PowerLawTask(alpha: 1.5, beta: 0.5, modes: 60).spectrum(reach: 1e6), batch: nil,
      step: 0.01, richness: 1)
    for _ in 0..<1000 { run.move() }
    try closure.advance(to: 1000)
    expect(closure.loss / run.loss, near: 1, within: 3e-3, "loss")
    expect(closure.clock / run.growth, near: 1, within: 3e-3, "c")
  }
}
