/// Every key of study files, section by section: what the reference documentation shows.
package struct SpecReference: Encodable, Sendable {
  package let sections: [Section]

  package struct Section: Encodable, Sendable {
    /// "two-layer networks", "the sampler".
    package let title: String
    /// What chooses the section's keys: "network: {kind: two-layer}"; `nil` where every study has
    /// them.
    package let condition: String?
    package let rows: [Setting]
  }

  /// The keys of this version.
  package static let current = SpecReference(
    sections: [Section(title: "Top level", condition: nil, rows: StudySpec.settings)]
      + NetworkKind.all.map { kind in
        Section(
          title: kind.plural.prefix(1).uppercased() + kind.plural.dropFirst(),
          condition: "network: {kind: \(kind.name)}",
          rows: kind.networkSettings + kind.targetSettings + kind.dataSettings
            + kind.priorSettings)
      }
      + [
        Section(
          title: "Sizes in units of others", condition: nil, rows: StudySpec.sizeSettings),
        Section(
          title: "Sampler", condition: nil, rows: SamplerSetting.common.map(\.setting)),
      ]
      + SamplerSpec.Kind.allCases.map { kind in
        Section(
          title: kind.title, condition: "sampler: {kind: \(kind.rawValue)}",
          rows: SamplerSetting.own(of: kind).map(\.setting))
      })
}
