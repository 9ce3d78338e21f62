import Archives
import Audit
import Figures
import Foundation
import Host
import Studies
import Verdicts

/// The whole archive as one page of HTML: no script, nothing to load, the same bytes from the same
/// files.
package struct Report: Sendable {
  /// Folders and files of the archive.
  package struct Sources: Sendable {
    package var data = "data"
    package var figures = "figures"
    package var readme = "README.md"

    package init() {}
  }

  let sources: Sources
  let readme: Markdown
  let claims: Claims
  let pipeline: Pipeline
  let runs: RunLog?
  let verification: Verification?
  let studies: [ArchivedStudy]
  /// In the order of the README.
  let figures: [ReportFigure]

  /// Reads the archive.
  ///
  /// - Throws: `UserError` or `HDF5Error` if a part of it is missing or damaged.
  package init(_ sources: Sources, figures list: [Figure], activity: Activity.Probe) throws {
    self.sources = sources
    guard let text = try? String(contentsOfFile: sources.readme, encoding: .utf8) else {
      throw UserError("\(sources.readme): cannot be read as UTF-8 text; expected the README")
    }
    readme = Markdown(text)
    claims = try Claims(reading: "\(sources.data)/claims.yml", tables: sources.figures)
    pipeline = try Pipeline(
      data: sources.data, figures: sources.figures, of: list, activity: activity)
    runs = try RunLog(in: sources.data)
    verification = try Verification(recordedIn: "\(sources.data)/verification.json")
    studies = try studyFiles(in: sources.data).map {
      try ArchivedStudy(reading: ($0 as NSString).deletingPathExtension + ".h5")
    }
    let shown = readme.blocks.compactMap { block -> String? in
      guard case .picture(let path) = block else { return nil }
      return stem(of: path)
    }
    let named = try shown.map(list.named)
    let others = list.filter { !shown.contains($0.name) }
    figures = try (named + others).map { try ReportFigure($0, in: sources.figures) }
  }

  /// The page.
  package var html: String {
    let sections = sections
    let title = readme.blocks.lazy.compactMap { block -> String? in
      if case .heading(1, let text) = block { text } else { nil }
    }.first
    let contents = sections.map { section in
      let parts = section.parts.map { "<li><a href=\"#\($0.identifier)\">\($0.title)</a></li>" }
      return "<li><a href=\"#\(section.identifier)\">\(section.title)</a>"
        + (parts.isEmpty ? "" : "<ul>\(parts.joined())</ul>") + "</li>\n"
    }
    let body = sections.map {
      "<section aria-labelledby=\"\($0.identifier)\">\n<h2 id=\"\($0.identifier)\">\($0.title)</h2>\n\($0.html)</section>\n"
    }
    let name = escaped(title ?? Project.name)
    return """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
      <meta name="description" content="Every figure, claim and check of the companion of \
      \(Project.references)"/>
      <title>\(name)</title>
      <style>
      \(Self.style)</style>
      </head>
      <body>
      <header>
      <h1>\(name)</h1>
      \(lead)</header>
      <nav aria-label="Contents">
      <ol>
      \(contents.joined())</ol>
      </nav>
      <main>
      \(body.joined())</main>
      <footer>
      <p>Made by <code>make report</code> with \(escaped(Provenance(figure: "", studies: []).software)),
      from the files of the archive alone: the same archive gives the same page. Data and figures are under
      \(Project.license), the code is under the \(Project.codeLicense) licence.</p>
      </footer>
      </body>
      </html>

      """
  }

  /// Writes the page, all at once.
  package func write(to path: String) throws {
    sweepDrafts(in: parentFolder(of: path))
    try writeAtomically(Data(html.utf8), to: path)
  }
}

// MARK: - Sections

extension Report {
  struct Section {
    let identifier: String
    let title: String
    var parts: [(identifier: String, title: String)] = []
    let html: String
  }

  /// The README's first paragraph, and all verdicts in a line.
  private var lead: String {
    let first = readme.lead.first?.html ?? ""
    return first.replacing("<p>", with: "<p class=\"lead\">", maxReplacements: 1) + verdictBar
  }

  private var sections: [Section] {
    var sections = [
      Section(
        identifier: "what", title: "What this is",
        html: readme.lead.dropFirst().map(\.html).joined()
          + "<p>Studies are simulated into archives, archives are reduced to tables and drawn as figures, and "
          + "claims are tested on the numbers of the figures. Each name leads to its place on this page.</p>\n"
          + graph),
      Section(
        identifier: "claims", title: "Claims",
        parts: claims.sections.map {
          ("claims-\(HTML.slug($0.0))", HTML.mathematics(escaped($0.0)))
        },
        html: claimsHTML),
    ]
    var undescribed = figures
    for title in ["What comes out", "Theory without simulation"] {
      guard let blocks = readme.section(title) else { continue }
      let (html, parts, shown) = prose(blocks)
      undescribed.removeAll { shown.contains($0.figure.name) }
      sections.append(
        Section(identifier: HTML.slug(title), title: title, parts: parts, html: html))
    }
    if !undescribed.isEmpty {
      sections.append(
        Section(
          identifier: "more-figures", title: "More figures",
          html: undescribed.map { html(of: $0, caption: "") }.joined()))
    }
    sections += [
      Section(identifier: "verification", title: "Verification", html: verificationHTML),
      Section(identifier: "timings", title: "Timings", html: timingsHTML),
      Section(identifier: "provenance", title: "Provenance", html: provenanceHTML),
    ]
    if let blocks = readme.section("What is not reproduced, and why") {
      sections.append(
        Section(
          identifier: "not-reproduced", title: "What is not reproduced, and why",
          html: blocks.map(\.html).joined()))
    }
    return sections
  }

  /// A section of the README, with figures where it shows pictures: the paragraph after one is its caption.
  private func prose(
    _ blocks: ArraySlice<Markdown.Block>
  ) -> (html: String, parts: [(identifier: String, title: String)], shown: [String]) {
    var html = ""
    var parts: [(identifier: String, title: String)] = []
    var shown: [String] = []
    var rest = blocks
    while let block = rest.popFirst() {
      switch block {
      case .heading(let level, let text):
        let part = (identifier: HTML.slug(text), title: Markdown.html(text))
        parts.append(part)
        html += "<h\(level) id=\"\(part.identifier)\">\(part.title)</h\(level)>\n"
      case .picture(let path):
        let name = stem(of: path)
        guard let figure = figures.first(where: { $0.figure.name == name }) else { continue }
        var caption = ""
        if case .paragraph? = rest.first { caption = rest.removeFirst().html }
        html += self.html(of: figure, caption: caption)
        shown.append(name)
      default: html += block.html
      }
    }
    return (html, parts, shown)
  }

  private var graph: String {
    PipelineGraph(
      figures: figures.map { ($0.figure.name, $0.provenance.studies.map(\.name)) },
      claims: claims.all
    ).html + legend
  }

  private var legend: String {
    let items = Verdict.allCases.map { verdict in
      "<li><svg aria-hidden=\"true\" width=\"13\" height=\"13\" viewBox=\"0 0 13 13\" "
        + "xmlns=\"http://www.w3.org/2000/svg\">\(PipelineGraph.shape(verdict, x: 1, y: 1))</svg> "
        + "\(claims.count(verdict)) \(verdict.rawValue)</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>\n"
  }

  /// How many claims come to each verdict, as lengths and as numbers.
  private var verdictBar: String {
    let parts = Verdict.allCases.filter { claims.count($0) > 0 }.map {
      "<span class=\"\($0.style)\" style=\"flex-grow:\(claims.count($0))\"></span>"
    }
    return "<div class=\"bar\" aria-hidden=\"true\">\(parts.joined())</div>\n"
      + "<p class=\"count\"><a href=\"#claims\">\(claims.all.count) claims</a> of the paper tested:</p>\n\(legend)"
  }
}
