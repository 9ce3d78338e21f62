import Networks
import YAML

/// How a study samples each of its cells.
package struct SamplerSpec: Hashable, Sendable {
  package let method: Method
  /// Chains that start at a draw from the prior.
  package let cold: Int
  /// Chains that start at the pattern.
  package let planted: Int
  /// Draws, of which nothing is kept, before the first.
  package let warmup: Int
  package let draws: Int
  /// Of every so many draws, the neurons of one are kept.
  package let thin: Int
  /// How often an uncertified cell's chains may be continued to twice their length.
  package let doublings: Int

  package enum Method: Hashable, Sendable {
    /// Hamiltonian Monte Carlo.
    ///
    /// - `trajectory`: mean length T of a trajectory, or `nil` to have it chosen in warm-up.
    /// - `integrated`: whether the readout is integrated out of the dynamics and drawn afterwards. Measured
    ///   at κ = 0.1 on five data sets, effective samples of the alignment per second of one core, median and
    ///   hardest data set:
    ///
    ///   | (d, N, P) | (20, 20, 100) | (30, 30, 150) | (20, 80, 400) | (60, 60, 360) |
    ///   |---|---|---|---|---|
    ///   | sampled | 11750, 7970 | 5140, 990 | 740, 40 | 800, 90 |
    ///   | integrated | 5830, 2730 | 4230, 990 | 420, 90 | 510, 190 |
    ///
    ///   So the readout is sampled unless a study asks otherwise: where modes are hard to leave.
    /// - `replicas`: rungs of a ladder of ridges, from prior to posterior, on which a cell is sampled whose
    ///   chains still disagree after all doublings; 0 for none.
    case hmc(trajectory: Double?, integrated: Bool, replicas: Int)
    /// Unadjusted Langevin dynamics with a step η, a draw every so many steps: for comparison only.
    case langevin(step: Double, interval: Int)
  }

  /// η of Langevin dynamics; 0 for methods that have no step-size bias.
  package var langevinStep: Double {
    if case .langevin(let step, _) = method { step } else { 0 }
  }

  /// Whether the readout is integrated out.
  package var isIntegrated: Bool {
    if case .hmc(_, let integrated, _) = method { integrated } else { false }
  }

  /// Draws of which the neurons are kept, per chain.
  package var kept: Int { (draws + thin - 1) / thin }
  /// How many chains there are.
  var chains: Int { cold + planted }
  /// The start of each chain.
  package var starts: [Start] {
    Array(repeating: .cold, count: cold) + Array(repeating: .planted, count: planted)
  }

  package enum Start: String, Sendable {
    case cold, planted
  }

  /// The method and its settings in a fixed spelling.
  var canonical: String {
    let method =
      switch method {
      case .hmc(let trajectory, let integrated, let replicas):
        "hmc trajectory \(trajectory.map { "\($0)" } ?? "adapted") "
          + "readout \(integrated ? "integrated" : "sampled") replicas \(replicas)"
      case .langevin(let step, let interval): "langevin step \(step) interval \(interval)"
      }
    return "\(method) cold \(cold) planted \(planted) warmup \(warmup) draws \(draws) "
      + "doublings \(doublings) thin \(thin)"
  }
}

extension SamplerSpec {
  /// The samplers of a study: one, or one for each Langevin step.
  ///
  /// - Throws: `UserError`.
  static func axis(_ node: YAMLNode) throws -> [SamplerSpec] {
    let common = ["kind", "chains", "warmup", "draws", "doublings", "thin"]
    let ofKind = ["hmc": ["trajectory", "readout", "replicas"], "langevin": ["step", "interval"]]
    let kinds = ["hmc", "langevin"]
    let any = try node.members(common + kinds.flatMap { ofKind[$0]! })
    let kind = try node.required("kind", in: any).word(kinds)
    let members = try node.members(common + ofKind[kind]!)

    let warmup = try node.required("warmup", in: members).integer()
    let drawsNode = try node.required("draws", in: members)
    let draws = try drawsNode.integer()
    guard draws >= 8, draws % 2 == 0 else {
      throw drawsNode.error(expected: "an even number of draws, at least 8")
    }
    let doublings = try members["doublings"]?.integer(orZero: true) ?? 0
    guard doublings <= 16 else { throw members["doublings"]!.error(expected: "at most 16") }
    let thin = try members["thin"]?.integer() ?? 1
    let chains = try members["chains"]?.members(["cold", "planted"])
    let cold = try chains?["cold"]?.integer(orZero: true) ?? 1
    let planted = try chains?["planted"]?.integer(orZero: true) ?? 1
    if cold + planted == 0 { throw members["chains"]!.error(expected: "at least one chain") }

    return try methods(kind, node, members, bothStarts: cold > 0 && planted > 0).map {
      SamplerSpec(
        method: $0, cold: cold, planted: planted, warmup: warmup, draws: draws, thin: thin,
        doublings: doublings)
    }
  }

  private static func methods(
    _ kind: String, _ node: YAMLNode, _ members: [String: YAMLNode], bothStarts: Bool
  ) throws -> [Method] {
    if kind == "langevin" {
      let interval = try members["interval"]?.integer() ?? 20
      return try node.required("step", in: members).axis { try $0.number() }.map {
        .langevin(step: $0, interval: interval)
      }
    }
    var trajectory: Double?
    if let length = members["trajectory"], (try? length.word(["adapted"])) == nil {
      guard let number = try? length.number() else {
        throw length.error(expected: "a positive number, or adapted")
      }
      trajectory = number
    }
    let readout = try members["readout"]?.word(["sampled", "integrated"])
    let replicas = try members["replicas"]?.integer(orZero: true) ?? 0
    if let node = members["replicas"], replicas > 0 {
      guard (2...64).contains(replicas) else {
        throw node.error(expected: "from 2 to 64 replicas, or 0 for no tempering")
      }
      guard readout != "integrated" else {
        throw node.error(expected: "no replicas beside readout: integrated, which they do not move")
      }
      guard bothStarts else {
        throw node.error(expected: "chains of both kinds, cold and planted, that may disagree")
      }
    }
    return [
      .hmc(trajectory: trajectory, integrated: readout == "integrated", replicas: replicas)
    ]
  }
}
