import Foundation
import Kernels
import Networks

/// The time of one full-batch gradient of a posterior and one Langevin update, beside the least time that
/// the arithmetic needs on this core.
public struct GradientBenchmark: Sendable {
  public let model: String
  public let shape: [(name: String, size: Int)]
  /// Multiply-adds of the products, two flops each.
  public let flops: Double
  /// Evaluations of the activation with its derivative, or of the exponential.
  public let activations: Double
  /// Bytes of inputs that are read, where that takes longer than the products.
  public let bytes: Double
  public let parameters: Int
  /// Nanoseconds of one of `activations` at best.
  public let activationTime: Double
  let time: @Sendable (KernelSet) -> Double
}

extension GradientBenchmark {
  init(
    _ model: String, _ shape: [(String, Int)], network: some Network, samples: Int, flops: Double,
    activations: Double, activationTime: Double = 0.16, bytes: Double = 0
  ) {
    self.model = model
    self.shape = shape.map { (name: $0.0, size: $0.1) }
    self.flops = flops
    self.activations = activations
    self.activationTime = activationTime
    self.bytes = bytes
    parameters = network.parameterCount
    time = { kernels in
      let stream = RandomStream(key: 1, kernels: kernels)
      let d = network.inputDimension
      let data = TrainingSet(
        inputs: stream.standardNormals(count: samples * d, step: 1),
        targets: stream.standardNormals(count: samples, step: 2), dimension: d)
      let posterior = Posterior(network: network, data: data, ridge: 1, kernels: kernels)
      let position = AlignedBuffer(network.coldStart(from: stream))
      let gradient = posterior.makeGradient()
      let noise = RandomStream.normalBuffer(count: network.parameterCount)
      var step: UInt64 = 0
      return bestTime {
        _ = posterior.evaluate(position, gradient: gradient)
        stream.fill(noise, step: step)
        step += 1
        kernels.addScaled(position.vectors, -1e-6, gradient.lanes, position.lanes)
        kernels.addScaled(position.vectors, 1e-4, noise.lanes, position.lanes)
      }
    }
  }

  /// The least seconds of a step: products at the core's peak (or inputs at the memory's), 0.16 ns an activation with its derivative,
  /// 0.35 ns a parameter for noise and update.
  ///
  /// - Parameters:
  ///   - peak: flops a second. - bandwidth: bytes a second of the memory that holds the inputs.
  public func limit(peak: Double, bandwidth: Double = .infinity) -> Double {
    max(flops / peak, bytes / bandwidth) + 1e-9
      * (activations * activationTime + Double(parameters) * 0.35)
  }

  /// Seconds of one step, the best of several repetitions.
  public func measure(kernels: KernelSet) -> Double { time(kernels) }

  public static let all: [GradientBenchmark] =
    [
      (500, 50, 50), (4000, 100, 100), (8000, 200, 200), (100, 20, 20), (400, 20, 80),
      (360, 60, 60),
    ]
    .map { p, d, n in
      GradientBenchmark(
        "two-layer", [("P", p), ("d", d), ("N", n)],
        network: TwoLayerNetwork(dimension: d, width: n), samples: p, flops: Double(4 * p * d * n),
        activations: Double(p * n))
    } + deep

  /// Networks of more structure than one dense layer.
  private static let deep: [GradientBenchmark] =
    [(640, 32, 2048, 32), (640, 32, 8192, 32)].map { p, d, n, m in
      GradientBenchmark(
        "three-layer", [("P", p), ("d", d), ("N1", n), ("N2", m)],
        network: ThreeLayerNetwork(dimension: d, firstWidth: n, secondWidth: m), samples: p,
        flops: Double(4 * p * d * n + 6 * p * n * m), activations: Double(p * n))
    }
    + [(1000, 32, 32, 32)].flatMap { p, n, s, c in
      let shape = [("P", p), ("Nw", n), ("S", s), ("C", c)]
      return [
        GradientBenchmark(
          "patches-erf", shape,
          network: PatchNetwork(patches: n, patchSize: s, channels: c), samples: p,
          flops: Double(4 * p * n * s * c), activations: Double(p * n * c)),
        GradientBenchmark(
          "patches-linear", shape,
          network: PatchNetwork(patches: n, patchSize: s, channels: c, activation: .linear),
          samples: p, flops: Double(4 * p * n * s + 6 * n * s * c), activations: 0,
          bytes: Double(4 * p * n * s)),
      ]
    }
    + AttentionNetwork.Head.allCases.flatMap { head in
      [(512, 32, 16), (1024, 64, 12)].map { p, l, d in
        GradientBenchmark(
          head == .odd ? "attention-odd" : "attention", [("P", p), ("L", l), ("d", d)],
          network: AttentionNetwork(length: l, dimension: d, head: head), samples: p,
          flops: Double(p * (4 * l * d * d + 4 * l * l * d)),
          activations: Double(p * l * l * (head == .odd ? 2 : 1)), activationTime: 0.072)
      }
    }
}

/// The best processor time of a call in seconds, over repetitions of a few milliseconds for half a second.
func bestTime(_ body: () -> Void) -> Double {
  body()
  var repeats = 1
  func round() -> Double {
    let begin = processorTime()
    for _ in 0..<repeats { body() }
    return (processorTime() - begin) / Double(repeats)
  }
  while round() * Double(repeats) < 5e-3 { repeats *= 2 }
  return (0..<60).map { _ in round() }.min()!
}

/// Seconds that this thread has run: what others run on the same core is not counted.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Flops a second of fused multiply-adds on this core.
public func measurePeak(kernels: KernelSet) -> Double {
  let repeats = 100_000
  return Double(repeats) * 640
    / bestTime { precondition(kernels.multiplyAddChains(repeats, 0.5, 0.5) > 0) }
}

/// Bytes a second that this core reads from where an array of so many bytes stays.
public func measureBandwidth(bytes: Double, kernels: KernelSet) -> Double {
  guard bytes > 0 else { return .infinity }
  let array = AlignedBuffer(count: Int(bytes / 4))
  return bytes / bestTime { precondition(kernels.readVectors(array.vectors, array.lanes) == 0) }
}
