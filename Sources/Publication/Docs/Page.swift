/// Pieces of Markdown that pages share.
enum Page {
  /// Paragraphs in lines of 100 characters: filled placeholders leave them ragged. Lists, tables
  /// and code stay as they are.
  static func filled(_ text: String) -> String {
    let others = ["    ", "- ", "|", "#", "```", "!["]
    return text.split(separator: "\n\n").map { block in
      if others.contains(where: block.hasPrefix) { return String(block) }
      var lines = [""]
      for word in block.split(whereSeparator: \.isWhitespace) {
        let isLong = lines.last!.count + 1 + word.count > 100
        // What would begin another kind of block stays where it is.
        if isLong, word.first!.isLetter || word.first!.isNumber, !".)".contains(word.last!) {
          lines.append("")
        }
        lines[lines.count - 1] += (lines.last!.isEmpty ? "" : " ") + word
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The comment at the head of what is generated.
  static func mark(_ sources: String) -> String {
    "<!-- Made by make docs from \(sources). Change those instead. -->\n"
  }

  /// A table; a bar within a cell is escaped.
  static func table(_ head: [String], _ rows: [[String]]) -> String {
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { row in
      "| "
        + row.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }
        .joined(separator: " | ") + " |\n"
    }.joined()
  }
}
