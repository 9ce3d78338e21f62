import Foundation
import Kernels
import Networks
import Sampling
import TestSupport
import Testing

/// Training in time: its law, its clock and its bits.
@Suite struct TrainingDynamicsTests {
  static let network = TwoLayerNetwork(dimension: 5, width: 4)
  static let target = HermiteTarget(degree: 3)

  static func posterior(samples: Int, ridge: Double = 0.3) -> Posterior<TwoLayerNetwork> {
    Posterior(
      network: network,
      data: TrainingSet(
        drawing: samples, dimension: 5, target: target, from: RandomStream(key: 600)),
      ridge: ridge)
  }

  /// Coordinates of variance v shrink by 1 − h/v each move.
  @Test func descentShrinksEveryCoordinateOfAGaussian() {
    let energy = GaussianEnergy(variances: [0.1, 0.3, 1])
    let descent = GradientDescent(energy, start: [1, -1, 2], step: 0.01)
    for _ in 0..<50 { _ = descent.move() }
    #expect(descent.moves == 50 && abs(descent.time - 0.5) < 1e-15)
    for (z, (z0, v)) in zip(descent.position, [(1.0, 0.1), (-1, 0.3), (2, 1)]) {
      expect(Double(z), near: z0 * pow(1 - 0.01 / v, 50), within: 1e-5, "z of variance \(v)")
    }
  }

  /// The law at late times is exact at steps at which unadjusted dynamics is wrong by 1/(1 − h/2v),
  /// up to a third here.
  @Test(arguments: [0.02, 0.05])
  func langevinIsExactOnAGaussianAtAnyStep(step: Double) {
    let variances = [0.1, 0.3, 1]
    let energy = GaussianEnergy(variances: variances)
    var squares = [[[Double]]](repeating: [], count: 3)
    for key in 0..<4 as Range<UInt64> {
      let stream = RandomStream(key: 610 + key)
      let langevin = AdjustedLangevin(
        energy, start: energy.draw(from: stream), step: step, stream: stream)
      var series = [[Double]](repeating: [], count: 3)
      for _ in 0..<20_000 {
        for _ in 0..<4 { _ = langevin.move() }
        langevin.withState { z, _ in
          for i in 0..<3 { series[i].append(Double(z[i]) * Double(z[i])) }
        }
      }
      for i in 0..<3 { squares[i].append(series[i]) }
    }
    for (i, v) in variances.enumerated() {
      let got = Diagnostics(squares[i])
      #expect(
        abs(got.mean - v) <= 4 * got.standardError,
        "⟨z²⟩ at h = \(step): got \(got.mean), expected \(v) within 4 × \(got.standardError)")
      let biased = v / (1 - step / (2 * v))
      #expect(i > 0 || biased - v > 8 * got.standardError, "the test has no power")
    }
  }

  /// Under the prior alone ⟨z(t) z(0)⟩ = e^{−t}: the unit of time is weight decay's.
  @Test func theClockIsThatOfWeightDecay() {
    let n = 32_768
    let energy = GaussianEnergy(variances: [Double](repeating: 1, count: n))
    let stream = RandomStream(key: 620)
    let start = energy.draw(from: stream)
    let langevin = AdjustedLangevin(energy, start: start, step: 0.004, stream: stream)
    for time in [0.5, 1] {
      while langevin.time < time - 1e-9 { _ = langevin.move() }
      let product = zip(start, langevin.position).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let (got, expected) = (product / Double(n), exp(-time))
      // The standard error of the mean of z(t) z(0) is √(1 + e^{−2t})/√n.
      let error = ((1 + expected * expected) / Double(n)).squareRoot()
      #expect(
        abs(got - expected) <= 4 * error,
        "⟨z(\(time)) z(0)⟩: got \(got), expected \(expected) within 4 × \(error)")
    }
  }

  /// Late Langevin dynamics and Hamiltonian Monte Carlo have the same means on a network.
  @Test func langevinReachesThePosteriorOfANetwork() {
    let posterior = Self.posterior(samples: 20, ridge: 1)
    let (network, target) = (Self.network, Self.target)
    func reading(_ z: borrowing AlignedBuffer, _ energy: Double) -> [Double] {
      [network.alignment(with: target, z), posterior.trainingLoss(z, energy: energy)]
    }
    var (late, exact) = (
      [[[Double]]](repeating: [], count: 2), [[[Double]]](repeating: [], count: 2)
    )
    for key in 0..<4 as Range<UInt64> {
      let stream = RandomStream(key: 630 + key)
      let start = network.coldStart(from: stream)
      let langevin = AdjustedLangevin(posterior, start: start, step: 0.05, stream: stream)
      for _ in 0..<1000 { _ = langevin.move() }
      let chain = Chain(
        posterior, start: start, settings: HamiltonianMonteCarlo(warmup: 200),
        stream: RandomStream(key: 640 + key))
      var series = [[[Double]]](repeating: [[], []], count: 2)
      for _ in 0..<2000 {
        for _ in 0..<20 { _ = langevin.move() }
        chain.advance(posterior)
        let values = [
          langevin.withState { reading($0, $1) },
          reading(chain.state.position, chain.state.energy),
        ]
        for k in 0..<2 { for i in 0..<2 { series[k][i].append(values[k][i]) } }
      }
      for i in 0..<2 {
        late[i].append(series[0][i])
        exact[i].append(series[1][i])
      }
    }
    for (i, what) in ["alignment", "training error"].enumerated() {
      let (a, b) = (Diagnostics(late[i]), Diagnostics(exact[i]))
      let error = hypot(a.standardError, b.standardError)
      #expect(
        abs(a.mean - b.mean) <= 4 * error,
        "\(what): Langevin \(a.mean), HMC \(b.mean), within 4 × \(error)")
      #expect(error < 0.1 * b.standardDeviation, "the test has no power: \(what) ± \(error)")
    }
  }

  static let methods: [TrainingMethod] = [.langevin, .descent, .minibatch(size: 8)]

  /// A run that goes on from a record has the bits of one that was never interrupted. The record
  /// stands in the middle of an epoch.
  @Test(arguments: methods)
  func piecesHaveTheBitsOfTheWhole(method: TrainingMethod) throws {
    let posterior = Self.posterior(samples: 30)
    let stream = RandomStream(key: 650)
    let times = RecordTimes(first: 0.01, last: 1, perDecade: 3)
    func dynamics(from start: [Float], moves: Int = 0) -> any TrainingDynamics {
      method.dynamics(posterior, start: start, step: 0.002, moves: moves, stream: stream)
    }
    func observe(_ z: borrowing AlignedBuffer, _ energy: Double) -> [Double] {
      [energy, Self.network.alignment(with: Self.target, z)]
    }
    let start = Self.network.coldStart(from: RandomStream(key: 651))
    let whole = try Relaxation(dynamics(from: start), times: times, observe: observe)
    #expect(whole.blocks.count == 7)
    let first = dynamics(from: start)
    let head = try Relaxation(
      first, times: RecordTimes(first: 0.01, last: 0.1, perDecade: 3), observe: observe)
    #expect(first.moves == 50)
    let second = dynamics(from: first.position, moves: first.moves)
    let tail = try Relaxation(second, times: times, observe: observe)
    #expect(head.blocks + tail.blocks == whole.blocks)
    #expect(whole.blocks.map(\.moves) == times.moves(step: 0.002))
  }

  /// Batches of all samples are descent, and smaller ones are not.
  @Test func oneBatchIsDescentBitByBit() {
    let posterior = Self.posterior(samples: 30)
    let start = Self.network.coldStart(from: RandomStream(key: 652))
    func end(_ method: TrainingMethod) -> [Float] {
      let run = method.dynamics(
        posterior, start: start, step: 0.002, stream: RandomStream(key: 653))
      for _ in 0..<40 { _ = run.move() }
      return run.position
    }
    #expect(end(.minibatch(size: 30)) == end(.descent))
    #expect(end(.minibatch(size: 100)) == end(.descent))
    #expect(end(.minibatch(size: 10)) != end(.descent))
  }

  /// Each epoch deals all samples once, in batches as equal as possible that follow from the
  /// stream; the weight makes up for what a batch lacks.
  @Test(arguments: [(30, 10, 3), (31, 10, 4), (5, 1, 5), (5, 9, 1)])
  func epochsDealEverySampleOnce(samples: Int, size: Int, count: Int) {
    func batches(key: UInt64, moves: Int = 0) -> [[Int]] {
      let energy = RowLog(samples: samples)
      let run = MinibatchDescent(
        energy, start: [0], step: 0.1, size: size, moves: moves, stream: RandomStream(key: key))
      for _ in moves..<40 * count { _ = run.move() }
      #expect(energy.weights == [Double(count)])
      return energy.rows
    }
    let dealt = batches(key: 660)
    for epoch in 0..<40 {
      let part = dealt[epoch * count..<(epoch + 1) * count]
      #expect(part.flatMap { $0 }.sorted() == Array(0..<samples), "epoch \(epoch)")
      #expect(part.allSatisfy { $0 == $0.sorted() && $0.count <= size })
      let sizes = part.map(\.count)
      #expect(sizes.max()! - sizes.min()! <= 1, "sizes \(sizes)")
    }
    #expect(batches(key: 660, moves: 17) == Array(dealt.dropFirst(17)))
    #expect(count == 1 || batches(key: 661) != dealt)
  }

  /// A sample is in the first batch of an epoch as often as any other.
  @Test func permutationsAreUniform() {
    let (samples, epochs) = (10, 4000)
    let energy = RowLog(samples: samples)
    let run = MinibatchDescent(
      energy, start: [0], step: 0.1, size: 5, stream: RandomStream(key: 662))
    for _ in 0..<2 * epochs { _ = run.move() }
    var together = 0.0
    var counts = [Double](repeating: 0, count: samples)
    for epoch in 0..<epochs {
      for row in energy.rows[2 * epoch] { counts[row] += 1 }
      if energy.rows[2 * epoch].contains(0) == energy.rows[2 * epoch].contains(1) { together += 1 }
    }
    let n = Double(epochs)
    for (row, count) in counts.enumerated() {
      #expect(abs(count / n - 0.5) <= 4 * 0.5 / n.squareRoot(), "row \(row): \(count) of \(n)")
    }
    // Two samples share a batch with probability 4/9.
    #expect(abs(together / n - 4 / 9.0) <= 4 * 0.5 / n.squareRoot(), "\(together) of \(n)")
  }
}

/// A flat energy that remembers which rows were asked for.
private final class RowLog: SummedEnergy {
  let samples: Int
  var rows: [[Int]] = []
  var weights: Set<Double> = []
  var dimension: Int { 1 }

  init(samples: Int) { self.samples = samples }

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double { 0 }

  func evaluate(
    _ position: borrowing AlignedBuffer, rows: [Int], weight: Double,
    gradient: borrowing AlignedBuffer
  ) -> Double {
    self.rows.append(rows)
    weights.insert(weight)
    return 0
  }
}
