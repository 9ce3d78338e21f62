import Foundation
import YAML

/// `CITATION.cff`, the one place that says what the project is called and whose it is. It uses as
/// much of the Citation File Format as this project has to say.
struct Citation {
  let title: String
  let abstract: String
  /// The authors, as one entity.
  let author: String
  let version: String
  /// SPDX identifier of the code's licence.
  let license: String
  let keywords: [String]
  /// The day of the release, if there was one.
  let date: String?
  let paper: Paper

  struct Paper {
    let type: String
    let title: String
    /// "Noa Rubin".
    let authors: [(given: String, family: String)]
    let year: Int
    let conference: String
    /// "arXiv:2512.04165".
    let identifier: String
    let address: String
  }

  static let name = "CITATION.cff"

  /// - Throws: `UserError` naming file, line, key, value and what was expected.
  init(in root: String) throws {
    let (node, _) = try YAMLNode.read("\(root)/\(Self.name)", as: "a citation")
    let members = try node.members([
      "cff-version", "message", "type", "title", "abstract", "authors", "version", "license",
      "keywords", "date-released", "references",
    ])
    func text(_ key: String) throws -> String { try node.required(key, in: members).text() }
    title = try text("title")
    abstract = try text("abstract")
    version = try text("version")
    license = try text("license")
    date = try members["date-released"]?.text()
    keywords = try node.required("keywords", in: members).items().map { try $0.text() }
    let authors = try node.required("authors", in: members)
    guard let entity = try authors.items().first, try authors.items().count == 1 else {
      throw authors.error(expected: "one author, an entity")
    }
    author = try entity.required("name", in: entity.members(["name"])).text()
    let references = try node.required("references", in: members)
    guard let reference = try references.items().first, try references.items().count == 1 else {
      throw references.error(expected: "one reference, the paper")
    }
    paper = try Paper(reference)
  }
}

extension Citation.Paper {
  fileprivate init(_ node: YAMLNode) throws {
    let members = try node.members([
      "type", "title", "authors", "year", "conference", "identifiers", "url",
    ])
    func required(_ key: String) throws -> YAMLNode { try node.required(key, in: members) }
    type = try required("type").text()
    title = try required("title").text()
    year = try required("year").integer()
    address = try required("url").text()
    authors = try required("authors").items().map { author in
      let members = try author.members(["given-names", "family-names"])
      return (
        try author.required("given-names", in: members).text(),
        try author.required("family-names", in: members).text()
      )
    }
    let conference = try required("conference")
    self.conference = try conference.required("name", in: conference.members(["name"])).text()
    let identifiers = try required("identifiers")
    guard let first = try identifiers.items().first else {
      throw identifiers.error(expected: "at least one identifier")
    }
    identifier = try first.required(
      "value", in: first.members(["type", "value", "description"])
    ).text()
  }
}
