import ArgumentParser
import Benchmarks
import Foundation
import Kernels

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Times the kernels.")

  @Argument var model: String?
  @Option var trajectory = 1.4
  @Option var draws = 2000

  func run() throws {
    let kernels = try selectedKernels()
    if model == "sampler" {
      for set in 5..<5 + UInt64(ProcessInfo.processInfo.environment["SETS"] ?? "1")! {
        for b in SamplerBenchmark.all
        where ProcessInfo.processInfo.environment["ONLY"].map({
          "\(b.dimension) \(b.width) \(b.collapsed)" == $0
        }) ?? true {
          let o = b.measure(draws: draws, trajectory: trajectory, set: set, kernels: kernels)
          print(
            b.dimension, b.width, b.samples, b.collapsed ? "collapsed" : "full     ",
            String(
              format:
                "A %.4f Rhat %.3f ESS %.0f  ESS/s %.0f  ESS/draw %.3f  1000 ESS/grad %.2f  us/grad %.1f  step %.3f warm %.2f s",
              o.mean, o.rHat, o.bulkESS, o.bulkESS / o.seconds, o.bulkESS / Double(o.draws),
              1000 * o.bulkESS / Double(o.gradients), 1e6 * o.seconds / Double(o.gradients), o.step,
              o.warmupSeconds))
        }
      }
      return
    }
    let peak = measurePeak(kernels: kernels)
    print(String(format: "%@: peak %.0f GFLOP/s", kernels.instructionSet.rawValue, peak / 1e9))
    for benchmark in GradientBenchmark.all
    where model == nil || model == benchmark.model
      || model == (benchmark.shape.map { "\($0.size)" }.joined(separator: ","))
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
