import Host
import Studies
import YAML

/// Posterior sampling: each cell is sampled by chains, and every draw is archived.
package struct PosteriorExperiment: Experiment {
  package let problems: ProblemGrid
  /// How the cells are sampled: a grid axis of Langevin steps, or one.
  package let samplers: [SamplerSpec]
  /// Names of the further observables that are archived, in the kind's order.
  package let observed: [String]
  package let layout: Layout
  package let cautions: [String]

  package var kind: NetworkKind { problems.kind }
  /// What all of `samplers` have in common: chains, draws, what is kept.
  package var sampler: SamplerSpec { samplers[0] }
  package var inputsDigest: String? { problems.inputsDigest }
}

// MARK: - Keys

extension PosteriorExperiment {
  package static let name = "posterior"
  package static let title = "Posterior samples"
  package static var models: [String] { NetworkKind.all.map(\.name) }

  package static let keys =
    ProblemGrid.keys + [
      Setting("sampler", "a mapping", "how each cell is sampled"),
      Setting(
        "observe", "a list of names of further observables", standard: "nothing",
        "observables of every draw that are archived besides those of the kind of network"),
    ]

  package static let reference =
    ProblemGrid.reference(NetworkKind.all)
    + NetworkKind.all.filter { !$0.further.isEmpty }.map { kind in
      SpecReference.Section(
        title: "Further observables of \(kind.plural)",
        condition: kind.condition,
        rows: kind.further.map {
          Setting(
            "observe.\($0.name)", "a name in the list observe", standard: "not archived",
            $0.coordinate.meaning)
        })
    }
    + [
      SpecReference.Section(
        title: "Sampler", condition: nil, rows: SamplerSetting.common.map(\.setting))
    ]
    + SamplerSpec.Kind.allCases.map { kind in
      SpecReference.Section(
        title: kind.title, condition: "sampler: {kind: \(kind.rawValue)}",
        rows: SamplerSetting.own(of: kind).map(\.setting))
    }

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    guard let kind = NetworkKind.named(model) else { return nil }
    let known =
      kind.further.map(\.name) + (kind.involutions == nil ? [] : [Layout.involutionAcceptance])
      + Certification.strict.archived
    guard names.allSatisfy(known.contains) else { return nil }
    return .posterior(of: kind, observing: names)
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    problems = try ProblemGrid(top, of: root, kinds: NetworkKind.all)
    let kind = problems.kind
    let names = kind.further.map(\.name)
    let asked = try top["observe"]?.axis { node in
      guard !names.isEmpty else {
        throw node.error(expected: "no further observables, of which \(kind.plural) have none")
      }
      return try node.word(names)
    }
    observed = names.filter { asked?.contains($0) ?? false }
    let node = try root.required("sampler", in: top)
    samplers = try SamplerSpec.axis(node)
    cautions = SamplerSpec.cautions(node, samplers[0])
    if samplers[0].proposesInvolutions, kind.involutions == nil {
      let place = node.member("involutions") ?? node
      throw place.error(expected: "none, since \(kind.plural) have no involutions")
    }
    layout = .posterior(of: kind, observing: observed + samplers[0].archived)
    try checkSize(of: root.file)
  }

  package func cells() -> [Cell] {
    let (layout, observed) = (layout, observed)
    return problems.cells(along: samplers) { instance, sampler in
      PosteriorTask(layout: layout, instance: instance, sampler: sampler, observed: observed)
    }
  }

  package var settings: [(name: String, values: [String])] {
    problems.settings
      + SamplerSetting.all.map { setting in
        // One value for each Langevin step where that is what differs.
        let values = samplers.map { setting.value($0).map(Self.spelt) ?? "none" }
        return ("sampler.\(setting.key)", values.uniqued)
      } + [("observe", observed.isEmpty ? ["nothing"] : observed)]
  }

  /// A value as one writes it.
  private static func spelt(_ value: Parameters.Value) -> String {
    if case .real(let x) = value { x.spelt } else { value.text }
  }

  /// - Throws: `UserError` if the grid or one of its cells is beyond any memory.
  private func checkSize(of file: String) throws {
    func require(_ size: Double, _ what: String) throws {
      try Limits.require(size, Limits.array, file, what)
    }
    try problems.checkSize(of: file, planted: sampler.planted > 0, values: samplers.count)
    for point in problems.targets(of: problems.networks) {
      for unit in kind.units {
        try require(
          Double(sampler.kept * sampler.chains) * Double(point.integer(unit.size)),
          "kept draws × chains × network.\(unit.size)")
      }
      for part in kind.parts {
        try require(
          Double(sampler.draws * sampler.chains) * Double(point.integer(part.size)),
          "draws × chains × \(part.size)")
      }
      if sampler.isIntegrated {
        // Features and slopes of all samples, and two matrices in double precision.
        let features = kind.demand(point).features
        try require(
          2 * features * Double(problems.largest(at: point).samples) + 5 * features * features,
          "numbers that readout: integrated needs at \(problems.sizeNames)")
      }
    }
    try require(Double(sampler.draws) * Double(sampler.chains), "draws × chains")
    let sweeps = Double(sampler.draws) * Double(1 << sampler.doublings)
    try require(
      sweeps * Double(sampler.replicas * sampler.chains), "draws × 2^doublings × replicas × chains")
  }
}
