import Foundation
import Host

/// Prose under one heading, with its numbers filled in: `figures/SECTION.md`.
package struct Prose: Sendable {
  package let title: String
  /// Markdown.
  package let text: String

  /// - Throws: `UserError` naming the file, and line and placeholder if one cannot be filled.
  package init(
    reading path: String, figure: String? = nil, numbers: inout Quotations
  ) throws {
    guard let text = fileText(path) else {
      throw UserError("\(path): cannot be read as UTF-8 text; expected '# title' and prose")
    }
    let filled = try numbers.fill(text, of: path, figure: figure)
    let lines = filled.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0.isEmpty || $0.hasPrefix("<!--") }
    guard let first = lines.first, first.hasPrefix("# ") else {
      throw UserError("\(path):1: got '\(lines.first ?? "")'; expected '# title'")
    }
    title = first.dropFirst(2).trimmingCharacters(in: .whitespaces)
    self.text = lines.dropFirst().joined(separator: "\n").trimmingCharacters(in: .newlines)
  }
}

/// What a figure says in words, `figures/NAME.md`, with its numbers filled in.
package struct Caption: Sendable {
  package let title: String
  /// What is drawn, for those who do not see it: the first paragraph, in a line.
  package let description: String
  /// What it shows, with claim and verdict, in Markdown.
  package let text: String

  /// - Throws: `UserError` naming the file, and line and placeholder if one cannot be filled.
  package init(of figure: String, in folder: String, numbers: inout Quotations) throws {
    let path = "\(folder)/\(figure).md"
    let prose = try Prose(reading: path, figure: figure, numbers: &numbers)
    let paragraphs = prose.text.split(separator: "\n\n", maxSplits: 1)
    guard paragraphs.count == 2 else {
      throw UserError("\(path): got one paragraph; expected a description, and a caption after it")
    }
    title = prose.title
    description = String(paragraphs[0].replacing("\n", with: " "))
    text = paragraphs[1].trimmingCharacters(in: .newlines)
  }
}
