import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// What states of training are reduced to, and the energies of batches.
@Suite struct TwoLayerTrainingTests {
  /// ⟨f²⟩ and the test error agree with Monte Carlo within four of its standard errors.
  @Test(arguments: Activation.allCases)
  func meanSquareIsThatOfTheFunction(activation: Activation) {
    let network = TwoLayerNetwork(
      dimension: 4, width: 5, weightVariance: 3, readoutVariance: 2, activation: activation)
    let target = HermiteTarget(degree: 3)
    let theta = network.coldStart(from: RandomStream(key: 55))
    let parameters = theta.map(Double.init)
    let draws = 40_000
    let x = RandomStream(key: 56).standardNormals(count: 4 * draws, step: 0).map(Double.init)
    var (squares, errors) = ([Double](), [Double]())
    for draw in 0..<draws {
      let input = Array(x[4 * draw..<4 * draw + 4])
      let output = network.output(parameters, input)
      squares.append(output * output)
      errors.append((output - target.value(input[0])) * (output - target.value(input[0])))
    }
    let buffer = AlignedBuffer(theta)
    let square = network.meanSquare(buffer)
    for (what, got, sample) in [
      ("⟨f²⟩", square, squares),
      ("test error", square - 2 * network.alignment(with: target, buffer) + 1, errors),
    ] {
      let n = Double(draws)
      let mean = sample.reduce(0, +) / n
      let error = (sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / n
      #expect(abs(got - mean) <= 4 * error, "\(what): got \(got), Monte Carlo \(mean) ± \(error)")
      #expect(error < 0.05 * mean, "the test has no power: \(what)")
    }
  }

  /// Gradients over the batches of an epoch add up to that of all samples, for every network.
  @Test func batchesAddUp() {
    expectBatchesAddUp(TwoLayerNetwork(dimension: 5, width: 7))
    expectBatchesAddUp(ThreeLayerNetwork(dimension: 5, firstWidth: 6, secondWidth: 4))
    expectBatchesAddUp(PatchNetwork(patches: 3, patchSize: 4, channels: 2))
    expectBatchesAddUp(PatchNetwork(patches: 3, patchSize: 4, channels: 2, activation: .linear))
    expectBatchesAddUp(AttentionNetwork(length: 5, dimension: 3, head: .odd))
  }

  func expectBatchesAddUp(_ network: some Network) {
    let count = 90
    let data = drawnData(for: network, count: count)
    let posterior = Posterior(network: network, data: data, ridge: 0.3)
    let theta = AlignedBuffer(network.coldStart(from: RandomStream(key: 72)))
    let gradient = posterior.makeGradient()
    let energy = posterior.evaluate(theta, gradient: gradient)
    let whole = gradient.values
    #expect(
      posterior.evaluate(theta, rows: Array(0..<count), weight: 1, gradient: gradient) == energy)
    #expect(gradient.values == whole, "all rows of \(network)")

    let prior = theta.values.reduce(0) { $0 + Double($1) * Double($1) } / 2
    var (sum, energies) = ([Double](repeating: 0, count: whole.count), 0.0)
    let batches = [Array(0..<20), [21, 89, 20], Array(22..<89)]
    for rows in batches {
      energies += posterior.evaluate(theta, rows: rows, weight: 1, gradient: gradient) - prior
      for i in sum.indices { sum[i] += Double(gradient[i]) - Double(theta[i]) }
    }
    expect(energies, near: energy - prior, within: 1e-6, "ΣU of \(network)")
    let expected = whole.indices.map { Double(whole[$0]) - Double(theta[$0]) }
    let error = norm(zip(sum, expected).map { $0 - $1 }) / norm(expected)
    #expect(error < 3e-6, "Σ∇U of \(network): relative error \(error)")

    // A batch is the posterior of its samples, and the weight multiplies its data term alone.
    let rows = [3, 40, 7, 88]
    let part = Posterior(network: network, data: data.selecting(rows), ridge: 0.3 / 2.5)
    let got = posterior.evaluate(theta, rows: rows, weight: 2.5, gradient: gradient)
    let alone = part.makeGradient()
    expect(got, near: part.evaluate(theta, gradient: alone), within: 1e-12, "U of four samples")
    let off = norm(zip(gradient.values, alone.values).map { Double($0) - Double($1) })
    #expect(off <= 1e-6 * norm(alone.values.map(Double.init)), "∇U of four samples: \(off)")
  }
}
