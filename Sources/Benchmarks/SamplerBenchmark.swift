import Kernels
import Networks
import Sampling

/// The effective samples of the alignment a second on one core, for a two-layer posterior with a
/// cubic target or that of a linear convolution. There are four chains, two cold and two planted,
/// on each of a few data sets.
struct SamplerBenchmark: Sendable {
  let kind: Kind
  /// Dimension, width and number of samples.
  let dimension, width, samples: Int
  /// The ridge κ.
  let ridge: Double
  /// Whether the readout is integrated out.
  let isCollapsed: Bool
  /// The effective samples a second to reach; `nil` without a target.
  let target: Double?

  /// The kind of network.
  enum Kind: String {
    case twoLayer = "two-layer"
    /// A linear convolution with patches of size S = N_w = C, the width, and σ_a² = 0.1.
    case convolution = "cnn"
  }

  static let all =
    bothWays(
      .twoLayer,
      [(20, 20, 100, 3000.0), (30, 30, 150, 2600), (20, 80, 400, 310), (60, 60, 360, 380)]
    ) + bothWays(.convolution, [(64, 8, 34, nil)])

  private static func bothWays(
    _ kind: Kind, _ shapes: [(d: Int, n: Int, p: Int, target: Double?)]
  ) -> [SamplerBenchmark] {
    shapes.flatMap { shape in
      [false, true].map {
        SamplerBenchmark(
          kind: kind, dimension: shape.d, width: shape.n, samples: shape.p, ridge: 0.1,
          isCollapsed: $0, target: shape.target)
      }
    }
  }

  func measure(effort: Effort, kernels: KernelSet) -> SamplerResult {
    let runs = (0..<effort.datasets).map { set in
      run(set: UInt64(5 + set), effort: effort, kernels: kernels)
    }
    func median(_ value: (SamplerRun) -> Double) -> Double {
      let sorted = runs.map(value).sorted()
      return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    }
    let rate = median { $0.bulkESS / $0.seconds }
    return SamplerResult(
      model: kind.rawValue, posterior: isCollapsed ? "collapsed" : "full", dimension: dimension,
      width: width,
      samples: samples, ridge: ridge, datasets: runs.count, chains: SamplerRun.chains,
      draws: effort.draws, warmup: effort.warmup, bulkEssPerSecond: rate,
      bulkEss: median(\.bulkESS), gradientsPerEss: median { Double($0.gradients) / $0.bulkESS },
      microsecondsPerGradient: median { 1e6 * $0.seconds / Double($0.gradients) },
      seconds: median(\.seconds), warmupSeconds: median(\.warmupSeconds), rHat: median(\.rHat),
      largestRHat: runs.map(\.rHat).max()!, acceptance: median(\.acceptance),
      gradients: runs.reduce(0) { $0 + $1.gradients }, target: target,
      verdict: target.map { Outcome(rate, target: $0) })
  }

  private func run(set: UInt64, effort: Effort, kernels: KernelSet) -> SamplerRun {
    let stream = RandomStream(key: set, kernels: kernels)
    switch kind {
    case .twoLayer:
      let network = TwoLayerNetwork(dimension: dimension, width: width)
      let target = HermiteTarget(degree: 3)
      return run(
        network,
        TrainingSet(drawing: samples, dimension: dimension, target: target, from: stream),
        set: set, effort: effort, kernels: kernels,
        planted: { network.plantedStart(target: target, from: $0) },
        alignment: { network.alignment(with: target, $0) })
    case .convolution:
      let network = PatchNetwork(
        patches: width, patchSize: width, channels: width, readoutVariance: 0.1,
        activation: .linear)
      let target = PatchTarget(patches: width, patchSize: width, degree: 1)
      return run(
        network, TrainingSet(drawing: samples, target: target, from: stream),
        set: set, effort: effort, kernels: kernels,
        planted: { network.plantedStart(target: target, from: $0) },
        alignment: { network.alignment(with: target, $0) })
    }
  }

  /// Runs four chains on one data set.
  private func run<Model: Network>(
    _ network: Model, _ data: TrainingSet, set: UInt64, effort: Effort, kernels: KernelSet,
    planted: (RandomStream) -> [Float], alignment measured: (borrowing AlignedBuffer) -> Double
  ) -> SamplerRun {
    let settings = HamiltonianMonteCarlo(warmup: effort.warmup, trajectory: .fixed(1.4))
    var (traces, acceptance) = ([[Double]](), 0.0)
    var (warmupSeconds, seconds, gradients) = (0.0, 0.0, 0)

    func follow<Target: Energy & ~Copyable>(
      _ posterior: borrowing Target, from start: [Float], _ stream: RandomStream,
      alignment: (borrowing AlignedBuffer, _ draw: Int) -> Double
    ) {
      let begin = Clock.processorTime
      let chain = Chain(
        posterior, start: start, settings: settings, stream: stream, kernels: kernels)
      let (warm, before) = (Clock.processorTime, chain.state.gradients)
      var trace: [Double] = []
      trace.reserveCapacity(effort.draws)
      for draw in 0..<effort.draws {
        chain.advance(posterior)
        trace.append(alignment(chain.state.position, draw))
      }
      seconds += Clock.processorTime - warm
      warmupSeconds += warm - begin
      gradients += chain.state.gradients - before
      acceptance += chain.acceptance / Double(SamplerRun.chains)
      traces.append(trace)
    }

    for c in 0..<UInt64(SamplerRun.chains) {
      let stream = RandomStream(key: 1000 * set + c, kernels: kernels)
      // Like a chain's key, the keys of starts and readouts are used for nothing else.
      let other = RandomStream(key: 1000 * set + 100 + c, kernels: kernels)
      let start =
        c % 2 == 0
        ? network.coldStart(from: other) : planted(other)
      if isCollapsed {
        let posterior = CollapsedPosterior(
          network: network, data: data, ridge: ridge, kernels: kernels)
        follow(posterior, from: Array(start.prefix(network.hiddenCount)), stream) { theta, draw in
          let normals = other.standardNormals(count: network.featureCount, step: UInt64(draw + 1))
          let parameters = posterior.parameters(theta, normals: normals)
          return measured(AlignedBuffer(parameters))
        }
      } else {
        let posterior = Posterior(network: network, data: data, ridge: ridge, kernels: kernels)
        follow(posterior, from: start, stream) { theta, _ in measured(theta) }
      }
    }
    let got = Diagnostics(traces)
    return SamplerRun(
      bulkESS: got.bulkESS, rHat: got.rHat, seconds: seconds, warmupSeconds: warmupSeconds,
      gradients: gradients, acceptance: acceptance)
  }
}

/// The joint result of the chains of one data set.
private struct SamplerRun {
  static let chains = 4
  let bulkESS, rHat, seconds, warmupSeconds: Double
  let gradients: Int
  let acceptance: Double
}

/// The measurement of one posterior: medians over data sets, for all chains together.
package struct SamplerResult: Encodable, Sendable {
  /// The network's kind.
  package let model: String
  /// "full", or "collapsed" if the readout is integrated out.
  package let posterior: String
  /// Dimension, width and number of samples.
  package let dimension, width, samples: Int
  /// The ridge κ.
  package let ridge: Double
  /// The number of data sets, and of chains on each.
  package let datasets, chains: Int
  /// The number of draws and of warm-up trajectories of a chain.
  package let draws, warmup: Int
  /// The bulk effective samples a second of one core, without warm-up.
  package let bulkEssPerSecond: Double
  /// The bulk effective samples, the gradients for one of them, and the microseconds of a gradient.
  package let bulkEss, gradientsPerEss, microsecondsPerGradient: Double
  /// The seconds of the draws and of the warm-up.
  package let seconds, warmupSeconds: Double
  /// The median and the largest R̂ of the alignment.
  package let rHat, largestRHat: Double
  /// The mean acceptance probability.
  package let acceptance: Double
  /// The number of gradients on all data sets, without warm-up.
  package let gradients: Int
  /// The effective samples a second to reach; `nil` without a target.
  package let target: Double?
  /// Whether the target is reached; `nil` without a target.
  package let verdict: Outcome?
}
