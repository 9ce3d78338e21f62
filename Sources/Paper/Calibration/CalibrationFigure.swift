import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// How far archived means are from those of other random numbers, in units of their error bars.
  static let calibration = Figure(
    name: "calibration",
    studies: [
      "calibration-two-layer", "calibration-three-layer", "calibration-convolution",
      "calibration-proportions", "calibration-attention", "calibration-attention-long",
      "calibration-attention-printed", "calibration-features", "calibration-spike",
      "calibration-strict", "calibration-registered", "calibration-four-layer",
      "calibration-few-channels", "calibration-kernels", "calibration-digits",
      "calibration-wide-first", "calibration-wide-second", "calibration-attention-larger",
      "calibration-patterns", "calibration-quartic",
      "two-layer-samples", "two-layer-width", "two-layer-density", "three-layer-collapse",
      "cnn-channels", "cnn-learnability", "cnn-erf", "cnn-cubic",
      "cnn-proportions", "attention-collapse", "attention-long", "attention-wide", "attention-128",
      "attention-printed",
      "several-features", "features-correlated", "activation-tanh", "activation-relu", "input-laws",
      "input-coordinates", "input-spike", "two-layer-quintic", "two-layer-wide",
      "two-layer-narrow", "two-layer-mean-field", "four-layer-wide-first", "cnn-few-channels",
      "gfl-cubic", "kernel-adaptation", "features-beat-bound", "features-beat-bound-axis",
      "three-layer-wide-first", "three-layer-wide-second", "pattern-transition",
      "pattern-transition-32", "pattern-transition-wide", "quartic-strong", "quartic-weak",
    ],
    experiments: [Replication.name, PosteriorExperiment.name, QuarticLoss.name],
    networks: Replication.models + PosteriorExperiment.models + QuarticLoss.models, axes: nil,
    tables: ["-quantities", "-scores", "-branches"]
  ) { archives in
    let replications = archives.filter { $0.layout.experiment == Replication.name }
    let calibrations = try archives.filter { $0.layout.experiment != Replication.name }
      .map { archive in
        guard
          let again = replications.first(where: { again in
            again.cells.contains { $0.word(Layout.study) == archive.name }
          })
        else {
          throw UserError(
            "\(archive.file): got a study without replication; expected some of its cells in a study "
              + "of the experiment \(Replication.name), for figure calibration", exitCode: 1)
        }
        return try Calibration(of: archive, in: again)
      }
    struct Row {
      let place: Int
      let calibration: Calibration
      let quantity: Calibration.Quantity
      var limits: NormalScores.Limits { calibration.limits(of: quantity) }
    }
    let rows = calibrations.enumerated().flatMap { place, calibration in
      calibration.quantities.map {
        Row(place: place + 1, calibration: calibration, quantity: $0)
      }
    }
    let places = calibrations.indices.filter { calibrations[$0].leading != nil }
    func alignment(_ place: Int) -> NormalScores { calibrations[place].leading!.scores }
    let studies = Table(
      "calibration",
      "Archived alignments, or errors of the quartic loss, against those of other random numbers, "
        + "z = difference/combined error; one row a study", of: places,
      columns: [
        TypedColumn("place", "number of the study") { $0 + 1 },
        TypedColumn("study", "its name") { calibrations[$0].study },
        TypedColumn("cells", "cells that were sampled again") { calibrations[$0].cells },
        TypedColumn("certified", "of these, certified both times") { calibrations[$0].certified },
        TypedColumn("lost", "certified in the archive alone") { calibrations[$0].lost },
        TypedColumn("gained", "certified with the other random numbers alone") {
          calibrations[$0].gained
        },
        TypedColumn("rms", "root mean square of z") { alignment($0).rootMeanSquare },
      ]
        + TypedColumn.interval(
          ("rms_low", "lower end of its 95 % interval"),
          ("rms_high", "upper end of its 95 % interval")
        ) { interval(of: [calibrations[$0].leading!.cells.map(\.score)]) } + [
          TypedColumn("rms_limit", "what honest errors stay below") {
            calibrations[$0].limits(of: calibrations[$0].leading!).rootMeanSquare
          },
          TypedColumn("compatible", "1 if all quantities keep their limits, else 0") {
            calibrations[$0].isHonest ?? false
          },
        ])
    let quantities = Table(
      "calibration-quantities", "The same of all quantities; one row a study and quantity",
      of: rows,
      columns: [
        TypedColumn("place", "number of the study") { $0.place },
        TypedColumn("study", "its name") { $0.calibration.study },
        TypedColumn("quantity", "what the means are of") { $0.quantity.name },
        TypedColumn("cells", "cells that are certified both times") { $0.quantity.scores.count },
        TypedColumn("contradictory", "cells whose draws are constant in both runs, and different") {
          $0.quantity.contradictory
        },
        TypedColumn("rms", "root mean square of z") { $0.quantity.scores.rootMeanSquare },
        TypedColumn("rms_limit", "what honest errors stay below") { $0.limits.rootMeanSquare },
        TypedColumn("beyond_2", "share of cells with |z| > 2") {
          $0.quantity.scores.share(beyond: 2)
        },
        TypedColumn("beyond_3", "with |z| > 3") { $0.quantity.scores.share(beyond: 3) },
        TypedColumn("beyond_4", "with |z| > 4") { $0.quantity.scores.share(beyond: 4) },
        TypedColumn("largest", "largest |z|") { $0.quantity.scores.largest },
        TypedColumn("largest_limit", "what honest errors stay below") { $0.limits.largest },
        TypedColumn("compatible", "1 if both limits are kept, else 0") {
          $0.calibration.isHonest($0.quantity)
        },
      ])
    var scores = Table(
      "calibration-scores",
      "How many cells are how far off in the alignment; one row a study and cell",
      columns: [
        .init("place", "number of the study"), .init("magnitude", "|z|"),
        .init("share", "share of the study's cells with at least this |z|"),
      ])
    var numbers = QuotedNumbers(figure: "calibration")
    var all: [Double] = []
    // Studies share cells: each counts once in what is said of all studies.
    var seen: Set<String> = []
    var alignments: [[Double]] = []
    for (place, calibration) in calibrations.enumerated() {
      all += calibration.quantities.flatMap { $0.scores.magnitudes }
      guard let alignment = calibration.leading else { continue }
      alignments.append(alignment.cells.filter { seen.insert($0.key).inserted }.map(\.score))
      for (rank, z) in alignment.scores.magnitudes.enumerated() {
        scores.append([
          .integer(place + 1), .real(z),
          .real(Double(rank + 1) / Double(alignment.scores.count)),
        ])
      }
      let name = calibration.study.replacing("-", with: "_")
      numbers.append(
        "rms_\(name)", alignment.scores.rootMeanSquare,
        interval: interval(of: [alignment.cells.map(\.score)]),
        meaning: "root mean square of z of the \(alignment.name), \(calibration.study)")
      let furthest = calibration.quantities.max { $0.scores.largest < $1.scores.largest }!
      numbers.append(
        "largest_\(name)", furthest.scores.largest,
        meaning: "largest |z| of any quantity, \(calibration.study)")
      numbers.append(
        "largest_limit_\(name)", calibration.limits(of: furthest).largest,
        meaning: "what |z| of that quantity stays below where errors are honest")
    }
    let pooled = NormalScores(alignments.flatMap { $0 })
    numbers.append(
      "rms", pooled.rootMeanSquare, interval: interval(of: alignments),
      meaning: "root mean square of z of the alignment, or error of the quartic loss, all studies")
    numbers.append(
      "beyond_3", pooled.share(beyond: 3), meaning: "share of cells with |z| > 3 of the same")
    numbers.append(
      "contradictory",
      Double(calibrations.reduce(0) { $0 + $1.quantities.reduce(0) { $0 + $1.contradictory } }),
      meaning: "quantities of cells whose draws are constant in both runs, and different")
    numbers.append(
      "largest", NormalScores(all).largest, meaning: "largest |z| of any quantity and study")
    numbers.append(
      "cells", Double(calibrations.reduce(0) { $0 + $1.cells }),
      meaning: "cells sampled again")
    numbers.append(
      "shared",
      Double(calibrations.reduce(0) { $0 + ($1.leading?.cells.count ?? 0) } - seen.count),
      meaning: "cells that two studies share, certified both times, which count for both")
    numbers.append(
      "certified", Double(calibrations.reduce(0) { $0 + $1.certified }),
      meaning: "of these certified both times")
    numbers.append(
      "lost", Double(calibrations.reduce(0) { $0 + $1.lost }),
      meaning: "certified in the archive alone")
    numbers.append(
      "gained", Double(calibrations.reduce(0) { $0 + $1.gained }),
      meaning: "certified with the other random numbers alone")
    numbers.append(
      "studies", Double(calibrations.count), meaning: "studies that are compared")
    // Each study is called incompatible at the level, whatever the others do.
    let alone = pow(1 - Calibration.level, Double(calibrations.count))
    let one = alone * Double(calibrations.count) * Calibration.level / (1 - Calibration.level)
    numbers.append(
      "chance_of_one", 1 - alone,
      meaning: "probability that one or more of as many honest studies are called incompatible")
    numbers.append("chance_of_two", 1 - alone - one, meaning: "that two or more are")
    numbers.append(
      "incompatible", Double(calibrations.count { $0.isHonest == false }),
      meaning: "studies whose errors are not compatible with honest ones")
    let posteriors = archives.filter { $0.layout.experiment == PosteriorExperiment.name }
    let branches = posteriors.flatMap { archive in
      zip(archive.results, archive.isSound).filter { !$0.1 }
        .compactMap { Branches(of: $0.0, study: archive.name) }
    }
    let split = branches.filter(\.isSplit)
    numbers.append(
      "uncertified", Double(posteriors.reduce(0) { $0 + $1.isSound.count { !$0 } }),
      meaning: "cells of these studies without certificate")
    numbers.append(
      "split", Double(split.count), meaning: "of these, cells of two branches of alignment")
    numbers.append(
      "split_on_ladders", Double(split.count { $0.evidence != nil }),
      meaning: "of these, cells with two ladders in a branch")
    numbers.append(
      "split_decided", Double(split.count(where: \.isDecided)),
      meaning: "of these, cells whose ladders tell which branch is likelier")
    return [
      studies, quantities, scores, .branches("calibration-branches", of: branches), numbers.table,
    ]
  }
}

/// The interval of √⟨z²⟩, by the bootstrap over cells of each study. Single cells, which cannot be
/// drawn again, go with the first study.
private func interval(of all: [[Double]]) -> (low: Double, high: Double) {
  var groups = all.filter { $0.count > 1 }
  guard !groups.isEmpty else { return (.nan, .nan) }
  groups[0] += all.filter { $0.count == 1 }.flatMap { $0 }
  return Bootstrap(groups: groups.map(\.count)).interval { chosen in
    var (sum, count) = (0.0, 0)
    for (scores, indices) in zip(groups, chosen) {
      for index in indices { sum += scores[index] * scores[index] }
      count += indices.count
    }
    return (sum / Double(count)).squareRoot()
  }
}
