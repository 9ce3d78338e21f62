import ArgumentParser
import Benchmarks
import Foundation
import Host
import Kernels

/// `cod bench`: the speed of this machine.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures gradients, workers, the sampler and the random numbers on this machine.",
    discussion: """
      Times are processor times of one thread on one core, the best of many rounds. Beside them stands the
      least time that the arithmetic needs at the core's peak in the same rounds. A target that is missed
      is no failure. Models: \(BenchmarkReport.subjects.joined(separator: ", ")). (default: all)

        cod bench                           everything, a few minutes
        cod bench two-layer attention       some of it
        cod bench --quick --json            a test that it works, in seconds

      COD_ISA=generic|avx2|avx512 chooses the kernels.
      """)

  @Argument(help: "What to measure.")
  var models: [String] = []

  @OptionGroup var form: OutputForm

  @Flag(help: "Measure the first shape of each kind alone, and briefly.")
  var quick = false

  @Flag(help: "Make the exit code 1 unless the random numbers are within 4 standard errors.")
  var check = false

  func run() throws {
    for model in models where !BenchmarkReport.subjects.contains(model) {
      throw UserError(
        "bench '\(model)': no such model; expected one of "
          + BenchmarkReport.subjects.joined(separator: ", "))
    }
    let report = BenchmarkReport(
      measuring: Set(models.isEmpty ? BenchmarkReport.subjects : models),
      effort: quick ? .quick : .full,
      kernels: try selectedKernels(), progress: printError)
    if form.json {
      try printJSON(report, isSnakeCase: true)
    } else {
      print(report.text)
    }
    if check && !report.isSound { throw ExitCode(1) }
  }
}
