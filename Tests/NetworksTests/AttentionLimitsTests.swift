import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct AttentionLimitsTests {
  func sequence(_ step: UInt64, length: Int, dimension: Int) -> [Double] {
    RandomStream(key: 81).standardNormals(count: length * dimension, step: step).map(Double.init)
  }

  /// Returns what a kernel leaves of ⟨f f′⟩ over the prior, with its standard error, from 20,000
  /// draws of A. The draws are the same at every σ_A.
  ///
  /// The mean over w is exact, and A and −A are drawn together. ⟨f₁f₁′⟩ is known exactly, so it is
  /// subtracted from every draw, and its noise with it.
  func rest(_ head: AttentionNetwork.Head, variance: Double) -> (
    mean: Double, error: Double, kernel: Double
  ) {
    let (x, y) = (sequence(0, length: 5, dimension: 3), sequence(1, length: 5, dimension: 3))
    func network(_ head: AttentionNetwork.Head) -> AttentionNetwork {
      AttentionNetwork(
        length: 5, dimension: 3, head: head, interactionVariance: variance, readoutVariance: 2)
    }
    let (model, first) = (network(head), network(.odd))
    let draws = 20_000
    var (sum, squares) = (0.0, 0.0)
    for draw in 0..<draws {
      let a = RandomStream(key: 82).standardNormals(count: 9, step: UInt64(draw)).map(Double.init)
      var value = 0.0
      for j in 0..<3 {
        let w = (0..<3).map { $0 == j ? 1.0 : 0 }
        for hidden in [a, a.map { -$0 }] {
          value += 0.5 * model.output(hidden + w, x) * model.output(hidden + w, y)
        }
        value -= model.firstOrder(a + w, x) * model.firstOrder(a + w, y)
      }
      sum += value
      squares += value * value
    }
    let mean = sum / Double(draws)
    let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
    let kernel = model.kernel(x, y)
    return (mean + first.kernel(x, y) - kernel, error, kernel)
  }

  /// The printed head's kernel is that of the prior. At σ_A² = 0.01 the second order is still 26
  /// standard errors, and the fourth, which is left out, less than one.
  @Test func printedKernelIsThePriorCovariance() {
    let rest = rest(.printed, variance: 0.01)
    #expect(
      abs(rest.mean) <= 4 * rest.error,
      "K = \(rest.kernel): Monte Carlo \(rest.kernel + rest.mean) ± \(rest.error)")
  }

  /// The odd head's kernel is right to relative order σ_A². What it leaves falls by sixteen where
  /// σ_A² falls by four, to the same relative order.
  @Test func oddKernelIsTheFirstOrder() {
    let (large, small) = (rest(.odd, variance: 0.01), rest(.odd, variance: 0.0025))
    #expect(
      abs(large.mean) <= 0.03 * abs(large.kernel),
      "K = \(large.kernel): Monte Carlo \(large.kernel + large.mean) ± \(large.error)")
    #expect(abs(small.mean) > 20 * small.error, "the test has no power: \(small)")
    expect(large.mean / small.mean, near: 16, within: 0.1, "decay of the error of K")
  }

  /// The difference of f from its limit is of order L^{−1/2}: its root mean square falls by four
  /// where L grows by sixteen.
  @Test(arguments: AttentionNetwork.Head.allCases)
  func longSequencesApproachTheLimit(head: AttentionNetwork.Head) {
    func error(_ length: Int, _ count: Int) -> (error: Double, size: Double) {
      let network = AttentionNetwork(
        length: length, dimension: 3, head: head, interactionVariance: 0.25)
      let theta = network.coldStart(from: RandomStream(key: 83)).map(Double.init)
      var (errors, sizes) = (0.0, 0.0)
      for step in 0..<count {
        let x = sequence(UInt64(step), length: length, dimension: 3)
        let limit = network.longSequenceLimit(theta, x)
        let difference = network.output(theta, x) - limit
        errors += difference * difference
        sizes += limit * limit
      }
      return ((errors / Double(count)).squareRoot(), (sizes / Double(count)).squareRoot())
    }
    let (short, long) = (error(64, 400), error(1024, 100))
    #expect(long.error < 0.1 * long.size)
    // A root mean square of n numbers has relative error √(1/2n), or somewhat more.
    #expect(abs(log2(short.error / long.error) - 2) < 0.5, "\(head): \(short), \(long)")
  }
}
