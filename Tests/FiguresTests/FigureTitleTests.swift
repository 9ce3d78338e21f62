import Figures
import Foundation
import Paper
import TestSupport
import Testing

/// The first two paragraphs of `figures/NAME.md`.
@Suite struct FigureTitleTests {
  @Test(arguments: [
    ("# A title\n\nWhat it\nshows.\n\n**A caption.**\n", "A title", "What it shows."),
    ("# P* ∝ d^{3/4}\n\nOne line.", "P* ∝ d^{3/4}", "One line."),
    ("<!-- figures/x.md -->\n\n#  Title \n\n\n  Two \n lines\n", "Title", "Two lines"),
  ])
  func twoParagraphs(text: String, title: String, description: String) throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/x.md")
      #expect(
        try FigureTitle(reading: "\(folder)/x.md")
          == FigureTitle(title: title, description: description))
    }
  }

  @Test(arguments: [
    "", "A title\n\nA description.", "# A title\nA description.", "# A title\n\n",
    "## A title\n\nA description.", "\n\nA description.\n\n# A title\n",
  ])
  func anotherForm(text: String) async throws {
    try await withFolder { folder in
      try write(text, to: "\(folder)/x.md")
      #expect(
        await errorLine { _ = try FigureTitle(reading: "\(folder)/x.md") }
          == "\(folder)/x.md: expected '# title', an empty line, and a paragraph that describes")
    }
  }

  /// What fills placeholders in is the documentation, long after the picture is drawn.
  @Test(arguments: [
    ("# At {size:.0f}\n\nOne.", "{size:.0f}"), ("# x\n\n{n:.0f} of\n{m:.0f}, d^{3/4}.", "{n:.0f}"),
  ])
  func placeholder(text: String, placeholder: String) async throws {
    try await withFolder { folder in
      try write(text, to: "\(folder)/x.md")
      #expect(
        await errorLine { _ = try FigureTitle(reading: "\(folder)/x.md") }
          == "\(folder)/x.md: got \(placeholder) in what the picture says of itself; expected numbers "
          + "in the caption after it")
    }
  }

  @Test func noFile() async throws {
    #expect(
      await errorLine { _ = try FigureTitle(reading: "nowhere/x.md") }
        == "nowhere/x.md: no such file; expected the title and description of a figure")
  }

  @Test func everySectionHasAText() throws {
    for section in Paper.sections {
      let file = "\(projectFolder)/figures/\(section.name).md"
      #expect(FileManager.default.fileExists(atPath: file), "\(file)")
    }
    #expect(Set(Paper.figures.map(\.name)).count == Paper.figures.count)
  }
}
