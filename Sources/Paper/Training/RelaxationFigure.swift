import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// Training in time: alignment, training error and test error on the way to equilibrium.
  static let relaxation = Figure(
    name: "relaxation", studies: ["relaxation", "two-layer-samples"],
    experiments: [RelaxationExperiment.name, PosteriorExperiment.name],
    axes: ["samples", "step", "dimension"], tables: ["-equilibrium"]
  ) { archives in
    let all = archives[0].trained
    let steps = Set(all.map { $0.parameters.real("step") }).sorted()
    guard steps.count == 2, Set(all.map(\.parameters.dimension)).count == 1 else {
      throw UserError(
        "\(archives[0].file): got \(steps.count) steps; expected two, at one dimension")
    }
    let fine = all.filter { $0.parameters.real("step") == steps[0] }
    let coarse = all.filter { $0.parameters.real("step") == steps[1] }
    let curves = fine.map { Curve($0, equilibrium: archives[1]) }

    var numbers = QuotedNumbers(figure: "relaxation")
    numbers.append(
      "memorisation_time", curves[0].memorisation,
      meaning: "kappa over the tail of the tangent kernel, in units in which weight decay is 1")
    numbers.append("curve_count", Double(curves.count), meaning: "how many P/d there are")
    numbers.append("dimension", Double(curves[0].trained.parameters.dimension), meaning: "d")
    for (i, curve) in curves.enumerated() {
      curve.append(as: i + 1, to: &numbers)
    }
    appendTwins(zip(fine, coarse).map { ($0, $1) }, to: &numbers)
    return [table(of: curves), equilibria(of: curves), numbers.table]
  }

  private static func table(of curves: [Curve]) -> Table {
    Table(
      "relaxation", "Training in time at the smaller step; one row a time of record",
      of: curves.flatMap { curve in curve.trained.times.indices.map { (curve, $0) } },
      columns: [
        TypedColumn("samples_per_dimension", "P/d") { $0.0.ratio },
        TypedColumn("time", "in units in which weight decay is 1") { $0.0.trained.times[$0.1] },
        TypedColumn("alignment", "mean over data sets, of the moves since the record before") {
          meanAndError($0.0.trained.values("alignment", at: $0.1)).mean
        },
        TypedColumn("standard_error", "over data sets") {
          meanAndError($0.0.trained.values("alignment", at: $0.1)).error
        },
        TypedColumn("training_error", "median over data sets of sum_nu (f - y)^2/P") {
          median($0.0.trained.values("training_loss", at: $0.1))
        },
        TypedColumn("test_error", "median over data sets of <(f - y)^2>, exact") {
          median($0.0.trained.values("test_error", at: $0.1))
        },
        TypedColumn("acceptance", "mean over data sets") {
          meanAndError($0.0.trained.values("acceptance", at: $0.1)).mean
        },
        TypedColumn("stable", "1 if every data set's training is stable, else 0") {
          $0.0.trained.isStable
        },
      ])
  }

  private static func equilibria(of curves: [Curve]) -> Table {
    Table(
      "relaxation-equilibrium", "The equilibrium of the same data sets; one row a P/d",
      of: curves,
      columns: [
        TypedColumn("samples_per_dimension", "P/d") { $0.ratio },
        TypedColumn("alignment", "mean over data sets of the posterior mean") {
          $0.equilibrium.map { $0.alignment.mean }
        },
        TypedColumn("standard_error", "over data sets") {
          $0.equilibrium.map { $0.alignment.error }
        },
      ])
  }

  /// How far means at twice the step are off, at records of equal time.
  private static func appendTwins(
    _ twins: [(Trained, Trained)], to numbers: inout QuotedNumbers
  ) {
    let threshold = [0.3, 1, 3, 10]
    let z = twins.flatMap { fine, coarse in
      threshold.filter { $0 <= fine.times.last! }.map { time in
        let differences = zip(
          fine.values("alignment", at: fine.record(at: time)),
          coarse.values("alignment", at: coarse.record(at: time))
        ).map { $0 - $1 }
        let (mean, error) = meanAndError(differences)
        return abs(mean) / error
      }
    }
    numbers.append(
      "step_z", z.max() ?? .nan,
      meaning: "largest paired difference between the two steps at t = 0.3, 1, 3, 10, in standard "
        + "errors")
  }
}

/// The alignment at which the feature counts as learned.
private let threshold = 0.1

/// Training at one P/d, and the equilibrium of the same data sets.
private struct Curve {
  let trained: Trained
  /// `nil` where the other study has no such point.
  let equilibrium: Replicates?
  /// t_mem.
  let memorisation: Double
  var ratio: Double {
    Double(trained.parameters.samples) / Double(trained.parameters.dimension)
  }

  init(_ trained: Trained, equilibrium archive: Archive) {
    self.trained = trained
    let at = trained.parameters
    equilibrium = archive.replicates.first {
      let point = $0.parameters
      return point.dimension == at.dimension && point.width == at.width
        && point.samples == at.samples && point.ridge == at.ridge && point.degree == at.degree
        && point.weightVariance == at.weightVariance && point.readoutVariance == at.readoutVariance
        && $0.results.count >= trained.results.count
    }
    memorisation = LazyTraining(
      weightVariance: at.weightVariance, readoutVariance: at.readoutVariance
    ).memorisationTime(ridge: at.ridge)
  }

  func append(as index: Int, to numbers: inout QuotedNumbers) {
    let sets = trained.results.count
    func interval(_ statistic: @escaping ([Int]) -> Double?) -> (low: Double, high: Double) {
      Bootstrap.interval(datasets: sets, statistic)
    }
    numbers.append("ratio_\(index)", ratio, meaning: "P/d of curve \(index)")
    let passages = trained.firstPassages(to: threshold)
    // A data set that has not reached it counts with the end, which makes the median a lower bound.
    let delays = passages.map { min($0, trained.times.last!) / memorisation }
    func delay(_ indices: [Int]) -> Double? { median(indices.map { delays[$0] }) }
    numbers.append(
      "delay_\(index)", delay(Array(0..<sets)) ?? .nan, interval: interval(delay),
      meaning: "median over data sets of the first time at which A reaches \(threshold), or of the "
        + "end, in units of the memorisation time")
    numbers.append(
      "reached_\(index)", Double(passages.count { $0.isFinite }) / Double(sets),
      meaning: "share of data sets that reach it by the end")
    guard let equilibrium else { return }
    numbers.append(
      "equilibrium_\(index)", equilibrium.alignment.mean,
      meaning: "mean A of equilibrium on the same data sets")
    // What no chain of equilibrium and no moment of training decides alone: the last 40 % of t.
    let times = trained.times
    let late = times.indices.filter { times[$0] > 0.6 * times.last! }
    let before = late.map { times[$0 - 1] }
    let records = trained.records("alignment")
    let ends = records.map { record in
      zip(late, before).reduce(0) { $0 + record[$1.0] * (times[$1.0] - $1.1) }
        / zip(late, before).reduce(0) { $0 + times[$1.0] - $1.1 }
    }
    let differences = zip(ends, equilibrium.alignments).map { $0 - $1 }
    let (mean, error) = meanAndError(differences)
    numbers.append(
      "late_\(index)", mean,
      interval: interval { indices in
        indices.reduce(0) { $0 + differences[$1] } / Double(indices.count)
      },
      meaning: "A over the last 40 % of the time less that of equilibrium, mean over data sets")
    numbers.append(
      "late_z_\(index)", mean / error, meaning: "the same in its standard errors")
    let early = trained.record(at: 1)
    func share(_ indices: [Int]) -> Double? {
      let now = indices.reduce(0) { $0 + records[$1][early] }
      return now / indices.reduce(0) { $0 + equilibrium.alignments[$1] }
    }
    numbers.append(
      "early_\(index)", share(Array(0..<sets)) ?? .nan, interval: interval(share),
      meaning: "mean A at t = 1 over that of equilibrium")
  }
}
