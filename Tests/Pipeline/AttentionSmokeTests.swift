import TestSupport
import Testing

/// The smoke grids of the attention studies end to end: two studies a figure.
@Suite(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) struct AttentionSmokeTests {
  @Test func everyFigure() throws {
    try withFolder { folder in
      for (study, cells) in [("collapse", 36), ("long", 12), ("printed", 24)] {
        let output = "\(folder)/data/attention-\(study).h5"
        let simulated = try cod(
          "simulate", "\(projectFolder)/data/attention-\(study).yml", "--smoke", "-o", output)
        #expect(simulated.status == 0, "\(simulated)")
        #expect(simulated.output.hasPrefix("\(output): \(cells) cells simulated, 0 taken over, "))
      }
      for figure in ["collapse", "exponents", "pattern", "printed"] {
        let tables = try cod(
          "tables", "attention-\(figure)", "--data", "\(folder)/data", "-o", "\(folder)/figures")
        #expect(tables.status == 0 && tables.errors == "", "\(tables)")
        try EndToEndTests().expectPictures(of: "attention-\(figure)", in: "\(folder)/figures")
      }
    }
  }
}
