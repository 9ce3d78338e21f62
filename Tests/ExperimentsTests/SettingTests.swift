import Experiments
import Studies
import TestSupport
import Testing

/// The keys that the reference shows are those that studies have, with the defaults that it names.
@Suite struct SettingTests {
  let bare =
    tinyStudy
    .with("chains: {cold: 1, planted: 1}, ", as: "").with(", doublings: 0, thin: 5", as: "")
    .with("prior: {weight_variance: 1, readout_variance: 1}\n", as: "")
    .with(", datasets: 2", as: "").with("activation: erf, ", as: "")

  func keys(_ text: String) async throws -> [String] {
    try await StudySpec.of(text).cells().map(\.key)
  }

  func section(_ title: String) throws -> SpecReference.Section {
    try #require(SpecReference.current.sections.first { $0.title == title })
  }

  /// A sampler of some settings, in YAML.
  func sampler(_ settings: [Setting], _ value: (Setting) -> String) -> String {
    settings.map { setting in
      let path = setting.key.split(separator: ".").dropFirst()
      let nested = path.dropFirst().reduce("\(path.first!): ") { $0 + "{\($1): " }
      return nested + value(setting) + String(repeating: "}", count: path.count - 1)
    }.joined(separator: ", ")
  }

  @Test(arguments: ["Hamiltonian Monte Carlo", "Unadjusted Langevin dynamics"])
  func whatIsLeftOutIsTheNamedDefault(title: String) async throws {
    let own = try section(title)
    let kind = try #require(own.condition?.firstMatch(of: #/kind: (\w+)/#)?.output.1)
    let text = bare.with("kind: hmc", as: kind == "hmc" ? "kind: hmc" : "kind: langevin, step: 0.1")
    let optional = (try section("Sampler").rows + own.rows).filter { $0.standard != nil }
    #expect(optional.count > 4)
    for setting in optional {
      let said = sampler([setting]) { $0.standard! }
      #expect(
        try await keys(text) == keys(text.with("warmup: 20", as: "warmup: 20, \(said)")), "\(said)")
    }
  }

  @Test func whatHasNoDefaultIsAskedFor() async throws {
    for (title, kind) in [
      ("Hamiltonian Monte Carlo", "hmc"), ("Unadjusted Langevin dynamics", "langevin"),
    ] {
      let rows = try section("Sampler").rows + section(title).rows
      let needed = rows.filter { $0.standard == nil }
      let values = ["kind": kind, "warmup": "20", "draws": "12", "step": "0.1"]
      func text(_ settings: [Setting]) -> String {
        bare.with(
          "kind: hmc, warmup: 20, draws: 12", as: sampler(settings) { values[$0.name] ?? "?" })
      }
      _ = try await StudySpec.of(text(needed))
      for setting in needed {
        let rest = needed.filter { $0.key != setting.key }
        let line = await errorLine { _ = try await StudySpec.of(text(rest)) }
        #expect(line.hasSuffix("missing key '\(setting.key)'"), "\(line)")
      }
    }
  }

  @Test func everyKindHasItsSection() throws {
    for kind in NetworkKind.all {
      let section = try #require(
        SpecReference.current.sections.first { $0.condition == kind.condition })
      let keys = section.rows.map(\.key)
      #expect(Set(keys).count == keys.count && keys.first == "network.kind")
      #expect(kind.givenSizes.allSatisfy { keys.contains("network.\($0.name)") })
      #expect(kind.variances.allSatisfy { keys.contains("prior.\($0.name)") })
      #expect(keys.contains("data.test") == (kind.needsTestSet || kind.hasLaws))
    }
    let rows = SpecReference.current.sections.flatMap(\.rows)
    #expect(rows.allSatisfy { !$0.values.isEmpty && !$0.meaning.isEmpty })
  }

  @Test func theTopLevelIsThatOfTheErrors() async throws {
    let common = try section("Every study").rows.map(\.name)
    let own = try section("Posterior samples").rows.map(\.name)
    let names = (common.dropLast() + own + common.suffix(1)).joined(separator: ", ")
    let line = await errorLine { _ = try await StudySpec.of("colour: blue\n") }
    #expect(line.hasSuffix("unknown key 'colour'; expected one of \(names)"), "\(line)")
  }
}
