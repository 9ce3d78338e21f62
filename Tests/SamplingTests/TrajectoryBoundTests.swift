import Kernels
import Sampling
import TestSupport
import Testing

/// The mean length that trajectories have where the bound on their gradients cuts them.
@Suite struct TrajectoryBoundTests {
  /// The mean over the jitter of a leg, by the midpoint rule: ½ … 3/2 of its mean, and no more than
  /// 170 steps of three gradients.
  func mean(_ length: Double, step: Double) -> Double {
    let count = 100_000
    var sum = 0.0
    for i in 0..<count {
      let jitter = 0.5 + (Double(i) + 0.5) / Double(count)
      sum += min(length / 2 * jitter, 170 * step)
    }
    return 2 * sum / Double(count)
  }

  @Test(arguments: [(2.0, 0.1), (20, 0.1), (24, 0.1), (40, 0.1), (200, 0.1), (1e12, 0.1)])
  func theMeanLength(length: Double, step: Double) {
    let settings = HamiltonianMonteCarlo(warmup: 10, trajectory: length)
    let got = settings.meanLength(Tuning(stepSize: step, trajectory: length))
    expect(got, near: mean(length, step: step), within: 1e-6, "T = \(length)")
    let longest = settings.longestLength(stepSize: step)
    #expect((got == length) == (length <= longest), "\(got) of \(length), longest \(longest)")
  }

  /// A chain says the length that it ran: with gradients of three a step at the bound.
  @Test func aChainSaysTheLengthThatItRan() {
    let target = GaussianEnergy.spread(100)
    let stream = RandomStream(key: 5)
    let chain = Chain(
      target, start: target.draw(from: stream),
      settings: HamiltonianMonteCarlo(warmup: 20, trajectory: 1e6), stream: stream)
    let before = chain.state.gradients
    for _ in 0..<10 { chain.advance(target) }
    #expect(chain.state.gradients - before == 10 * 2 * 170 * 3)
    expect(chain.trajectory, near: 2 * 170 * chain.stepSize, within: 1e-12, "T")
  }
}
