import Figures

/// All figures by sections, with what the sections and the figures say.
struct Results: Sendable {
  struct Section: Sendable {
    let name: String
    let prose: Prose
    let figures: [(figure: Figure, caption: Caption)]
  }

  let sections: [Section]

  /// - Parameter folder: that of the captions, and of the numbers that they quote.
  /// - Throws: `UserError` naming the file that is missing, or the placeholder that cannot be
  /// filled.
  init(_ list: [FigureSection], figures folder: String, data: String) throws {
    var numbers = Quotations(figures: folder, data: data)
    sections = try list.map { section in
      Section(
        name: section.name,
        prose: try Prose(reading: "\(folder)/\(section.name).md", numbers: &numbers),
        figures: try section.figures.map {
          ($0, try Caption(of: $0.name, in: folder, numbers: &numbers))
        })
    }
  }
}
