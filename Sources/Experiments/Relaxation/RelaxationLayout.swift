import Foundation
import Studies

// The results of training in time.

extension Layout {
  /// The results of training a kind of network.
  static func relaxation(of kind: NetworkKind) -> Layout {
    let own = TrainingSpec.coordinates.map(\.coordinate)
    let linear =
      kind.hasLinearTargets
      ? [
        TypedCoordinate(
          Coordinate(
            Parameters.Name.linear, "linear part epsilon of the target",
            "y = sqrt(1 - epsilon^2) He_m(x_1)/sqrt(m!) + epsilon x_1"), .real, .axis)
      ] : []
    let observables = (kind.observables + kind.further).filter { $0.name != trainingError }
    return Layout(
      experiment: RelaxationExperiment.name, model: kind.name,
      numericsVersion: kind.numericsVersion,
      summary:
        "Training in time of finite \(kind.plural), one row a cell of the study's grid",
      coordinates: kind.coordinates(linear + own),
      shown: kind.givenSizes.map(\.name)
        + [
          Parameters.Name.samples, Parameters.Name.dataset, Parameters.Name.ridge,
          Parameters.Name.noise, Parameters.Name.step,
        ],
      axes: [.run, .record],
      columns: [
        Column(
          "time", [.record], .double, "time t",
          "end of each record's moves, in units in which weight decay is 1"),
        record(
          "alignment", "alignment A", "A = <f,y>/<y,y> over \(kind.alignmentMeasure)"),
        record(trainingError, "training error", "sum_nu (f(x_nu) - y_nu)^2/P"),
      ]
        + observables.map {
          record($0.name, $0.coordinate.longName, $0.coordinate.description)
        } + [
          record(
            "acceptance", "mean acceptance",
            "mean of min(1, exp(-Delta H)) over the record's moves; 1 for descent"),
          Column(
            "gradients", [.run], .integer, "gradient evaluations",
            "gradients of U on all samples, or as many on batches"),
          Column(
            "unstable_at", [.run], .double, "time at which the step proved too long",
            "in units in which weight decay is 1; NaN for runs that stayed stable",
            gaps: [Gap(anywhere: "NaN for runs that stayed stable")]),
          Column(
            stable, [], .integer, "stable",
            "1 where no run's step proved too long, else 0: the energy stayed finite and below "
              + "ten times its beginning, and one Langevin move in twenty or more was accepted",
            isDerived: true),
        ],
      soundness: Soundness(
        column: stable, adjective: "stable", criterion: "no run's step proved too long"),
      digest: Digest(
        heads: [stable, "t", "alignment", "training", "acceptance"], row: RelaxationDigest.row),
      derive: { [$0.doubles("unstable_at").allSatisfy(\.isNaN) ? 1 : 0] },
      quantities: ["alignment", trainingError].map { name in
        Quantity(name, isDecisive: true) { .runs($0.runs(name)) }
      })
  }

  private static let trainingError = "training_loss"
  private static let stable = "stable"

  /// A mean over the moves of each record.
  private static func record(
    _ name: String, _ longName: String, _ description: String
  ) -> Column {
    Column(
      name, [.run, .record], .double, longName,
      "\(description); mean over the record's readings",
      gaps: [Gap("NaN where the step proved too long", where: "unstable_at") { !$0.isNaN }])
  }
}

extension Layout.Axis {
  package static let run = Self("run", "index of the independent training within its cell")
  package static let record = Self("record", "index of the time of record")
}

extension CellResult {
  /// Numbers of a record of training as one array a run.
  package func runs(_ name: String) -> [[Double]] {
    let values = doubles(name)
    let records = doubles("time").count
    return stride(from: 0, to: values.count, by: records).map {
      Array(values[$0..<($0 + records)])
    }
  }
}

/// What `cod summary` tells of a cell that was trained: the end of its runs.
private enum RelaxationDigest {
  static func row(of result: CellResult) -> Layout.Digest.Row {
    func end(_ name: String) -> Double {
      let ends = result.runs(name).map { $0.last! }
      return ends.reduce(0, +) / Double(ends.count)
    }
    let (alignment, loss, acceptance) = (end("alignment"), end("training_loss"), end("acceptance"))
    let time = result.doubles("time").last!
    return Layout.Digest.Row(
      texts: [
        result.isSound ? "yes" : "no", String(format: "%.4g", time),
        String(format: "%.4f", alignment), String(format: "%.4f", loss),
        String(format: "%.3f", acceptance),
      ],
      fields: [
        ("stable", .flag(result.isSound)), ("time", .number(time)),
        ("alignment", .number(alignment)), ("training_loss", .number(loss)),
        ("acceptance", .number(acceptance)),
        ("gradients", .integer(result.integers("gradients").reduce(0, +))),
      ])
  }
}
