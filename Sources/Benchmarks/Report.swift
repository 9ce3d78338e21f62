import Foundation
import Kernels

/// What is measured on this machine, on one core except where several workers are compared.
public struct Report: Encodable, Sendable {
  public struct Machine: Encodable, Sendable {
    public let isa: String
    /// The highest of all rounds.
    public let peakGflops: Double
    /// On which the process may run.
    public let cores: Int
    /// The one it was kept on; none where the system cannot be told.
    public let pinnedCore: Int?
  }

  public let machine: Machine
  public let gradients: [GradientResult]
  public let workers: [WorkerResult]
  public let samplers: [SamplerResult]
  public let normals: NormalsResult?
  public let peakResidentBytes: Int

  private enum CodingKeys: CodingKey {
    case machine, gradients, workers, samplers, normals, peakResidentBytes
  }

  /// Every key is there, whatever was measured.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(machine, forKey: .machine)
    try container.encode(gradients, forKey: .gradients)
    try container.encode(workers, forKey: .workers)
    try container.encode(samplers, forKey: .samplers)
    try container.encode(normals, forKey: .normals)
    try container.encode(peakResidentBytes, forKey: .peakResidentBytes)
  }
}

extension Report {
  /// What can be asked for: networks, the sampler and the random numbers.
  public static let subjects =
    GradientBenchmark.all.map(\.model).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    } + ["sampler", "normals"]

  /// Measures.
  ///
  /// - Parameters:
  ///   - subjects: some of `Report.subjects`. - progress: told what begins.
  public init(
    measuring subjects: Set<String>, effort: Effort, kernels: KernelSet,
    progress: (String) -> Void
  ) {
    let cores = Benchmarks.Machine.cores
    let pinned = cores.last.flatMap { Benchmarks.Machine.pin(to: $0) ? $0 : nil }

    /// The first of each kind, or all of them.
    func chosen<Element>(_ all: [Element], _ kind: (Element) -> String) -> [Element] {
      var seen: Set<String> = []
      return all.filter { seen.insert(kind($0)).inserted || effort.takesAll }
    }
    let benchmarks = chosen(
      GradientBenchmark.all.filter { subjects.contains($0.model) }, { $0.model + $0.variant })
    gradients = benchmarks.map { benchmark in
      progress("\(benchmark.model) \(benchmark.variant) \(benchmark.sizes)")
      return benchmark.measure(effort: effort, kernels: kernels)
    }

    var named: Set<String> = []
    let firsts = benchmarks.filter { named.insert($0.model).inserted }
    workers =
      cores.count < 2
      ? []
      : firsts.map { benchmark in
        progress("two workers: \(benchmark.model) \(benchmark.variant) \(benchmark.sizes)")
        return WorkerBenchmark(gradient: benchmark, cores: Array(cores.suffix(2))).measure(
          effort: effort, kernels: kernels)
      }

    samplers =
      !subjects.contains("sampler")
      ? []
      : chosen(SamplerBenchmark.all, { "\($0.kind) \($0.isCollapsed)" }).map { benchmark in
        let posterior = benchmark.isCollapsed ? "collapsed" : "full"
        progress(
          "sampler \(benchmark.kind.rawValue) \(posterior) d \(benchmark.dimension), N \(benchmark.width), "
            + "P \(benchmark.samples)")
        return benchmark.measure(effort: effort, kernels: kernels)
      }

    if subjects.contains("normals") {
      progress("\(effort.normals) normals")
      normals = NormalsBenchmark.measure(effort: effort, kernels: kernels)
    } else {
      normals = nil
    }

    machine = Machine(
      isa: kernels.instructionSet.rawValue,
      peakGflops: gradients.map(\.peakGflops).max() ?? 1e-9 * measurePeak(kernels: kernels),
      cores: cores.count, pinnedCore: pinned)
    peakResidentBytes = Benchmarks.Machine.peakResidentBytes
  }

  /// What fails its expectation, rather than a target: random numbers that are not what they should be.
  public var isSound: Bool { normals?.withinFourSigma ?? true }
}
