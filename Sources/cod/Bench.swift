import ArgumentParser
import Benchmarks
import Foundation
import Host
import Kernels
import Publication

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures gradients, workers, the sampler and the random numbers on this machine.",
    discussion: """
      Times are a thread's own on one core, the best of many rounds, beside the least that the arithmetic
      needs at the multiply-add peak of the same rounds. What is aimed at stands beside; missing it is no
      failure. Models: \(Report.subjects.joined(separator: ", ")). (default: all)

        cod bench                           everything, a few minutes
        cod bench two-layer attention       some of it
        cod bench --quick --json            that it works, in seconds

      COD_ISA=generic|avx2|avx512 chooses the kernels.
      """)

  @Argument(help: "What to measure.")
  var models: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Measure the first shape of each kind alone, and briefly.")
  var quick = false

  @Flag(help: "Exit code 1 if the random numbers are not within 4 standard errors.")
  var check = false

  func run() throws {
    for model in models where !Report.subjects.contains(model) {
      throw UserError(
        "bench '\(model)': no such model; expected one of "
          + Report.subjects.joined(separator: ", "))
    }
    let report = Report(
      measuring: Set(models.isEmpty ? Report.subjects : models), effort: quick ? .quick : .full,
      kernels: try selectedKernels(), progress: printError)
    if json {
      try printJSON(report, keys: .convertToSnakeCase)
    } else {
      print(report.text)
    }
    if check && !report.isSound { throw ExitCode(1) }
  }
}
