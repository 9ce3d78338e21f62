import Foundation

/// What a figure shows, in words: the head of its script, `figures/NAME.gp`. A first paragraph of comments
/// is the title, a second one the description; more are for who reads the script.
package struct FigureTitle: Hashable, Sendable {
  package let title: String
  package let description: String

  package init(title: String, description: String) {
    self.title = title
    self.description = description
  }

  /// Of a script's text; without a head, the title is the figure's name and the description empty.
  package init(of figure: String, script: String) {
    var paragraphs: [String] = [""]
    for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("#") else { break }
      let words = line.dropFirst().trimmingCharacters(in: .whitespaces)
      if words.isEmpty {
        paragraphs.append("")
      } else {
        paragraphs[paragraphs.count - 1] += (paragraphs.last!.isEmpty ? "" : " ") + words
      }
    }
    title = paragraphs[0].isEmpty ? figure : paragraphs[0]
    description = paragraphs.count > 1 ? paragraphs[1] : ""
  }
}

extension Figure {
  /// Title and description, from the script in this folder.
  package func title(scripts: String) -> FigureTitle {
    FigureTitle(
      of: name,
      script: (try? String(contentsOfFile: "\(scripts)/\(name).gp", encoding: .utf8)) ?? "")
  }
}
