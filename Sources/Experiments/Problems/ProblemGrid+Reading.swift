import Foundation
import Host
import Studies
import YAML

extension ProblemGrid {
  /// Reads the keys of the top level that say what is learned, all but what they leave to the
  /// experiment.
  ///
  /// - Parameters:
  ///   - kinds: the kinds of network that the experiment knows.
  ///   - mixing: whether targets may have a linear part, where the kind has those.
  /// - Throws: `UserError` naming file, line, key, value and what is allowed.
  init(_ top: [String: YAMLNode], of root: YAMLNode, kinds: [NetworkKind], mixing: Bool = false)
    throws
  {
    let networkNode = try root.required("network", in: top)
    let kindNode =
      try networkNode.member("kind")
      ?? networkNode.required(
        "kind",
        in: networkNode.members(kinds.flatMap(\.networkSettings).map(\.name).uniqued))
    let word = try kindNode.word(kinds.map(\.word).uniqued)
    let targetNode = try root.required("target", in: top)
    let kind = try Self.kind(word, among: kinds, networkNode, targetNode, top["data"], top["prior"])
    self.kind = kind
    let network = try networkNode.members(kind.networkSettings.map(\.name))
    choices = try kind.choices.map { choice in
      try network[choice.coordinate.name]?.axis { try $0.word(choice.words) } ?? [choice.words[0]]
    }
    var axes: [Sizes] = []
    var points = kind.choiceCombinations(choices)
    for size in kind.sizes where size.derived == nil {
      let node = try networkNode.required(size.name, in: network)
      let earlier = kind.sizes.prefix { $0.name != size.name }.map(\.name)
      let axis = try node.sizes(at: points, of: earlier, from: size.smallest)
      try Limits.require(
        Double(points.count) * Double(axis.count), Limits.grid, root.file, "cells on the grid")
      axes.append(axis)
      points = kind.expand(points, by: size.name, axis)
    }
    sizes = axes
    networks = points

    let mixes = mixing && kind.hasLinearTargets
    targets = try Self.targets(
      of: kind, choices, targetNode, mixing: mixes ? [Parameters.Name.linear] : [])
    let target = mixes ? try targetNode.members(["kind", "degree", Parameters.Name.linear]) : [:]
    linear =
      mixes ? try target[Parameters.Name.linear]?.axis { try $0.coefficient() } ?? [0] : nil
    let dataNode = try root.required("data", in: top)
    let data = try dataNode.members(kind.dataSettings.map(\.name))
    testSamples =
      try data["test"]?.integer(in: Self.fewestTestSamples...YAMLNode.largest)
      ?? kind.defaultTestSamples
    laws = try kind.hasLaws ? LawGrid(data) : .standard
    if kind.hasSphericalInputs {
      self.data = try Self.spherical(data, of: dataNode, kind: kind, points: points)
    } else if let inputs = data["inputs"] {
      let others = ["samples", "datasets"] + LawGrid.keys.map(\.name)
      if let other = others.compactMap({ data[$0] }).first {
        throw other.error(expected: "no such key beside data.inputs, which is one data set")
      }
      self.data = .given(try Self.external(inputs, dimensions: points.map(kind.inputDimension)))
    } else {
      self.data = .drawn(
        samples: try dataNode.required("samples", in: data).sizes(
          at: points, of: kind.sizes.map(\.name), from: 1),
        datasets: try data["datasets"]?.integer() ?? Self.defaultDatasets)
    }

    let prior = try top["prior"]?.members(kind.priorSettings.map(\.name)) ?? [:]
    variances = try kind.variances.map {
      try prior[$0.name]?.scaledNumbers(of: kind.sizes.map(\.name))
        ?? .absolute([Self.defaultVariance])
    }
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    try checkFeatures(targetNode, dataNode)
  }

  /// The kind that `target.kind` chooses, where several share the word of `network.kind`. It has
  /// biases if a spec asks for them and the target allows them. Among those it is the first that
  /// has the words of all choices and the laws of inputs that are asked for, or the last.
  private static func kind(
    _ word: String, among kinds: [NetworkKind], _ network: YAMLNode, _ target: YAMLNode,
    _ data: YAMLNode?, _ prior: YAMLNode?
  ) throws -> NetworkKind {
    let named = kinds.filter { $0.word == word }
    let words = named.flatMap(\.target.words).uniqued
    guard !words.isEmpty, let node = target.member("kind") else { return named[0] }
    let asked = node.node.scalar?.string ?? ""
    let others = kinds.filter { $0.target.words.contains(asked) }.map(\.word).uniqued
    if !words.contains(asked), !others.isEmpty {
      throw node.error(
        expected: "\(words.joined(separator: " or ")), as \(asked) is a target of network.kind: "
          + others.joined(separator: ", "))
    }
    let family = try node.word(words)
    let known = named.filter { $0.target.words.contains(family) }
    let asksForBiases = prior?.member(Parameters.Name.biasVariance) != nil
    let fitting = known.filter { $0.hasBiases == asksForBiases }
    let candidates = fitting.isEmpty ? known : fitting
    let asksForLaws = LawGrid.keys.contains { data?.member($0.name) != nil }
    return candidates.first { kind in
      (kind.hasLaws || !asksForLaws)
        && kind.choices.allSatisfy { choice in
          let asked = network.member(choice.coordinate.name)?.elements ?? []
          return asked.allSatisfy { choice.words.contains($0.node.scalar?.string ?? "") }
        }
    } ?? candidates.last!
  }

  /// Training sets on the sphere: drawn, or random subsets of given inputs.
  private static func spherical(
    _ data: [String: YAMLNode], of node: YAMLNode, kind: NetworkKind, points: [Parameters]
  ) throws -> DataSource {
    let datasets = try data["datasets"]?.integer() ?? defaultDatasets
    guard let source = data["inputs"] else {
      let drawn = ["samples", "datasets"]
      if let other = data.first(where: { !drawn.contains($0.key) })?.value {
        throw other.error(expected: "no such key without data.inputs")
      }
      return .drawn(
        samples: try node.required("samples", in: data).sizes(
          at: points, of: kind.sizes.map(\.name), from: 1), datasets: datasets)
    }
    let inputs = try PreparedInputs(data, of: node)
    guard inputs.isOnSphere else {
      throw data["sphere"]!.error(expected: "true: the target is a harmonic on the sphere")
    }
    for d in points.map(kind.inputDimension) where d != inputs.dimension {
      throw source.error(
        expected:
          "inputs with \(d) coordinates, the network's dimension, but they have \(inputs.dimension)"
      )
    }
    let samples =
      try data["samples"]?.sizes(at: points, of: kind.sizes.map(\.name), from: 1)
      ?? .absolute([inputs.count])
    for p in points.flatMap(samples.at) where p > inputs.count {
      throw (data["samples"] ?? source).error(
        expected: "at most \(inputs.count) samples, the rows of the inputs, but \(p) are asked for")
    }
    return .subsets(inputs, samples: samples, datasets: datasets)
  }

  /// - Parameter others: keys besides those of the kind.
  private static func targets(
    of kind: NetworkKind, _ choices: [[String]], _ node: YAMLNode, mixing others: [String]
  ) throws -> Targets {
    /// What is wrong with a degree for some combination of words, if anything is.
    func refusal(
      _ allowed: @escaping (Parameters, Int) -> String?
    ) -> (Int) -> String? {
      { degree in
        kind.choiceCombinations(choices).lazy.compactMap { allowed($0, degree) }.first
      }
    }
    if case .features(let allowed) = kind.target {
      let word = node.member("kind")?.node.scalar?.string
      return .features(
        try FeatureGrid(
          node, hasOneFeature: word != FeatureGrid.words[0], refusal: refusal(allowed)))
    }
    let target = try node.members(kind.targetSettings.map(\.name) + others)
    let targetKind = try node.required("kind", in: target)
    switch kind.target {
    case .features: preconditionFailure("read above")
    case .polynomial(let family, _, let degrees, let allowed):
      _ = try targetKind.word([family.rawValue])
      return .polynomials(
        family,
        try node.required("degree", in: target).axis { node in
          let degree = try node.integerOrZero(degrees)
          if let expected = refusal(allowed)(degree) { throw node.error(expected: expected) }
          return degree
        })
    case .word(let choice):
      return .words(try targetKind.axis { try $0.word(choice.words) })
    }
  }

  /// The given data set that a path leads to, from the folder of the spec.
  private static func external(
    _ node: YAMLNode, dimensions: [Int]
  ) throws -> ExternalInputs {
    let path = try node.text()
    let resolved = path.hasPrefix("/") ? path : "\(parentFolder(of: node.file))/\(path)"
    let external = try ExternalInputs(reading: resolved)
    for d in dimensions where d != external.dimension {
      throw node.error(
        expected:
          "inputs with \(d) columns, the network's dimension, but it has \(external.dimension)")
    }
    return external
  }
}

extension YAMLNode {
  /// A number between -1 and 1.
  fileprivate func coefficient() throws -> Double {
    guard let value = node.float, abs(value) < 1 else {
      throw error(expected: "a number between -1 and 1")
    }
    return value
  }
}
