import Figures
import Foundation
import Host
import Verdicts

/// A figure with its picture, its tables and what it comes from.
struct ReportFigure: Sendable {
  let figure: Figure
  let caption: Caption
  let provenance: Provenance
  /// The picture as part of a page.
  let picture: String
  let tables: [(name: String, text: String)]
  let folder: String

  /// - Throws: `UserError` naming what is missing.
  init(_ figure: Figure, _ caption: Caption, in folder: String) throws {
    func text(_ name: String) throws -> String {
      guard let text = fileText("\(folder)/\(name)") else {
        throw UserError("\(folder)/\(name): cannot be read; expected a figure's file: run make")
      }
      return text
    }
    self.figure = figure
    self.folder = folder
    self.caption = caption
    provenance = Provenance(of: figure, tables: folder, scripts: folder)
    picture = try InlineSVG.html(
      text("\(figure.name).svg"), file: "\(folder)/\(figure.name).svg", name: figure.name,
      label: "\(caption.title). \(caption.description)")
    tables = try figure.tableFiles.map { ($0, try text($0)) }
  }
}

extension Report {
  /// A figure: picture, caption, claims, and, folded, its tables and the way to it.
  func html(of figure: ReportFigure) -> String {
    let name = figure.figure.name
    let claims = claims.all.filter { $0.figures.contains(name) }
    let made = figure.provenance.studies.map { "<a href=\"#study-\($0.name)\">\($0.name)</a>" }
    return """
      <figure id="figure-\(name)">
      <div class="scroll plot">\(figure.picture)</div>
      <figcaption>
      <p class="title">\(Mathematics.html(escaped(figure.caption.title)))</p>
      \(Markdown(figure.caption.text).blocks.map(\.html).joined())\
      \(claims.isEmpty ? "" : "<p class=\"marks\">Claims: \(PipelineGraph.marks(claims))</p>\n")</figcaption>
      <details>
      <summary>Data, and how to draw it again</summary>
      <p>\(made.isEmpty ? "Computed without a study" : "From \(made.joined(separator: ", "))"). Drawn by \
      <code>make fig-\(name)</code>\
      \(made.isEmpty ? "" : "; from scratch by <code>make reproduce/figures/\(name).svg</code>"), with the script \
      <code>figures/\(name).gp</code>.</p>
      \(figure.tables.map(Self.html(ofTable:)).joined())</details>
      </figure>

      """
  }

  /// The largest table to be in the page, in bytes.
  private static let largestTable = 200_000

  private static func html(ofTable table: (name: String, text: String)) -> String {
    let rows = (try? TableFile(table.text, of: table.name))?.rows.count ?? 0
    let size = table.text.utf8.count
    let summary =
      "<code>\(table.name)</code>, \(rows) \(rows == 1 ? "row" : "rows"), \(max(1, size / 1000)) kB"
    guard size <= largestTable else { return "<p>\(summary), in the archive</p>\n" }
    let data = Data(table.text.utf8).base64EncodedString()
    return """
      <details class="table"><summary>\(summary)</summary>
      <p><a download="\(table.name)" href="data:text/tab-separated-values;charset=utf-8;base64,\(data)">\
      Save it as a file</a></p>
      <pre tabindex="0">\(escaped(table.text))</pre>
      </details>

      """
  }
}
