import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// Projected descent of linear networks: the definition, its reduction to N dimensions, and both
/// against an independent implementation.
@Suite struct ProjectedDescentTests {
  static let reference = ScalingReference.shared.tiny

  var task: LinearTask {
    LinearTask(
      capacity: Self.reference.alpha, source: Self.reference.beta, modes: Self.reference.modes)
  }
  var network: ProjectedNetwork {
    ProjectedNetwork(task, initial: Self.reference.features.flatMap { $0 })
  }
  func reduced() throws -> ProjectedTask {
    try ProjectedTask(task, width: 4) { Self.reference.features[$0] }
  }

  @Test func theDefinitionIsTheReference() {
    let reference = Self.reference
    var network = network
    for (move, loss) in reference.losses.enumerated() {
      expect(network.loss / loss, near: 1, within: 1e-11, "loss after \(move) steps")
      if move == 3 {
        for (found, expected) in zip(network.readout, reference.readoutAfter) {
          expect(found, near: expected, within: 1e-12, "w after 3 steps")
        }
        for (found, expected) in zip(network.features, reference.featuresAfter.flatMap { $0 }) {
          expect(found, near: expected, within: 1e-12, "A after 3 steps")
        }
      }
      network.descend(
        along: network.gradient, step: reference.step, richness: reference.gamma)
    }
  }

  @Test func theDefinitionOnBatchesIsTheReference() {
    let reference = Self.reference
    var network = network
    for (batch, loss) in zip(reference.batches, reference.batchLosses) {
      expect(network.loss / loss, near: 1, within: 1e-11, "loss on batches")
      network.descend(
        along: network.gradient(of: batch), step: reference.step, richness: reference.gamma)
    }
    expect(
      network.loss / reference.batchLosses.last!, near: 1, within: 1e-11, "loss at the end")
    for (found, expected) in zip(network.readout, reference.batchReadout) {
      expect(found, near: expected, within: 1e-12, "w after batches")
    }
  }

  @Test func theReductionHasTheEigenvalues() throws {
    let (reference, problem) = (Self.reference, try reduced())
    for i in 0..<4 {
      expect(problem.curvatures[i], near: reference.curvatures[3 - i], within: 1e-12, "d_\(i)")
      expect(abs(problem.solution[i]), near: reference.solution[3 - i], within: 1e-11, "b*_\(i)")
    }
    expect(problem.floor, near: reference.floor, within: 1e-12, "floor")
  }

  /// Step by step the reduction is the definition, to rounding: loss, and w by way of |ω|².
  @Test(arguments: [0, 2.0]) func theReductionIsTheDefinition(richness: Double) throws {
    let task = LinearTask(capacity: 1.5, source: 0.5, modes: 40)
    let rows = (0..<12).map { row in
      RandomStream(key: 5).standardNormals(count: 40, step: UInt64(row)).map(Double.init)
    }
    var network = ProjectedNetwork(task, initial: rows.flatMap { $0 })
    let run = ReducedDescent(
      try ProjectedTask(task, width: 12) { rows[$0] }, step: 0.1, richness: richness)
    for move in 0..<200 {
      expect(run.loss / network.loss, near: 1, within: 1e-12, "loss after \(move) steps")
      let squares = network.readout.reduce(0) { $0 + $1 * $1 } / 12
      expect(
        run.growth / (1 + richness * squares), near: 1, within: 1e-12, "c after \(move) steps")
      network.descend(along: network.gradient, step: 0.1, richness: richness)
      run.move()
    }
    // The predictor in the space of modes is Aᵀw/N.
    let amplitudes = run.problem.amplitudes(of: run.predictor)
    let errors = zip(task.amplitudes, amplitudes).map { $0 - $1 }
    for (k, (found, v)) in zip(errors, network.error).enumerated() {
      #expect(abs(found - task.eigenvalues[k].squareRoot() * v) < 1e-12, "error of mode \(k)")
    }
  }

  /// The same with batches, whose force is given: r = F g in the eigenbasis. There F comes from
  /// amplitudes of unit predictors.
  @Test func theReductionOnBatchesIsTheDefinition() throws {
    let (reference, problem) = (Self.reference, try reduced())
    let roots = task.eigenvalues.map { $0.squareRoot() }
    let features = (0..<4).map { i in
      zip(problem.amplitudes(of: (0..<4).map { $0 == i ? 1 : 0 }), roots).map { $0 / $1 }
    }
    var network = network
    let run = ReducedDescent(problem, step: reference.step, richness: reference.gamma)
    for batch in reference.batches {
      let gradient = network.gradient(of: batch)
      network.descend(along: gradient, step: reference.step, richness: reference.gamma)
      run.move(along: features.map { zip($0, gradient).reduce(0) { $0 + $1.0 * $1.1 } })
      expect(run.loss / network.loss, near: 1, within: 1e-12, "loss on batches")
    }
  }

  /// A force of all data as a batch sees it: of the definition's batches of Gaussian samples, and
  /// of the reduction's, mean losses after a few steps agree within four standard errors.
  @Test func batchesOfTheReductionAreThoseOfTheDefinition() throws {
    let (task, runs, moves, batch) = (task, 4000, 3, 2)
    let roots = task.eigenvalues.map { $0.squareRoot() }
    var (losses, reducedLosses) = ([Double](), [Double]())
    let problem = try reduced()
    for index in 0..<runs {
      var network = network
      let stream = RandomStream(key: 10_000 + UInt64(index))
      for move in 0..<moves {
        let normals = stream.standardNormals(count: batch * 8, step: UInt64(move)).map(Double.init)
        let samples = (0..<batch).map { s in (0..<8).map { roots[$0] * normals[8 * s + $0] } }
        network.descend(along: network.gradient(of: samples), step: 0.1, richness: 2)
      }
      losses.append(network.loss)
      let run = ReducedDescent(problem, step: 0.1, richness: 2)
      for _ in 0..<moves {
        run.move(batch: batch, from: RandomStream(key: 90_000 + UInt64(index)))
      }
      reducedLosses.append(run.loss)
    }
    for power in [1.0, 2] {
      let (a, b) = (moment(losses, power), moment(reducedLosses, power))
      let error = (a.error * a.error + b.error * b.error).squareRoot()
      #expect(abs(a.mean - b.mean) < 4 * error, "moment \(power): \(a), \(b)")
    }
  }

  private func moment(_ x: [Double], _ power: Double) -> (mean: Double, error: Double) {
    let values = x.map { pow($0, power) }
    let mean = values.reduce(0, +) / Double(x.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares.squareRoot() / Double(x.count))
  }

  /// G Gᵀ = 1 + γ ω ωᵀ in the flow. At a step η the identity drifts by O(η²) a step, thus by O(η)
  /// in a given time: half the step has half the drift.
  @Test func theConservedQuantity() throws {
    let task = LinearTask(capacity: 1.5, source: 0.5, modes: 32)
    func drift(step: Double) throws -> Double {
      let run = ReducedDescent(
        try ProjectedTask(task, width: 12) { row in
          RandomStream(key: 6).standardNormals(count: 32, step: UInt64(row)).map(Double.init)
        }, step: step, richness: 3)
      for _ in 0..<Int((4 / step).rounded()) { run.move() }
      let (g, omega) = (run.features, run.readout)
      var largest = 0.0
      for i in 0..<12 {
        for j in 0..<12 {
          let product = zip(g[i], g[j]).reduce(0) { $0 + $1.0 * $1.1 }
          largest = max(largest, abs(product - 3 * omega[i] * omega[j] - (i == j ? 1 : 0)))
        }
      }
      #expect(run.growth > 1.5, "the features have moved")
      return largest
    }
    let (coarse, fine) = (try drift(step: 2e-3), try drift(step: 1e-3))
    #expect(coarse < 0.05)
    expect(coarse / fine, near: 2, within: 0.1, "drift at twice the step")
  }

  /// At small steps descent is the flow: two steps extrapolated to zero give the reference's
  /// solution of its differential equation.
  @Test(arguments: ScalingReference.shared.flow.indices) func theFlow(index: Int) {
    let flow = ScalingReference.shared.flow[index]
    let task = LinearTask(capacity: flow.alpha, source: flow.beta, modes: flow.modes)
    func records(_ step: Double) -> [(loss: Double, growth: Double)] {
      let run = ReducedDescent(ProjectedTask(task), step: step, richness: flow.gamma)
      return flow.times.map { time in
        while run.time < time - step / 2 { run.move() }
        return (run.loss, run.growth)
      }
    }
    let (coarse, fine) = (records(2e-2), records(1e-2))
    for (i, time) in flow.times.enumerated() {
      let loss = 2 * fine[i].loss - coarse[i].loss
      expect(loss / flow.loss[i], near: 1, within: 2e-3, "loss at t = \(time)")
      let growth = 2 * fine[i].growth - coarse[i].growth
      expect(growth / flow.growth[i], near: 1, within: 2e-3, "c at t = \(time)")
      #expect(
        abs(fine[i].loss / flow.loss[i] - 1) < abs(coarse[i].loss / flow.loss[i] - 1) + 1e-4)
    }
  }

  /// Mean floors of instances are those of the resolvent, whose relative error is O(1/N). So are
  /// those of the mean network, from pairs.
  @Test(arguments: ScalingReference.shared.floors.indices) func floors(index: Int) throws {
    let row = ScalingReference.shared.floors[index]
    let task = LinearTask(capacity: row.alpha, source: row.beta, modes: row.modes)
    let nets = 24
    var floors: [Double] = []
    var errors: [[Double]] = []
    for net in 0..<nets {
      let stream = RandomStream(key: 400 + UInt64(net))
      let problem = try ProjectedTask(task, width: row.width) {
        stream.standardNormals(count: row.modes, step: UInt64($0)).map(Double.init)
      }
      floors.append(problem.floor)
      errors.append(zip(task.amplitudes, problem.amplitudes(of: problem.solution)).map { $0 - $1 })
    }
    let (mean, error) = moment(floors, 1)
    let off = abs(mean - row.floorOneNet)
    #expect(off < 4 * error + mean / Double(row.width), "\(mean) ± \(error), \(row.floorOneNet)")
    let sum = (0..<row.modes).map { k in errors.reduce(0) { $0 + $1[k] } }
    let all = sum.reduce(0) { $0 + $1 * $1 }
    let pairs = (all - floors.reduce(0, +)) / Double(nets * (nets - 1))
    // Errors of n nets in about N directions leave this to pairs.
    let noise = 1.5 * mean / (Double(nets) * Double(row.width).squareRoot())
    #expect(abs(pairs - row.floorMeanNet) < 4 * noise, "\(pairs) of pairs, \(row.floorMeanNet)")
  }

  /// Lazy descent on batches has the exact mean of its recursion.
  @Test(arguments: ScalingReference.shared.lazy.indices) func lazyBatches(index: Int) {
    let row = ScalingReference.shared.lazy[index]
    let task = LinearTask(capacity: row.alpha, source: row.beta, modes: row.modes)
    let runs = 400
    var losses = [[Double]](repeating: [], count: row.steps.count)
    for seed in 0..<runs {
      let run = ReducedDescent(ProjectedTask(task), step: row.step, richness: 0)
      for (record, step) in row.steps.enumerated() where step <= 100 {
        while run.moves < step { run.move(batch: row.batch, from: RandomStream(key: UInt64(seed))) }
        losses[record].append(run.loss)
      }
    }
    for (record, step) in row.steps.enumerated() where step <= 100 {
      let (mean, error) = moment(losses[record], 1)
      let expected = row.meanLoss[record]
      #expect(abs(mean - expected) < 4 * error + 1e-12, "after \(step): \(mean), \(expected)")
    }
  }

  /// Of a rotation of the features nothing depends: a law of the model, whatever its kernels do.
  @Test func rotatedFeatures() throws {
    let task = LinearTask(capacity: 1.5, source: 0.8, modes: 20)
    let rows = (0..<3).map { row in
      RandomStream(key: 8).standardNormals(count: 20, step: UInt64(row)).map(Double.init)
    }
    let (cos, sin) = (0.6, 0.8)
    let rotated = [
      zip(rows[0], rows[1]).map { cos * $0 - sin * $1 },
      zip(rows[0], rows[1]).map { sin * $0 + cos * $1 }, rows[2],
    ]
    let runs = try [rows, rotated].map { rows in
      ReducedDescent(try ProjectedTask(task, width: 3) { rows[$0] }, step: 0.1, richness: 1)
    }
    for _ in 0..<50 { for run in runs { run.move() } }
    expect(runs[0].loss / runs[1].loss, near: 1, within: 1e-12, "loss")
    expect(runs[0].growth / runs[1].growth, near: 1, within: 1e-12, "c")
    expect(runs[0].frontier / runs[1].frontier, near: 1, within: 1e-9, "k*")
  }

  /// Features that follow from each other have no solution, and say so.
  @Test func dependentFeatures() {
    let task = LinearTask(capacity: 1.5, source: 0.8, modes: 20)
    #expect(throws: DependentFeatures.self) {
      try ProjectedTask(task, width: 2) { _ in [Double](repeating: 1, count: 20) }
    }
  }

  /// Every instruction set gives the same bits.
  @Test func bits() throws {
    let task = LinearTask(capacity: 1.5, source: 0.5, modes: 50)
    let losses = try InstructionSet.available.map { set in
      let kernels = KernelSet(set)!
      let stream = RandomStream(key: 77, kernels: kernels)
      let problem = try ProjectedTask(task, width: 19, kernels: kernels) {
        stream.standardNormals(count: 50, step: UInt64($0)).map(Double.init)
      }
      let run = ReducedDescent(problem, step: 0.05, richness: 1, kernels: kernels)
      for _ in 0..<20 {
        run.move()
        run.move(batch: 3, from: stream)
      }
      return run.loss.bitPattern
    }
    #expect(Set(losses).count == 1)
  }
}
