import Archives
import ArgumentParser
import Audit
import Execution
import Foundation
import Paper
import Studies

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "Says of each study and figure whether it is fresh, stale, partial, missing or damaged.",
    discussion: """
        cod status                 every study in data/, every figure in figures/
        cod status data/two-layer-width.yml

      Content decides, not file times. Exit code 1 if anything is not fresh; cod why says why.
      """)

  @Argument(help: "Study files. (default: every data/*.yml, and every figure)")
  var specs: [String] = []

  @Option(help: "The folder of the studies.")
  var data = "data"

  @Option(help: "The folder of the figures.")
  var figures = "figures"

  @Option(help: "The folder of the gnuplot scripts.")
  var scripts = "figures"

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard specs.isEmpty else {
      let studies = try specs.map(freshness)
      if json { try printJSON(["studies": studies]) } else { show(studies) }
      if studies.contains(where: { $0.state != .fresh }) { throw ExitCode(1) }
      return
    }
    let pipeline = try Pipeline(
      data: data, figures: figures, of: Paper.figures, scripts: scripts, activity: currentActivity)
    if json {
      try printJSON(pipeline)
    } else {
      show(pipeline.studies + pipeline.figures)
      for line in pipeline.lock { print("\(data)/lock.json: \(line)") }
    }
    if !pipeline.isFresh { throw ExitCode(1) }
  }

  private func show(_ all: [Freshness]) {
    for item in all { print("\(item.target): \(item.summary)") }
  }
}

/// Freshness of the study of a YAML file, archived beside it.
func freshness(_ spec: String) throws -> Freshness {
  try Freshness(
    of: StudySpec(reading: spec), at: (spec as NSString).deletingPathExtension + ".h5",
    activity: currentActivity)
}

/// Finds the processes and jobs that simulate a study now.
func currentActivity(of output: String, studyKey: String) -> Activity {
  Activity(
    running: RunningStudy.lines(of: output, in: CellStore(besides: output)),
    submitted: SlurmFolder(output: output, studyKey: studyKey).line().map { [$0] } ?? [])
}
