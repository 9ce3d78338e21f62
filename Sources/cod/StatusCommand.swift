import Archives
import ArgumentParser
import Audit
import Execution
import Experiments
import Foundation
import Paper
import Studies

/// `cod status`: the freshness of studies and figures by their content.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "Says of each study and figure whether it is fresh, stale, partial, missing or damaged.",
    discussion: """
        cod status                 every study in data/, every figure in figures/
        cod status data/two-layer-width.yml

      Content decides; file times do not matter. The exit code is 1 if anything is not fresh; cod why
      gives the causes.
      """)

  @Argument(help: "Study files. (default: every data/*.yml, and every figure)")
  var specs: [String] = []

  @OptionGroup var studies: StudiesFolder

  @OptionGroup var drawings: FiguresFolder

  @OptionGroup var source: ScriptsFolder

  @OptionGroup var form: OutputForm

  func run() throws {
    guard specs.isEmpty else {
      let studies = try specs.map(freshness)
      if form.json { try printJSON(["studies": studies]) } else { show(studies) }
      if studies.contains(where: { $0.state != .fresh }) { throw ExitCode(1) }
      return
    }
    let pipeline = try Pipeline(
      data: studies.data, figures: drawings.figures, of: Paper.figures, scripts: source.scripts,
      activity: currentActivity)
    if form.json {
      try printJSON(pipeline)
    } else {
      show(pipeline.studies + pipeline.figures)
      for line in pipeline.lock { print("\(studies.data)/lock.json: \(line)") }
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
