import Archives
import Audit
import Experiments
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
    /// What is not reproduced, and why.
    package var scope = "docs/scope.md"

    package init() {}
  }

  let sources: Sources
  let readme, scope: Markdown
  let claims: Claims
  let pipeline: Pipeline
  let runs: RunLog?
  let verification: Verification?
  let studies: [ArchivedStudy]
  /// With their captions, in the order of the page.
  let results: Results
  let figures: [ReportFigure]

  /// Reads the archive.
  ///
  /// - Throws: `UserError` or `HDF5Error` if a part of it is missing or damaged.
  package init(
    _ sources: Sources, sections: [FigureSection], activity: Activity.Probe
  ) throws {
    func read(_ path: String, _ expected: String) throws -> Markdown {
      Markdown(try utf8Text(of: path, as: expected))
    }
    self.sources = sources
    readme = try read(sources.readme, "the README")
    scope = try read(sources.scope, "what is not reproduced, and why")
    claims = try Claims(reading: "\(sources.data)/claims.yml", tables: sources.figures)
      .withErrorBars(tables: sources.figures)
    pipeline = try Pipeline(
      data: sources.data, figures: sources.figures, of: sections.flatMap(\.figures),
      activity: activity)
    runs = try RunLog(in: sources.data)
    verification = try Verification(recordedIn: "\(sources.data)/verification.json")
    let awaited = claims.awaited
    // A spec that cannot be read and has no samples is told among the states of the pipeline, as is
    // one that a prediction waits for.
    let files = pipeline.studies.filter { study in
      study.isReadable && !awaited.contains(stem(of: study.target)) || isRegularFile(study.target)
    }
    studies = try files.map { try ArchivedStudy(reading: $0.target) }
    results = try Results(sections, figures: sources.figures, data: sources.data)
    figures = try parallelMap(results.sections.flatMap(\.figures), together: 1) { item in
      Result { try ReportFigure(item.figure, item.caption, in: sources.figures) }
    }.map { try $0.get() }
  }

  /// The page.
  package var html: String {
    let sections = sections
    let contents = sections.map { section in
      let parts = section.parts.map { "<li><a href=\"#\($0.identifier)\">\($0.title)</a></li>" }
      return "<li><a href=\"#\(section.identifier)\">\(section.title)</a>"
        + (parts.isEmpty ? "" : "<ul>\(parts.joined())</ul>") + "</li>\n"
    }
    let body = sections.map {
      "<section aria-labelledby=\"\($0.identifier)\">\n<h2 id=\"\($0.identifier)\">\($0.title)</h2>\n\($0.html)</section>\n"
    }
    let name = escaped(readme.title ?? Project.name)
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
    let results = results.sections.map { section in
      (
        part: (identifier: slug(section.prose.title), title: Markdown.html(section.prose.title)),
        section: section
      )
    }
    return [
      Section(
        identifier: "what", title: "What this is",
        html: readme.lead.dropFirst().map(\.html).joined()
          + "<p>Studies are simulated into archives, archives are reduced to tables and drawn as figures, and "
          + "claims are tested on the numbers of the figures. Each name leads to its place on this page.</p>\n"
          + graph),
      Section(
        identifier: "claims", title: "Claims",
        parts: claims.sections.map {
          ("claims-\(slug($0.0))", Mathematics.html(escaped($0.0)))
        },
        html: claimsHTML),
      Section(
        identifier: "what-comes-out", title: "What comes out", parts: results.map(\.part),
        html: results.map { part, section in
          "<h3 id=\"\(part.identifier)\">\(part.title)</h3>\n"
            + Markdown(section.prose.text).blocks.map(\.html).joined()
            + parallelMap(section.figures, together: 1, html(of:)).joined()
        }.joined()),
      Section(identifier: "verification", title: "Verification", html: verificationHTML),
      Section(identifier: "timings", title: "Timings", html: timingsHTML),
      Section(identifier: "provenance", title: "Provenance", html: provenanceHTML),
      Section(
        identifier: "not-reproduced", title: Markdown.html(scope.title ?? sources.scope),
        html: scope.lead.map(\.html).joined()),
    ]
  }

  private func html(of item: (figure: Figure, caption: Caption)) -> String {
    figures.first { $0.figure.name == item.figure.name }.map(html(of:)) ?? ""
  }

  private var graph: String {
    PipelineGraph(
      figures: figures.map { ($0.figure.name, $0.provenance.studies.map(\.name)) },
      claims: claims.all
    ).html + legend
  }

  private var legend: String {
    let items = claims.verdicts.map { verdict in
      "<li><svg aria-hidden=\"true\" width=\"13\" height=\"13\" viewBox=\"0 0 13 13\" "
        + "xmlns=\"http://www.w3.org/2000/svg\">\(PipelineGraph.shape(verdict, x: 1, y: 1))</svg> "
        + "\(claims.count(verdict)) \(verdict.rawValue)</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>\n"
  }

  /// How many claims come to each verdict, as lengths and as numbers.
  private var verdictBar: String {
    let parts = claims.verdicts.map {
      "<span class=\"\($0.style)\" style=\"flex-grow:\(claims.count($0))\"></span>"
    }
    return "<div class=\"bar\" aria-hidden=\"true\">\(parts.joined())</div>\n"
      + "<p class=\"count\"><a href=\"#claims\">\(claims.all.count) claims</a> of the paper tested:</p>\n\(legend)"
  }
}
