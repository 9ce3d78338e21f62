import Host
import Kernels
import Studies
import Theory
import YAML

/// Gaussian process regression with some of its modes integrated out: the ridge that they leave
/// behind, measured on data sets, and what is learned of the modes that are kept.
package struct ModeRegression: Experiment {
  let features: ModeFeatures
  /// α of λ_k = k^{−1−α}, an axis of the grid; one zero for the modes of data.
  let exponents: [Double]
  /// How many modes there are.
  let modes: Int
  /// P, an axis of the grid.
  let samples: [Int]
  /// Data sets of each cell.
  let datasets: Int
  /// κ, an axis of the grid.
  let ridges: [Double]
  /// Numbers of modes that are kept, ascending.
  let cuts: [Int]
  package let layout: Layout

  private var inputs: PreparedInputs? {
    if case .arcsine(let inputs, _, _) = features { inputs } else { nil }
  }
  package var inputsDigest: String? { inputs?.digest }
}

// MARK: - Keys

extension ModeRegression {
  package static let name = "mode-regression"
  package static let title = "Regression with modes integrated out"
  package static let models = ModeFeatures.Kind.allCases.map(\.rawValue)
  private static let mostModes = 100_000

  package static let keys = [
    Setting("features", "a mapping", "the modes of the kernel"),
    Setting("data", "a mapping", "the data sets"),
    Setting(
      "ridge", Setting.Words.positive + Setting.Words.axis, "kappa: the variance of the noise"),
    Setting(
      "cuts", "a list of integers from 0 in ascending order",
      "how many modes are kept, largest first; the others are integrated out"),
  ]

  private static let drawn = [
    Setting(
      "features.exponent", Setting.Words.positive + Setting.Words.axis,
      "alpha: the modes have the variances k^(-1-alpha)"),
    Setting("features.modes", "an integer from 1 to \(mostModes)", "the number of modes"),
  ]
  private static let ofData = [
    Setting(
      "features.weight_variance", Setting.Words.positive, standard: "1",
      "sigma_w^2 of the arcsine kernel of the rows' cosines"),
    Setting("features.bias_variance", Setting.Words.positive, "sigma_b^2 of the arcsine kernel"),
  ]
  private static let sets = [
    Setting("data.samples", Setting.Words.count + Setting.Words.axis, "samples P"),
    Setting("data.datasets", Setting.Words.count, standard: "1", "data sets of each cell"),
  ]

  package static let reference = [
    SpecReference.Section(
      title: "Modes", condition: "experiment: \(name)",
      rows: [
        Setting(
          "features.kind", Setting.Words.words(models),
          "gaussian: independent normals; circle: cosines and sines of multiples of an angle; "
            + "arcsine: eigenvectors of the arcsine kernel on all rows of data.inputs")
      ] + drawn + ofData + sets)
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    guard names.isEmpty else { return nil }
    return ModeFeatures.Kind(rawValue: model).map { .modeRegression(of: $0) }
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    let node = try root.required("features", in: top)
    let kinds = ["kind"] + (Self.drawn + Self.ofData).map(\.name)
    let word = try node.required("kind", in: node.members(kinds)).word(Self.models)
    let kind = ModeFeatures.Kind(rawValue: word)!
    let isDrawn = kind != .arcsine
    let own = try node.members(["kind"] + (isDrawn ? Self.drawn : Self.ofData).map(\.name))
    let dataNode = try root.required("data", in: top)
    let data = try dataNode.members(
      (isDrawn ? [] : PreparedInputs.reference.map(\.name)) + Self.sets.map(\.name))
    var most = YAMLNode.largest
    if isDrawn {
      exponents = try node.required("exponent", in: own).axis { try $0.number() }
      modes = try node.required("modes", in: own).integer(in: 1...Self.mostModes)
      features = kind == .circle ? .circle : .gaussian
    } else {
      let inputs = try PreparedInputs(data, of: dataNode)
      guard inputs.isOnSphere else {
        throw dataNode.error(expected: "inputs on the sphere, as sphere: true makes them")
      }
      try Limits.require(
        Double(inputs.count) * Double(inputs.count), Limits.array, root.file,
        "rows of data.inputs, whose square is the size of the kernel")
      exponents = [0]
      modes = inputs.count
      most = inputs.count
      features = .arcsine(
        inputs, weightVariance: try own["weight_variance"]?.number() ?? 1,
        biasVariance: try node.required("bias_variance", in: own).number())
    }
    samples = try dataNode.required("samples", in: data).axis { try $0.integer(in: 1...most) }
    datasets = try data["datasets"]?.integer() ?? 1
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    let modes = modes
    let cutsNode = try root.required("cuts", in: top)
    cuts = try cutsNode.axis {
      try $0.integer(in: 0...modes, "an integer from 0 to \(modes), the number of modes")
    }
    guard cuts == cuts.sorted() else { throw cutsNode.error(expected: "ascending numbers") }
    let largest = Double(samples.max()!)
    try Limits.require(
      largest * max(largest, Double(modes)), Limits.array, root.file,
      "data.samples, times themselves or the modes")
    try Limits.require(
      Double(samples.count * ridges.count * exponents.count), Limits.grid, root.file,
      "cells on the grid")
    try Limits.require(
      Double(datasets) * Double(cuts.count), Limits.array, root.file, "data.datasets × cuts")
    layout = .modeRegression(of: kind)
  }

  package func cells() -> [Cell] {
    exponents.flatMap { exponent in
      samples.flatMap { samples in
        ridges.map { Cell(ModeRegressionTask(self, exponent, samples: samples, ridge: $0)) }
      }
    }
  }

  package var settings: [(name: String, values: [String])] {
    var all: [(name: String, values: [String])] = [("features.kind", [features.kind.rawValue])]
    switch features {
    case .gaussian, .circle:
      all += [
        ("features.exponent", exponents.map(\.spelt)), ("features.modes", ["\(modes)"]),
      ]
    case .arcsine(let inputs, let weightVariance, let biasVariance):
      all += [
        ("features.weight_variance", [weightVariance.spelt]),
        ("features.bias_variance", [biasVariance.spelt]),
      ]
      all += inputs.settings
    }
    return all + [
      ("data.samples", samples.map { "\($0)" }), ("data.datasets", ["\(datasets)"]),
      ("ridge", ridges.map(\.spelt)), ("cuts", cuts.map { "\($0)" }),
    ]
  }
}
