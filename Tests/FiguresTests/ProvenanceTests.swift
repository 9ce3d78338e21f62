import Figures
import Foundation
import Paper
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What the archived pictures say of themselves is well formed, and true.
@Suite struct ProvenanceTests {
  static let figures =
    URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/figures"

  @Test func linesAreReadBack() throws {
    let provenance = Provenance(
      figure: "specialists", studies: [.init(name: "a", key: "12", content: "ab")])
    #expect(Provenance(lines: provenance.lines) == provenance)
    #expect(Provenance(lines: ["a caption", "", "x: column"] + provenance.lines) == provenance)
    #expect(
      Provenance(lines: ["figure x", "study a 12"])?.studies
        == [.init(name: "a", key: "12", content: nil)])
    #expect(Provenance(lines: ["study a 12 ab"]) == nil)
    #expect(Provenance(lines: [String]()) == nil)
  }

  /// Strict XML, with the title of NAME.md and the facts of the files beside it.
  @Test(arguments: Paper.figures.map(\.name)) func anArchivedPicture(_ name: String) throws {
    let figure = try Paper.figures.named(name)
    let bytes = try Data(contentsOf: URL(filePath: "\(Self.figures)/\(name).svg"))
    let root = try #require(try XMLDocument(data: bytes).rootElement())
    #expect(root.name == "svg")
    func texts(_ element: String) throws -> [String] {
      try root.nodes(forXPath: "//*[local-name() = '\(element)']").compactMap(\.stringValue)
    }
    let title = try figure.title(scripts: Self.figures)
    #expect(!title.title.isEmpty && !title.description.isEmpty)
    #expect(root.elements(forName: "title").first?.stringValue == title.title)
    #expect(root.elements(forName: "desc").first?.stringValue == title.description)
    #expect(try texts("description") == [title.description])
    let told = try #require(Provenance(lines: try texts("provenance")))
    let files = Provenance(of: figure, tables: Self.figures, scripts: Self.figures)
    #expect(told.files == files.files, "\(name).svg is not of these tables and scripts: make")
    #expect(told.studies == files.studies)
    #expect(told.studies.allSatisfy { $0.content != nil })
    #expect(told.renderer?.hasPrefix("gnuplot ") == true)
    #expect(told.license == "CC-BY-4.0" && told.references == "arXiv:2512.04165")
  }
}
