import Archives
import Experiments
import Host
import Studies

/// What distinguishes a study's archive from its spec, parameter by parameter.
extension StudySpec {
  /// One line for each parameter that has changed since the archive was simulated, old → new, and
  /// one for what that means for its cells. Only what the cells' keys depend on counts.
  func changes(since archive: Archive) -> [String] {
    var changes = Changes()
    changes.compare("numerics version", archive.numericsVersion, layout.numericsVersion)
    changes.compare("grid", archive.grid, grid.rawValue)
    changes.compare("experiment", archive.layout.experiment, layout.experiment)
    changes.compare("network.kind", archive.layout.model, layout.model)
    changes.compare(
      "data.inputs, SHA-256", archive.inputsDigest ?? "none", experiment.inputsDigest ?? "none")
    if (archive.layout.experiment, archive.layout.model) == (layout.experiment, layout.model) {
      // An archive outlives the form of specs; then its cells tell what it was.
      if let old = try? StudySpec(
        parsing: archive.specText, of: file, smoke: archive.grid == Grid.smoke.rawValue)
      {
        let known = Dictionary(old.experiment.settings.map { ($0.name, $0.values) }) { a, _ in a }
        for (name, values) in experiment.settings {
          if let before = known[name] { changes.compare(name, before, values) }
        }
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

  private func compare(with old: [Parameters], _ changes: inout Changes) {
    let new = cells().map(\.parameters)
    for name in layout.coordinates.map(\.name) {
      changes.compare(name, old.map { $0.text(name) }.uniqued, new.map { $0.text(name) }.uniqued)
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
