import Archives
import ArgumentParser
import Execution
import Experiments
import Foundation
import Host
import Paper
import Studies

/// `cod replicate`: error bars of archived cells against other random numbers.
struct ReplicateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replicate",
    abstract: "Samples a part of a study's cells again, and tells whether its error bars hold.",
    discussion: """
      Data sets stay as they are; every random number of the chains is another. Of each quantity the
      difference to the archive is taken in units of the combined Monte Carlo error: its root mean square
      is 1 where error bars are honest. Only cells that are certified both times count.

        cod replicate data/two-layer-width.yml                24 cells, chosen at random
        cod replicate data/two-layer-width.yml --cells 1000   all of them
        cod replicate data/two-layer-width.yml --fraction 0.1
        cod replicate --cells 4                               every study of data that has draws

      The new samples are kept in replicate, so that an interrupted run goes on and more cells add to
      fewer. The exit code is 1 if a study's errors are not compatible with honest ones.
      """)

  @Argument(help: "Studies' YAML files. (default: every study of data that has draws)")
  var specs: [String] = []

  @Option(help: "At most so many cells of each study. (default: 24)")
  var cells: Int?

  @Option(help: "This share of the cells of each study, in the place of a number.")
  var fraction: Double?

  @Option(help: "Which other random numbers: 1, 2 …")
  var replication = 1

  @Option(name: .shortAndLong, help: "The folder of the new samples.")
  var output = "replicate"

  @Option(help: "Chains sampled at once. (default: one per core)")
  var workers: Int?

  @OptionGroup var form: OutputForm

  func run() async throws {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    for (name, value) in [
      ("cells", cells ?? 1), ("replication", replication), ("workers", workers),
    ]
    where value < 1 {
      throw UserError("--\(name): got '\(value)'; expected a positive integer")
    }
    if let fraction {
      guard cells == nil else {
        throw UserError("--fraction: got it beside --cells; expected one of the two")
      }
      guard fraction > 0, fraction <= 1 else {
        throw UserError("--fraction: got '\(fraction)'; expected a number above 0, and at most 1")
      }
    }
    let kernels = try selectedKernels()
    let studies = try (specs.isEmpty ? studyFiles(in: "data") : specs).map { file in
      try study(file)
    }.compactMap { $0 }
    let stop = stopOnSignal()
    var calibrations: [Calibration] = []
    for (file, spec) in studies {
      let output = "\(output)/\(stem(of: file)).h5"
      var display = ProgressDisplay(name: output)
      var simulation = Simulation(
        spec: spec, output: output, workers: workers, kernels: kernels)
      simulation.stop = stop
      let outcome = try await simulation.run(
        warn: { printError("cod: \($0)") }, progress: { display.show($0) })
      display.end()
      guard [.fresh, .merged].contains(outcome.state) else {
        printError("cod: \(output): \(StoppedRun.mark); the same command goes on")
        throw ExitCode(StoppedRun.code)
      }
      calibrations.append(
        try Calibration(of: Archive(reading: archive(of: file)), in: Archive(reading: output)))
      if !form.json { print(calibrations.last!.text) }
    }
    if form.json { try printJSON(calibrations, isSnakeCase: true) }
    // Of a study that somebody named, nothing to compare is no success.
    guard calibrations.allSatisfy({ $0.isHonest ?? specs.isEmpty }) else { throw ExitCode(1) }
  }

  private func archive(of file: String) -> String {
    (file as NSString).deletingPathExtension + ".h5"
  }

  /// The study that samples a part of another again; `nil` of one without draws that nobody named.
  ///
  /// - Throws: `UserError` if the archive lacks one of the cells, before any is sampled.
  private func study(_ file: String) throws -> (file: String, spec: StudySpec)? {
    guard file.hasSuffix(".yml") else {
      throw UserError("\(file): expected the name of a study's file, NAME.yml")
    }
    let folders = [output, parentFolder(of: file)].map {
      URL(filePath: $0).resolvingSymlinksInPath().standardizedFileURL.path
    }
    guard folders[0] != folders[1] else {
      throw UserError(
        "--output: got '\(output)', the folder of \(file); expected another one, to leave the "
          + "study's own samples alone")
    }
    let original = try StudySpec(reading: file)
    guard original.layout.axes.contains(.draw) else {
      guard !specs.isEmpty else { return nil }
      throw UserError(
        "\(file): got an experiment '\(original.layout.experiment)'; expected one whose cells "
          + "have draws")
    }
    let share = fraction.map { Int(($0 * Double(original.cells().count)).rounded(.up)) }
    let spec = try StudySpec(
      parsing: """
        question: Do the error bars of \(stem(of: file)) hold with other random numbers?
        source: cod replicate
        experiment: replication
        studies: "\(stem(of: file))"
        cells: \(share ?? cells ?? 24)
        replication: \(replication)

        """, of: "\(parentFolder(of: file))/\(stem(of: file)).yml", smoke: false)
    let there = try Archive(reading: archive(of: file)).keys
    let missing = Set(spec.cells().compactMap(\.originalKey)).subtracting(there).count
    guard missing == 0 else {
      throw UserError(
        "\(archive(of: file)): \(missing) of the cells that \(file) asks for are missing; "
          + "expected the study's present samples (cod simulate \(file))", exitCode: 1)
    }
    return (file, spec)
  }
}
