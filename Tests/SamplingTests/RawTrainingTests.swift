import Foundation
import Kernels
import Networks
import Sampling
import TestSupport
import Testing

/// The field's training of raw weights with one learning rate, written out in double precision,
/// runs step by step beside whitened training.
@Suite struct RawTrainingTests {
  /// Weights w_ij and readouts a_i with d/σ_w² = N/σ_a² = 8.
  static let network = TwoLayerNetwork(
    dimension: 4, width: 6, weightVariance: 0.5, readoutVariance: 0.75)
  static let data = TrainingSet(
    drawing: 20, dimension: 4, target: HermiteTarget(degree: 3), from: RandomStream(key: 680))

  /// Returns w − η(∇L + γw) with L = (c/n) Σ (f − y)², first all w_ij and then all a_i.
  static func descend(
    _ weights: [Double], _ run: LangevinConventions, rate: Double, decay: Double
  ) -> [Double] {
    let (d, n) = (network.dimension, network.width)
    var gradient = weights.map { decay * $0 }
    for sample in 0..<data.count {
      let x = data.inputs[sample * d..<(sample + 1) * d].map(Double.init)
      let z = (0..<n).map { i in (0..<d).reduce(0) { $0 + weights[i * d + $1] * x[$1] } }
      let f = (0..<n).reduce(0) { $0 + weights[n * d + $1] * erf(z[$1]) }
      let factor = 2 * run.lossFactor.value / Double(run.meanOver)
      let error = factor * (f - Double(data.targets[sample]))
      for i in 0..<n {
        gradient[n * d + i] += error * erf(z[i])
        let slope = 2 / Double.pi.squareRoot() * exp(-z[i] * z[i])
        for j in 0..<d { gradient[i * d + j] += error * weights[n * d + i] * slope * x[j] }
      }
    }
    return zip(weights, gradient).map { $0 - rate * $1 }
  }

  @Test(arguments: [
    (LangevinConventions.LossFactor.half, 1, TrainingMethod.descent), (.one, 20, .descent),
    (.half, 1, .langevin), (.one, 20, .langevin),
  ])
  func theSameTrajectory(
    factor: LangevinConventions.LossFactor, meanOver: Int, method: TrainingMethod
  ) throws {
    let ridge = 0.3
    let run = LangevinConventions(ridge: ridge, lossFactor: factor, meanOver: meanOver)
    let variances = [Self.network.weightScale, Self.network.readoutScale].map { $0 * $0 }
    let variance = variances[0]
    let decay = run.weightDecay(priorVariance: variance)
    let rate = run.learningRate(whitenedStep: 0.002, priorVariance: variance)
    let step = try #require(run.whitenedStep(learningRate: rate, priorVariances: variances))
    expect(step, near: rate * decay, within: 1e-14, "h")
    let stream = RandomStream(key: 681)
    let start = Self.network.coldStart(from: RandomStream(key: 682))
    let dynamics = method.dynamics(
      Posterior(network: Self.network, data: Self.data, ridge: run.ridge), start: start, step: step,
      stream: stream)
    let scale = variance.squareRoot()
    var weights = start.map { scale * Double($0) }
    var accepted = 0
    for move in 0..<400 as Range<UInt64> {
      let before = dynamics.position
      _ = dynamics.move()
      let after = dynamics.position
      if after == before { continue }  // rejected: the raw run waits
      accepted += 1
      weights = Self.descend(weights, run, rate: rate, decay: decay)
      if method == .langevin {
        let noise = stream.standardNormals(count: start.count, step: move)
        let amplitude = (2 * rate * run.temperature).squareRoot()
        for i in weights.indices { weights[i] += amplitude * Double(noise[i]) }
      }
      let error = zip(weights, after).map { abs($0 - scale * Double($1)) }.max()!
      #expect(error <= 1e-5, "move \(move): weights differ by \(error)")
      if error > 1e-5 { break }
    }
    #expect(accepted > 360, "accepted \(accepted)")
  }
}
