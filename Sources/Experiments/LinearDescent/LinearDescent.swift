import Host
import Kernels
import Networks
import Sampling
import Studies
import YAML

/// Projected descent of two-layer linear networks on power laws, whose kernels grow while they
/// learn (arXiv:2409.17858).
package struct LinearDescent: Experiment {
  let spectra: [LinearTask]
  let widths: [Int]
  /// Samples of a batch; 0 where every step sees all data.
  let batches: [Int]
  let steps: [Double]
  /// Values of γ.
  let richnesses: [Double]
  let times: RecordTimes
  /// Independent networks of each cell, and those of which each is archived.
  let nets, kept: Int
  let datasets: Int
  package let layout = LinearDescent.linear

  package static let name = "linear-descent"
  package static let title = "Descent of linear networks"
  package static let models = ["linear"]

  package static let keys = [
    Setting("spectrum", "a mapping", "the powers of the task, and how many modes it has"),
    Setting(
      "width", Setting.Words.count + Setting.Words.axis,
      "N, at most the modes M; at N = M nothing is projected, which is infinite width"),
    Setting(
      "batch", "an integer from 1, or infinite" + Setting.Words.axis, standard: infinite,
      "fresh samples of each step; infinite: every step sees all data"),
    Setting(
      "step", Setting.Words.positive + Setting.Words.axis,
      "eta, below the step at which descent is unstable from the start"),
    Setting(
      "richness", "a number from 0 to 1e12" + Setting.Words.axis, standard: "0",
      "gamma, the rate of the first layer beside that of the second; 0: the kernel stays"),
    Setting("time", "a mapping", "when the networks are recorded, in t = eta x steps"),
    Setting(
      "nets", Setting.Words.count, standard: "1",
      "independent networks of each cell, whose mean is recorded too"),
    Setting(
      "kept", Setting.Words.count, standard: "all",
      "networks of each cell that are archived by themselves, besides the mean"),
    Setting(
      "datasets", Setting.Words.count, standard: "1",
      "cells of each point, with other networks and samples"),
  ]

  package static let reference = [
    SpecReference.Section(
      title: "Power laws", condition: "experiment: \(name)",
      rows: [
        Setting(
          "spectrum.alpha", powerRange(0.5) + Setting.Words.axis,
          "alpha of the features' variances k^-alpha"),
        Setting(
          "spectrum.beta", powerRange(0) + Setting.Words.axis,
          "beta of the target's variance k^-(alpha beta + 1) in mode k"),
        Setting("spectrum.modes", Setting.Words.count, "M, the modes that there are"),
        Setting("time.from", Setting.Words.positive, "the first time of record"),
        Setting("time.to", Setting.Words.positive, "the time at which descent ends"),
        Setting("time.per_decade", Setting.Words.count, "times of record per factor of ten"),
      ])
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    model == linear.model && names.isEmpty ? linear : nil
  }

  package func cells() -> [Cell] {
    spectra.flatMap { spectrum in
      widths.flatMap { width in
        batches.flatMap { batch in
          steps.flatMap { step in
            richnesses.flatMap { richness in
              (0..<datasets).map { dataset in
                Cell(
                  DescentTask(
                    self, spectrum, width: width, batch: batch, step: step, richness: richness,
                    dataset: dataset))
              }
            }
          }
        }
      }
    }
  }

  package var settings: [(name: String, values: [String])] {
    [
      ("spectrum.alpha", spectra.map(\.capacity.spelt).uniqued),
      ("spectrum.beta", spectra.map(\.source.spelt).uniqued),
      ("spectrum.modes", ["\(spectra[0].modes)"]), ("width", widths.map { "\($0)" }),
      ("batch", batches.map { $0 == 0 ? Self.infinite : "\($0)" }), ("step", steps.map(\.spelt)),
      ("richness", richnesses.map(\.spelt)), ("time.from", [times.first.spelt]),
      ("time.to", [times.last.spelt]), ("time.per_decade", ["\(times.perDecade)"]),
      ("nets", ["\(nets)"]), ("kept", ["\(kept)"]), ("datasets", ["\(datasets)"]),
    ]
  }
}

// MARK: - Reading

extension LinearDescent {
  /// The word for a batch of all data.
  static let infinite = "infinite"
  /// The largest power, beyond which variances of the modes leave the range of doubles.
  private static let mostPower = 10.0
  private static func powerRange(_ least: Double) -> String {
    "a number above \(least.spelt), at most \(mostPower.spelt)"
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    let node = try root.required("spectrum", in: top)
    let spectrum = try node.members(["alpha", "beta", "modes"])
    func powers(_ name: String, above least: Double) throws -> [Double] {
      try node.required(name, in: spectrum).axis { node in
        guard let power = try? node.number(), power > least, power <= Self.mostPower else {
          throw node.error(expected: Self.powerRange(least))
        }
        return power
      }
    }
    let alphas = try powers("alpha", above: 0.5)
    let betas = try powers("beta", above: 0)
    let modes = try node.required("modes", in: spectrum).integer()
    let spectra = alphas.flatMap { alpha in
      betas.map { LinearTask(capacity: alpha, source: $0, modes: modes) }
    }
    let widths = try root.required("width", in: top).axis { node in
      try node.integer(
        in: 1...modes, "an integer from 1 to spectrum.modes, which is \(modes)")
    }
    let batches =
      try top["batch"]?.axis { node in
        if (try? node.text()) == Self.infinite { return 0 }
        return try node.integer("an integer from 1, or \(Self.infinite)")
      } ?? [0]
    let times = try RecordTimes(reading: root.required("time", in: top), readings: nil)
    let alpha = alphas.min()!
    let bounds = batches.map { batch in
      (
        batch: batch,
        step: Self.stability(
          LinearTask(capacity: alpha, source: 1, modes: widths.max()!), batch: batch)
      )
    }
    let bound = bounds.min { $0.step < $1.step }!
    steps = try root.required("step", in: top).axis { node in
      let step = try times.step(reading: node)
      guard step < bound.step else {
        let batch = bound.batch == 0 ? "all data" : "batches of \(bound.batch)"
        throw node.error(
          expected: "a step below \(bound.step.roundedDown), from which on descent on \(batch) "
            + "diverges")
      }
      return step
    }
    richnesses =
      try top["richness"]?.axis { node in
        if (try? node.integerOrZero()) == 0 { return 0 }
        guard let richness = try? node.number() else {
          throw node.error(expected: "a number from 0 to 1e12")
        }
        return richness
      } ?? [0]
    let nets = try top["nets"]?.integer() ?? 1
    kept =
      try top["kept"]?.integer(in: 1...nets, "an integer from 1 to nets, which is \(nets)") ?? nets
    self.nets = nets
    datasets = try top["datasets"]?.integer() ?? 1
    self.spectra = spectra
    self.widths = widths
    self.batches = batches
    self.times = times
    let width = Double(widths.max()!)
    func require(_ size: Double, _ limit: Double, _ what: String) throws {
      try Limits.require(size, limit, root.file, what)
    }
    // Without a first layer that moves, and without projection, no matrix is needed.
    if width < Double(modes) || richnesses.contains(where: { $0 > 0 }) {
      try require(width * Double(modes), Limits.array, "width × spectrum.modes")
    }
    try require(
      Double(batches.max()!) * (width + 16), Limits.array, "batch × width")
    try require(Double(nets) * Double(times.count), Limits.array, "nets × times of record")
    try require(Double(times.count) * Double(modes), Limits.array, "times of record × modes")
    let axes = [
      spectra.count, widths.count, batches.count, steps.count, richnesses.count, datasets,
    ]
    try require(axes.reduce(1) { $0 * Double($1) }, Limits.grid, "cells on the grid")
  }

  /// The step from which on descent of a linear regression is unstable: 2/λ_1 on all data, and
  /// where Σ_k (ηλ_k/B)/(2 − ηλ_k (1 + 1/B)) reaches 1 on Gaussian batches, in mean square.
  static func stability(_ task: LinearTask, batch: Int) -> Double {
    guard batch > 0 else { return 2 }
    let inverse = 1 / Double(batch)
    var (low, high) = (0.0, 2 / (1 + inverse))
    for _ in 0..<60 {
      let step = (low + high) / 2
      let sum = task.eigenvalues.reduce(0) {
        $0 + step * $1 * inverse / (2 - step * $1 * (1 + inverse))
      }
      if sum < 1 { low = step } else { high = step }
    }
    return low
  }
}
