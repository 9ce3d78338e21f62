/// A key of `sampler`, and the value that a sampler has of it.
///
/// The parser knows keys by these lists. The canonical text of a cell, what `cod why` says of
/// changes and the reference documentation are made of them.
package struct SamplerSetting: Sendable {
  package let setting: Setting
  /// The sampler's value, or `nil` where its kind has none.
  package let value: @Sendable (SamplerSpec) -> Parameters.Value?

  private init(
    _ key: String, _ values: String, standard: String? = nil, _ meaning: String,
    _ value: @escaping @Sendable (SamplerSpec) -> Parameters.Value?
  ) {
    setting = Setting("sampler.\(key)", values, standard: standard, meaning)
    self.value = value
  }

  /// The key below `sampler`, "chains.cold".
  package var key: String { String(setting.key.trimmingPrefix("sampler.")) }

  /// All keys, those of single kinds at the end.
  package static let all = common + SamplerSpec.Kind.allCases.flatMap(own)

  /// The keys that samplers of all kinds have.
  package static let common = [
    SamplerSetting(
      "kind", Setting.Words.words(SamplerSpec.Kind.allCases.map(\.rawValue)),
      "how chains move"
    ) { .word($0.kind.rawValue) },
    SamplerSetting(
      "chains.cold", Setting.Words.countOrZero, standard: "\(SamplerSpec.defaultChains)",
      "chains of a cell that start at a draw from the prior"
    ) { .integer($0.cold) },
    SamplerSetting(
      "chains.planted", Setting.Words.countOrZero, standard: "\(SamplerSpec.defaultChains)",
      "chains of a cell that start at a solution of the task"
    ) { .integer($0.planted) },
    SamplerSetting(
      "warmup", Setting.Words.count, "draws before the first, which are not kept"
    ) { .integer($0.warmup) },
    SamplerSetting(
      "draws", "an even number, at least \(SamplerSpec.leastDraws)", "draws of each chain"
    ) { .integer($0.draws) },
    SamplerSetting(
      "doublings", "an integer from 0 to \(SamplerSpec.mostDoublings)",
      standard: "\(SamplerSpec.defaultDoublings)",
      "how often chains that disagree go on at twice the spacing of draws"
    ) { .integer($0.doublings) },
    SamplerSetting(
      "thin", Setting.Words.count, standard: "\(SamplerSpec.defaultThin)",
      "one draw in so many has its neurons kept"
    ) { .integer($0.thin) },
  ]

  /// The keys that samplers of one kind have.
  package static func own(of kind: SamplerSpec.Kind) -> [SamplerSetting] {
    switch kind {
    case .hmc: hamiltonian
    case .langevin: langevin
    }
  }

  private static let hamiltonian = [
    SamplerSetting(
      "trajectory", Setting.Words.positive + ", or \(SamplerSpec.adapted)",
      standard: SamplerSpec.adapted,
      "mean length of a trajectory, in units in which the prior's frequency is 1"
    ) {
      guard case .hmc(let length, _, _) = $0.method else { return nil }
      return length.map { .real($0) } ?? .word(SamplerSpec.adapted)
    },
    SamplerSetting(
      "readout", Setting.Words.words(SamplerSpec.readouts), standard: SamplerSpec.readouts[0],
      "integrated: chains move in the hidden weights alone, and readouts are drawn given them"
    ) {
      guard case .hmc(_, let integrated, _) = $0.method else { return nil }
      return .word(SamplerSpec.readouts[integrated ? 1 : 0])
    },
    SamplerSetting(
      "replicas",
      "0, or an integer from \(SamplerSpec.replicas.lowerBound) to "
        + "\(SamplerSpec.replicas.upperBound)", standard: "0",
      "rungs of the ladder of ridges on which a cell is sampled whose chains still disagree"
    ) {
      guard case .hmc(_, _, let count) = $0.method else { return nil }
      return .integer(count)
    },
  ]

  private static let langevin = [
    SamplerSetting(
      "step", Setting.Words.positive + Setting.Words.axis, "step eta, in whitened coordinates"
    ) {
      guard case .langevin(let step, _) = $0.method else { return nil }
      return .real(step)
    },
    SamplerSetting(
      "interval", Setting.Words.count, standard: "\(SamplerSpec.defaultInterval)",
      "steps from one draw to the next"
    ) {
      guard case .langevin(_, let interval) = $0.method else { return nil }
      return .integer(interval)
    },
  ]
}
