import Foundation
import Host
import Kernels

/// The measurements on this machine, on one core unless several workers are compared.
package struct BenchmarkReport: Encodable, Sendable {
  /// The machine of the measurements.
  package struct Machine: Encodable, Sendable {
    /// The instruction set of the kernels.
    package let isa: String
    /// The limits of the core, in the rounds of the last gradient if there is one.
    package let limits: CoreLimitsResult
    /// The number of cores on which the process may run.
    package let cores: Int
    /// The core on which the process was kept; `nil` if the system does not allow that.
    package let pinnedCore: Int?
  }

  /// The machine of the measurements.
  package let machine: Machine
  /// The speed of gradients, for each network and shape.
  package let gradients: [GradientResult]
  /// The throughput of two workers beside one; empty on a single core.
  package let workers: [WorkerResult]
  /// The speed of the sampler, for each posterior.
  package let samplers: [SamplerResult]
  /// The checks of the random numbers; `nil` if they were not measured.
  package let normals: NormalsResult?
  /// The most memory that the process has had, in bytes.
  package let peakResidentBytes: Int

  private enum CodingKeys: CodingKey {
    case machine, gradients, workers, samplers, normals, peakResidentBytes
  }

  /// Encodes every key, also of what was not measured.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(machine, forKey: .machine)
    try container.encode(gradients, forKey: .gradients)
    try container.encode(workers, forKey: .workers)
    try container.encode(samplers, forKey: .samplers)
    try container.encode(normals, forKey: .normals)
    try container.encode(peakResidentBytes, forKey: .peakResidentBytes)
  }
}

extension BenchmarkReport {
  /// The subjects that can be measured: networks, the sampler and the random numbers.
  package static let subjects =
    GradientBenchmark.all.map(\.model).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    } + ["sampler", "normals"]

  /// Measures the given subjects.
  ///
  /// - Parameters:
  ///   - subjects: some of `subjects`.
  ///   - effort: the amount of measurement.
  ///   - kernels: the instruction set to measure.
  ///   - progress: receives the name of each measurement as it begins.
  package init(
    measuring subjects: Set<String>, effort: Effort, kernels: KernelSet,
    progress: (String) -> Void
  ) {
    let cores = Core.all
    let pinned = cores.last.flatMap { Core.pin(to: $0) ? $0 : nil }

    /// Returns the first of each kind, or all of them.
    func chosen<Element>(_ all: [Element], _ kind: (Element) -> String) -> [Element] {
      var seen: Set<String> = []
      return all.filter { seen.insert(kind($0)).inserted || effort.takesAll }
    }
    let benchmarks = chosen(
      GradientBenchmark.all.filter { subjects.contains($0.model) }, { $0.model + $0.variant })
    var limits: CoreLimits?
    gradients = benchmarks.map { benchmark in
      progress("\(benchmark.model) \(benchmark.variant) \(benchmark.sizes)")
      let measured = benchmark.measure(effort: effort, kernels: kernels)
      limits = measured.limits
      return measured.result
    }
    progress("limits of the core")
    let core = limits ?? CoreLimits(bytes: 0, kernels: kernels)
    let coreLimits = CoreLimitsResult(core, rounds: effort.rounds, kernels: kernels)

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
      limits: coreLimits,
      cores: cores.count, pinnedCore: pinned)
    peakResidentBytes = Int(peakMemory())
  }

  /// Whether the random numbers are sound. A missed target of speed does not count here.
  package var isSound: Bool { normals?.withinFourSigma ?? true }
}
