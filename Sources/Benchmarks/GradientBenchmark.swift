import Kernels
import Networks
import Sampling

/// The time of one full-batch gradient of a posterior and one Langevin update, beside the least
/// time that the arithmetic needs on this core.
struct GradientBenchmark: Sendable {
  /// The network's kind, and which of its forms.
  let model, variant: String
  /// The sizes with their letters, as in P, d, N.
  let shape: [(name: String, size: Int)]
  /// The flops of the products, two for each multiply-add.
  let flops: Double
  /// The number of evaluations of the activation with its derivative, or of the exponential.
  let activations: Double
  /// The least seconds of one of these.
  let activationTime: Double
  /// The bytes of inputs that are read, if that takes longer than the products.
  let bytes: Double
  /// The number of parameters.
  let parameters: Int
  /// The fraction of the limit to reach.
  let target: Double
  /// A function that makes a chain of its own, which makes `steps` steps each time it is called.
  let makeChain: @Sendable (KernelSet) -> (_ steps: Int) -> Void

  init(
    _ model: String, _ variant: String, _ shape: [(String, Int)], network: some Network,
    samples: Int, flops: Int, activations: Int, activationTime: Double = 0.16e-9, bytes: Int = 0,
    target: Double
  ) {
    self.model = model
    self.variant = variant
    self.shape = shape.map { (name: $0.0, size: $0.1) }
    self.flops = Double(flops)
    self.activations = Double(activations)
    self.activationTime = activationTime
    self.bytes = Double(bytes)
    self.target = target
    parameters = network.parameterCount
    makeChain = { kernels in
      let stream = RandomStream(key: 1, kernels: kernels)
      let d = network.inputDimension
      let data = TrainingSet(
        inputs: stream.standardNormals(count: samples * d, step: 1),
        targets: stream.standardNormals(count: samples, step: 2), dimension: d)
      let posterior = Posterior(network: network, data: data, ridge: 1, kernels: kernels)
      let chain = LangevinChain(
        posterior, start: network.coldStart(from: stream), stepSize: 1e-8,
        stream: RandomStream(key: 2, kernels: kernels), kernels: kernels)
      return { chain.advance(posterior, steps: $0) }
    }
  }

  /// The sizes, as in "500,50,50".
  var sizes: String { shape.map { "\($0.size)" }.joined(separator: ",") }

  /// Returns the least seconds of a step, as a sum of three parts:
  /// - products at the core's peak or inputs at the memory's bandwidth, whichever takes longer;
  /// - 0.16 ns for an activation with its derivative, or 0.072 ns for an exponential;
  /// - 0.35 ns a parameter for noise and update.
  ///
  /// The elementwise times were measured on vectors in L1 of a core with a peak of 240 GFLOP/s. So
  /// at a higher clock this limit is too easily approached.
  ///
  /// - Parameters:
  ///   - peak: flops a second.
  ///   - bandwidth: bytes a second of the memory that holds the inputs.
  ///   - isScaled: whether the elementwise times are scaled with the peak, as another clock or
  ///     vector width scales them.
  func limit(peak: Double, bandwidth: Double, isScaled: Bool = false) -> Double {
    let elementwise = activations * activationTime + Double(parameters) * 0.35e-9
    return max(flops / peak, bytes / bandwidth) + elementwise * (isScaled ? 240e9 / peak : 1)
  }

  /// Returns the best of rounds of a few milliseconds. The core's peak is measured between any two
  /// rounds, so a drifting clock affects both.
  func measure(effort: Effort, kernels: KernelSet) -> GradientResult {
    let bandwidth = measureBandwidth(bytes: bytes, rounds: effort.rounds, kernels: kernels)
    var peak = 0.0
    let timing = CallTiming(
      rounds: effort.rounds, of: effort.roundSeconds,
      between: { peak = max(peak, measurePeak(kernels: kernels)) }, makeChain(kernels))
    let scaled = limit(peak: peak, bandwidth: bandwidth, isScaled: true)
    let (rate, limit) = (flops / timing.best, limit(peak: peak, bandwidth: bandwidth))
    return GradientResult(
      model: model, variant: variant,
      shape: Dictionary(uniqueKeysWithValues: shape.map { ($0.name, $0.size) }), sizes: sizes,
      parameters: parameters, isa: kernels.instructionSet.rawValue, gradients: timing.calls,
      gradientsPerSecond: 1 / timing.best, microseconds: 1e6 * timing.best, gflops: 1e-9 * rate,
      peakGflops: 1e-9 * peak, fractionOfPeak: rate / peak, limitMicroseconds: 1e6 * limit,
      fractionOfLimit: limit / timing.best,
      fractionOfScaledLimit: scaled / timing.best, target: target,
      verdict: Outcome(limit / timing.best, target: target), coreShare: timing.share)
  }
}

/// The measurement of one network and shape.
package struct GradientResult: Encodable, Sendable {
  /// The network's kind, and which of its forms.
  package let model, variant: String
  /// The sizes by their letters.
  package let shape: [String: Int]
  /// The sizes as text, as in "500,50,50".
  package let sizes: String
  /// The number of parameters.
  package let parameters: Int
  /// The instruction set of the kernels.
  package let isa: String
  /// The number of gradients that were timed.
  package let gradients: Int
  /// The speed of the best round, and the microseconds of one gradient in it.
  package let gradientsPerSecond, microseconds: Double
  /// Useful GFLOP/s, without what padding adds.
  package let gflops: Double
  /// The core's peak in GFLOP/s, in the same rounds.
  package let peakGflops: Double
  /// The fraction of the peak, the least microseconds of a gradient, and the fraction of that
  /// limit.
  package let fractionOfPeak, limitMicroseconds, fractionOfLimit: Double
  /// The fraction of the limit whose elementwise times are scaled with the peak.
  package let fractionOfScaledLimit: Double
  /// The fraction of the limit to reach.
  package let target: Double
  /// Whether the fraction of the limit reaches the target.
  package let verdict: Outcome
  /// The share of the core that the benchmark had.
  package let coreShare: Double
}

// MARK: - Networks and shapes

extension GradientBenchmark {
  static let all: [GradientBenchmark] = twoLayer + threeLayer + attention + patches

  private static let twoLayer = [
    (500, 50, 50, 0.85), (4000, 100, 100, 0.9), (8000, 200, 200, 0.88),
  ].map { p, d, n, target in
    GradientBenchmark(
      "two-layer", "erf", [("P", p), ("d", d), ("N", n)],
      network: TwoLayerNetwork(dimension: d, width: n), samples: p, flops: 4 * p * d * n,
      activations: p * n, target: target)
  }

  private static let threeLayer = [(640, 32, 2048, 32), (640, 32, 8192, 32)].map { p, d, n, m in
    GradientBenchmark(
      "three-layer", "erf", [("P", p), ("d", d), ("N1", n), ("N2", m)],
      network: ThreeLayerNetwork(dimension: d, firstWidth: n, secondWidth: m), samples: p,
      flops: 4 * p * d * n + 6 * p * n * m, activations: p * n, target: 0.75)
  }

  /// The flops are those of the factored algebra: scores (X A) Xᵀ, and their derivative Xᵀ (∂t X).
  private static let attention = AttentionNetwork.Head.allCases.flatMap { head in
    [(512, 32, 16), (1024, 64, 12)].map { p, l, d in
      GradientBenchmark(
        "attention", head.rawValue, [("P", p), ("L", l), ("d", d)],
        network: AttentionNetwork(length: l, dimension: d, head: head), samples: p,
        flops: p * (4 * l * d * d + 4 * l * l * d),
        activations: p * l * l * (head == .odd ? 2 : 1), activationTime: 0.072e-9, target: 0.6)
    }
  }

  /// The linear network is one dense layer of U_i = Σ_c a_ic w_c, and reads its inputs once.
  private static let patches = [Activation.erf, .linear].map { activation in
    let (p, n, s, c) = (1000, 32, 32, 32)
    let isLinear = activation == .linear
    return GradientBenchmark(
      "cnn", activation.rawValue, [("P", p), ("Nw", n), ("S", s), ("C", c)],
      network: PatchNetwork(patches: n, patchSize: s, channels: c, activation: activation),
      samples: p, flops: isLinear ? 4 * p * n * s + 6 * n * s * c : 4 * p * n * s * c,
      activations: isLinear ? 0 : p * n * c, bytes: isLinear ? 4 * p * n * s : 0, target: 0.75)
  }
}
