import Host
import Sampling
import Studies
import YAML

/// How a study trains the networks of its cells: the key `training`.
struct TrainingSpec: Hashable, Sendable {
  /// Whether moves have the noise of Langevin dynamics.
  let noise: Noise
  /// The largest number of samples of a batch; 0 where every move sees all samples.
  let batch: Int
  /// The step h, in whitened coordinates and in units in which weight decay is 1.
  let step: Double
  let times: RecordTimes
  /// Independent trainings of each cell.
  let runs: Int

  enum Noise: String, CaseIterable, Sendable {
    case langevin, none
  }

  /// The dynamics that moves are made by.
  var method: TrainingMethod {
    switch noise {
    case .langevin: .langevin
    case .none: batch == 0 ? .descent : .minibatch(size: batch)
    }
  }

  /// All that decides a run's bits, in a fixed spelling.
  var canonical: String {
    "relaxation noise \(noise.rawValue) batch \(batch) step \(step) from \(times.first) "
      + "to \(times.last) per_decade \(times.perDecade) readings \(times.readings) runs \(runs)"
  }
}

extension TrainingSpec {
  static let defaultReadings = 16
  static let defaultRuns = 1

  /// The keys of `training`.
  static let settings = [
    Setting(
      "training.noise", Setting.Words.words(Noise.allCases.map(\.rawValue)) + Setting.Words.axis,
      standard: Noise.langevin.rawValue,
      "langevin: Langevin dynamics with a Metropolis test; none: gradient descent with weight decay"
    ),
    Setting(
      "training.batch", Setting.Words.countOrZero + Setting.Words.axis, standard: "0",
      "samples of a batch of descent, dealt anew each epoch; 0: every move sees all samples"),
    Setting(
      "training.step", Setting.Words.positive + Setting.Words.axis,
      "step h, in whitened coordinates and in units in which weight decay is 1"),
    Setting("training.times.from", Setting.Words.positive, "the first time of record"),
    Setting("training.times.to", Setting.Words.positive, "the time at which training ends"),
    Setting(
      "training.times.per_decade", Setting.Words.count, "times of record per factor of ten"),
    Setting(
      "training.times.readings", Setting.Words.count, standard: "\(defaultReadings)",
      "the most readings of a record, which is a mean over the moves since the record before it"),
    Setting(
      "training.runs", Setting.Words.count, standard: "\(defaultRuns)",
      "independent trainings of each cell, from other draws of the prior"),
  ]

  /// The trainings of a study: every combination of noise, batch and step that there is. Langevin
  /// dynamics sees all samples, so that it has no batches.
  ///
  /// - Throws: `UserError`.
  static func axis(_ node: YAMLNode) throws -> [TrainingSpec] {
    let members = try node.members(["noise", "batch", "step", "times", "runs"])
    let noises =
      try members["noise"]?.axis {
        Noise(rawValue: try $0.word(Noise.allCases.map(\.rawValue)))!
      } ?? [.langevin]
    let batches = try members["batch"]?.axis { try $0.integerOrZero() } ?? [0]
    if let node = members["batch"], noises.contains(.langevin), batches != [0] {
      throw node.error(expected: "0 beside noise: langevin, whose moves see all samples")
    }
    let record = try RecordTimes(
      reading: node.required("times", in: members), readings: defaultReadings)
    let runs = try members["runs"]?.integer() ?? defaultRuns
    let steps = try node.required("step", in: members).axis { try record.step(reading: $0) }
    return noises.flatMap { noise in
      batches.flatMap { batch in
        steps.map {
          TrainingSpec(noise: noise, batch: batch, step: $0, times: record, runs: runs)
        }
      }
    }
  }

  /// What a cell's parameters have of its training.
  static let coordinates:
    [(
      coordinate: Layout.TypedCoordinate, value: @Sendable (TrainingSpec) -> Parameters.Value
    )] = [
      (
        .init(
          Coordinate(
            Parameters.Name.noise, "noise of the training",
            "langevin: Langevin dynamics with a Metropolis test; none: gradient descent"), .word,
          .axis), { .word($0.noise.rawValue) }
      ),
      (
        .init(
          Coordinate(
            Parameters.Name.batch, "samples of a batch",
            "of descent, dealt anew each epoch; 0 where every move sees all samples"), .integer,
          .axis), { .integer($0.batch) }
      ),
      (
        .init(
          Coordinate(
            Parameters.Name.step, "step h",
            "z <- z - h grad U in whitened coordinates; a move takes the time h"), .real, .axis),
        { .real($0.step) }
      ),
    ]
}
