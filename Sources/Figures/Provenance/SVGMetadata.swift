import Foundation
import Host
import Studies

/// Provenance in an SVG: title and description for readers who do not see it, and a `<metadata>`
/// element in RDF with Dublin Core terms.
enum SVGMetadata {
  /// gnuplot's picture with its generic title and description replaced by the figure's.
  ///
  /// - Parameter provenance: takes in who drew it, as the picture tells.
  /// - Throws: `UserError` if it is not gnuplot's picture.
  static func embed(
    _ provenance: inout Provenance, _ title: FigureTitle, in svg: String
  ) throws -> String {
    let head =
      #/<title>[^<]*</title>\s*<desc>(?:Produced by GNUPLOT ([^<]*))?[^<]*</desc>/#
    guard let match = svg.firstMatch(of: head), let root = svg.firstRange(of: "<svg") else {
      throw UserError("got an SVG without title and description; expected gnuplot's", exitCode: 1)
    }
    provenance.renderer = match.output.1.map {
      "gnuplot \($0.trimmingCharacters(in: .whitespacesAndNewlines))"
    }
    var text = svg.replacingCharacters(
      in: match.range, with: elements(provenance, title))
    text.replaceSubrange(root, with: "<svg role=\"img\"")
    return text
  }

  private static func elements(_ provenance: Provenance, _ title: FigureTitle) -> String {
    func line(_ name: String, _ text: String) -> String {
      "    <\(name)>\(escaped(text))</\(name)>"
    }
    func link(_ name: String, _ target: String) -> String {
      "    <\(name) rdf:resource=\"\(escaped(target))\"/>"
    }
    return """
      <title>\(escaped(title.title))</title>
      <desc>\(escaped(title.description))</desc>
      <metadata>
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
        <rdf:Description rdf:about="">
      \(line("dc:title", title.title))
      \(line("dc:description", title.description))
      \(line("dc:format", "image/svg+xml"))
      \(link("dc:type", "http://purl.org/dc/dcmitype/StillImage"))
      \(link("dcterms:license", Project.licenseAddress))
      \(link("dcterms:references", Project.paperAddress))
      \(provenance.lines.map { line("dcterms:provenance", $0) }.joined(separator: "\n"))
        </rdf:Description>
      </rdf:RDF>
      </metadata>
      """
  }

  /// What an SVG says of itself, `nil` if it says nothing.
  static func read(_ svg: String) -> (title: FigureTitle, provenance: Provenance)? {
    // The drawing comes after it, and is a hundred times as long.
    let head = svg[..<(svg.utf8.firstRange(of: "</metadata>".utf8)?.upperBound ?? svg.endIndex)]
    let lines = head.matches(of: #/<dcterms:provenance>([^<]*)</dcterms:provenance>/#)
      .map { unescaped($0.output.1) }
    guard let provenance = Provenance(lines: lines) else { return nil }
    func element(_ name: String) -> String {
      guard let start = head.firstRange(of: "<\(name)>")?.upperBound,
        let end = head[start...].firstRange(of: "</\(name)>")?.lowerBound
      else { return "" }
      return unescaped(head[start..<end])
    }
    return (FigureTitle(title: element("title"), description: element("desc")), provenance)
  }
}

/// Text as it stands in XML and HTML, in elements and in attributes.
package func escaped(_ text: some StringProtocol) -> String {
  // By scalars: with a combining mark after it, "<" is another character to Swift, and none to XML.
  var escaped = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;".unicodeScalars
    case "<": escaped += "&lt;".unicodeScalars
    case ">": escaped += "&gt;".unicodeScalars
    case "\"": escaped += "&quot;".unicodeScalars
    default: escaped.append(scalar)
    }
  }
  return String(escaped)
}

private func unescaped(_ text: some StringProtocol) -> String {
  String(text).replacing("&quot;", with: "\"").replacing("&gt;", with: ">").replacing(
    "&lt;", with: "<"
  )
  .replacing("&amp;", with: "&")
}
