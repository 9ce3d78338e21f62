import Figures
import Foundation

/// The part of Markdown that captions, sections and README are written in, block by block.
struct Markdown {
  enum Block: Equatable {
    /// `level` is the number of marks.
    case heading(level: Int, String)
    case paragraph(String)
    /// A picture on a line of its own.
    case picture(path: String)
    case code(String)
    case list([String])
    case table(head: [String], rows: [[String]])
  }

  let blocks: [Block]

  init(_ text: String) {
    var blocks: [Block] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    /// Takes lines as long as they are of a kind.
    func take(while isOfKind: (String) -> Bool) -> [String] {
      let taken = lines.prefix(while: isOfKind)
      lines = lines.dropFirst(taken.count)
      return Array(taken)
    }
    while let line = lines.first {
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("<!--") {
        lines = lines.dropFirst()
      } else if line.hasPrefix("#") {
        let level = line.prefix { $0 == "#" }.count
        blocks.append(
          .heading(
            level: level, line.dropFirst(level).trimmingCharacters(in: .whitespaces)))
        lines = lines.dropFirst()
      } else if line.hasPrefix("```") {
        lines = lines.dropFirst()
        blocks.append(.code(take { !$0.hasPrefix("```") }.joined(separator: "\n")))
        lines = lines.dropFirst()
      } else if line.hasPrefix("    ") {
        let code = take { $0.hasPrefix("    ") || $0.isEmpty }.map { String($0.dropFirst(4)) }
        blocks.append(.code(code.joined(separator: "\n").trimmingCharacters(in: .newlines)))
      } else if line.hasPrefix("|") {
        let rows = take { $0.hasPrefix("|") }.map(Self.cells)
        blocks.append(.table(head: rows[0], rows: Array(rows.dropFirst(2))))
      } else if line.hasPrefix("- ") {
        var items: [String] = []
        for line in take(while: { $0.hasPrefix("- ") || $0.hasPrefix("  ") }) {
          if line.hasPrefix("- ") {
            items.append(String(line.dropFirst(2)))
          } else {
            items[items.count - 1] += " " + line.trimmingCharacters(in: .whitespaces)
          }
        }
        blocks.append(.list(items))
      } else if let picture = line.wholeMatch(of: #/!\[[^\]]*\]\(([^)]+)\)/#) {
        blocks.append(.picture(path: String(picture.output.1)))
        lines = lines.dropFirst()
      } else {
        let text = take { line in
          !line.isEmpty && !["#", "|", "```", "<!--", "!["].contains { line.hasPrefix($0) }
        }
        blocks.append(.paragraph(text.joined(separator: " ")))
        // A line that begins like another block, and is none.
        if text.isEmpty {
          blocks[blocks.count - 1] = .paragraph(line)
          lines = lines.dropFirst()
        }
      }
    }
    self.blocks = blocks
  }

  /// The title, the first heading of the first level.
  var title: String? {
    blocks.lazy.compactMap { if case .heading(1, let text) = $0 { text } else { nil } }.first
  }

  /// The blocks between the title and the next heading.
  var lead: ArraySlice<Block> {
    blocks.drop { if case .heading(1, _) = $0 { true } else { false } }
      .prefix { if case .heading = $0 { false } else { true } }
  }

  /// The cells of a line of a table; a bar after a backslash is none between cells.
  private static func cells(_ line: String) -> [String] {
    line.replacing("\\|", with: "\u{E000}").split(
      separator: "|", omittingEmptySubsequences: false
    ).dropFirst().dropLast().map {
      $0.replacing("\u{E000}", with: "|").trimmingCharacters(in: .whitespaces)
    }
  }
}

// MARK: - HTML

extension Markdown.Block {
  /// The block in HTML; a picture is the page's business.
  var html: String {
    switch self {
    case .heading(let level, let text): "<h\(level)>\(Markdown.html(text))</h\(level)>\n"
    case .paragraph(let text): "<p>\(Markdown.html(text))</p>\n"
    case .picture: ""
    case .code(let text): "<pre><code>\(escaped(text))</code></pre>\n"
    case .list(let items):
      "<ul>\n\(items.map { "<li>\(Markdown.html($0))</li>\n" }.joined())</ul>\n"
    case .table(let head, let rows):
      HTML.table(
        head.map(Markdown.html).joined(separator: ", "), head: head.map(Markdown.html),
        rows: rows.map { $0.map(Markdown.html) })
    }
  }
}

extension Markdown {
  /// Literals are compiled each time that they are evaluated, so these are evaluated once.
  private enum Mark {
    nonisolated(unsafe) static let code = #/`([^`]+)`/#
    nonisolated(unsafe) static let link = #/\[([^\]]+)\]\(([^)]+)\)/#
    nonisolated(unsafe) static let strong = #/\*\*(\S.*?)\*\*/#
    nonisolated(unsafe) static let emphasis = #/(^|[\s(])\*(\w[^*]*\w)\*/#
    nonisolated(unsafe) static let keptCode = #/\u{E000}(\d+)\u{E001}/#
  }

  /// A line's marks in HTML: code, strong, emphasis, links to other sites; and powers and indices,
  /// which Markdown lacks, as such.
  static func html(_ text: String) -> String {
    guard text.utf8.contains(where: "`[*".utf8.contains) else {
      return Mathematics.html(escaped(text))
    }
    var codes: [String] = []
    var line = text.replacing(Mark.code) { match in
      codes.append("<code>\(escaped(match.output.1))</code>")
      return "\u{E000}\(codes.count - 1)\u{E001}"
    }
    line = escaped(line)
      .replacing(Mark.link) { match in
        match.output.2.hasPrefix("https://")
          ? "<a href=\"\(match.output.2)\">\(match.output.1)</a>" : String(match.output.1)
      }
      .replacing(Mark.strong) { "<strong>\($0.output.1)</strong>" }
      .replacing(Mark.emphasis) { "\($0.output.1)<em>\($0.output.2)</em>" }
    return Mathematics.html(line)
      .replacing(Mark.keptCode) { codes[Int($0.output.1)!] }
  }
}

/// Pieces of HTML that are XML as well.
enum HTML {
  /// A table of cells in HTML, the first of each row its head; a label on each cell for narrow
  /// screens.
  ///
  /// - Parameter caption: what the table tells, for whoever comes upon it alone.
  static func table(
    _ caption: String, head: [String], rows: [[String]], kind: String = "facts",
    numeric: Set<Int> = []
  ) -> String {
    let heads = head.enumerated().map { i, text in
      "<th scope=\"col\"\(numeric.contains(i) ? " class=\"number\"" : "")>\(text)</th>"
    }
    let body = rows.map { row in
      let cells = row.enumerated().map { i, text in
        i == 0
          ? "<th scope=\"row\">\(text)</th>"
          : "<td data-label=\"\(plain(head[i]))\"\(numeric.contains(i) ? " class=\"number\"" : "")>\(text)</td>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    return """
      <div class="scroll"><table class="\(kind)">
      <caption>\(caption)</caption>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(body.joined())</tbody>
      </table></div>

      """
  }

  private nonisolated(unsafe) static let mark = #/<[^>]*>/#

  /// HTML without its marks.
  static func plain(_ html: String) -> String {
    html.utf8.contains(UInt8(ascii: "<")) ? html.replacing(mark, with: "") : html
  }
}
