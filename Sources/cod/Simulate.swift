import Archives
import ArgumentParser
import Execution
import Experiments
import Foundation
import Host
import Kernels
import Studies

/// `cod simulate`: samples a study, here, as one of several shards, or on a cluster.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Samples every cell of a study and writes its HDF5 file.",
    discussion: """
      Finished cells are kept, and chains of cells that take long, so an interrupted run goes on where
      it was. A study that is fresh is left alone. The file is recorded in lock.json beside it, and its
      run in runs.json. The arrays depend on the study alone: workers, machine and interruptions do not
      change them.

        cod simulate data/two-layer-width.yml
        cod simulate data/two-layer-width.yml --smoke -o smoke/data/two-layer-width.h5
        cod simulate data/two-layer-width.yml --shard 3/7        a seventh of it, on a machine of its own
        cod simulate data/two-layer-width.yml --engine slurm     as job arrays of a cluster

      The signal SIGUSR1 stops the run as soon as its chains are saved, with exit code 3.
      """)

  @Argument(help: "The study's YAML file.")
  var spec: String

  @Option(name: .shortAndLong, help: "The HDF5 file to write. (default: beside the study)")
  var output: String?

  @Flag(help: "Simulate the study's small smoke grid.")
  var smoke = false

  @Option(
    help: "Chains at once, or cells that have none. (default: one per core; one in a Slurm task)")
  var workers: Int?

  @Option(help: "Minutes of work after which a chain is saved.")
  var checkpointMinutes = 2.0

  @Option(
    help: """
      The part I of N, given as I/N. Parts cost about the same and share the folder. \
      The part that finds all cells there writes the file.
      """)
  var shard: String?

  @Option(
    help: ArgumentHelp("The cells on a line of an index file, FILE:LINE.", visibility: .hidden))
  var bundle: String?

  @OptionGroup(title: "Clusters") var cluster: ClusterArguments

  func run() async throws {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    guard workers > 0 else {
      throw UserError("--workers: got '\(workers)'; expected a positive integer")
    }
    guard checkpointMinutes > 0, checkpointMinutes.isFinite else {
      throw UserError(
        "--checkpoint-minutes: got '\(checkpointMinutes.spelt)'; expected a positive number")
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
    var simulation = Simulation(spec: study, output: output, workers: workers, kernels: kernels)
    simulation.part = try part()
    simulation.interval = .seconds(60 * checkpointMinutes)
    simulation.slurm = try cluster.slurm(
      study: spec, output: output, smoke: smoke, workers: self.workers,
      checkpointMinutes: checkpointMinutes, whole: shard == nil && bundle == nil)
    simulation.stop = stopOnSignal()

    // Tasks of a cluster say nothing that the submission has said.
    if bundle == nil { for line in study.experiment.cautions { printError("cod: \(line)") } }
    var display = ProgressDisplay(name: output)
    let measurement = RunMeasurement()
    let outcome = try await simulation.run(
      warn: { printError("cod: \($0)") }, progress: { display.show($0) })
    display.end()
    let run = measurement.run(
      of: stem(of: output),
      key: outcome.studyKey, cells: outcome.cells, simulated: outcome.simulated, workers: workers,
      kernels: kernels)
    if outcome.state == .merged { try Lock.record(output) }
    // What tasks of a cluster took is not measured here. Nothing depends on the log.
    if outcome.simulated > 0, bundle == nil, simulation.slurm == nil {
      do { try RunLog.append(run, besides: output) } catch {
        printError("cod: \(error); this run is not recorded")
      }
    }
    let counts =
      "\(outcome.simulated) cells simulated, \(outcome.reused) taken over, "
      + String(format: "%.1f s", run.seconds)
    switch outcome.state {
    case .fresh:
      if bundle == nil { try Lock.recordIfNew(output) }
      print("\(output): fresh, \(outcome.reused) cells")
    case .merged: print("\(output): \(counts)")
    case .partial(let missing):
      let part = shard.map { "shard \($0): " } ?? ""
      print("\(output): \(part)\(counts); \(missing) of the study's cells are missing")
    case .submitted(let how): print("\(output): \(how); cod status follows it")
    case .stopped(let missing):
      printError(
        "cod: \(output): \(StoppedRun.mark), \(counts); \(missing) are missing, "
          + "the same command goes on")
      throw ExitCode(StoppedRun.code)
    }
  }

  private func part() throws -> Simulation.Part {
    switch (shard, bundle) {
    case (nil, nil): .whole
    case (let shard?, nil): .shard(try value(of: "--shard") { try Shard(shard) })
    case (nil, let bundle?): .bundle(try value(of: "--bundle") { try TaskBundle(bundle) })
    default: throw UserError("--bundle: expected no --shard beside it")
    }
  }
}

/// The value of an option, whose name stands before what is wrong with it.
func value<T>(of option: String, _ read: () throws -> T) throws -> T {
  do { return try read() } catch let error as UserError {
    throw UserError("\(option): \(error)", exitCode: error.exitCode)
  }
}

/// Made by SIGUSR1. A handler captures nothing, so there is one of it.
private let stopRequest = StopRequest()

/// Makes SIGUSR1 a request to stop.
func stopOnSignal() -> StopRequest {
  _ = stopRequest.isMade  // it has to be there before the first signal
  signal(SIGUSR1) { _ in stopRequest.make() }
  return stopRequest
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

/// Progress on standard error: one line that is rewritten on a terminal, one line a minute in a log
/// or on a terminal that cannot rewrite.
struct ProgressDisplay {
  let name: String
  private let isTerminal =
    isatty(STDERR_FILENO) == 1
    && !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")
  private var last: ContinuousClock.Instant?

  init(name: String) { self.name = name }

  mutating func show(_ progress: SimulationProgress) {
    let now = ContinuousClock.now
    if isTerminal {
      writeError("\r\u{1B}[K" + printable("\(name): \(progress.line)"))
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
