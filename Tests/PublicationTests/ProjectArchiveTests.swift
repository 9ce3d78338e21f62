import Archives
import Figures
import Foundation
import HDF5
import Host
import Paper
import Publication
import Studies
import TestSupport
import Testing
import Verdicts

/// The archive of this project, and the papers in it.
@Suite struct ProjectArchiveTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  static let archive = Result { try ProjectArchive(of: root, figures: Paper.figures) }

  /// A file of the payload, as text.
  func text(_ name: String) throws -> String {
    let archive = try Self.archive.get()
    let entry = try #require(
      archive.tar.entries.first { $0.name == "\(archive.name)/data/\(name)" }, "no \(name)")
    guard case .file(let bytes, _) = entry.content else { return "a link" }
    return String(decoding: bytes, as: UTF8.self)
  }

  func names(in folder: String, _ suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(folder)")
      .filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
  }

  @Test func theDictionaryHasEveryArrayAndEveryColumn() throws {
    let rows = try text("data-dictionary.csv").components(separatedBy: "\r\n").dropLast()
    #expect(rows.first == "file,variable,axes,shape,type,units,long_name,description")
    let described = Set(
      rows.dropFirst().map { $0.split(separator: ",").prefix(2).joined(separator: " ") })
    #expect(described.count == rows.count - 1, "each once")
    var expected: Set<String> = []
    for path in try names(in: "data", ".h5") {
      let root = try File(reading: "\(Self.root)/\(path)").root()
      for name in try root.names { expected.insert("\(path) \(name)") }
    }
    for path in try names(in: "figures", ".tsv") {
      let lines = try text(path).split(separator: "\n")
      let head = try #require(lines.first { !$0.hasPrefix("#") })
      for name in head.split(separator: "\t") { expected.insert("\(path) \(name)") }
    }
    #expect(described == expected)
    // The text has the names too, and what a well-known one is.
    let dictionary = try text("DATA-DICTIONARY.md")
    for row in described {
      let name = row.split(separator: " ")[1]
      #expect(dictionary.contains("| `\(name)` |"), "\(row)")
    }
    #expect(
      dictionary.contains(
        "| `alignment` | cell, chain, draw | float64 | 1 | alignment A: A = <f,y>/<y,y> over x ~ N(0, I) | "
      ))
  }

  struct Crate: Decodable {
    let graph: [Entity]
    enum CodingKeys: String, CodingKey { case graph = "@graph" }

    struct Entity: Decodable {
      let id, type: String
      let instrument, license: Reference?
      let object, result: References?
      let hasPart, mentions: [Reference]?
      let datePublished, name, description: String?
      enum CodingKeys: String, CodingKey {
        case id = "@id"
        case type = "@type"
        case instrument, license, object, result, hasPart, mentions, datePublished, name,
          description
      }
    }
    /// One, or a list.
    struct References: Decodable {
      let ids: [Reference]
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(Reference.self) {
          ids = [one]
        } else {
          ids = try container.decode([Reference].self)
        }
      }
    }
    struct Reference: Decodable {
      let id: String
      enum CodingKeys: String, CodingKey { case id = "@id" }
    }
  }

  @Test func theCrateTellsHowEveryStudyAndFigureWasMade() throws {
    let archive = try Self.archive.get()
    let graph = try JSONDecoder().decode(
      Crate.self, from: Data(text("ro-crate-metadata.json").utf8)
    )
    .graph
    let byID = Dictionary(uniqueKeysWithValues: graph.map { ($0.id, $0) })
    let payload = Set(archive.tar.entries.map { $0.name.dropFirst("\(archive.name)/data/".count) })
    for entity in graph {
      let references =
        [entity.instrument, entity.license].compactMap { $0 } + (entity.object?.ids ?? [])
        + (entity.result?.ids ?? []) + (entity.hasPart ?? []) + (entity.mentions ?? [])
      for reference in references {
        #expect(byID[reference.id] != nil, "\(entity.id) refers to \(reference.id)")
      }
      if entity.type == "File" { #expect(payload.contains(entity.id[...]), "no \(entity.id)") }
      if entity.type == "File", entity.id.hasPrefix("data/") || entity.id.hasPrefix("figures/") {
        let license = entity.id == "data/war-and-peace-words.csv" ? "CC0-1.0" : "CC-BY-4.0"
        #expect(entity.license?.id == "https://spdx.org/licenses/\(license)", "\(entity.id)")
      }
    }
    let root = try #require(byID["./"])
    #expect(try #require(root.datePublished).wholeMatch(of: #/\d{4}-\d\d-\d\d/#) != nil)
    let actions = graph.filter { $0.type == "CreateAction" }
    #expect(Set(actions.map(\.id)) == Set((root.mentions ?? []).map(\.id)))
    #expect(actions.allSatisfy { $0.instrument?.id == "#cod" && $0.object?.ids.isEmpty == false })
    let results = actions.flatMap { ($0.result?.ids ?? []).map(\.id) }
    #expect(results.count == Set(results).count, "made once")
    let made =
      try names(in: "data", ".h5")
      + [".tsv", ".svg", ".pdf"].flatMap {
        try names(in: "figures", $0)
      }
    #expect(Set(results) == Set(made))
  }

  /// A new file of data or figures is in it by itself.
  @Test func theCrateHasEveryFile() throws {
    let archive = try Self.archive.get()
    let graph = try JSONDecoder().decode(
      Crate.self, from: Data(text("ro-crate-metadata.json").utf8)
    ).graph
    let files = graph.filter { $0.type == "File" }
    let payload = "\(archive.name)/data/"
    let expected = archive.tar.entries.filter { $0.name.hasPrefix(payload) }
      .map { String($0.name.dropFirst(payload.count)) }.filter { name in
        name != "ro-crate-metadata.json"
          && !["Sources/", "Tests/"].contains { name.hasPrefix($0) }
      }
    #expect(files.map(\.id).sorted() == expected.sorted())
    let parts = Set((graph.first { $0.id == "./" }?.hasPart ?? []).map(\.id))
    for file in files {
      #expect(parts.contains(file.id), "\(file.id) is no part of the whole")
      #expect(file.description?.isEmpty == false, "\(file.id) has no description")
    }
    for name in [
      "data/architectures/cnn.yml", "data/verification.json", "figures/specialists.md",
      "docs/architecture.md", "CONTRIBUTING.md", "CHANGELOG.md",
    ] { #expect(files.contains { $0.id == name }, "\(name)") }
  }

  @Test func theAppendixIsFilledIn() throws {
    let appendix = try text("ARTIFACT.md")
    let studies = try names(in: "data", ".h5")
    #expect(appendix.contains("included: \(studies.count) studies of "))
    #expect(appendix.contains("\(Paper.figures.count) figures as SVG and PDF"))
    let claims = try Claims(reading: "\(Self.root)/data/claims.yml", tables: "\(Self.root)/figures")
    #expect(appendix.contains(claims.summary))
    for study in studies {
      #expect(appendix.contains("| `\(study.dropFirst(5).dropLast(3))` |"), "\(study)")
    }
    #expect(!appendix.contains("not measured"), "no command that measures it is named")
    let (log, lock) = (try RunLog(in: "\(Self.root)/data"), try Lock(in: "\(Self.root)/data"))
    let measured = try #require(lock).studies.values.count { log?.whole($0.studyKey) != nil }
    let anew = try #require(appendix.split(separator: "\n").first { $0.contains("anew:** ") })
    #expect(
      anew.hasSuffix(
        measured == 0 ? " says what it would take" : " for \(measured) of \(studies.count) studies"),
      "\(anew)"
    )
  }

  /// Members of a record that Zenodo documents for .zenodo.json and its interface for deposits.
  @Test func zenodoKnowsEveryMember() throws {
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(text(".zenodo.json").utf8)) as? [String: Any])
    let documented: Set = [
      "title", "description", "creators", "contributors", "version", "access_right", "license",
      "upload_type", "publication_date", "keywords", "language", "notes", "related_identifiers",
      "references", "communities", "grants", "subjects",
    ]
    #expect(Set(record.keys).isSubset(of: documented))
    #expect(record["upload_type"] as? String == "software" && record["license"] as? String == "mit")
    let related = try #require(record["related_identifiers"] as? [[String: String]])
    #expect(related.map { $0["identifier"] } == ["arXiv:2512.04165"])
    for key in ["title", "description", "version", "creators"] { #expect(record[key] != nil) }
  }

  /// What specification 1.0 of codecheck.yml asks of authors: an explicit document, a manifest of
  /// relative paths to files that are there, the paper with its authors.
  @Test func codecheckListsEveryFigure() throws {
    let lines = try text("codecheck.yml").split(separator: "\n")
    #expect(lines.first == "---")
    #expect(lines.contains("version: https://codecheck.org.uk/spec/config/1.0/"))
    let files = lines.compactMap { $0.wholeMatch(of: #/- file: (\S+)/#)?.output.1 }
    #expect(Set(files).count == files.count)
    for figure in Paper.figures {
      #expect(files.contains("figures/\(figure.name).svg"))
      #expect(files.contains("figures/\(figure.name)-numbers.tsv"))
    }
    for file in files { #expect(try text(String(file)) != "") }
    #expect(lines.count { $0.hasPrefix("  comment: ") } == files.count)
    for line in ["manifest:", "paper:", "  authors:", "  - name: Noa Rubin"] {
      #expect(lines.contains(line[...]), "no \(line)")
    }
  }

  /// What `Project` says is what the citation says, and the addresses are those of both.
  @Test func theProjectIsTheOneThatIsCited() throws {
    let citation = try text("CITATION.cff")
    #expect(citation.contains("\nlicense: \(Project.codeLicense)\n"))
    #expect(citation.contains("value: \(Project.references)\n"))
    #expect(citation.contains("url: \(Project.paperAddress)\n"))
    #expect(Project.paperAddress == "https://arxiv.org/abs/2512.04165")
    #expect(Project.licenseAddress == "https://creativecommons.org/licenses/by/4.0/")
    let reuse = try text("REUSE.toml")
    for license in [Project.license, Project.codeLicense] {
      #expect(reuse.contains("SPDX-License-Identifier = \"\(license)\""), "\(license)")
    }
  }

  @Test func aCitationThatIsWrong() async throws {
    let good = try String(contentsOfFile: "\(Self.root)/CITATION.cff", encoding: .utf8)
    for (old, new, words) in [
      ("version: 1.0.0", "versoin: 1.0.0", "unknown key 'versoin'"),
      ("\nversion: 1.0.0", "", "missing key 'version'"),
      ("    year: 2026", "    year: soon", "references.year: got 'soon'; expected an integer"),
      ("  - name: The CurseOfDetail developers", "  []", "expected one author, an entity"),
    ] {
      try await withFolder { folder in
        let text = good.with(old, as: new)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/CITATION.cff"))
        let line = await errorLine { _ = try Deposit(of: folder, figures: Paper.figures) }
        #expect(line.contains("CITATION.cff") && line.contains(words), "\(line)")
      }
    }
  }

  @Test func aFolderThatIsNoProject() async throws {
    try await withFolder { folder in
      let line = await errorLine { _ = try ProjectArchive(of: folder, figures: Paper.figures) }
      #expect(line.contains("neither a git repository nor the data folder of an unpacked archive"))
    }
  }
}
