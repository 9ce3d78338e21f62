import Host
import Kernels
import Sampling
import Studies
import Theory
import YAML

/// Functions on a circle under a loss with a quartic part, at the population's measure: sampled,
/// beside the Hartree approximation.
package struct QuarticLoss: Experiment {
  /// α of λ_k = k^{−1−α}, an axis of the grid.
  let exponents: [Double]
  /// u, an axis of the grid.
  let couplings: [Double]
  /// The largest frequency.
  let frequencies: Int
  /// P, an axis of the grid.
  let samples: [Int]
  /// Random targets.
  let datasets: Int
  /// κ, an axis of the grid.
  let ridges: [Double]
  /// Chains of a cell, of which every second starts at the target and the others in the prior.
  let chains: Int
  let warmup, draws: Int
  package let layout = Layout.quarticLoss
}

// MARK: - Keys

extension QuarticLoss {
  package static let name = "quartic-loss"
  package static let title = "Regression on a circle with a quartic loss"
  package static let models = ["circle"]

  package static let keys = [
    Setting("action", "a mapping", "the modes and the loss"),
    Setting("data", "a mapping", "the number of samples, and random targets"),
    Setting(
      "ridge", Setting.Words.positive + Setting.Words.axis,
      "kappa: the loss is P integral of (f - y)^2/(2 kappa) + u (f - y)^4/4"),
    Setting("sampler", "a mapping", "how many chains and draws there are"),
  ]

  private static let sections = [
    [
      Setting(
        "action.exponent", Setting.Words.positive + Setting.Words.axis,
        "alpha: cosine and sine of frequency k have the variance k^(-1-alpha)"),
      Setting("action.frequencies", "an integer from 1 to 1000", "the largest frequency"),
      Setting(
        "action.quartic", "0, or a positive number, from 1e-12 to 1e12" + Setting.Words.axis,
        "u of the quartic part of the loss"),
    ],
    [
      Setting(
        "data.samples", Setting.Words.count + Setting.Words.axis,
        "P, which multiplies the population's loss"),
      Setting(
        "data.datasets", Setting.Words.count, standard: "1",
        "targets of random y_k ~ N(0, lambda_k)"),
    ],
    [
      Setting(
        "sampler.chains", "an even number of chains, at least 2", standard: "4",
        "half of them start at draws from the prior, half at the target"),
      Setting("sampler.warmup", Setting.Words.count, "draws before the first, which are not kept"),
      Setting(
        "sampler.draws", "an even number of draws, at least \(SamplerSpec.leastDraws)",
        "draws of each chain"),
    ],
  ]

  package static let reference = [
    SpecReference.Section(
      title: "Quartic loss", condition: "experiment: \(name)", rows: sections.flatMap { $0 })
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    models.contains(model) && names.isEmpty ? .quarticLoss : nil
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    func section(_ index: Int, _ key: String) throws -> (YAMLNode, [String: YAMLNode]) {
      let node = try root.required(key, in: top)
      return (node, try node.members(Self.sections[index].map(\.name)))
    }
    let (actionNode, action) = try section(0, "action")
    exponents = try actionNode.required("exponent", in: action).axis { try $0.number() }
    couplings = try actionNode.required("quartic", in: action).axis { node in
      node.node.scalar?.string == "0" ? 0 : try node.number(or: ", or 0")
    }
    frequencies = try actionNode.required("frequencies", in: action).integer(in: 1...1000)
    let (dataNode, data) = try section(1, "data")
    samples = try dataNode.required("samples", in: data).axis { try $0.integer() }
    datasets = try data["datasets"]?.integer() ?? 1
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    let (samplerNode, sampler) = try section(2, "sampler")
    chains =
      try sampler["chains"]?.integer(
        in: 2...YAMLNode.largest, "an even number of chains, at least 2"
      ) { $0 % 2 == 0 } ?? 4
    warmup = try samplerNode.required("warmup", in: sampler).integer()
    let least = SamplerSpec.leastDraws
    draws = try samplerNode.required("draws", in: sampler).integer(
      in: least...YAMLNode.largest, "an even number of draws, at least \(least)"
    ) { $0 % 2 == 0 }
    try Limits.require(
      Double(chains) * Double(draws), Limits.array, root.file, "sampler.chains × sampler.draws")
    let points = [exponents.count, couplings.count, samples.count, datasets, ridges.count]
    try Limits.require(
      points.reduce(1) { $0 * Double($1) }, Limits.grid, root.file, "cells on the grid")
  }

  package func cells() -> [Cell] {
    exponents.flatMap { exponent in
      couplings.flatMap { quartic in
        samples.flatMap { samples in
          ridges.flatMap { ridge in
            (0..<datasets).map {
              Cell(
                QuarticTask(
                  self, exponent: exponent, quartic: quartic, samples: samples, ridge: ridge,
                  dataset: $0))
            }
          }
        }
      }
    }
  }

  package var settings: [(name: String, values: [String])] {
    [
      ("action.exponent", exponents.map(\.spelt)), ("action.frequencies", ["\(frequencies)"]),
      ("action.quartic", couplings.map(\.spelt)), ("data.samples", samples.map { "\($0)" }),
      ("data.datasets", ["\(datasets)"]), ("ridge", ridges.map(\.spelt)),
      ("sampler.chains", ["\(chains)"]), ("sampler.warmup", ["\(warmup)"]),
      ("sampler.draws", ["\(draws)"]),
    ]
  }
}
