import Host
import Kernels
import Networks
import Sampling
import Studies
import YAML

/// Descent of wide networks on functions of a circle, beside the exact solution of their tangent
/// kernel.
package struct CircleNetworks: Experiment {
  let depths, widths: [Int]
  let activation: CircleActivation
  /// Values of γ₀.
  let richnesses: [Double]
  /// Values of q.
  let exponents: [Double]
  let phases: [Phases]
  /// K and P.
  let modes, points: Int
  let steps: [Double]
  let times: RecordTimes
  let datasets: Int
  package let layout = CircleNetworks.circle

  /// The phases φ_k of the target.
  enum Phases: String, CaseIterable {
    /// All zero: the target is singular at one point.
    case cosine
    /// Uniform and independent, of each data set its own.
    case random
  }

  package static let name = "circle-network"
  package static let title = "Networks on a circle"
  package static let models = ["circle"]

  package static let keys = [
    Setting("circle", "a mapping", "the network, and what it learns on a circle"),
    Setting(
      "step", Setting.Words.positive + Setting.Words.axis,
      "eta, below 2/lambda_1 of the kernel; rates are eta gamma_0^2 x width"),
    Setting("time", "a mapping", "when the networks are recorded, in t = eta x steps"),
    Setting(
      "datasets", Setting.Words.count, standard: "1",
      "cells of each point, with other initial weights and random phases"),
  ]

  package static let reference = [
    SpecReference.Section(
      title: "Circles", condition: "experiment: \(name)",
      rows: [
        Setting(
          "circle.depth", depthWords + Setting.Words.axis, standard: "2", "layers of weights"),
        Setting("circle.width", sizeWords + Setting.Words.axis, "n, units of each hidden layer"),
        Setting(
          "circle.activation", Setting.Words.words(CircleActivation.allCases.map(\.rawValue)),
          standard: "relu", "sigma of the hidden units"),
        Setting(
          "circle.richness", Setting.Words.positive + Setting.Words.axis,
          "gamma_0 of f = a.sigma/(gamma_0 n); towards 0 the kernel stays"),
        Setting(
          "circle.exponent", Setting.Words.positive + Setting.Words.axis,
          "q of the target sum_k k^-q cos(k theta + phi_k)"),
        Setting(
          "circle.phases",
          Setting.Words.words(Phases.allCases.map(\.rawValue)) + Setting.Words.axis,
          standard: Phases.cosine.rawValue, "phi_k: all 0, or uniform"),
        Setting(
          "circle.modes", Setting.Words.count, standard: "\(defaultModes)",
          "K, fewer than half of the points"),
        Setting(
          "circle.points", sizeWords, standard: "\(defaultPoints)",
          "P inputs (cos theta, sin theta, 1), evenly spaced"),
        Setting("time.from", Setting.Words.positive, "the first time of record"),
        Setting("time.to", Setting.Words.positive, "the time at which descent ends"),
        Setting("time.per_decade", Setting.Words.count, "times of record per factor of ten"),
      ])
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    model == circle.model && names.isEmpty ? circle : nil
  }

  package func cells() -> [Cell] {
    let points = depths.flatMap { depth in
      widths.flatMap { width in
        richnesses.flatMap { richness in
          exponents.flatMap { exponent in
            phases.flatMap { phases in
              steps.map { step in
                CircleTask.Point(
                  depth: depth, width: width, richness: richness, exponent: exponent,
                  phases: phases, step: step)
              }
            }
          }
        }
      }
    }
    return points.flatMap { point in
      (0..<datasets).map { Cell(CircleTask(self, point, dataset: $0)) }
    }
  }

  package var settings: [(name: String, values: [String])] {
    [
      ("circle.depth", depths.map { "\($0)" }), ("circle.width", widths.map { "\($0)" }),
      ("circle.activation", [activation.rawValue]),
      ("circle.richness", richnesses.map(\.spelt)), ("circle.exponent", exponents.map(\.spelt)),
      ("circle.phases", phases.map(\.rawValue)), ("circle.modes", ["\(modes)"]),
      ("circle.points", ["\(points)"]), ("step", steps.map(\.spelt)),
      ("time.from", [times.first.spelt]), ("time.to", [times.last.spelt]),
      ("time.per_decade", ["\(times.perDecade)"]), ("datasets", ["\(datasets)"]),
    ]
  }
}

// MARK: - Reading

extension CircleNetworks {
  private static let defaultPoints = 256
  private static let defaultModes = 120
  private static let depthRange = 2...8
  private static let sizes = CircleNetwork.granularity...(1 << 16)
  private static let sizeWords =
    "a multiple of \(CircleNetwork.granularity), from \(sizes.lowerBound) to \(sizes.upperBound)"
  private static let depthWords =
    "an integer from \(depthRange.lowerBound) to \(depthRange.upperBound)"

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    let node = try root.required("circle", in: top)
    let members = try node.members([
      "depth", "width", "activation", "richness", "exponent", "phases", "modes", "points",
    ])
    func size(_ node: YAMLNode) throws -> Int {
      try node.integer(in: Self.sizes, Self.sizeWords) {
        $0.isMultiple(of: CircleNetwork.granularity)
      }
    }
    depths = try members["depth"]?.axis { try $0.integer(in: Self.depthRange) } ?? [2]
    widths = try node.required("width", in: members).axis(size)
    activation =
      try members["activation"].map {
        CircleActivation(rawValue: try $0.word(CircleActivation.allCases.map(\.rawValue)))!
      } ?? .relu
    richnesses = try node.required("richness", in: members).axis { try $0.number() }
    exponents = try node.required("exponent", in: members).axis { node in
      guard let exponent = try? node.number(), exponent <= 20 else {
        throw node.error(expected: "a positive number up to 20")
      }
      return exponent
    }
    phases =
      try members["phases"]?.axis {
        Phases(rawValue: try $0.word(Phases.allCases.map(\.rawValue)))!
      } ?? [.cosine]
    let points = try members["points"].map(size) ?? Self.defaultPoints
    let most = points / 2 - 1
    modes =
      try members["modes"]?.integer(
        in: 1...most, "an integer from 1 to \(most), fewer than half of the points")
      ?? min(most, Self.defaultModes)
    self.points = points
    let times = try RecordTimes(reading: root.required("time", in: top), readings: nil)
    self.times = times
    let activation = activation
    // A kernel of many layers takes a while; none that a file asks for takes a second.
    let bounds = depths.map { depth in
      2
        / CircleKernel.eigenvalues(
          points: points, modes: 1, depth: depth, activation: activation
        ).max()!
    }
    let bound = bounds.min()!
    steps = try root.required("step", in: top).axis { node in
      let step = try times.step(reading: node)
      guard step < bound else {
        throw node.error(
          expected: "a step below \(bound.roundedDown), from which on descent by the kernel "
            + "diverges")
      }
      return step
    }
    datasets = try top["datasets"]?.integer() ?? 1
    func require(_ size: Double, _ limit: Double, _ what: String) throws {
      try Limits.require(size, limit, root.file, what)
    }
    let width = Double(widths.max()!)
    try require(width * Double(points), Limits.array, "circle.width × circle.points")
    if depths.max()! > 2 { try require(width * width, Limits.array, "circle.width squared") }
    let axes = [
      depths.count, widths.count, richnesses.count, exponents.count, phases.count, steps.count,
      datasets,
    ]
    try require(axes.reduce(1) { $0 * Double($1) }, Limits.grid, "cells on the grid")
  }
}
