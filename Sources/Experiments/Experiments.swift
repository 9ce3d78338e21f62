import Studies

/// The experiments that a study can be.
package enum Experiments {
  /// One a line; adding one is a folder here and a line.
  package static let all: [any Experiment.Type] = [
    PosteriorExperiment.self,
    RelaxationExperiment.self,
    LinearDescent.self,
    CircleNetworks.self,
    KernelRegression.self,
    ModeRegression.self,
    QuarticLoss.self,
    Replication.self,
    Spectrum.self,
  ]

  /// The experiment of this name, if there is one.
  package static func named(_ name: String) -> (any Experiment.Type)? {
    all.first { $0.name == name }
  }

  /// The results of a study, by what its file says of it.
  ///
  /// - Returns: `nil` if this version knows no such results.
  package static func layout(
    of experiment: String, model: String, observing names: [String]
  ) -> Layout? {
    named(experiment)?.layout(of: model, observing: names)
  }
}

extension SpecReference {
  /// The keys of this version.
  package static let current = SpecReference(
    sections: [
      Section(
        title: "Every study", condition: nil,
        rows: StudySpec.settings(experiments: Experiments.all.map { $0.name }))
    ]
      + Experiments.all.map { experiment in
        Section(
          title: experiment.title, condition: "experiment: \(experiment.name)",
          rows: experiment.keys)
      }
      + Experiments.all.flatMap { $0.reference }
      + [
        Section(title: "Sizes in units of others", condition: nil, rows: Sizes.settings),
        Section(
          title: "Numbers in units of sizes", condition: nil, rows: ScaledNumbers.settings),
      ])
}
