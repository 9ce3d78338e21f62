import Host
import Studies
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
  /// Draws of which the neurons of one are kept.
  package let thin: Int
  /// What certifies a cell.
  package let certification: Certification
  /// How often an uncertified cell's chains may be continued to twice their length.
  package let doublings: Int
  /// Slices of samples whose parts of a gradient may be computed at once.
  package let slices: Int
  /// Which cells ladders of replicas sample.
  package let ladders: Ladders

  /// The words of `sampler.ladders`.
  package enum Ladders: String, CaseIterable, Sendable {
    /// Those whose chains disagree after all doublings.
    case disagreeing
    /// All, with no chains before.
    case all
  }

  package enum Method: Hashable, Sendable {
    /// Hamiltonian Monte Carlo.
    ///
    /// - `trajectory`: mean length T of a trajectory, or `nil` to have it chosen in warm-up.
    /// - `integrated`: whether the readout is integrated out of the dynamics and drawn afterwards.
    ///   Measured at κ = 0.1 on five data sets, effective samples of the alignment per second of
    ///   one core, median and hardest data set:
    ///
    ///   | (d, N, P) | (20, 20, 100) | (30, 30, 150) | (20, 80, 400) | (60, 60, 360) |
    ///   |---|---|---|---|---|
    ///   | sampled | 11750, 7970 | 5140, 990 | 740, 40 | 800, 90 |
    ///   | integrated | 5830, 2730 | 4230, 990 | 420, 90 | 510, 190 |
    ///
    ///   So the readout is sampled unless a study asks otherwise: where modes are hard to leave.
    /// - `replicas`: rungs of a ladder of ridges, from prior to posterior, for the cells that
    ///   ``SamplerSpec/ladders`` says; 0 for none.
    /// - `involutions`: whether the problem's involutions are proposed after every trajectory, on
    ///   every rung.
    case hmc(trajectory: Double?, integrated: Bool, replicas: Int, involutions: Bool)
    /// Unadjusted Langevin dynamics with a step η, a draw every so many steps: for comparison only.
    case langevin(step: Double, interval: Int)
  }

  /// η of Langevin dynamics; 0 for methods that have no step-size bias.
  package var langevinStep: Double {
    if case .langevin(let step, _) = method { step } else { 0 }
  }

  /// Whether the readout is integrated out.
  package var isIntegrated: Bool {
    if case .hmc(_, let integrated, _, _) = method { integrated } else { false }
  }

  /// Rungs of the ladder; 0 for none.
  var replicas: Int {
    if case .hmc(_, _, let replicas, _) = method { replicas } else { 0 }
  }

  /// Whether the problem's involutions are proposed.
  package var proposesInvolutions: Bool {
    if case .hmc(_, _, _, let involutions) = method { involutions } else { false }
  }

  /// Names of the arrays that are archived for what it does besides the usual.
  var archived: [String] {
    (proposesInvolutions ? [Layout.involutionAcceptance] : []) + certification.archived
  }

  /// Draws of which the neurons are kept, per chain.
  package var kept: Int { (draws + thin - 1) / thin }
  /// How many chains there are.
  var chains: Int { cold + planted }
  /// The start of each chain.
  package var starts: [Start] {
    Array(repeating: .cold, count: cold) + Array(repeating: .planted, count: planted)
  }

  package enum Start: String, CaseIterable, Sendable {
    case cold, planted
  }

  /// The words of `sampler.kind`.
  package enum Kind: String, CaseIterable, Sendable {
    case hmc, langevin

    /// The method's name as a heading.
    var title: String {
      switch self {
      case .hmc: "Hamiltonian Monte Carlo"
      case .langevin: "Unadjusted Langevin dynamics"
      }
    }
  }

  package var kind: Kind {
    switch method {
    case .hmc: .hmc
    case .langevin: .langevin
    }
  }

  /// The method and its settings in a fixed spelling, which keys depend on.
  var canonical: String {
    let settings = SamplerSetting.own(of: kind) + SamplerSetting.common.dropFirst()
    return ([kind.rawValue] + settings.compactMap { $0.canonical(self) })
      .joined(separator: " ")
  }
}

extension SamplerSpec {
  /// What a cell's parameters have of its sampler.
  static let coordinates:
    [(
      coordinate: Layout.TypedCoordinate, value: @Sendable (SamplerSpec) -> Parameters.Value
    )] = [
      (.init(.langevinStep, .real, .axis), { .real($0.langevinStep) }),
      (.init(.readoutIntegrated, .integer, .method), { .integer($0.isIntegrated ? 1 : 0) }),
    ]
}

extension Coordinate {
  static let langevinStep = Self(
    Parameters.Name.langevinStep, "step eta of unadjusted Langevin dynamics",
    "theta <- theta - eta grad U + sqrt(2 eta) xi; 0 for Metropolis-adjusted chains")
  static let readoutIntegrated = Self(
    Parameters.Name.readoutIntegrated, "readout integrated out",
    "1 where chains move in the hidden weights alone and the readout is drawn given them")
}

extension SamplerSpec {
  /// Chains of each start, doublings, thinning and Langevin steps a draw where the file gives none.
  static let defaultChains = 1
  static let defaultDoublings = 0
  static let defaultThin = 1
  static let defaultInterval = 20
  static let defaultSlices = 1
  /// Limits of what the file gives.
  static let leastDraws = 8
  static let mostDoublings = 16
  static let replicaCounts = 2...64
  static let mostSlices = 64
  /// The word for a trajectory whose length is chosen in warm-up.
  static let adapted = "adapted"
  /// The words of `readout`; the first holds where a spec leaves it out.
  static let readouts = ["sampled", "integrated"]
  /// The words of `involutions`; the first holds where a spec leaves it out.
  static let involutions = ["none", "all"]
}

extension SamplerSpec {
  /// The samplers of a study: one, or one for each Langevin step.
  ///
  /// - Throws: `UserError`.
  static func axis(_ node: YAMLNode) throws -> [SamplerSpec] {
    let kinds = Kind.allCases
    let any = try node.members(keys(of: kinds))
    let word = try node.required("kind", in: any).word(kinds.map(\.rawValue))
    let kind = Kind(rawValue: word)!
    let members = try node.members(keys(of: [kind]))

    let warmup = try node.required("warmup", in: members).integer()
    let draws = try node.required("draws", in: members).integer(
      in: leastDraws...YAMLNode.largest, "an even number of draws, at least \(leastDraws)"
    ) { $0 % 2 == 0 }
    let doublings = try members["doublings"]?.integer(in: 0...mostDoublings) ?? defaultDoublings
    let thin = try members["thin"]?.integer() ?? defaultThin
    let chains = try members["chains"]?.members(["cold", "planted"])
    let cold = try chains?["cold"]?.integerOrZero() ?? defaultChains
    let planted = try chains?["planted"]?.integerOrZero() ?? defaultChains
    if cold + planted == 0 { throw members["chains"]!.error(expected: "at least one chain") }

    let slices =
      try members["slices"]?.integer(
        in: 1...mostSlices, "an integer from 1 to \(mostSlices)") ?? defaultSlices
    if let node = members["slices"], slices > 1,
      (try? members["readout"]?.word(readouts)) == readouts[1]
    {
      throw node.error(expected: "1 beside readout: integrated, which needs all samples at once")
    }

    let rules = Certification.allCases.map(\.rawValue)
    let rule = try members["certificate"]?.word(rules)
    let certification = rule.flatMap(Certification.init) ?? .usual
    if let node = members["certificate"], min(cold, planted) < certification.leastChains {
      throw node.error(
        expected: "usual with \(cold) cold and \(planted) planted chains; \(certification) "
          + "needs \(certification.leastChains) of each")
    }

    let sampled = try members["ladders"]?.word(Ladders.allCases.map(\.rawValue))
    let ladders = sampled.flatMap(Ladders.init) ?? .disagreeing
    let hasReplicas = (try? members["replicas"]?.integer()) != nil
    if let node = members["ladders"], ladders == .all, !hasReplicas {
      throw node.error(expected: "disagreeing where there are no replicas")
    }

    let bothStarts = cold > 0 && planted > 0
    return try methods(kind, node, members, bothStarts: bothStarts).map {
      SamplerSpec(
        method: $0, cold: cold, planted: planted, warmup: warmup, draws: draws, thin: thin,
        certification: certification,
        // Chains of one kind never agree, however long they are.
        doublings: bothStarts ? doublings : 0, slices: slices, ladders: ladders)
    }
  }

  /// What a spec asks for that no sampling can give, one line each.
  static func cautions(_ node: YAMLNode, _ sampler: SamplerSpec) -> [String] {
    guard sampler.cold == 0 || sampler.planted == 0 else { return [] }
    let missing: Start = sampler.cold == 0 ? .cold : .planted
    let place = node.member("chains")?.place ?? node.place
    let doublings = node.member("doublings").flatMap { try? $0.integer() }
    return [
      "\(place): got no \(missing.rawValue) chain; without chains of both kinds no cell can be "
        + "certified" + (doublings.map { ", so doublings: \($0) is left out" } ?? "")
    ]
  }

  /// The keys of samplers of some kinds; those of `chains` stand below it.
  private static func keys(of kinds: [Kind]) -> [String] {
    (SamplerSetting.common + kinds.flatMap(SamplerSetting.own)).map {
      String($0.key.split(separator: ".")[0])
    }.uniqued
  }

  private static func methods(
    _ kind: Kind, _ node: YAMLNode, _ members: [String: YAMLNode], bothStarts: Bool
  ) throws -> [Method] {
    if kind == .langevin {
      let interval = try members["interval"]?.integer() ?? defaultInterval
      return try node.required("step", in: members).axis { try $0.number() }.map {
        .langevin(step: $0, interval: interval)
      }
    }
    var trajectory: Double?
    if let length = members["trajectory"], (try? length.word([adapted])) == nil {
      trajectory = try length.number(or: ", or \(adapted)")
    }
    let readout = try members["readout"]?.word(readouts)
    let (least, most) = (replicaCounts.lowerBound, replicaCounts.upperBound)
    let replicas =
      try members["replicas"]?.integer(
        in: 0...most, "from \(least) to \(most) replicas, or 0 for no tempering"
      ) { $0 == 0 || $0 >= least } ?? 0
    if let node = members["replicas"], replicas > 0 {
      guard readout != readouts[1] else {
        throw node.error(expected: "no replicas beside readout: integrated, which they do not move")
      }
      guard bothStarts else {
        throw node.error(expected: "chains of both kinds, cold and planted, that may disagree")
      }
    }
    let proposed = try members["involutions"]?.word(involutions)
    if let node = members["involutions"], proposed == involutions[1], readout == readouts[1] {
      throw node.error(expected: "none beside readout: integrated, which they do not move")
    }
    return [
      .hmc(
        trajectory: trajectory, integrated: readout == readouts[1], replicas: replicas,
        involutions: proposed == involutions[1])
    ]
  }
}
