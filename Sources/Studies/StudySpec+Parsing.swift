import Foundation
import Host
import Networks
import YAML

extension StudySpec {
  /// Reads a study file.
  ///
  /// - Parameter smoke: whether to lay the file's `smoke` values over the others.
  /// - Throws: `UserError` naming file, line, key, value and what is allowed.
  package init(reading file: String, smoke: Bool = false) throws {
    let (root, text) = try YAMLNode.read(file)
    try self.init(root, file, text, smoke: smoke)
  }

  /// Reads the text of a study file that stood at `file`.
  package init(parsing text: String, of file: String, smoke: Bool) throws {
    try self.init(YAMLNode.parse(text, file), file, text, smoke: smoke)
  }

  private init(_ given: YAMLNode, _ file: String, _ text: String, smoke: Bool) throws {
    var root = given
    let keys = Self.settings.map(\.name)
    let given = try root.members(keys)
    if let overlay = given["smoke"] {
      // Checked even where it is not used: a misspelt key must not wait for `make smoke`.
      _ = try overlay.members(keys.filter { $0 != "smoke" })
      let laid = root.overlaid(with: overlay)
      if smoke { root = laid } else { _ = try StudySpec(root: laid, file, text, .smoke) }
    }
    try self.init(root: root, file, text, smoke ? .smoke : .full)
  }

  private init(root: YAMLNode, _ file: String, _ text: String, _ grid: Grid) throws {
    self.file = file
    self.text = text
    self.grid = grid
    let top = try root.members(Self.settings.map(\.name))
    question = try root.required("question", in: top).text()
    source = try root.required("source", in: top).text()

    let networkNode = try root.required("network", in: top)
    let kinds = NetworkKind.all
    let kindNode =
      try networkNode.member("kind")
      ?? networkNode.required(
        "kind",
        in: networkNode.members(kinds.flatMap(\.networkSettings).map(\.name).uniqued))
    let kind = NetworkKind.named(try kindNode.word(kinds.map(\.name)))!
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
      try Self.require(
        Double(points.count) * Double(axis.count), Self.largestGrid, file, "cells on the grid")
      axes.append(axis)
      points = kind.expand(points, by: size.name, axis)
    }
    sizes = axes
    networks = points

    let targetNode = try root.required("target", in: top)
    let target = try targetNode.members(kind.targetSettings.map(\.name))
    let targetKind = try targetNode.required("kind", in: target)
    switch kind.target {
    case .hermite(_, let degrees, let allowed):
      _ = try targetKind.word(["hermite"])
      let words = choices
      targets = .hermite(
        try targetNode.required("degree", in: target).axis { node in
          let degree = try node.integerOrZero(degrees)
          // Every combination of words has to take the degree.
          for combination in kind.choiceCombinations(words) {
            if let expected = allowed(combination, degree) {
              throw node.error(expected: expected)
            }
          }
          return degree
        })
    case .word(let choice):
      targets = .words(try targetKind.axis { try $0.word(choice.words) })
    }

    let dataNode = try root.required("data", in: top)
    let data = try dataNode.members(kind.dataSettings.map(\.name))
    testSamples = try data["test"]?.integer() ?? Self.defaultTestSamples
    if let inputs = data["inputs"] {
      if let other = data["samples"] ?? data["datasets"] {
        throw other.error(expected: "no such key beside data.inputs, which is one data set")
      }
      let path = try inputs.text()
      let external = try ExternalInputs(
        reading: path.hasPrefix("/") ? path : "\(parentFolder(of: file))/\(path)")
      for d in points.map({ kind.inputDimension($0) }) where d != external.dimension {
        throw inputs.error(
          expected:
            "inputs with \(d) columns, the network's dimension, but it has \(external.dimension)")
      }
      self.data = .given(external)
    } else {
      self.data = .drawn(
        samples: try dataNode.required("samples", in: data).sizes(
          at: points, of: kind.sizes.map(\.name), from: 1),
        datasets: try data["datasets"]?.integer() ?? Self.defaultDatasets)
    }

    let prior = try top["prior"]?.members(kind.priorSettings.map(\.name)) ?? [:]
    variances = try kind.variances.map {
      try prior[$0.name]?.axis { try $0.number() } ?? [Self.defaultVariance]
    }
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    let samplerNode = try root.required("sampler", in: top)
    samplers = try SamplerSpec.axis(samplerNode)
    cautions = SamplerSpec.cautions(samplerNode, samplers[0])
    try checkSize()
    try checkInputs()
  }
}
