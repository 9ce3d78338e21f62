import Foundation
import TestSupport
import Testing

/// Figures that no study feeds, as the commands make them.
@Suite(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) struct TheoryFigureTests {
  /// Without the studies whose points it shows, the phase diagram is theory alone.
  @Test func noSampledPoints() throws {
    try withFolder { folder in
      let tables = try cod("tables", "phase-diagram", "--data", folder, "-o", folder)
      #expect(tables.status == 0 && tables.errors == "", "\(tables)")
      let run = try cod(
        "render", "phase-diagram", "--tables", folder, "--scripts", "\(projectFolder)/figures")
      #expect(run.status == 0 && run.errors == "", "\(run)")
    }
  }

  /// The archived tables of figures that no study feeds are what the tool computes, draws and draws
  /// again.
  @Test(
    arguments: ["ldt-101", "effective-action", "propagation", "phase-diagram"])
  func figures(name: String) throws {
    try withFolder { folder in
      let tables = try cod("tables", name, "--data", "\(projectFolder)/data", "-o", folder)
      #expect(tables.status == 0 && tables.errors == "", "\(tables)")
      for path in tables.output.split(separator: "\n") {
        let file = (String(path) as NSString).lastPathComponent
        #expect(
          try bytes(String(path)) == bytes("\(projectFolder)/figures/\(file)"),
          "\(file) is not what is archived")
      }
      for _ in 0..<2 {
        let run = try cod(
          "render", name, "--tables", folder, "--scripts", "\(projectFolder)/figures")
        #expect(run.status == 0 && run.errors == "", "\(run)")
        #expect(
          try bytes("\(folder)/\(name).svg") == bytes("\(projectFolder)/figures/\(name).svg"),
          "\(name).svg is not what is archived")
      }
    }
  }
}
