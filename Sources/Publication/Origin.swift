import Archives
import Audit
import Experiments
import Figures
import Foundation
import HDF5
import Host
import Studies

/// Origin of a lone file: what it is, where it comes from, how it stands to the archive around, and
/// how to make it again.
package struct Origin: Sendable {
  package let file: String
  package let kind: Kind
  /// SHA-256 of its bytes.
  package let digest: String
  package let title: String
  package let description: String
  package let license: String
  package let references: String
  package let software: String
  /// What it was drawn with, if it is a picture.
  package let renderer: String?
  /// The statement that a study is about, and its spec; `nil` of other files.
  package let source: String?
  package let spec: String?
  /// The file itself, and all that it was made from.
  package private(set) var parts: [Part]
  package let commit: Commit.Search
  /// Recorded simulations of the studies.
  package let runs: [RunLog.Run]
  package let commands: [Command]

  package enum Kind: String, Encodable, Sendable { case study, picture, table }

  /// A file or a study, and how it stands to that of the archive.
  package struct Part: Encodable, Sendable {
    package let what: String
    package let name: String
    /// Key and content of a study; SHA-256 of a file.
    package let digests: [String]
    package let standing: Standing
    /// The archived counterpart, if there is one.
    package let archived: String?
  }

  package enum Standing: String, Encodable, Sendable {
    case same
    case different
    /// The archive lacks it.
    case absent
  }

  package struct Command: Encodable, Sendable {
    package let command: String
    package let purpose: String
  }

  /// Whether nothing differs from the archive.
  package var agrees: Bool { parts.allSatisfy { $0.standing != .different } }
}

extension Origin {
  /// Reads a `.h5`, `.svg`, `.pdf` or `.tsv` file, wherever it lies.
  ///
  /// - Parameters:
  ///   - data: the folder of the archived studies, which need not exist.
  ///   - figures: that of the figures.
  /// - Throws: `UserError` or `HDF5Error` if the file is damaged, or says nothing of where it comes
  ///   from.
  package init(of file: String, data: String = "data", figures: String = "figures") throws {
    let bytes = try contents(
      of: file, as: "a .h5, .svg, .pdf or .tsv file", atMost: ReadLimit.file)
    if (file as NSString).pathExtension == "h5" {
      try self.init(study: file, bytes, data: data)
    } else {
      try self.init(product: file, bytes, data: data, figures: figures)
    }
  }

  private init(study file: String, _ bytes: Data, data: String) throws {
    let archive = try Archive(reading: file)
    let name = stem(of: file)
    self.file = file
    kind = .study
    digest = Digest.sha256(bytes)
    title = archive.title
    description = archive.header.summary
    license = archive.header.license
    references = archive.header.references
    source = archive.header.source
    software = "\(Project.name), numerics version \(archive.numericsVersion)"
    renderer = nil
    spec = archive.specText
    let study = Provenance.Study(
      name: name, key: archive.studyKey, content: archive.contentDigest)
    parts = [Part(study, data: data)]
    commit = Commit.having(bytes)
    runs = try RunLog(in: data)?.runs.filter { $0.studyKey == archive.studyKey } ?? []

    let isSmoke = archive.grid == StudySpec.Grid.smoke.rawValue
    let wanted = try? StudySpec(parsing: archive.specText, of: "\(name).yml", smoke: isSmoke).key
    let outcome =
      archive.inputsDigest.map { "with the inputs whose SHA-256 is \($0.prefix(12))" }
      ?? (wanted == archive.studyKey
        ? "sample it anew, to the same arrays"
        : "sample it anew: this tool has numerics version \(archive.layout.numericsVersion) and gives it another key")
    commands = [
      Command(
        command: "cod provenance \(shellWord(file)) --spec > again.yml",
        purpose: "write its spec out"),
      Command(
        command: "cod simulate again.yml\(isSmoke ? " --smoke" : "") -o again.h5", purpose: outcome),
      Command(command: "cod verify \(shellWord(file)) again.h5", purpose: "compare"),
    ]
  }

  private init(product file: String, _ bytes: Data, data: String, figures: String) throws {
    guard let (title, provenance) = Provenance.title(andProvenanceOf: bytes, named: file) else {
      throw UserError(
        "\(file): says nothing of where it comes from; expected a .h5, .svg, .pdf or .tsv file made by cod"
      )
    }
    let suffix = (file as NSString).pathExtension
    self.file = file
    kind = suffix == "tsv" ? .table : .picture
    let (name, hash) = (
      (file as NSString).lastPathComponent, Digest.sha256(bytes)
    )
    digest = hash
    self.title = title.title
    description = title.description
    license = provenance.license
    references = provenance.references
    software = provenance.software
    renderer = provenance.renderer
    source = nil
    spec = nil
    let alike = Self.tables(of: provenance.figure, called: title.title, in: figures)
    let own =
      suffix == "tsv"
      ? (alike.first { $0.digest == hash } ?? alike.first { $0.name == name } ?? alike.first)?.name
        ?? name
      : "\(provenance.figure).\(suffix)"
    parts =
      [Part("file", own, hash, in: figures)]
      + provenance.studies.map { Part($0, data: data) }
      + provenance.files.map { Part($0.role.rawValue, $0.name, $0.digest, in: figures) }
    commit = Commit.having(bytes)
    let (studies, keys) = (provenance.studies.map(\.name), provenance.studies.map(\.key))
    runs = try RunLog(in: data)?.runs.filter { keys.contains($0.studyKey) } ?? []
    let figure = shellWord(provenance.figure)
    commands =
      [
        Command(
          command: kind == .table ? "cod tables \(figure)" : "make fig-\(figure)",
          purpose: studies.isEmpty ? "computed anew" : "from the archived samples")
      ]
      + (studies.isEmpty
        ? []
        : [
          Command(
            command: "make reproduce/figures/\(figure).svg",
            purpose: "from scratch, simulating \(studies.joined(separator: ", "))")
        ])
  }
}

extension Origin {
  /// The tables of a folder that are of this figure and have this caption, whatever their names.
  private static func tables(
    of figure: String, called caption: String, in folder: String
  ) -> [(name: String, digest: String)] {
    let names = (try? fileNames(in: folder, "tsv")) ?? []
    return names.compactMap { name in
      guard let bytes = contents(of: "\(folder)/\(name)"),
        let found = Provenance.title(andProvenanceOf: bytes, named: name),
        found.provenance.figure == figure, found.title.title == caption
      else { return nil }
      return (name, Digest.sha256(bytes))
    }
  }
}

/// A word as a shell reads it.
private func shellWord(_ text: String) -> String {
  if text.wholeMatch(of: #/[A-Za-z0-9_.\/][A-Za-z0-9_.\/-]*/#) != nil { return text }
  let parts = text.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  let start = text.utf8.first == UInt8(ascii: "-") ? "./" : ""
  return "'\(start)\(parts.joined(separator: "'\\''"))'"
}

extension Origin.Part {
  /// A file, against that of the same name in a folder.
  fileprivate init(_ what: String, _ name: String, _ digest: String, in folder: String) {
    let path = "\(folder)/\(name)"
    let archived = Digest.sha256(ofFile: path)
    self.init(
      what: what, name: name, digests: [digest],
      standing: archived.map { $0 == digest ? .same : .different } ?? .absent,
      archived: archived == nil ? nil : path)
  }

  /// A study, against that of the same key in a folder, or else of the same name.
  fileprivate init(_ study: Provenance.Study, data: String) {
    let named = "\(data)/\(study.name).h5"
    let others = (try? fileNames(in: data, "h5")) ?? []
    let path =
      ([named] + others.map { "\(data)/\($0)" })
      .first { (try? Archive.studyKey(of: $0)) == study.key } ?? named
    let archived = try? StudyHeader(reading: path)
    let digests = [study.key] + (study.content.map { [$0] } ?? [])
    self.init(
      what: "study", name: study.name, digests: digests,
      standing: archived.map {
        $0.studyKey == study.key && (study.content ?? $0.contentDigest) == $0.contentDigest
          ? .same : .different
      } ?? .absent, archived: archived == nil ? nil : path)
  }
}

// MARK: - In words

extension Origin {
  /// For people, at a terminal.
  package var text: String {
    var lines = ["\(file): \(kind.rawValue), \(title)"]
    if !description.isEmpty { lines.append("  \(description)") }
    func add(_ name: String, _ value: String?) {
      if let value {
        lines.append("  \(name.padding(toLength: 10, withPad: " ", startingAt: 0))  \(value)")
      }
    }
    add("licence", license)
    add("paper", references)
    add("source", source)
    add("software", software)
    add("drawn by", renderer)
    add("sha256", digest)
    switch commit {
    case .found(let commit):
      add("commit", "\(commit.hash.prefix(12)) of \(commit.date): \(commit.subject)")
    case .none: add("commit", "no commit of this repository has this file")
    case .noRepository: break
    }
    lines.append("It and what it is made from:")
    for part in parts {
      let standing =
        switch part.standing {
        case .same: "the same as \(part.archived!)"
        case .different: "differs from \(part.archived!)"
        case .absent: "not in the archive here"
        }
      let digests = part.digests.map { String($0.prefix(12)) }.joined(separator: " ")
      lines.append("  \(part.what) \(part.name) \(digests): \(standing)")
    }
    for run in runs {
      lines.append(
        "  \(run.simulated) of \(run.cells) cells of \(run.study) were simulated by \(run.date) on "
          + "\(run.processor) (\(run.instructionSet)), \(run.workers) at once, in "
          + String(format: "%.0f s (%.0f core-seconds)", run.seconds, run.coreSeconds))
    }
    lines.append("To rebuild it:")
    for command in commands { lines.append("  \(command.command)    # \(command.purpose)") }
    return lines.joined(separator: "\n")
  }
}

extension Origin: Encodable {
  enum CodingKeys: String, CodingKey {
    case file, kind, title, description, license, references, software, renderer, source, spec
    case parts, commit, runs, commands, agrees
    case digest = "sha256"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(kind, forKey: .kind)
    try container.encode(digest, forKey: .digest)
    for (key, text) in [
      (CodingKeys.title, title), (.description, description), (.license, license),
      (.references, references), (.software, software),
    ] { try container.encode(text, forKey: key) }
    for (key, text) in [(CodingKeys.renderer, renderer), (.source, source), (.spec, spec)] {
      try container.encodeIfPresent(text, forKey: key)
    }
    try container.encode(parts, forKey: .parts)
    if case .found(let commit) = commit { try container.encode(commit, forKey: .commit) }
    try container.encode(runs, forKey: .runs)
    try container.encode(commands, forKey: .commands)
    try container.encode(agrees, forKey: .agrees)
  }
}
