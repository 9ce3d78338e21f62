import Foundation
import Host
import Networks
import YAML

/// A study as its YAML file states it: one question, asked on a grid of cells.
package struct StudySpec: Sendable {
  /// The YAML file.
  package let file: String
  /// Its text, as archived beside the arrays.
  package let text: String
  /// Which of the file's two grids this is.
  package let grid: Grid
  package let question: String
  /// What is reproduced, "arXiv:2512.04165, Fig. 2c".
  package let source: String

  package let kind: NetworkKind
  /// The sizes that are keys of `network`, in the order of the kind.
  package let sizes: [Sizes]
  /// The words of each of the kind's choices.
  package let choices: [[String]]
  package let targets: Targets
  package let data: DataSource
  /// Of each of the kind's variances.
  package let variances: [[Double]]
  /// Fresh samples on which alignments are estimated that have no closed form.
  package let testSamples: Int
  /// κ.
  package let ridges: [Double]
  /// How the cells are sampled: a grid axis of Langevin steps, or one.
  package let samplers: [SamplerSpec]
  /// What all of `samplers` have in common: chains, draws, what is kept.
  package var sampler: SamplerSpec { samplers[0] }

  /// The archived grid, or the small one that `make smoke` simulates.
  package enum Grid: String, Sendable {
    case full, smoke
  }

  package enum Targets: Sendable {
    /// m of He_m.
    case hermite([Int])
    case words([String])
  }

  /// Where training sets come from.
  package enum DataSource: Sendable {
    /// Drawn, x ~ N(0, I): P samples in each of a number of data sets.
    case drawn(samples: Sizes, datasets: Int)
    /// One given data set.
    case given(ExternalInputs)
  }
}

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
    let keys = ["question", "source", "network", "target", "data", "prior", "ridge", "sampler"]
    let given = try root.members(keys + ["smoke"])
    if let overlay = given["smoke"] {
      // Checked even where it is not used: a misspelt key must not wait for `make smoke`.
      _ = try overlay.members(keys)
      let laid = root.overlaid(with: overlay)
      if smoke { root = laid } else { _ = try StudySpec(root: laid, file, text, .smoke) }
    }
    try self.init(root: root, file, text, smoke ? .smoke : .full)
  }

  private init(root: YAMLNode, _ file: String, _ text: String, _ grid: Grid) throws {
    self.file = file
    self.text = text
    self.grid = grid
    let top = try root.members([
      "question", "source", "network", "target", "data", "prior", "ridge", "sampler", "smoke",
    ])
    question = try root.required("question", in: top).text()
    source = try root.required("source", in: top).text()

    let networkNode = try root.required("network", in: top)
    let kinds = NetworkKind.all
    let kindNode =
      try networkNode.member("kind")
      ?? networkNode.required(
        "kind", in: networkNode.members(["kind"] + kinds.flatMap(\.networkKeys).uniqued))
    let kind = NetworkKind.named(try kindNode.word(kinds.map(\.name)))!
    self.kind = kind
    let network = try networkNode.members(["kind"] + kind.networkKeys)
    choices = try kind.choices.map { choice in
      try network[choice.coordinate.name]?.axis { try $0.word(choice.words) } ?? [choice.words[0]]
    }
    var axes: [Sizes] = []
    var points = [Parameters()]
    for size in kind.sizes where size.derived == nil {
      let node = try networkNode.required(size.name, in: network)
      let earlier = kind.sizes.prefix { $0.name != size.name }.map(\.name)
      let axis = try node.sizes(at: points, of: earlier)
      try Self.require(
        Double(points.count) * Double(axis.count), Self.largestGrid, file, "cells on the grid")
      for value in points.flatMap({ axis.at($0) }) where value < size.smallest {
        throw node.error(expected: "a size of at least \(size.smallest), but \(value) is there")
      }
      axes.append(axis)
      points = kind.expand(points, by: size.name, axis)
    }
    sizes = axes

    let targetNode = try root.required("target", in: top)
    let target = try targetNode.members(kind.targetKeys)
    let targetKind = try targetNode.required("kind", in: target)
    switch kind.target {
    case .hermite(_, let allowed):
      _ = try targetKind.word(["hermite"])
      let words = choices
      targets = .hermite(
        try targetNode.required("degree", in: target).axis { node in
          let degree = try node.integer()
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
    let data = try dataNode.members(
      ["samples", "datasets", "inputs"] + (kind.needsTestSet ? ["test"] : []))
    testSamples = try data["test"]?.integer() ?? StudySpec.defaultTestSamples
    if let inputs = data["inputs"] {
      if let other = data["samples"] ?? data["datasets"] {
        throw other.error(expected: "no such key beside data.inputs, which is one data set")
      }
      let path = try inputs.text()
      let resolved = path.hasPrefix("/") ? path : "\(parentFolder(of: file))/\(path)"
      guard FileManager.default.isReadableFile(atPath: resolved) else {
        throw inputs.error(expected: "a file of comma-separated inputs, one row a sample")
      }
      let external = try ExternalInputs(reading: resolved)
      for d in points.map({ kind.inputDimension($0) }) where d != external.dimension {
        throw inputs.error(
          expected:
            "inputs with \(d) columns, the network's dimension, but it has \(external.dimension)")
      }
      self.data = .given(external)
    } else {
      self.data = .drawn(
        samples: try dataNode.required("samples", in: data).sizes(
          at: points, of: kind.sizes.map(\.name)),
        datasets: try data["datasets"]?.integer() ?? 1)
    }

    let prior = try top["prior"]?.members(kind.variances.map(\.name)) ?? [:]
    variances = try kind.variances.map { try prior[$0.name]?.axis { try $0.number() } ?? [1] }
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    samplers = try SamplerSpec.axis(root.required("sampler", in: top))
    try checkSize(points)
  }

  /// Test samples where the file gives none.
  private static let defaultTestSamples = 4096
  /// Numbers in the largest array that a cell or the grid may need.
  private static let largestArray = 100_000_000.0
  /// Cells in the largest grid.
  static let largestGrid = 100_000.0

  static func require(
    _ size: Double, _ limit: Double, _ file: String, _ what: String
  ) throws {
    guard size <= limit else {
      let numbers = [size, limit].map { String(format: "%g", $0) }
      throw UserError("\(file): \(what): got \(numbers[0]); expected at most \(numbers[1])")
    }
  }

  /// - Parameter points: the cells' sizes.
  /// - Throws: `UserError` if the grid or one of its cells is beyond any memory.
  private func checkSize(_ points: [Parameters]) throws {
    func require(_ size: Double, _ limit: Double, _ what: String) throws {
      try Self.require(size, limit, file, what)
    }
    let targetCount =
      switch targets {
      case .hermite(let degrees): degrees.count
      case .words(let words): words.count
      }
    let axes = variances.map(\.count) + choices.map(\.count)
    var cells = axes.reduce(Double(ridges.count * targetCount * samplers.count)) { $0 * Double($1) }
    let sizes = kind.givenSizes.map { "network.\($0.name)" }.joined(separator: " × ")
    var count = 0.0
    for point in points {
      let demand = kind.demand(point)
      let (samples, counts, datasets) =
        switch data {
        case .drawn(let axis, let datasets): (axis.at(point).max()!, axis.count, datasets)
        case .given(let inputs): (inputs.count, 1, 1)
        }
      count += Double(counts) * Double(datasets)
      try require(
        demand.parameters, Self.largestArray, "\(sizes), the weights of one network")
      try require(
        Double(samples) * demand.perSample, Self.largestArray,
        "data.samples × what a network makes of one")
      if kind.needsTestSet {
        try require(
          Double(testSamples) * demand.perSample, Self.largestArray,
          "data.test × what a network makes of one")
      }
      if sampler.planted > 0 {
        try require(
          demand.planted, Self.largestArray, "\(sizes), the inputs that align a planted start")
      }
      for unit in kind.units {
        try require(
          Double(sampler.kept * sampler.chains) * Double(point.integer(unit.size)),
          Self.largestArray, "kept draws × chains × network.\(unit.size)")
      }
      if sampler.isIntegrated {
        // Features and slopes of all samples, and two matrices in double precision.
        try require(
          2 * demand.features * Double(samples) + 5 * demand.features * demand.features,
          Self.largestArray, "numbers that readout: integrated needs at \(sizes)")
      }
    }
    try require(
      Double(sampler.draws) * Double(sampler.chains), Self.largestArray, "draws × chains")
    if case .hmc(_, _, let replicas) = sampler.method {
      let sweeps = Double(sampler.draws) * Double(1 << sampler.doublings)
      try require(
        sweeps * Double(replicas * sampler.chains), Self.largestArray,
        "draws × 2^doublings × replicas × chains")
    }
    cells *= count
    try require(cells, Self.largestGrid, "cells on the grid")
  }
}

extension NetworkKind {
  fileprivate var networkKeys: [String] {
    choices.map(\.coordinate.name) + givenSizes.map(\.name)
  }

  fileprivate var targetKeys: [String] {
    if case .hermite = target { ["kind", "degree"] } else { ["kind"] }
  }

  /// Each cell with each value of an axis, and with the sizes that follow from those it then has.
  func expand(_ cells: [Parameters], by name: String, _ axis: Sizes) -> [Parameters] {
    cells.flatMap { cell in
      axis.at(cell).map { value in
        var cell = cell
        cell[name] = .integer(value)
        for size in sizes {
          guard let factors = size.derived, factors.allSatisfy(cell.has) else { continue }
          // Beyond any memory is refused later, and must not overflow here.
          let product = factors.reduce(1.0) { $0 * Double(cell.integer($1)) }
          cell[size.name] = .integer(Int(min(product, 1e15)))
        }
        return cell
      }
    }
  }

  /// Cells that have nothing but words, in all combinations.
  func choiceCombinations(_ words: [[String]]) -> [Parameters] {
    zip(choices, words).reduce([Parameters()]) { cells, axis in
      cells.flatMap { cell in
        axis.1.map { word in
          var cell = cell
          cell[axis.0.coordinate.name] = .word(word)
          return cell
        }
      }
    }
  }
}

extension StudySpec {
  /// SHA-256 over the keys of the cells in order: what the study's arrays are determined by.
  package var key: String { Self.key(of: cells()) }
}
