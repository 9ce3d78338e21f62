import Foundation
import Kernels
import Networks
import Sampling
import TestSupport
import Testing

/// Records of training: block means, first passage, and the end of a run that is not stable.
@Suite struct RelaxationTests {
  /// Blocks are means over the moves since the last record, all of them or thinned.
  @Test func recordsAreBlockMeans() throws {
    let energy = GaussianEnergy(variances: [1])
    let h = 0.01
    func z(_ move: Int) -> Double { pow(1 - h, Double(move)) }
    func run(readings: Int) throws -> Relaxation {
      try Relaxation(
        GradientDescent(energy, start: [1], step: h),
        times: RecordTimes(first: 0.1, last: 10, perDecade: 1, readings: readings)
      ) { position, _ in [Double(position[0]), -1] }
    }
    let all = try run(readings: 1000)
    #expect(all.blocks.map(\.moves) == [10, 100, 1000])
    #expect(all.blocks.map(\.acceptance) == [1, 1, 1])
    for (block, moves) in zip(all.blocks, [1...10, 11...100, 101...1000]) {
      let mean = moves.reduce(0) { $0 + z($1) } / Double(moves.count)
      expect(block.means[0], near: mean, within: 1e-4, "block \(moves)")
      expect(block.time, near: h * Double(block.moves), within: 1e-14, "time")
      #expect(block.means[1] == -1)
    }
    // Of a block of 90 moves, four readings are after moves ⌈90k/4⌉.
    let four = try run(readings: 4)
    let mean = [33, 55, 78, 100].reduce(0) { $0 + z($1) } / 4
    expect(four.blocks[1].means[0], near: mean, within: 1e-5, "four readings")
    let one = try run(readings: 1)
    expect(one.blocks[1].means[0], near: z(100), within: 1e-5, "the state itself")
    // First passage is at the end of the first block that reaches the threshold.
    #expect(all.firstPassage(of: 0, to: 0.9) == all.blocks[0].time)
    #expect(all.firstPassage(of: 0, to: 0.99) == nil)
    #expect(all.firstPassage(of: 1, to: -1) == all.blocks[0].time)
  }

  @Test func firstPassageIsTheFirst() throws {
    let energy = GaussianEnergy(variances: [1])
    let run = try Relaxation(
      GradientDescent(energy, start: [1], step: 0.01),
      times: RecordTimes(first: 0.1, last: 10, perDecade: 4)
    ) { position, _ in [1 - Double(position[0])] }
    let passage = run.blocks.first { $0.means[0] >= 0.5 }
    #expect(run.blocks[0].means[0] < 0.5 && passage != nil)
    #expect(run.firstPassage(of: 0, to: 0.5) == passage?.time)
    #expect(run.blocks.last!.means[0] > passage!.means[0])
  }

  /// Returns why a run has no numbers.
  func instability(
    _ dynamics: any TrainingDynamics, last: Double
  ) throws -> Instability {
    try #require(
      throws: Instability.self,
      performing: {
        _ = try Relaxation(
          dynamics, times: RecordTimes(first: 4, last: last, perDecade: 1)
        ) { position, _ in [Double(position[0])] }
      })
  }

  /// Beyond h = 2v descent diverges, and the time is told. The growth is seen also where a run ends
  /// before a hundred moves.
  @Test(arguments: [(0.201, 40_000.0), (0.25, 40_000), (0.25, 4), (2, 40_000)])
  func descentBeyondTheStableStepIsNoNumber(step: Double, last: Double) throws {
    let energy = GaussianEnergy(variances: [0.1, 1])
    let descent = GradientDescent(energy, start: [0.1, 0.1], step: step)
    let got = try instability(descent, last: last)
    expect(got.time, near: step * Double(descent.moves), within: 1e-14, "time")
    #expect(got.moves == descent.moves)
    guard case .energyGrew(let from, let to) = got.cause else {
      Issue.record("\(got)")
      return
    }
    expect(from, near: 0.055, within: 1e-6, "U at the start")
    #expect(to > 10 * (from + 1) && "\(got)".contains("time \(got.time)"))
  }

  @Test func aStableStepAtTheEdgeEnds() throws {
    let energy = GaussianEnergy(variances: [0.1, 1])
    let run = try Relaxation(
      GradientDescent(energy, start: [0.1, 0.1], step: 0.199),
      times: RecordTimes(first: 4, last: 4000, perDecade: 1)
    ) { position, _ in [Double(position[0])] }
    #expect(run.blocks.count == 4)
  }

  @Test func rejectionOfEveryMoveIsNoNumber() throws {
    let energy = GaussianEnergy.spread(400)
    let stream = RandomStream(key: 670)
    let langevin = AdjustedLangevin(
      energy, start: energy.draw(from: stream), step: 0.2, stream: stream)
    let got = try instability(langevin, last: 1000)
    guard case .movesRejected(let acceptance) = got.cause else {
      Issue.record("\(got)")
      return
    }
    #expect(acceptance < 0.05 && got.moves == 100)
  }

  @Test func aStartWithoutEnergyIsNoNumber() throws {
    let energy = BoxedEnergy(dimension: 2, edge: 1, outside: .infinity)
    let got = try instability(GradientDescent(energy, start: [3, 0], step: 0.1), last: 10)
    #expect(got.cause == .energyNotFinite && got.time == 0)
  }

  /// Batches on a network: a stable step ends, a long one is told.
  @Test func batchesAreWatchedToo() throws {
    let posterior = TrainingDynamicsTests.posterior(samples: 30)
    func descent(step: Double) -> any TrainingDynamics {
      MinibatchDescent(
        posterior, start: posterior.network.coldStart(from: RandomStream(key: 671)), step: step,
        size: 10, stream: RandomStream(key: 672))
    }
    let stable = try Relaxation(
      descent(step: 0.002), times: RecordTimes(first: 1, last: 10, perDecade: 2)
    ) { _, energy in [energy] }
    #expect(stable.blocks.count == 3 && stable.blocks[2].means[0] < stable.blocks[0].means[0])
    let got = try instability(descent(step: 0.5), last: 100)
    #expect(got.time > 0, "\(got)")
  }
}
