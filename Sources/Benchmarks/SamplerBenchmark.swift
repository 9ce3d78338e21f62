import Foundation
import Kernels
import Networks
import Sampling

/// Effective samples of the alignment a second, on one core, of two-layer posteriors.
public struct SamplerBenchmark: Sendable {
  /// (d, N, P, κ).
  public let dimension: Int
  public let width: Int
  public let samples: Int
  public let ridge: Double
  public let collapsed: Bool

  public struct Outcome: Sendable {
    public let warmupSeconds, seconds: Double
    public let draws, gradients: Int
    public let bulkESS, rHat, mean: Double
    public let step: Double
  }

  public static let all: [SamplerBenchmark] =
    [(20, 20, 100, 0.1), (30, 30, 150, 0.1), (20, 80, 400, 0.1), (60, 60, 360, 0.1)]
    .flatMap { d, n, p, k in
      [false, true].map {
        SamplerBenchmark(dimension: d, width: n, samples: p, ridge: k, collapsed: $0)
      }
    }

  public func measure(draws: Int, trajectory: Double, set: UInt64 = 5, kernels: KernelSet)
    -> Outcome
  {
    let network = TwoLayerNetwork(dimension: dimension, width: width)
    let target = HermiteTarget(degree: 3)
    let data = TrainingSet(
      drawing: samples, dimension: dimension, target: target,
      from: RandomStream(key: set, kernels: kernels))
    var chains: [[Double]] = []
    var (warm, time, gradients, step) = (0.0, 0.0, 0, 0.0)
    for c in 0..<4 as Range<UInt64> {
      let stream = RandomStream(key: 100 + c, kernels: kernels)
      let extra = RandomStream(key: 200 + c, kernels: kernels)
      let settings = HamiltonianMonteCarlo(warmup: 300, trajectory: trajectory)
      let start = network.plantedStart(target: target, from: stream)
      var a: [Double] = []
      func run<T: Energy>(
        _ posterior: borrowing T, _ start: [Float],
        _ parameters: (borrowing AlignedBuffer, Int) -> Double
      ) where T: ~Copyable {
        let begin = processorTime()
        let chain = Chain(
          posterior, start: start, settings: settings, stream: stream, kernels: kernels)
        warm += processorTime() - begin
        let g = chain.state.gradients
        let main = processorTime()
        for i in 0..<draws {
          chain.advance(posterior)
          a.append(parameters(chain.state.position, i))
        }
        time += processorTime() - main
        gradients += chain.state.gradients - g
        step = chain.stepSize
      }
      if collapsed {
        let posterior = CollapsedPosterior(
          network: network, data: data, ridge: ridge, kernels: kernels)
        run(posterior, Array(start.prefix(network.hiddenCount))) { position, i in
          let full = posterior.parameters(
            position, normals: extra.standardNormals(count: width, step: UInt64(i)))
          return network.alignment(with: target, AlignedBuffer(full))
        }
      } else {
        let posterior = Posterior(network: network, data: data, ridge: ridge, kernels: kernels)
        run(posterior, start) { position, _ in network.alignment(with: target, position) }
      }
      chains.append(a)
    }
    let got = Diagnostics(chains)
    return Outcome(
      warmupSeconds: warm, seconds: time, draws: 4 * draws, gradients: gradients,
      bulkESS: got.bulkESS, rHat: got.rHat, mean: got.mean, step: step)
  }
}
