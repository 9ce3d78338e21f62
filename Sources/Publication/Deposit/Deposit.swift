import Figures
import Foundation
import Host
import Yams

/// Files that repositories and reviewers' tools look for at the top of the project, made from
/// `CITATION.cff` and the figures: `.zenodo.json`, of which Zenodo takes its record, and
/// `codecheck.yml`, the configuration file 1.0 of CODECHECK, as far as authors fill it in.
package struct Deposit: GeneratedFiles {
  /// What `cod archive` adds to the project's own files, made anew each time.
  static let papers = [
    RunCrate.name, DataDictionary.textName, DataDictionary.tableName, Appendix.name,
  ]

  package let files: [(name: String, text: String)]

  /// - Throws: `UserError` or `HDF5Error` naming what is missing or damaged.
  package init(of root: String, figures: [Figure]) throws {
    let citation = try Citation(in: root)
    let payload =
      try Payload.isTracked(root)
      ? Payload(of: root, excluding: Self.papers) : Payload(ofFolder: root)
    try self.init(Facts(citation, of: payload, figures: figures))
  }

  init(_ facts: Facts) throws {
    files = [
      (".zenodo.json", try Self.zenodo(facts)), ("codecheck.yml", try Self.codecheck(facts)),
    ]
  }

  private static func zenodo(_ facts: Facts) throws -> String {
    let citation = facts.citation
    let types = [
      "article": "publication-article", "conference-paper": "publication-conferencepaper",
    ]
    var record: [String: Any] = [
      "title": citation.title, "description": citation.abstract, "version": citation.version,
      "upload_type": "software", "access_right": "open", "language": "eng",
      // Zenodo writes identifiers of licences in small letters.
      "license": citation.license.lowercased(), "keywords": citation.keywords,
      "creators": [["name": citation.author]],
      "notes": "The code is under \(citation.license), what is under data/ and figures/ under "
        + "\(facts.dataLicense).",
      "related_identifiers": [
        [
          "identifier": citation.paper.identifier, "relation": "isSupplementTo",
          "resource_type": types[citation.paper.type] ?? "publication-other",
        ]
      ],
    ]
    if let date = citation.date { record["publication_date"] = date }
    return try json(record)
  }

  private static func codecheck(_ facts: Facts) throws -> String {
    let paper = facts.citation.paper
    func mapping(_ pairs: [(String, Node)]) -> Node {
      Node(pairs.map { (Node($0), $1) }, Tag(.map))
    }
    var manifest: [Node] = []
    for figure in facts.figures {
      manifest.append(
        mapping([
          ("file", Node(figure.pictures[0])), ("comment", Node(facts.comment(on: figure))),
        ]))
      manifest.append(
        mapping([
          ("file", Node("figures/\(figure.name)-numbers.tsv")),
          ("comment", Node("numbers quoted in figure \(figure.name), with their intervals")),
        ]))
    }
    let authors = paper.authors.map { mapping([("name", Node("\($0.given) \($0.family)"))]) }
    let document = mapping([
      ("version", Node("https://codecheck.org.uk/spec/config/1.0/")),
      ("manifest", Node(manifest, Tag(.seq))),
      (
        "paper",
        mapping([
          ("title", Node(paper.title)), ("authors", Node(authors, Tag(.seq))),
          ("reference", Node(paper.address)),
        ])
      ),
    ])
    let text = try Yams.serialize(node: document, width: -1, allowUnicode: true)
    return """
      ---
      # Made by `make metadata`. The codechecker adds codechecker and report.
      \(text)
      """
  }
}

extension Facts {
  /// SPDX identifier of the licence that the study files carry.
  var dataLicense: String { Set(studies.map(\.license)).sorted().joined(separator: " AND ") }

  /// A figure in one line: what it shows, and how it is made.
  func comment(on figure: PublishedFigure) -> String {
    let files = figure.studies.compactMap { study($0)?.file }.joined(separator: ", ")
    return "\(figure.title.title). \(figure.title.description) By make fig-\(figure.name) from "
      + "\(files.isEmpty ? "theory alone" : files)"
  }
}

/// JSON of sorted keys, and a line break at its end.
func json(_ value: Any) throws -> String {
  let bytes = try JSONSerialization.data(
    withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  return String(decoding: bytes, as: UTF8.self) + "\n"
}
