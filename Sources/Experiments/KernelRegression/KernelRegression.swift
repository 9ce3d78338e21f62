import Host
import Kernels
import Networks
import Studies
import Theory
import YAML

/// Kernel ridge regression with the kernel of an infinitely wide erf network, on random subsets of
/// a data set: what it learns, and the bound on that which knows no data set.
package struct KernelRegression: Experiment {
  let inputs: PreparedInputs
  let targets: [RegressionTarget]
  /// P, an axis of the grid.
  let samples: [Int]
  /// Random subsets of each size.
  let datasets: Int
  /// κ, an axis of the grid.
  let ridges: [Double]
  /// The kernels of the grid: every combination of variances.
  let kernels: [HarmonicKernel]
  /// λ_ℓ of every kernel and degree.
  private let eigenvalues: [HarmonicKernel: [Int: Double]]
  package let layout = Layout.kernelRegression

  package var inputsDigest: String? { inputs.digest }
}

// MARK: - Keys

extension KernelRegression {
  package static let name = "kernel-regression"
  package static let title = "Kernel ridge regression"
  package static let models = ["arcsine"]

  package static let keys = [
    Setting("data", "a mapping", "the data set, and the subsets of it that are learned from"),
    Setting("target", "a mapping", "what is learned"),
    Setting(
      "prior", "a mapping", standard: "all variances 1, without biases",
      "variances of the infinitely wide network whose kernel is used"),
    Setting(
      "ridge", Setting.Words.positive + Setting.Words.axis,
      "kappa: f(x) = k(x)^T (K + kappa)^-1 y"),
  ]

  package static let reference = [
    SpecReference.Section(
      title: "Data sets", condition: "experiment: \(name)",
      rows: PreparedInputs.reference + [
        Setting(
          "data.samples", Setting.Words.count + Setting.Words.axis,
          "training samples P, fewer than the rows: the others test"),
        Setting(
          "data.datasets", Setting.Words.count, standard: "1",
          "random subsets of each size, of which the larger begin with the smaller"),
      ]),
    SpecReference.Section(
      title: "Targets of regression", condition: "experiment: \(name)",
      rows: RegressionTarget.reference),
    SpecReference.Section(
      title: "Kernels", condition: "experiment: \(name)",
      rows: [
        Setting(
          "prior.weight_variance", Setting.Words.positive + Setting.Words.axis, standard: "1",
          "sigma_w^2: w ~ N(0, sigma_w^2 I/D)"),
        Setting(
          "prior.bias_variance", "0, or a positive number, from 1e-12 to 1e12" + Setting.Words.axis,
          standard: "0", "sigma_b^2: b ~ N(0, sigma_b^2)"),
        Setting(
          "prior.readout_variance", Setting.Words.positive + Setting.Words.axis, standard: "1",
          "sigma_a^2, a factor of the kernel"),
      ]),
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    models.contains(model) && names.isEmpty ? .kernelRegression : nil
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    let node = try root.required("data", in: top)
    let data = try node.members(PreparedInputs.reference.map(\.name) + ["samples", "datasets"])
    inputs = try PreparedInputs(data, of: node)
    let rows = inputs.count
    samples = try node.required("samples", in: data).axis {
      try $0.integer(
        in: 1...max(1, rows - 1),
        "an integer from 1 to \(rows - 1): of \(rows) rows one or more test")
    }
    datasets = try data["datasets"]?.integer() ?? 1
    let targetNode = try root.required("target", in: top)
    targets = try RegressionTarget.axis(targetNode, of: inputs)
    let prior = try top["prior"]?.members(Self.variances) ?? [:]
    let variances = try Self.variances.map { name in
      try prior[name]?.axis { node in
        if name == Self.bias, node.node.scalar?.string == "0" { return 0 }
        return try node.number(or: name == Self.bias ? ", or 0" : "")
      } ?? [name == Self.bias ? 0 : 1]
    }
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    try Limits.require(
      Double(samples.max()!) * Double(samples.max()!), Limits.array, root.file,
      "data.samples, whose square is the size of a kernel matrix")
    let points = [samples.count, targets.count, ridges.count, datasets] + variances.map(\.count)
    try Limits.require(
      points.reduce(1) { $0 * Double($1) }, Limits.grid, root.file, "cells on the grid")
    guard inputs.dimension >= 3 || !inputs.isOnSphere else {
      throw node.error(
        expected: "inputs of three coordinates or more, as harmonics have them, or sphere: false")
    }
    let dimension = max(3, inputs.dimension)
    kernels = variances[0].flatMap { weight in
      variances[1].flatMap { bias in
        variances[2].map {
          HarmonicKernel(
            dimension: dimension, weightVariance: weight, biasVariance: bias, readoutVariance: $0)
        }
      }
    }
    let degrees = Set(targets.map(\.degree)).filter { $0 > 0 }.sorted()
    var eigenvalues: [HarmonicKernel: [Int: Double]] = [:]
    for kernel in inputs.isOnSphere ? kernels : [] {
      for degree in degrees {
        do {
          eigenvalues[kernel, default: [:]][degree] = try kernel.eigenvalue(degree: degree).value
        } catch { throw UserError("\(root.file): \(error)") }
      }
    }
    self.eigenvalues = eigenvalues
  }

  private static let bias = "bias_variance"
  private static let variances = ["weight_variance", bias, "readout_variance"]

  package func cells() -> [Cell] {
    samples.flatMap { samples in
      targets.flatMap { target in
        ridges.flatMap { ridge in
          kernels.flatMap { kernel in
            (0..<datasets).map { dataset in
              Cell(
                KernelRegressionTask(
                  inputs: inputs, target: target, samples: samples, ridge: ridge, kernel: kernel,
                  dataset: dataset,
                  eigenvalue: eigenvalues[kernel]?[target.degree]))
            }
          }
        }
      }
    }
  }

  package var settings: [(name: String, values: [String])] {
    inputs.settings + [
      ("data.samples", samples.map { "\($0)" }), ("data.datasets", ["\(datasets)"]),
      ("target", targets.map(\.word)),
      ("prior.weight_variance", kernels.map(\.weightVariance.spelt).uniqued),
      ("prior.bias_variance", kernels.map(\.biasVariance.spelt).uniqued),
      ("prior.readout_variance", kernels.map(\.readoutVariance.spelt).uniqued),
      ("ridge", ridges.map(\.spelt)),
    ]
  }
}
