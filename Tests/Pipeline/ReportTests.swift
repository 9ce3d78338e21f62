import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The report is one page that holds the whole archive and loads nothing.
@Suite struct ReportTests {
  /// The report of the archive.
  static let page: Result<Data, any Error> = Result {
    try withFolder { folder in
      let made = try cod("report", "-o", "\(folder)/report.html", in: projectFolder)
      try #require(made.status == 0, "\(made)")
      return try bytes("\(folder)/report.html")
    }
  }

  /// Names of all figures: a picture with a caption beside it.
  static func figures() throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/figures")
    return files.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }
      .filter { files.contains("\($0).svg") }
  }

  func document() throws -> XMLDocument { try XMLDocument(data: Self.page.get()) }

  func values(_ xPath: String) throws -> [String] {
    try document().nodes(forXPath: xPath).compactMap(\.stringValue)
  }

  @Test func itIsTheSameEveryTime() throws {
    try withFolder { folder in
      let again = try cod(
        "report", "-o", "\(folder)/report.html", in: projectFolder,
        environment: ["TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/nowhere"])
      #expect(again.status == 0, "\(again)")
      #expect(try bytes("\(folder)/report.html") == Self.page.get())
    }
  }

  @Test func itIsWellFormedAndSmall() throws {
    #expect(try document().rootElement()?.name == "html")
    #expect(try Self.page.get().count < 8_000_000)
    let text = String(decoding: try Self.page.get(), as: UTF8.self)
    #expect(text.hasPrefix("<!DOCTYPE html>\n"))
    #expect(!text.contains("E\u{0000}") && !text.contains("\u{E000}"))
  }

  /// What a browser would fetch is nothing: links to other places are for readers to follow.
  @Test func itLoadsNothing() throws {
    for element in ["script", "link", "img", "image", "iframe", "object", "embed", "base", "form"] {
      #expect(try values("//*[local-name() = '\(element)']") == [], "\(element)")
    }
    #expect(
      try values("//@src | //@srcset | //@action | //@poster | //@*[starts-with(name(), 'on')]")
        == [])
    for link in try values("//*[local-name() = 'a']/@href") {
      #expect(
        link.hasPrefix("#") || link.hasPrefix("https://arxiv.org/")
          || link.hasPrefix("data:text/tab-separated-values;charset=utf-8;base64,"),
        "\(link.prefix(80))")
    }
    for link in try values(
      "//*[not(local-name() = 'a')]/@href | //@*[local-name() = 'href' and name() != 'href']")
    {
      #expect(link.hasPrefix("#"), "\(link)")
    }
    for style in try values("//*[local-name() = 'style'] | //@style") {
      #expect(!style.contains("url(") && !style.contains("@import"))
    }
  }

  @Test func everyAnchorIsThereOnce() throws {
    let identifiers = try values("//@id")
    let twice = Dictionary(grouping: identifiers) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
    let there = Set(identifiers)
    let text = String(decoding: try Self.page.get(), as: UTF8.self)
    var links = try values("//@*[local-name() = 'href' or name() = 'aria-labelledby']")
      .filter { !$0.contains(":") }.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }
    links += text.matches(of: #/url\(#([^)]*)\)/#).map { String($0.output.1) }
    try #require(links.count > 1000)
    #expect(Set(links).subtracting(there).isEmpty, "\(Set(links).subtracting(there).sorted())")
  }

  @Test func allFiguresAndTheirTables() throws {
    let names = try Self.figures()
    try #require(names.count >= 20)
    #expect(
      Set(try values("//*[local-name() = 'figure']/@id")) == Set(names.map { "figure-\($0)" }))
    let labels = try values(
      "//*[local-name() = 'figure']//*[local-name() = 'svg' and @role = 'img']/@aria-label")
    #expect(labels.count == names.count && labels.allSatisfy { $0.count > 20 }, "\(labels)")
    let tables = Dictionary(
      uniqueKeysWithValues: zip(
        try values("//@download"), try values("//*[@download]/@href")))
    let archived = try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/figures")
      .filter { $0.hasSuffix(".tsv") }
    #expect(Set(tables.keys) == Set(archived))
    for name in archived {
      let data = tables[name]?.split(separator: ",").last.flatMap {
        Data(base64Encoded: String($0))
      }
      #expect(try data == bytes("\(projectFolder)/figures/\(name)"), "\(name)")
    }
  }

  @Test func sectionsAreWhereLinksLead() throws {
    let anchors = try values("//*[local-name() = 'h2' or local-name() = 'h3']/@id")
    for anchor in [
      "what", "claims", "what-comes-out", "two-layers", "three-layers",
      "convolutions-with-shared-patches", "attention", "theory-without-simulation", "verification",
      "timings", "provenance", "not-reproduced",
    ] { #expect(anchors.contains(anchor), "\(anchor)") }
    let scope = try String(contentsOfFile: "\(projectFolder)/docs/scope.md", encoding: .utf8)
    let title = try #require(scope.split(separator: "\n").first).dropFirst(2)
    #expect(try values("//*[@id = 'not-reproduced']") == [String(title)])
    let items = "//*[@id = 'not-reproduced']/following-sibling::*//*[local-name() = 'li']"
    #expect(try values(items).count > 2)
  }

  @Test func captionsQuoteTheirNumbers() throws {
    let table = try String(
      contentsOfFile: "\(projectFolder)/figures/specialists-numbers.tsv", encoding: .utf8)
    let row = try #require(table.split(separator: "\n").first { $0.hasPrefix("exponent\t") })
    let numbers = row.split(separator: "\t").dropFirst().prefix(3).compactMap { Double($0) }
    let words = String(format: "is %.2f (95 %%: %.2f … %.2f)", arguments: numbers)
    let caption = try values("//*[@id = 'figure-specialists']/*[local-name() = 'figcaption']")
    #expect(caption.count == 1 && caption[0].contains(words), "\(caption)")
    let text = String(decoding: try Self.page.get(), as: UTF8.self)
    #expect(text.matches(of: #/\{[|\w.\/-]+:\.\d[fg%]\}/#).isEmpty)
  }

  @Test func allClaimsWithTheirVerdicts() throws {
    struct Claim: Decodable { let statement, verdict: String }
    let claims = try JSONDecoder().decode(
      [Claim].self, from: Data(cod("claims", "--json", in: projectFolder).output.utf8))
    let verdicts = try values("//*[local-name() = 'span' and starts-with(@class, 'verdict ')]")
    #expect(verdicts == claims.map(\.verdict))
    let rows = try document().nodes(
      forXPath:
        "//*[local-name() = 'tr' and starts-with(@id, 'claim-')]/*[local-name() = 'th']/text()[1]")
    #expect(rows.count == claims.count)
    for (row, claim) in zip(rows, claims) {
      // Up to the first power or index, which is an element.
      let start = claim.statement.prefix { !"^_".contains($0) }
      #expect(row.stringValue == String(start), "\(claim.statement)")
    }
  }

  @Test func headingsAreInOrder() throws {
    let levels = try document().nodes(
      forXPath:
        "//*[local-name() = 'h1' or local-name() = 'h2' or local-name() = 'h3' or local-name() = 'h4']"
    ).map { Int($0.name!.suffix(1))! }
    #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
    for (a, b) in zip(levels, levels.dropFirst()) { #expect(b <= a + 1) }
    #expect(try values("//*[local-name() = 'th' and not(@scope)]") == [])
  }

  // MARK: - What other archives would have

  /// A copy of the archive's text in which parts are replaced, with links to its data.
  func report(
    replacing parts: [(file: String, old: String, new: String)] = [],
    adding files: [String: String] = [:]
  ) throws -> Run {
    try withFolder { folder in
      let manager = FileManager.default
      for name in ["data", "figures"] {
        try manager.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
        for file in try manager.contentsOfDirectory(atPath: "\(projectFolder)/\(name)")
        where file != "runs.json" && file != "verification.json" {
          try manager.createSymbolicLink(
            atPath: "\(folder)/\(name)/\(file)",
            withDestinationPath: "\(projectFolder)/\(name)/\(file)")
        }
      }
      try manager.createDirectory(atPath: "\(folder)/docs", withIntermediateDirectories: false)
      for file in ["README.md", "docs/scope.md"] {
        try manager.copyItem(atPath: "\(projectFolder)/\(file)", toPath: "\(folder)/\(file)")
      }
      for (file, old, new) in parts {
        let path = "\(folder)/\(file)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(old))
        try manager.removeItem(atPath: path)
        try write(text.replacing(old, with: new), to: path)
      }
      for (file, text) in files { try write(text, to: "\(folder)/\(file)") }
      let made = try cod("report", in: folder)
      guard made.status == 0 else { return made }
      return Run(
        status: 0, output: String(decoding: try bytes("\(folder)/report.html"), as: UTF8.self),
        errors: made.errors)
    }
  }

  @Test func textIsEscaped() throws {
    let hostile = "<b> & \"c\" 'd' </script> <\u{301}"
    let page = try report(replacing: [
      ("README.md", "# Curse of Detail", "# \(hostile)"),
      (
        "figures/ldt-density.md", "**Claim:** neurons split",
        "\(hostile) `\(hostile)` **Claim:** neurons split"
      ),
      ("data/claims.yml", "P* ∝ d at N = d\n", "'<b> & \"c\" P* ∝ d'\n"),
      ("figures/ldt-density.md", "# Density of overlaps", "# Density \(hostile)"),
      ("figures/ldt-density.gp", "\nset xrange", "\n# hostile\nset xrange"),
      ("docs/scope.md", "# What is not reproduced, and why", "# Not \(hostile)"),
      ("figures/ldt-density.tsv", "\n# overlap: ", "\n# overlap: \(hostile) "),
    ])
    try #require(page.status == 0, "\(page.errors)")
    let document = try XMLDocument(data: Data(page.output.utf8))
    #expect(!page.output.contains("<b>"))
    #expect(try document.nodes(forXPath: "//*[local-name() = 'h1']").first?.stringValue == hostile)
    #expect(page.output.contains("&lt;b&gt; &amp; &quot;c&quot; P* ∝ d<small>"))
    let label = try document.nodes(forXPath: "//*[@id = 'figure-ldt-density']//@aria-label").first
    #expect(label?.stringValue?.hasPrefix("Density \(hostile).") == true)
    // The picture is not of these files any more, and the page says so.
    #expect(page.output.contains("The archive is not whole"))
    #expect(page.output.contains("title: 'Density of overlaps' → "))
  }

  @Test func verificationAndTimingsWhereThereAreSome() throws {
    let plain = try report()
    #expect(plain.output.contains("No comparison with studies simulated anew is recorded"))
    #expect(plain.output.contains("No run that simulated a whole archived study is recorded"))
    let lock = try String(contentsOfFile: "\(projectFolder)/data/lock.json", encoding: .utf8)
    let (_, content, key) = try #require(
      lock.firstMatch(
        of:
          #/"two-layer-width.h5" : \{[^}]*"content_sha256" : "([0-9a-f]+)"[^}]*"study_key" : "([0-9a-f]+)"/#
      )?.output)
    let studies = try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/data")
      .filter { $0.hasSuffix(".h5") }
    let rest = "\"compared\": 1, \"tolerance\": \"\", \"reason\": \"\", \"worst\": null"
    let page = try report(adding: [
      "data/verification.json": """
      {"archive": [], "notes": [], "compared_with": "another <archive>", "more": 1, "items": [
        {"name": "data/two-layer-width.h5", "kind": "study", "verdict": "identical", "compared": 3,
         "worst": null, "tolerance": "none", "reason": "x", "old_key": "\(key)",
         "old_content": "\(content)", "new_key": "k", "new_content": "c"},
        {"name": "figures/specialists.tsv", "kind": "table", "verdict": "outside", "compared": 7,
         "tolerance": "1 <%>", "worst": {"where": "row 3", "old": 1, "new": 1.5,
         "deviation": 0.5, "allowed": 0.01}, "reason": "y"},
        {"name": "data/two-layer-samples.h5", "kind": "study", "verdict": "within tolerance",
         "old_key": "\(key)", "old_content": "\(content)", "new_key": "k", "new_content": "c",
         \(rest)},
        {"name": "data/two-layer-density.h5", "kind": "study", "verdict": "identical", \(rest)},
        {"name": "figures/sample-complexity.tsv", "kind": "table", "verdict": "identical", \(rest)},
        {"name": "b & c", "kind": "table", "verdict": "outside", \(rest)}]}
      """,
      "data/runs.json": """
      {"runs": [{"study": "two-layer-width", "study_key": "\(key)", "date": "2026-11-21T22:05:00Z",
        "processor": "A <processor>", "system": "Linux", "instruction_set": "avx2", "cores": 2,
        "workers": 2, "simulated": 120, "cells": 120, "seconds": 250.04, "core_seconds": 480,
        "peak_memory": 123000000}]}
      """,
    ])
    try #require(page.status == 0, "\(page.errors)")
    _ = try XMLDocument(data: Data(page.output.utf8))
    for words in [
      "Compared with another &lt;archive&gt;: 1 identical, 1 outside.", "row 3: 1 → 1.5",
      "1 &lt;%&gt;",
      "of other data than the present: <code>data/two-layer-samples.h5</code>, "
        + "<code>data/two-layer-density.h5</code>, <code>figures/sample-complexity.tsv</code>, "
        + "<code>b &amp; c</code>.", "1 of \(studies.count), 0.13 core-hours in all",
      "A &lt;processor&gt;, avx2",
      ">250.0<", ">123<", ">2026-11-21<",
    ] { #expect(page.output.contains(words), "\(words)") }
  }

  @Test func whatIsMissingIsNamed() throws {
    try withFolder { folder in
      expectFailure(
        try cod("report", in: folder), 2,
        saying: "cod: README.md: no such file; expected the README")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    }
    let withoutScope = try withFolder { folder in
      try write("# A title\n", to: "\(folder)/README.md")
      return try cod("report", in: folder)
    }
    expectFailure(
      withoutScope, 2, saying: "cod: docs/scope.md: no such file; expected what is")
    let bad = try report(adding: ["data/verification.json": "{}"])
    expectFailure(
      bad, 2,
      saying: "cod: data/verification.json: got another form at archive; expected what cod verify")
  }
}
