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
  /// Operations on single numbers besides, of which each takes a multiply-add's place.
  let operations: Double
  /// The calls of elementary functions, for one number each.
  let calls: [ElementaryCall: Double]
  /// The bytes of inputs that are read, if they may take longer than the products.
  let bytes: Double
  /// The number of parameters.
  let parameters: Int
  /// The fraction of the limit to reach.
  let target: Double
  /// A function that makes a chain of its own, which makes `steps` steps each time it is called.
  let makeChain: @Sendable (KernelSet) -> (_ steps: Int) -> Void

  init(
    _ model: String, _ variant: String, _ shape: [(String, Int)], network: some Network,
    samples: Int, flops: Int, operations: Int, calls: [ElementaryCall: Int] = [:], bytes: Int = 0,
    target: Double
  ) {
    self.model = model
    self.variant = variant
    self.shape = shape.map { (name: $0.0, size: $0.1) }
    self.flops = Double(flops)
    let n = network.parameterCount
    self.operations = Double(operations + 4 * n)
    self.calls = calls.merging([.normal: n]) { $0 + $1 }.mapValues { Double($0) }
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
  /// - products at the core's peak, or inputs at the speed of the cache or memory that holds them,
  ///   whichever takes longer;
  /// - further operations at the peak's rate: what stands between products and functions, and, for
  ///   a parameter, two operations of the prior and two of the update;
  /// - elementary functions at the speed that they have on numbers in L1, and for a parameter the
  ///   normal of its noise.
  func limit(_ limits: CoreLimits) -> GradientResult.Limit {
    GradientResult.Limit(
      products: 1e6 * max(flops / limits.peak, bytes / limits.bandwidth),
      operations: 1e6 * 2 * operations / limits.peak,
      functions: 1e6 * calls.reduce(0) { $0 + $1.value * limits.seconds($1.key) },
      isOfLoads: bytes / limits.bandwidth > flops / limits.peak)
  }

  /// Returns the time of one gradient, from many short rounds. The core's limits are measured
  /// between any two of them.
  func measure(effort: Effort, kernels: KernelSet) -> (result: GradientResult, limits: CoreLimits) {
    let limits = CoreLimits(bytes: bytes, kernels: kernels)
    let gradient = RepeatedCall(of: effort.roundSeconds, makeChain(kernels))
    for _ in 0..<effort.rounds {
      gradient.time()
      limits.time()
    }
    let (microseconds, limit) = (1e6 * gradient.seconds, limit(limits))
    let (rate, peak) = (1e6 * flops / microseconds, limits.peak)
    let fraction = limit.total / microseconds
    let result = GradientResult(
      model: model, variant: variant,
      shape: Dictionary(uniqueKeysWithValues: shape.map { ($0.name, $0.size) }), sizes: sizes,
      parameters: parameters, isa: kernels.instructionSet.rawValue, gradients: gradient.calls,
      gradientsPerSecond: 1e6 / microseconds, microseconds: microseconds, gflops: 1e-9 * rate,
      peakGflops: 1e-9 * peak, fractionOfPeak: rate / peak, limit: limit,
      limitMicroseconds: limit.total, fractionOfLimit: fraction, target: target,
      verdict: Outcome(fraction, target: target), coreShare: gradient.share)
    return (result, limits)
  }
}

/// The measurement of one network and shape.
package struct GradientResult: Encodable, Sendable {
  /// The least microseconds of a gradient, by what takes them.
  package struct Limit: Encodable, Sendable {
    /// The products, or the loads of inputs; further operations; elementary functions.
    package let products, operations, functions: Double
    /// Whether the first part is that of loads.
    package let isOfLoads: Bool
    var total: Double { products + operations + functions }
  }

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
  /// The fraction of the peak.
  package let fractionOfPeak: Double
  /// The parts of the limit.
  package let limit: Limit
  /// The least microseconds of a gradient, and the fraction of that limit.
  package let limitMicroseconds, fractionOfLimit: Double
  /// The fraction of the limit to reach.
  package let target: Double
  /// Whether the fraction of the limit reaches the target.
  package let verdict: Outcome
  /// The share of the core that the benchmark had.
  package let coreShare: Double
}

// MARK: - Networks and shapes

extension GradientBenchmark {
  static let all: [GradientBenchmark] = twoLayer + threeLayer + fourLayer + attention + patches

  /// The operations of a feature: its readout, the readout's derivative, and two for its slope.
  private static let perFeature = 4

  private static let twoLayer =
    [
      (Activation.erf, ElementaryCall.erf, 500, 50, 50, 0.85), (.erf, .erf, 4000, 100, 100, 0.9),
      (.erf, .erf, 8000, 200, 200, 0.88), (.tanh, .tanh, 4000, 100, 100, 0.75),
      (.relu, .relu, 4000, 100, 100, 0.75), (.gelu, .gelu, 4000, 100, 100, 0.75),
    ].map { activation, call, p, d, n, target in
      GradientBenchmark(
        "two-layer", activation.rawValue, [("P", p), ("d", d), ("N", n)],
        network: TwoLayerNetwork(dimension: d, width: n, activation: activation), samples: p,
        flops: 4 * p * d * n, operations: perFeature * p * n, calls: [call: p * n], target: target)
    }

  private static let threeLayer = [(640, 32, 2048, 32), (640, 32, 8192, 32)].map { p, d, n, m in
    GradientBenchmark(
      "three-layer", "erf", [("P", p), ("d", d), ("N1", n), ("N2", m)],
      network: ThreeLayerNetwork(dimension: d, firstWidth: n, secondWidth: m), samples: p,
      flops: 4 * p * d * n + 6 * p * n * m, operations: p * (n + perFeature * m),
      calls: [.erf: p * (n + m)], target: 0.85)
  }

  private static let fourLayer = [(512, 32, 128, 128, 32), (1024, 64, 256, 256, 64)].map {
    p, d, n, m, k in
    GradientBenchmark(
      "four-layer", "erf", [("P", p), ("d", d), ("N1", n), ("N2", m), ("N3", k)],
      network: DeepNetwork(dimension: d, widths: [n, m, k]), samples: p,
      flops: 4 * p * d * n + 6 * p * (n * m + m * k), operations: p * (n + m + perFeature * k),
      calls: [.erf: p * (n + m + k)], target: 0.85)
  }

  /// The flops are those of the factored algebra: scores (X A) Xᵀ, and their derivative Xᵀ (∂t X).
  /// A score's exponential takes five operations more: its two sums, that over rows, and two of its
  /// derivative.
  private static let attention = AttentionNetwork.Head.allCases.flatMap { head in
    [(512, 32, 16), (1024, 64, 12)].map { p, l, d in
      let (scores, isOdd) = (p * l * l, head == .odd)
      return GradientBenchmark(
        "attention", head.rawValue, [("P", p), ("L", l), ("d", d)],
        network: AttentionNetwork(length: l, dimension: d, head: head), samples: p,
        flops: p * (4 * l * d * d + 4 * l * l * d), operations: 5 * scores * (isOdd ? 2 : 1),
        calls: [isOdd ? .exponentialPair : .exponential: scores], target: 0.75)
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
      operations: isLinear ? 0 : perFeature * p * n * c, calls: isLinear ? [:] : [.erf: p * n * c],
      bytes: isLinear ? 4 * p * n * s : 0, target: 0.75)
  }
}
