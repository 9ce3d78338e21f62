import Foundation
import Host
import Studies

/// Provenance in a PDF: its document information, appended as an incremental update (ISO 32000-1,
/// 7.5.6), so that no byte of the drawing and no offset changes.
enum PDFMetadata {
  /// The key of the facts, one a line, beside the standard Title, Subject, Author, Keywords,
  /// Creator.
  private static let key = "Provenance"

  /// The PDF with its document information replaced.
  ///
  /// - Throws: `UserError` if its trailer is not understood.
  static func embed(
    _ provenance: Provenance, _ title: FigureTitle, in pdf: Data
  ) throws -> Data {
    guard let trailer = Trailer(of: pdf) else {
      throw UserError("got a PDF without a trailer; expected cairo's", exitCode: 1)
    }
    let number = trailer.size
    let entries =
      [
        ("Title", title.title), ("Subject", title.description),
        ("Author", "The \(Project.name) developers"),
        (
          "Keywords",
          ([provenance.figure, provenance.references, provenance.license]
            + provenance.studies.map(\.name)).joined(separator: ", ")
        ), ("Creator", "\(provenance.software)\(provenance.renderer.map { "; \($0)" } ?? "")"),
        ("License", provenance.license), ("Source", provenance.references),
        (key, provenance.lines.joined(separator: "\n")),
      ].map { "/\($0) \(string($1))" } + (trailer.producer.map { ["/Producer \($0)"] } ?? [])
    var bytes = pdf
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    let object = bytes.count
    bytes += Data(
      "\(number) 0 obj\n<< \(entries.joined(separator: "\n   "))\n>>\nendobj\n".utf8)
    let table = bytes.count
    let common =
      "/Root \(trailer.root)\(trailer.id.map { "\n   /ID \($0)" } ?? "")\n   /Info \(number) 0 R\n   /Prev \(trailer.table)"
    if trailer.isStream {
      // A reader of a file with cross-reference streams expects one again. It lists itself.
      let rows: [UInt8] = [object, table].flatMap { offset -> [UInt8] in
        [1] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: offset >> $0) } + [0, 0]
      }
      bytes += Data(
        """
        \(number + 1) 0 obj
        << /Type /XRef
           /Length \(rows.count)
           /W [1 4 2]
           /Index [\(number) 2]
           /Size \(number + 2)
           \(common)
        >>
        stream

        """.utf8)
      bytes += Data(rows) + Data("\nendstream\nendobj\n".utf8)
    } else {
      bytes += Data(
        """
        xref
        \(number) 1
        \(String(format: "%010d", object)) 00000 n\(" ")
        trailer
        << /Size \(number + 1)
           \(common)
        >>

        """.utf8)
    }
    return bytes + Data("startxref\n\(table)\n%%EOF\n".utf8)
  }

  /// What a PDF says of itself, `nil` if it says nothing.
  static func read(_ pdf: Data) -> (title: FigureTitle, provenance: Provenance)? {
    // No text holds the line break: `string` escapes it.
    guard let place = pdf.range(of: Data("/\(key) ".utf8), options: .backwards),
      let start = pdf[..<place.lowerBound].range(of: Data("obj\n<<".utf8), options: .backwards)
    else { return nil }
    let entries = texts(in: pdf[start.upperBound...])
    guard let provenance = Provenance(lines: (entries[key] ?? "").split(separator: "\n")) else {
      return nil
    }
    let title = FigureTitle(title: entries["Title"] ?? "", description: entries["Subject"] ?? "")
    return (title, provenance)
  }

  /// The text strings of a dictionary by their keys.
  ///
  /// - Parameter bytes: what follows its opening.
  private static func texts(in bytes: Data) -> [String: String] {
    var (entries, rest): ([String: String], Data) = ([:], bytes)
    while let slash = rest.firstIndex(of: UInt8(ascii: "/")),
      rest[..<slash].range(of: Data(">>".utf8)) == nil
    {
      let name = rest[rest.index(after: slash)...].prefix { !" \r\n(<[/>".utf8.contains($0) }
      rest = rest[name.endIndex...].drop { " \r\n".utf8.contains($0) }
      guard let (text, end) = text(in: rest) else { continue }
      entries[String(decoding: name, as: UTF8.self)] = text
      rest = rest[end...]
    }
    return entries
  }
}

// MARK: - Text strings

/// A PDF text string: ASCII in parentheses, anything else UTF-16 in hexadecimal digits.
private func string(_ text: String) -> String {
  guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
    return "<FEFF" + text.utf16.map { String(format: "%04X", $0) }.joined() + ">"
  }
  let escaped = text.replacing("\\", with: "\\\\").replacing("(", with: "\\(")
    .replacing(")", with: "\\)").replacing("\n", with: "\\n")
  return "(\(escaped))"
}

/// The text string that the bytes begin with, and where it ends.
private func text(in bytes: Data) -> (text: String, end: Data.Index)? {
  switch bytes.first {
  case UInt8(ascii: "<"):
    guard let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let digits = Array(bytes[bytes.startIndex..<end].dropFirst())
    let units = stride(from: 0, to: digits.count - 3, by: 4).compactMap {
      UInt16(String(decoding: digits[$0..<($0 + 4)], as: UTF8.self), radix: 16)
    }
    guard units.first == 0xFEFF else { return nil }
    return (String(decoding: units.dropFirst(), as: UTF16.self), bytes.index(after: end))
  case UInt8(ascii: "("):
    var (characters, isEscaped, depth): ([UInt8], Bool, Int) = ([], false, 0)
    for (i, byte) in zip(bytes.indices, bytes).dropFirst() {
      switch (byte, isEscaped) {
      case (UInt8(ascii: "\\"), false):
        isEscaped = true
        continue
      case (UInt8(ascii: ")"), false) where depth == 0:
        return (String(decoding: characters, as: UTF8.self), bytes.index(after: i))
      case (UInt8(ascii: "("), false): depth += 1
      case (UInt8(ascii: ")"), false): depth -= 1
      default: break
      }
      characters.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
      isEscaped = false
    }
    return nil
  default: return nil
  }
}

// MARK: - The trailer

/// What an update has to know of a file: its last cross-reference table or stream, where that is,
/// and what its trailer says.
private struct Trailer {
  let table: Int
  let isStream: Bool
  let size: Int
  /// "20 0 R"
  let root: String
  let id: String?
  /// Its entry in the document information, as it is spelt there.
  let producer: String?

  init?(of pdf: Data) {
    func text(_ range: Range<Data.Index>) -> String { String(decoding: pdf[range], as: UTF8.self) }
    guard let mark = pdf.range(of: Data("startxref".utf8), options: .backwards),
      let table = text(mark.upperBound..<pdf.endIndex).firstMatch(of: #/^\s*(\d+)/#)
        .flatMap({ Int($0.output.1) }), table < mark.lowerBound
    else { return nil }
    self.table = table
    isStream = pdf[table...].range(of: Data("xref".utf8))?.lowerBound != table
    let start =
      isStream ? table : pdf[table...].range(of: Data("trailer".utf8))?.upperBound ?? table
    let end =
      isStream
      ? pdf[table...].range(of: Data("stream".utf8))?.lowerBound ?? mark.lowerBound
      : mark.lowerBound
    let dictionary = text(start..<end)
    guard let size = dictionary.firstMatch(of: #//Size\s+(\d+)/#).flatMap({ Int($0.output.1) }),
      let root = dictionary.firstMatch(of: #//Root\s+(\d+\s+\d+\s+R)/#)
    else { return nil }
    self.size = size
    self.root = String(root.output.1)
    id = dictionary.firstMatch(of: #//ID\s*(\[[^\]]*\])/#).map { String($0.output.1) }
    producer = pdf.range(of: Data("/Producer (".utf8)).flatMap { place in
      let rest = text(place.lowerBound..<min(place.upperBound + 200, pdf.endIndex))
      return rest.firstMatch(of: #//Producer (\((?:[^()\\]|\([^()\\]*\))*\))/#)
        .map { String($0.output.1) }
    }
  }
}
