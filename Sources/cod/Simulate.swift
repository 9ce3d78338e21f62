import ArgumentParser
import Foundation
import Kernels
import Studies

struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Samples every cell of a study and writes its HDF5 file.",
    discussion: """
      Finished cells are kept, so an interrupted run goes on where it was; a study that is already there
      is left alone. What was written is recorded in lock.json beside it, and what it took in runs.json. The arrays
      depend on the study alone, not on workers, machine or interruptions.

        cod simulate data/two-layer-width.yml
        cod simulate data/two-layer-width.yml --smoke -o smoke/data/two-layer-width.h5
      """)

  @Argument(help: "The study's YAML file.")
  var spec: String

  @Option(name: .shortAndLong, help: "The HDF5 file to write. (default: beside the study)")
  var output: String?

  @Flag(help: "Simulate the study's small smoke grid.")
  var smoke = false

  @Option(help: "Cells simulated at once. (default: one a core)")
  var workers: Int?

  func run() async throws {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    guard workers > 0 else {
      throw UserError("--workers: got '\(workers)'; expected a positive integer")
    }
    let kernels = try selectedKernels()
    let study = try StudySpec(reading: spec, smoke: smoke)
    guard smoke == false || output != nil else {
      throw UserError("--smoke: expected -o FILE as well, to leave the archived study alone")
    }
    if let output, output.isEmpty {
      throw UserError("--output: got ''; expected the name of a file to write")
    }
    let output = output ?? (spec as NSString).deletingPathExtension + ".h5"
    let simulation = Simulation(spec: study, output: output, workers: workers, kernels: kernels)

    var display = ProgressDisplay(name: output)
    let measurement = RunMeasurement()
    let outcome = try await simulation.run { display.show($0) }
    display.end()
    if outcome.fresh { try Lock.recordIfNew(output) } else { try Lock.record(output) }
    if outcome.fresh {
      print("\(output): fresh, \(outcome.reused) cells")
    } else {
      let run = measurement.run(
        of: stem(of: output),
        key: study.key, cells: outcome.simulated + outcome.reused, simulated: outcome.simulated,
        workers: workers, kernels: kernels)
      if outcome.simulated > 0 { try RunLog.append(run, besides: output) }
      print(
        "\(output): \(outcome.simulated) cells simulated, \(outcome.reused) taken over, "
          + String(format: "%.1f s", run.seconds))
    }
  }
}

/// The kernels that `COD_ISA` asks for.
///
/// - Throws: `UserError` if there are none of that name on this processor.
func selectedKernels() throws -> KernelSet {
  do {
    return try KernelSet.named(ProcessInfo.processInfo.environment["COD_ISA"])
  } catch {
    throw UserError("\(error)")
  }
}

/// Progress on standard error: one line that is rewritten on a terminal, one line a minute in a log.
private struct ProgressDisplay {
  let name: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var last: ContinuousClock.Instant?

  init(name: String) { self.name = name }

  mutating func show(_ progress: SimulationProgress) {
    let now = ContinuousClock.now
    if isTerminal {
      writeError("\r\u{1B}[K\(name): \(progress.line)")
    } else if let last, last.duration(to: now) < .seconds(60) {
      return
    } else {
      printError("\(name): \(progress.line)")
    }
    last = now
  }

  func end() {
    if isTerminal, last != nil { writeError("\r\u{1B}[K") }
  }
}
