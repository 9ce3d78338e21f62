import Studies

/// A key of `sampler`, and the value that a sampler has of it.
///
/// The parser knows keys by these lists. The canonical text of a cell, what `cod why` says of
/// changes and the reference documentation are made of them.
package struct SamplerSetting: Sendable {
  package let setting: Setting
  /// The sampler's value, or `nil` where its kind has none.
  package let value: @Sendable (SamplerSpec) -> Parameters.Value?
  /// Whether canonical texts leave the standard out: keys are those of before the setting was.
  let isSilent: Bool

  private init(
    _ key: String, _ values: String, standard: String? = nil, isSilent: Bool = false,
    _ meaning: String, _ value: @escaping @Sendable (SamplerSpec) -> Parameters.Value?
  ) {
    precondition(!isSilent || standard != nil)
    setting = Setting("sampler.\(key)", values, standard: standard, meaning)
    self.value = value
    self.isSilent = isSilent
  }

  /// What a canonical text says of it: "replicas 0".
  func canonical(_ sampler: SamplerSpec) -> String? {
    let text = value(sampler)!.text
    return isSilent && text == setting.standard ? nil : "\(setting.name) \(text)"
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
      "certificate", Setting.Words.words(Certification.allCases.map(\.rawValue)),
      standard: Certification.usual.rawValue, isSilent: true,
      "what chains must show before their cell is certified; strict asks every observable, with "
        + "R-hat < \(Certification.strict.largestRHat.spelt) and bulk and tail ESS > "
        + "\(Certification.strict.leastESS.spelt), of two or more chains of each kind of start"
    ) { .word($0.certification.rawValue) },
    SamplerSetting(
      "thin", Setting.Words.count, standard: "\(SamplerSpec.defaultThin)",
      "one draw in so many has its neurons kept"
    ) { .integer($0.thin) },
    SamplerSetting(
      "slices", "an integer from 1 to \(SamplerSpec.mostSlices)",
      standard: "\(SamplerSpec.defaultSlices)", isSilent: true,
      "slices into which samples are split; where a chain has cores to spare, each computes a slice "
        + "of its gradients"
    ) { .integer($0.slices) },
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
      guard case .hmc(let length, _, _, _) = $0.method else { return nil }
      return length.map { .real($0) } ?? .word(SamplerSpec.adapted)
    },
    SamplerSetting(
      "readout", Setting.Words.words(SamplerSpec.readouts), standard: SamplerSpec.readouts[0],
      "integrated: chains move in the hidden weights alone, and readouts are drawn given them"
    ) {
      guard case .hmc(_, let integrated, _, _) = $0.method else { return nil }
      return .word(SamplerSpec.readouts[integrated ? 1 : 0])
    },
    SamplerSetting(
      "replicas",
      "0, or an integer from \(SamplerSpec.replicaCounts.lowerBound) to "
        + "\(SamplerSpec.replicaCounts.upperBound)", standard: "0",
      "rungs of the ladder of ridges, on which ladders says what cells are sampled"
    ) {
      guard case .hmc(_, _, let count, _) = $0.method else { return nil }
      return .integer(count)
    },
    SamplerSetting(
      "ladders", Setting.Words.words(SamplerSpec.Ladders.allCases.map(\.rawValue)),
      standard: SamplerSpec.Ladders.disagreeing.rawValue, isSilent: true,
      "cells that are sampled on the ladder: those whose chains disagree after all doublings, or "
        + "all, with no chains before"
    ) {
      guard case .hmc = $0.method else { return nil }
      return .word($0.ladders.rawValue)
    },
    SamplerSetting(
      "involutions", Setting.Words.words(SamplerSpec.involutions),
      standard: SamplerSpec.involutions[0], isSilent: true,
      "all: after every trajectory, on every rung, the involutions of the kind of network are "
        + "proposed: " + NetworkKind.all.compactMap(\.involutionsText).joined(separator: "; ")
    ) {
      guard case .hmc(_, _, _, let proposed) = $0.method else { return nil }
      return .word(SamplerSpec.involutions[proposed ? 1 : 0])
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
