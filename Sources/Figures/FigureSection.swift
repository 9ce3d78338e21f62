/// Figures that are shown together, below a text of their own, `figures/NAME.md`.
package struct FigureSection: Sendable {
  package let name: String
  package let figures: [Figure]

  package init(_ name: String, _ figures: [Figure]) {
    self.name = name
    self.figures = figures
  }
}
