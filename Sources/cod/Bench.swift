import ArgumentParser
import Benchmarks
import Foundation
import Kernels

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Times the kernels.")

  @Argument var model: String?

  func run() throws {
    let kernels = try selectedKernels()
    let peak = measurePeak(kernels: kernels)
    print(String(format: "%@: peak %.0f GFLOP/s", kernels.instructionSet.rawValue, peak / 1e9))
    for benchmark in GradientBenchmark.all
    where model == nil || model == benchmark.model
      || model == benchmark.shape.map { "\($0.size)" }.joined(separator: ",")
    {
      let seconds = benchmark.measure(kernels: kernels)
      let limit = benchmark.limit(
        peak: peak, bandwidth: measureBandwidth(bytes: benchmark.bytes, kernels: kernels))
      print(
        benchmark.model, benchmark.shape.map(\.size),
        String(
          format: "%8.1f us %8.0f GFLOP/s limit %8.1f us %5.1f %%", seconds * 1e6,
          benchmark.flops / seconds / 1e9, limit * 1e6, 100 * limit / seconds))
    }
  }
}
