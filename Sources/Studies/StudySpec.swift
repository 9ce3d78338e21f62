import Foundation
import HDF5
import Networks

/// A study as its YAML file states it: one question, asked on a grid of cells.
public struct StudySpec: Sendable {
  /// The YAML file.
  public let file: String
  /// Its text, as archived beside the arrays.
  public let text: String
  /// Which of the file's two grids this is.
  public let grid: Grid
  public let question: String
  /// What is reproduced, "arXiv:2512.04165, Fig. 2c".
  public let source: String

  /// d.
  public let dimensions: [Int]
  /// N.
  public let widths: Sizes
  /// m of He_m.
  public let degrees: [Int]
  public let data: DataSource
  /// σ_w².
  public let weightVariances: [Double]
  /// σ_a².
  public let readoutVariances: [Double]
  /// κ.
  public let ridges: [Double]
  /// How the cells are sampled: a grid axis of Langevin steps, or one.
  public let samplers: [SamplerSpec]
  /// What all of `samplers` have in common: chains, draws, what is kept.
  public var sampler: SamplerSpec { samplers[0] }

  /// The archived grid, or the small one that `make smoke` simulates.
  public enum Grid: String, Sendable {
    case full, smoke
  }

  /// A grid axis of sizes: absolute, or in units of the input dimension.
  public enum Sizes: Hashable, Sendable {
    case absolute([Int])
    case perDimension([Double])

    /// The sizes at input dimension d, rounded to whole numbers, at least 1.
    public func at(dimension d: Int) -> [Int] {
      switch self {
      case .absolute(let sizes): sizes
      case .perDimension(let factors):
        factors.map { max(1, Int(($0 * Double(d)).rounded())) }
      }
    }
  }

  /// Where training sets come from.
  public enum DataSource: Sendable {
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
  public init(reading file: String, smoke: Bool = false) throws {
    var (root, text) = try SpecNode.read(file)
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

  private init(root: SpecNode, _ file: String, _ text: String, _ grid: Grid) throws {
    self.file = file
    self.text = text
    self.grid = grid
    let top = try root.members([
      "question", "source", "network", "target", "data", "prior", "ridge", "sampler", "smoke",
    ])
    question = try root.required("question", in: top).text()
    source = try root.required("source", in: top).text()

    let networkNode = try root.required("network", in: top)
    let network = try networkNode.members(["kind", "activation", "dimension", "width"])
    _ = try networkNode.required("kind", in: network).word(["two-layer"])
    _ = try network["activation"]?.word(["erf"])
    dimensions = try networkNode.required("dimension", in: network).axis { try $0.integer() }
    widths = try networkNode.required("width", in: network).sizes(at: dimensions)

    let targetNode = try root.required("target", in: top)
    let target = try targetNode.members(["kind", "degree"])
    _ = try targetNode.required("kind", in: target).word(["hermite"])
    degrees = try targetNode.required("degree", in: target).axis { node in
      let degree = try node.integer()
      guard degree % 2 == 1, degree <= 15 else {
        throw node.error(expected: "an odd degree up to 15: erf has no even components")
      }
      return degree
    }

    let dataNode = try root.required("data", in: top)
    let data = try dataNode.members(["samples", "datasets", "inputs"])
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
      for d in dimensions where d != external.dimension {
        throw inputs.error(
          expected:
            "inputs with \(d) columns, the network's dimension, but it has \(external.dimension)")
      }
      self.data = .given(external)
    } else {
      self.data = .drawn(
        samples: try dataNode.required("samples", in: data).sizes(at: dimensions),
        datasets: try data["datasets"]?.integer() ?? 1)
    }

    let prior = try top["prior"]?.members(["weight_variance", "readout_variance"]) ?? [:]
    weightVariances = try prior["weight_variance"]?.axis { try $0.number() } ?? [1]
    readoutVariances = try prior["readout_variance"]?.axis { try $0.number() } ?? [1]
    ridges = try root.required("ridge", in: top).axis { try $0.number() }
    samplers = try SamplerSpec.axis(root.required("sampler", in: top))
    try checkSize()
  }

  /// Numbers in the largest array that a cell or the grid may need.
  private static let largestArray = 100_000_000.0
  /// Cells in the largest grid.
  private static let largestGrid = 100_000.0

  /// - Throws: `UserError` if the grid or one of its cells is beyond any memory.
  private func checkSize() throws {
    func require(_ size: Double, _ limit: Double, _ what: String) throws {
      guard size <= limit else {
        let numbers = [size, limit].map { String(format: "%g", $0) }
        throw UserError("\(file): \(what): got \(numbers[0]); expected at most \(numbers[1])")
      }
    }
    let axes = [
      weightVariances.count, readoutVariances.count, ridges.count, degrees.count, samplers.count,
    ]
    var cells = axes.reduce(1.0) { $0 * Double($1) }
    var points = 0.0
    for d in dimensions {
      let width = widths.at(dimension: d).max()!
      let (samples, counts, datasets) =
        switch data {
        case .drawn(let sizes, let datasets):
          (sizes.at(dimension: d).max()!, sizes.at(dimension: d).count, datasets)
        case .given(let inputs): (inputs.count, 1, 1)
        }
      points += Double(widths.at(dimension: d).count) * Double(counts) * Double(datasets)
      try require(
        Double(width) * Double(d), Self.largestArray,
        "network.dimension × width, the weights of one network")
      try require(
        Double(samples) * Double(max(d, width)), Self.largestArray,
        "data.samples × the larger of network.dimension and width")
      try require(
        Double(sampler.kept * sampler.starts.count) * Double(width), Self.largestArray,
        "kept draws × chains × network.width")
      if sampler.isIntegrated {
        // Features and slopes of all samples, and two matrices in double precision.
        try require(
          2 * Double(width) * Double(samples) + 5 * Double(width) * Double(width),
          Self.largestArray, "numbers that readout: integrated needs at network.width")
      }
    }
    try require(
      Double(sampler.draws) * Double(sampler.starts.count), Self.largestArray, "draws × chains")
    if case .hmc(_, _, let replicas) = sampler.method {
      let sweeps = Double(sampler.draws) * Double(1 << sampler.doublings)
      try require(
        sweeps * Double(replicas * sampler.starts.count), Self.largestArray,
        "draws × 2^doublings × replicas × chains")
    }
    cells *= points
    try require(cells, Self.largestGrid, "cells on the grid")
  }
}

extension SpecNode {
  /// A scalar or a list of sizes, or `{per_dimension: …}`, whose sizes differ at every dimension.
  fileprivate func sizes(at dimensions: [Int]) throws -> StudySpec.Sizes {
    guard case .mapping = node else { return .absolute(try axis { try $0.integer() }) }
    guard let factors = try members(["per_dimension"])["per_dimension"] else {
      throw error(expected: "a positive integer, a list of them, or {per_dimension: …}")
    }
    var seen = dimensions.map { _ in Set<Int>() }
    return .perDimension(
      try factors.axis { node in
        let factor = try node.number()
        for (i, d) in dimensions.enumerated() {
          guard factor * Double(d) <= Double(Self.largest) else {
            throw node.error(expected: "a size of at most \(Self.largest) at dimension \(d)")
          }
          let size = StudySpec.Sizes.perDimension([factor]).at(dimension: d)[0]
          guard seen[i].insert(size).inserted else {
            throw node.error(expected: "a size of its own at dimension \(d), but \(size) is there")
          }
        }
        return factor
      })
  }
}
