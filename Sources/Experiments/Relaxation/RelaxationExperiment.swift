import Host
import Studies
import YAML

/// Training in time: networks from the prior are trained by Langevin dynamics or by descent, and
/// recorded at times on a logarithmic scale.
package struct RelaxationExperiment: Experiment {
  let problems: ProblemGrid
  /// A grid axis of noises, batches and steps.
  let trainings: [TrainingSpec]
  package let layout: Layout

  package var inputsDigest: String? { problems.inputsDigest }
}

extension RelaxationExperiment {
  package static let name = "relaxation"
  package static let title = "Training in time"
  package static var models: [String] { NetworkKind.all.map(\.name) }

  package static let keys =
    ProblemGrid.keys + [
      Setting("training", "a mapping", "how the networks are trained, and when they are recorded")
    ]

  package static let reference = [
    SpecReference.Section(
      title: "Training", condition: "experiment: relaxation", rows: TrainingSpec.settings),
    SpecReference.Section(
      title: "Targets of training", condition: "experiment: relaxation",
      rows: [
        Setting(
          "target.linear", "a number between -1 and 1" + Setting.Words.axis, standard: "0",
          "epsilon of y = sqrt(1 - epsilon^2) He_m(x_1)/sqrt(m!) + epsilon x_1, of two layers")
      ]),
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    guard names.isEmpty, let kind = NetworkKind.named(model) else { return nil }
    return .relaxation(of: kind)
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    problems = try ProblemGrid(top, of: root, kinds: NetworkKind.all, mixing: true)
    trainings = try TrainingSpec.axis(root.required("training", in: top))
    layout = .relaxation(of: problems.kind)
    let numbers = Double(trainings[0].runs) * Double(trainings[0].times.count)
    try Limits.require(numbers, Limits.array, root.file, "training.runs × times of record")
    try problems.checkSize(of: root.file, planted: false, values: trainings.count)
  }

  package func cells() -> [Cell] {
    let layout = layout
    return problems.cells(along: trainings) { instance, training in
      RelaxationTask(layout: layout, instance: instance, training: training)
    }
  }

  package var settings: [(name: String, values: [String])] {
    let first = trainings[0]
    return problems.settings + [
      ("training.noise", trainings.map(\.noise.rawValue).uniqued),
      ("training.batch", trainings.map { "\($0.batch)" }.uniqued),
      ("training.step", trainings.map(\.step.spelt).uniqued),
      ("training.times.from", [first.times.first.spelt]),
      ("training.times.to", [first.times.last.spelt]),
      ("training.times.per_decade", ["\(first.times.perDecade)"]),
      ("training.times.readings", ["\(first.times.readings)"]),
      ("training.runs", ["\(first.runs)"]),
    ]
  }
}
