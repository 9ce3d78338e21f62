import Archives
import Host
import Studies

/// What distinguishes a study's archive from its spec, parameter by parameter.
extension StudySpec {
  /// One line for each parameter that has changed since the archive was simulated, old → new, and
  /// one for what that means for its cells. Only what the cells' keys depend on counts.
  func changes(since archive: Archive) -> [String] {
    var changes = Changes()
    changes.compare("numerics version", archive.numericsVersion, Studies.numericsVersion)
    changes.compare("grid", archive.grid, grid.rawValue)
    changes.compare("network.kind", archive.kind.name, kind.name)
    let inputs: String? = if case .given(let inputs) = data { inputs.digest } else { nil }
    changes.compare(
      "data.inputs, SHA-256", archive.inputsDigest ?? "none", inputs ?? "none")
    if archive.kind.name == kind.name {
      // An archive outlives the form of specs; then its cells tell what it was.
      if let old = try? StudySpec(
        parsing: archive.specText, of: file, smoke: archive.grid == Grid.smoke.rawValue)
      {
        compare(with: old, &changes)
      } else {
        compare(with: archive.cells, &changes)
      }
    }
    let keys = cells().map(\.key)
    let (old, new) = (Set(archive.keys), Set(keys))
    let reused = old.intersection(new).count
    if changes.lines.isEmpty, archive.keys != keys {
      changes.lines.append("cell keys: spelt in another way, with no parameter changed")
    }
    changes.lines.append(
      "cells: \(archive.keys.count) → \(keys.count); \(reused) stay, \(new.count - reused) are new, "
        + "\(old.count - reused) are gone")
    return changes.lines
  }

  private func compare(with old: StudySpec, _ changes: inout Changes) {
    for (i, choice) in kind.choices.enumerated() {
      changes.compare("network.\(choice.coordinate.name)", old.choices[i], choices[i])
    }
    for (i, size) in kind.givenSizes.enumerated() {
      changes.compare("network.\(size.name)", old.sizes[i], sizes[i])
    }
    changes.compare("target", old.targets.words, targets.words)
    if case .drawn(let oldSamples, let oldSets) = old.data,
      case .drawn(let samples, let sets) = data
    {
      changes.compare("data.samples", oldSamples, samples)
      changes.compare("data.datasets", oldSets, sets)
    }
    if kind.needsTestSet { changes.compare("data.test", old.testSamples, testSamples) }
    for (i, variance) in kind.variances.enumerated() {
      changes.compare(
        "prior.\(variance.name)", old.variances[i].map(\.spelt), variances[i].map(\.spelt))
    }
    changes.compare("ridge", old.ridges.map(\.spelt), ridges.map(\.spelt))
    for ((name, a), (_, b)) in zip(old.samplerSettings, samplerSettings) {
      changes.compare("sampler.\(name)", a, b)
    }
  }

  private func compare(with old: [Parameters], _ changes: inout Changes) {
    let new = cells().map(\.parameters)
    for name in kind.coordinates.map(\.name) {
      changes.compare(name, old.map { $0.text(name) }.uniqued, new.map { $0.text(name) }.uniqued)
    }
  }

  /// Each setting's name and its values, one for each Langevin step where that is what differs.
  private var samplerSettings: [(name: String, values: [String])] {
    func all(_ value: (SamplerSpec) -> String) -> [String] { samplers.map(value).uniqued }
    return SamplerSetting.all.map { setting in
      (setting.key, all { setting.value($0).map(spelt) ?? "none" })
    }
  }
}

/// Lines that say old → new.
private struct Changes {
  var lines: [String] = []

  mutating func compare(_ name: String, _ old: Int, _ new: Int) {
    compare(name, ["\(old)"], ["\(new)"])
  }

  mutating func compare(_ name: String, _ old: String, _ new: String) {
    compare(name, [old], [new])
  }

  mutating func compare(_ name: String, _ old: Sizes, _ new: Sizes) {
    compare(name, old.words, new.words)
  }

  /// Values of an axis. Where there are several, which are new and which are gone is said too.
  mutating func compare(_ name: String, _ old: [String], _ new: [String]) {
    guard old != new else { return }
    var line = "\(name): \(old.joined(separator: ", ")) → \(new.joined(separator: ", "))"
    if old.count > 1 || new.count > 1 {
      let (added, gone) = (
        new.filter { !old.contains($0) }, old.filter { !new.contains($0) }
      )
      let notes =
        (added.isEmpty ? [] : ["new: \(added.joined(separator: ", "))"])
        + (gone.isEmpty ? [] : ["gone: \(gone.joined(separator: ", "))"])
      line += " (\(notes.isEmpty ? "in another order" : notes.joined(separator: "; ")))"
    }
    lines.append(line)
  }
}

/// A value as one writes it.
private func spelt(_ value: Parameters.Value) -> String {
  if case .real(let x) = value { x.spelt } else { value.text }
}

extension Sizes {
  fileprivate var words: [String] {
    switch self {
    case .absolute(let sizes): sizes.map { "\($0)" }
    case .scaled(let factors, let unit): factors.map { "\($0.spelt) × \(unit)" }
    }
  }
}

extension SizeProduct: CustomStringConvertible {
  /// "length^1/2 dimension^3/2".
  package var description: String {
    factors.map { factor in
      let quarters = factor.quarters
      if quarters == 4 { return factor.size }
      let divisor = quarters % 4 == 0 ? 4 : quarters % 2 == 0 ? 2 : 1
      let root = 4 / divisor
      return "\(factor.size)^\(quarters / divisor)\(root == 1 ? "" : "/\(root)")"
    }.joined(separator: " ")
  }
}

extension StudySpec.Targets {
  fileprivate var words: [String] {
    switch self {
    case .hermite(let degrees): degrees.map { "hermite \($0)" }
    case .words(let words): words
    }
  }
}
