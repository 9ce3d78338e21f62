import Foundation
import Networks

/// A study as its YAML file states it: one question, asked on a grid of cells.
public struct StudySpec: Sendable {
  /// The YAML file.
  public let file: String
  /// Its text, as archived beside the arrays.
  public let text: String
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
  public let sampler: SamplerSpec

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

/// How a study samples each of its cells.
public struct SamplerSpec: Hashable, Sendable {
  /// Chains that start at a draw from the prior.
  public let cold: Int
  /// Chains that start at the pattern.
  public let planted: Int
  public let warmup: Int
  public let draws: Int
  /// Of every so many draws, the neurons of one are kept.
  public let thin: Int
  /// How often an uncertified cell's chains may be continued to twice their length.
  public let doublings: Int
  /// Mean trajectory length T.
  public let trajectory: Double

  /// Draws of which the neurons are kept, per chain.
  public var kept: Int { (draws + thin - 1) / thin }
  /// The start of each chain.
  public var starts: [Start] {
    Array(repeating: .cold, count: cold) + Array(repeating: .planted, count: planted)
  }

  public enum Start: String, Sendable {
    case cold, planted
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
      if smoke { root = laid } else { _ = try StudySpec(root: laid, file: file, text: text) }
    }
    try self.init(root: root, file: file, text: text)
  }

  private init(root: SpecNode, file: String, text: String) throws {
    self.file = file
    self.text = text
    let top = try root.members([
      "question", "source", "network", "target", "data", "prior", "ridge", "sampler", "smoke",
    ])
    func required(_ key: String, in members: [String: SpecNode], of parent: String = "") throws
      -> SpecNode
    {
      guard let node = members[key] else {
        throw UserError("\(file): missing key '\(parent)\(key)'")
      }
      return node
    }
    question = try required("question", in: top).text()
    source = try required("source", in: top).text()

    let network = try required("network", in: top)
      .members(["kind", "activation", "dimension", "width"])
    _ = try required("kind", in: network, of: "network.").word(["two-layer"])
    _ = try network["activation"]?.word(["erf"])
    dimensions = try required("dimension", in: network, of: "network.").axis { try $0.integer() }
    widths = try required("width", in: network, of: "network.").sizes()

    let target = try required("target", in: top).members(["kind", "degree"])
    _ = try required("kind", in: target, of: "target.").word(["hermite"])
    degrees = try required("degree", in: target, of: "target.").axis { node in
      let degree = try node.integer()
      guard degree % 2 == 1, degree <= 15 else {
        throw node.error(expected: "an odd degree up to 15: erf has no even components")
      }
      return degree
    }

    let data = try required("data", in: top).members(["samples", "datasets", "inputs"])
    if let inputs = data["inputs"] {
      if let other = data["samples"] ?? data["datasets"] {
        throw other.error(expected: "no such key beside data.inputs, which is one data set")
      }
      let folder = (file as NSString).deletingLastPathComponent
      let path = try inputs.text()
      let resolved = path.hasPrefix("/") ? path : (folder as NSString).appendingPathComponent(path)
      let external = try ExternalInputs(reading: resolved)
      for d in dimensions where d != external.dimension {
        throw inputs.error(
          expected: "inputs with \(d) columns, the network's dimension, but it has \(external.dimension)")
      }
      self.data = .given(external)
    } else {
      self.data = .drawn(
        samples: try required("samples", in: data, of: "data.").sizes(),
        datasets: try data["datasets"]?.integer() ?? 1)
    }

    let prior = try top["prior"]?.members(["weight_variance", "readout_variance"]) ?? [:]
    weightVariances = try prior["weight_variance"]?.axis { try $0.number() } ?? [1]
    readoutVariances = try prior["readout_variance"]?.axis { try $0.number() } ?? [1]
    ridges = try required("ridge", in: top).axis { try $0.number() }
    sampler = try SamplerSpec(required("sampler", in: top), file: file)
  }
}

extension SamplerSpec {
  fileprivate init(_ node: SpecNode, file: String) throws {
    let members = try node.members(["kind", "chains", "warmup", "draws", "doublings", "thin", "trajectory"])
    guard let kind = members["kind"], let warmup = members["warmup"], let draws = members["draws"]
    else { throw node.error(expected: "the keys kind, warmup and draws") }
    _ = try kind.word(["hmc"])
    self.warmup = try warmup.integer()
    self.draws = try draws.integer()
    guard self.draws >= 8, self.draws % 2 == 0 else {
      throw draws.error(expected: "an even number of draws, at least 8")
    }
    doublings = try members["doublings"]?.integer(orZero: true) ?? 0
    guard doublings <= 16 else { throw members["doublings"]!.error(expected: "at most 16") }
    thin = try members["thin"]?.integer() ?? 1
    trajectory = try members["trajectory"]?.number() ?? 2
    let chains = try members["chains"]?.members(["cold", "planted"])
    cold = try chains?["cold"]?.integer(orZero: true) ?? 1
    planted = try chains?["planted"]?.integer(orZero: true) ?? 1
    if cold + planted == 0 { throw members["chains"]!.error(expected: "at least one chain") }
  }
}

extension SpecNode {
  /// A scalar or a list of sizes, or `{per_dimension: …}`.
  fileprivate func sizes() throws -> StudySpec.Sizes {
    guard case .mapping = node else { return .absolute(try axis { try $0.integer() }) }
    guard let factors = try members(["per_dimension"])["per_dimension"] else {
      throw error(expected: "a positive integer, a list of them, or {per_dimension: …}")
    }
    return .perDimension(try factors.axis { try $0.number() })
  }
}
