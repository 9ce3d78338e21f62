import Figures
import Foundation
import Host

/// A picture as part of a page.
enum InlineSVG {
  /// gnuplot's SVG without prologue, size and metadata, with a name for those who do not see it,
  /// and with identifiers of its own: those of several pictures in one page must differ.
  ///
  /// - Throws: `UserError` if the svg element or its viewBox is missing.
  static func html(_ svg: String, file: String, name: String, label: String) throws -> String {
    guard let root = svg.firstRange(of: "<svg"),
      let end = svg[root.upperBound...].firstIndex(of: ">"),
      let box = svg[root.upperBound..<end].firstMatch(of: #/viewBox="([^"]*)"/#),
      let last = svg.ranges(of: "</svg>").last
    else {
      throw UserError(
        "\(file): the svg element or its viewBox is missing; expected a figure", exitCode: 1)
    }
    var body = svg[svg.index(after: end)..<last.lowerBound]
    if let metadata = body.firstRange(of: "</metadata>") { body = body[metadata.upperBound...] }
    let drawing = withIdentifiers(of: name, Array(body.utf8))
    return "<svg role=\"img\" aria-label=\"\(escaped(label))\" viewBox=\"\(box.output.1)\" "
      + "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
      + String(decoding: drawing, as: UTF8.self) + "</svg>"
  }

  /// Puts "NAME-" before each identifier that the picture refers to, and drops the others, which
  /// gnuplot repeats from panel to panel. Every attribute begins after a blank.
  private static func withIdentifiers(of name: String, _ text: [UInt8]) -> [UInt8] {
    let quotes: Set<UInt8> = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
    let (id, reference, url) = (Array(" id=".utf8), Array("href=".utf8), Array("url(#".utf8))
    func begins(_ mark: [UInt8], at i: Int) -> Bool {
      i + mark.count < text.count && text[i..<(i + mark.count)].elementsEqual(mark)
    }
    /// What stands from `i` to the next of these bytes.
    func word(from i: Int, to ends: Set<UInt8>) -> ArraySlice<UInt8> {
      text[i...].prefix { !ends.contains($0) }
    }
    let end: Set<UInt8> = [UInt8(ascii: ")")]
    var used: Set<[UInt8]> = []
    for i in text.indices {
      if begins(reference, at: i), quotes.contains(text[i + 5]), text[i + 6] == UInt8(ascii: "#") {
        used.insert(Array(word(from: i + 7, to: quotes)))
      } else if begins(url, at: i) {
        used.insert(Array(word(from: i + 5, to: end)))
      }
    }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    let prefix = Array("\(name)-".utf8)
    var i = 0
    while i < text.count {
      if begins(id, at: i), quotes.contains(text[i + 4]) {
        let identifier = word(from: i + 5, to: quotes)
        if used.contains(Array(identifier)) { result += text[i...(i + 4)] + prefix + identifier }
        i = identifier.endIndex + (used.contains(Array(identifier)) ? 0 : 1)
      } else if begins(reference, at: i), quotes.contains(text[i + 5]),
        text[i + 6] == UInt8(ascii: "#")
      {
        result += text[i...(i + 6)] + prefix
        i += 7
      } else if begins(url, at: i) {
        result += url + prefix
        i += 5
      } else {
        result.append(text[i])
        i += 1
      }
    }
    return result
  }
}
