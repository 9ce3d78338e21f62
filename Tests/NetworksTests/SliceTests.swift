import Kernels
import Networks
import TestSupport
import Testing

/// Gradients whose samples are split into slices.
@Suite struct SliceTests {
  let network = TwoLayerNetwork(dimension: 18, width: 7)

  func posterior(_ samples: Int, slices: Int) -> Posterior<TwoLayerNetwork> {
    Posterior(
      network: network, data: drawnData(for: network, count: samples), ridge: 0.3, slices: slices)
  }

  func evaluate(_ posterior: Posterior<TwoLayerNetwork>) -> (energy: Double, gradient: [Float]) {
    let gradient = posterior.makeGradient()
    let theta = AlignedBuffer(network.coldStart(from: RandomStream(key: 72)))
    return (posterior.evaluate(theta, gradient: gradient), gradient.values)
  }

  /// Sums of 64 samples and more: their order changes roundings alone.
  @Test(arguments: [2, 3, 5, 64]) func agreeWithTheDefinition(slices: Int) {
    let data = drawnData(for: network, count: 333)
    let theta = network.coldStart(from: RandomStream(key: 72))
    let expected = define(network, data, ridge: 0.3, theta)
    let got = evaluate(posterior(333, slices: slices))
    expect(got.energy, near: expected.energy, within: 1e-6, "U")
    let error = norm(zip(got.gradient, expected.gradient).map { Double($0) - $1 })
    #expect(error <= 1e-6 * norm(expected.gradient))
  }

  /// Each slice is the data term of its samples, and slices are added in their order.
  @Test func areSumsOfTheirSamples() {
    let data = drawnData(for: network, count: 200)
    let theta = AlignedBuffer(network.coldStart(from: RandomStream(key: 72)))
    var (squares, sum) = (0.0, [Float](repeating: 0, count: network.parameterCount))
    for rows in [0..<64, 64..<128, 128..<200] {
      let term = network.dataTerm(data.selecting(Array(rows)), kernels: .best)
      let gradient = AlignedBuffer(count: network.parameterCount, slack: 64)
      squares += term.evaluate(
        theta.floats, inverseRidge: Float(1 / 0.3), gradient: gradient.floats)
      for i in sum.indices { sum[i] += gradient[i] }
    }
    let kernels = KernelSet.best
    let gradient = AlignedBuffer(sum)
    let prior = kernels.addStandardNormalPrior(theta.vectors, theta.lanes, gradient.lanes)
    let got = evaluate(posterior(200, slices: 3))
    #expect(got.energy == squares / 0.6 + prior)
    #expect(got.gradient == gradient.values)
  }

  /// Slices are as many as asked for, but at most one for each 64 samples begun.
  @Test func theirNumber() {
    #expect(posterior(64, slices: 4).slices == 1)
    #expect(posterior(65, slices: 4).slices == 2)
    #expect(posterior(1000, slices: 4).slices == 4)
    let (one, plain) = (evaluate(posterior(64, slices: 4)), evaluate(posterior(64, slices: 1)))
    #expect(one.energy == plain.energy && one.gradient == plain.gradient)
  }

  /// Bits depend on the number of slices, and on no threads: neither their number nor their order.
  @Test(arguments: [2, 3, 8]) func threads(_ threads: Int) {
    let one = evaluate(posterior(450, slices: 5))
    // Another one, so that no slice is there from before.
    let posterior = posterior(450, slices: 5)
    #expect(one.gradient != evaluate(self.posterior(450, slices: 1)).gradient)
    var calls: [Int] = []
    posterior.use(threads: threads) { count, body in
      calls.append(count)
      (0..<count).reversed().forEach(body)
    }
    let many = evaluate(posterior)
    #expect(calls == [min(threads, 5)])
    #expect(one.energy == many.energy && one.gradient == many.gradient)
  }
}
