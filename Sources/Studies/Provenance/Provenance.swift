import Crypto
import Foundation

/// What a table or a picture says of where it comes from: facts that are the same in every run, and go
/// with the file wherever it is copied. No time, host, path or commit is among them.
public struct Provenance: Hashable, Sendable {
  /// The figure's name, as in `figures/NAME.gp`.
  public let figure: String
  public let studies: [Study]
  /// Tables and scripts that a picture is drawn from.
  public let files: [File]
  /// Who computed it.
  public let software: String
  /// Who drew it, "gnuplot 5.4 patchlevel 4"; `nil` of a table.
  public internal(set) var renderer: String?
  public var license = Self.license
  public var references = Self.references

  /// A study by name, the key of its spec, and the digest of its arrays.
  public struct Study: Hashable, Codable, Sendable {
    public let name, key: String
    /// `nil` in tables that do not tell it.
    public let content: String?

    public init(name: String, key: String, content: String?) {
      self.name = name
      self.key = key
      self.content = content
    }
  }

  public struct File: Hashable, Codable, Sendable {
    public enum Role: String, Codable, Sendable { case table, script }
    public let role: Role
    /// Without a folder.
    public let name: String
    /// SHA-256 of its bytes.
    public let digest: String
  }

  /// Of the data and the figures.
  public static let license = "CC-BY-4.0"
  public static let references = "arXiv:2512.04165"
  static let package = "CurseOfDetail"

  public init(figure: String, studies: [Study], files: [File] = []) {
    self.figure = figure
    self.studies = studies
    self.files = files
    software = "\(Self.package), numerics version \(numericsVersion)"
  }
}

// MARK: - As lines

extension Provenance {
  /// One fact a line, a word that says which and then its value: the form in which every kind of file
  /// holds it.
  public var lines: [String] {
    ["figure \(figure)"]
      + studies.map { "study \($0.name) \($0.key)" + ($0.content.map { " \($0)" } ?? "") }
      + files.map { "\($0.role.rawValue) \($0.name) \($0.digest)" }
      + ["license \(license)", "references \(references)", "software \(software)"]
      + (renderer.map { ["renderer \($0)"] } ?? [])
  }

  /// From lines, among which may be others; `nil` if no figure is named.
  public init?(lines: some Sequence<some StringProtocol>) {
    var figure: String?
    var (studies, files): ([Study], [File]) = ([], [])
    var (software, renderer) = ("", String?.none)
    var (license, references) = (Self.license, Self.references)
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
      case "table" where words.count == 2, "script" where words.count == 2:
        files.append(
          File(role: File.Role(rawValue: String(parts[0]))!, name: words[0], digest: words[1]))
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

// MARK: - Of files

extension Provenance {
  /// What a picture of a figure is drawn from, as the files now are: those tables and scripts that there
  /// are, and the studies that the tables name.
  public init(of figure: Figure, tables folder: String, scripts: String) {
    let tables = figure.tableNames(scripts: scripts).map { (File.Role.table, folder, $0) }
    let drawn = ["\(figure.name).gp", "style.gp"].map { (File.Role.script, scripts, $0) }
    let files = (tables + drawn).compactMap { role, folder, name in
      sha256(of: "\(folder)/\(name)").map { File(role: role, name: name, digest: $0) }
    }
    let studies = tables.flatMap { Table.studies(of: "\($0.1)/\($0.2)") }.uniqued
    self.init(figure: figure.name, studies: studies, files: files)
  }
}

extension Table {
  /// The studies that the head of a table names.
  static func studies(of path: String) -> [Provenance.Study] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return Provenance(lines: ["figure -"] + head(of: text))!.studies
  }

  /// The lines of a table's commented head, without the marks.
  static func head(of text: String) -> [String] {
    text.split(separator: "\n").prefix { $0.hasPrefix("#") }
      .map { $0.dropFirst().trimmingCharacters(in: .whitespaces) }
  }
}

extension Figure {
  /// File names of the tables that the figure is drawn from: its own, the quoted numbers, and those of its
  /// script.
  public func tableNames(scripts: String) -> [String] {
    let script = (try? String(contentsOfFile: "\(scripts)/\(name).gp", encoding: .utf8)) ?? ""
    let named = script.matches(of: #/[a-z0-9-]+\.tsv/#).map { String($0.output) }
    return (["\(name).tsv", "\(name)-numbers.tsv"] + named).uniqued
  }
}

/// SHA-256 of a file's bytes, `nil` if it cannot be read.
func sha256(of path: String) -> String? {
  FileManager.default.contents(atPath: path).map { SHA256.hash(data: $0).hexadecimal }
}

extension Provenance {
  /// Of a picture or a table, `nil` if it cannot be read or says nothing of itself.
  init?(of path: String) {
    guard let bytes = FileManager.default.contents(atPath: path),
      let found = Self.title(andProvenanceOf: bytes, named: path)
    else { return nil }
    self = found.provenance
  }

  /// What the bytes of a picture or a table say of themselves.
  static func title(
    andProvenanceOf bytes: Data, named path: String
  ) -> (title: FigureTitle, provenance: Provenance)? {
    switch (path as NSString).pathExtension {
    case "svg": return SVGMetadata.read(String(decoding: bytes, as: UTF8.self))
    case "pdf": return PDFMetadata.read(bytes)
    case "tsv":
      let head = Table.head(of: String(decoding: bytes, as: UTF8.self))
      return Provenance(lines: head).map {
        (FigureTitle(title: head.first ?? "", description: ""), $0)
      }
    default: return nil
    }
  }

  /// What has changed since a picture was drawn, old → new, one line a file; each is followed by the name of
  /// the picture.
  ///
  /// - Parameter missing: files of which it has been said that they are missing.
  func differences(from drawn: Provenance?, but missing: [String]) -> [String] {
    guard let drawn else { return ["tables and script: not told by"] }
    func digests(_ files: [File]) -> [String: String] {
      Dictionary(files.map { ($0.name, $0.digest) }, uniquingKeysWith: { $1 })
    }
    let (old, new) = (digests(drawn.files), digests(files))
    return (files + drawn.files).map { "\($0.role.rawValue) \($0.name)" }.uniqued.compactMap {
      let name = String($0.split(separator: " ")[1])
      guard old[name] != new[name], !missing.contains(name) else { return nil }
      func text(_ digest: String?) -> String { digest.map { String($0.prefix(12)) } ?? "none" }
      return "\($0): \(text(old[name])) → \(text(new[name])) since"
    }
  }
}
