import Foundation
import Host
import Studies

/// What a table or a picture says of where it comes from: facts that are the same in every run, and
/// go with the file wherever it is copied. No time, host, path or commit is among them.
package struct Provenance: Hashable, Sendable {
  /// The figure's name, as in `figures/NAME.gp`.
  package let figure: String
  package let studies: [Study]
  /// Tables and scripts that a picture is drawn from; claims and tables that a table is made from.
  package let files: [File]
  /// Who computed it.
  package let software: String
  /// Who drew it, "gnuplot 5.4 patchlevel 4"; `nil` of a table.
  package internal(set) var renderer: String?
  package var license = Project.license
  package var references = Project.references

  /// A study by name, the key of its spec, and the digest of its arrays.
  package struct Study: Hashable, Codable, Sendable {
    package let name, key: String
    /// `nil` in tables that do not tell it.
    package let content: String?

    package init(name: String, key: String, content: String?) {
      self.name = name
      self.key = key
      self.content = content
    }
  }

  package struct File: Hashable, Codable, Sendable {
    package enum Role: String, Codable, Sendable { case table, script, source }
    package let role: Role
    /// Without a folder.
    package let name: String
    /// SHA-256 of its bytes.
    package let digest: String
  }

  package init(figure: String, studies: [Study], files: [File] = []) {
    self.figure = figure
    self.studies = studies
    self.files = files
    software = "\(Project.name), numerics version \(numericsVersion)"
  }
}

// MARK: - As lines

extension Provenance {
  /// One fact a line, a word that says which and then its value: the form in which every kind of
  /// file holds it.
  package var lines: [String] {
    ["figure \(figure)"]
      + studies.map { "study \($0.name) \($0.key)" + ($0.content.map { " \($0)" } ?? "") }
      + files.map { "\($0.role.rawValue) \($0.name) \($0.digest)" }
      + ["license \(license)", "references \(references)", "software \(software)"]
      + (renderer.map { ["renderer \($0)"] } ?? [])
  }

  /// From lines, among which may be others; `nil` if no figure is named.
  package init?(lines: some Sequence<some StringProtocol>) {
    var figure: String?
    var (studies, files): ([Study], [File]) = ([], [])
    var (software, renderer) = ("", String?.none)
    var (license, references) = (Project.license, Project.references)
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = String(parts[1])
      let words = value.split(separator: " ").map(String.init)
      switch parts[0] {
      case "figure" where words.count == 1: figure = value
      case "study" where words.count == 2 || words.count == 3:
        studies.append(
          Study(name: words[0], key: words[1], content: words.count == 3 ? words[2] : nil))
      case let word where words.count == 2 && File.Role(rawValue: String(word)) != nil:
        files.append(
          File(role: File.Role(rawValue: String(word))!, name: words[0], digest: words[1]))
      case "license": license = value
      case "references": references = value
      case "software": software = value
      case "renderer": renderer = value
      default: break
      }
    }
    guard let figure else { return nil }
    self.figure = figure
    self.studies = studies
    self.files = files
    self.software = software
    self.renderer = renderer
    self.license = license
    self.references = references
  }
}

// MARK: - Differences

extension Provenance {
  /// What has changed since a picture was drawn, old → new, one line a file; each is followed by
  /// the name of the picture.
  ///
  /// - Parameter missing: files of which it has been said that they are missing.
  package func differences(from drawn: Provenance?, but missing: [String]) -> [String] {
    guard let drawn else { return ["tables and script: not told by"] }
    return files.differences(from: drawn.files, but: missing)
  }
}

extension [Provenance.File] {
  /// What has changed since something was made from these files, old → new, one line a file.
  package func differences(from old: [Provenance.File], but missing: [String] = []) -> [String] {
    func digests(_ files: [Provenance.File]) -> [String: String] {
      Dictionary(files.map { ($0.name, $0.digest) }, uniquingKeysWith: { $1 })
    }
    let (before, now) = (digests(old), digests(self))
    return (self + old).map { "\($0.role.rawValue) \($0.name)" }.uniqued.compactMap {
      let name = String($0.split(separator: " ")[1])
      guard before[name] != now[name], !missing.contains(name) else { return nil }
      func text(_ digest: String?) -> String { digest.map { String($0.prefix(12)) } ?? "none" }
      return "\($0): \(text(before[name])) → \(text(now[name])) since"
    }
  }
}
