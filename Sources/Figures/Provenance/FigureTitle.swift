import Foundation
import Host

/// The title and the description of a figure: the first two paragraphs of `figures/NAME.md`. The
/// caption that follows them is no part of the pictures.
package struct FigureTitle: Hashable, Sendable {
  package let title: String
  package let description: String

  package init(title: String, description: String) {
    self.title = title
    self.description = description
  }

  /// Reads a heading, `# title`, and the paragraph after it. Comments may stand before them.
  ///
  /// - Throws: `UserError` if the file is missing, begins in another way, or has a placeholder
  ///   there.
  package init(reading path: String) throws {
    let text = try utf8Text(
      of: path, as: "the title and description of a figure", atMost: 1 << 20)
    try requirePrintable(text, of: path)
    var lines = textLines(of: text)
      .map { $0.trimmingCharacters(in: .whitespaces) }[...]
    lines = lines.drop { $0.isEmpty || $0.hasPrefix("<!--") && $0.hasSuffix("-->") }
    let title = lines.popFirst() ?? ""
    let isAlone = lines.first?.isEmpty ?? true
    let description = lines.drop(while: \.isEmpty).prefix { !$0.isEmpty }
    guard title.hasPrefix("# "), isAlone, !description.isEmpty else {
      throw UserError("\(path): expected '# title', an empty line, and a paragraph that describes")
    }
    self.title = title.dropFirst(2).trimmingCharacters(in: .whitespaces)
    self.description = description.joined(separator: " ")
    // Pictures say this as it stands, and whoever reads it aloud has no numbers to fill in.
    for text in [self.title, self.description] {
      if let placeholder = text.firstMatch(of: /(?:^|[^\^_])(\{.*?\})/)?.1 {
        throw UserError(
          "\(path): got \(placeholder) in what the picture says of itself; expected numbers in the "
            + "caption after it")
      }
    }
  }

  /// What has changed since a picture was drawn, one line each; each is followed by the name of the
  /// picture.
  package func differences(from drawn: FigureTitle) -> [String] {
    (drawn.title == title ? [] : ["title: '\(drawn.title)' → '\(title)' since"])
      + (drawn.description == description
        ? [] : ["description: '\(drawn.description)' → '\(description)' since"])
  }
}
