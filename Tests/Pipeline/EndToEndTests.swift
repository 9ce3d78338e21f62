import Foundation
import TestSupport
import Testing

/// From a study in YAML to a picture, by the commands themselves.
@Suite(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) struct EndToEndTests {
  /// Draws a figure and draws it again, and expects two pictures, the same both times.
  func expectPictures(of figure: String, in folder: String) throws {
    let paths = ["svg", "pdf"].map { "\(folder)/\(figure).\($0)" }
    var pictures: [Data] = []
    for _ in 0..<2 {
      let run = try cod(
        "render", figure, "--tables", folder, "--scripts", "\(projectFolder)/figures")
      #expect(run.status == 0 && run.errors == "", "\(run)")
      #expect(run.output == paths.joined(separator: "\n") + "\n")
      pictures += try paths.map(bytes)
      // The seconds of a PDF's date would differ.
      if pictures.count == 2 { Thread.sleep(forTimeInterval: 1.1) }
    }
    #expect(pictures[0].count > 5000 && pictures[0].prefix(5) == Data("<?xml".utf8))
    #expect(pictures[1].count > 5000 && pictures[1].prefix(5) == Data("%PDF-".utf8))
    #expect(pictures[2] == pictures[0], "the second SVG of \(figure) differs")
    #expect(pictures[3] == pictures[1], "the second PDF of \(figure) differs")
  }

  /// Also in folders whose names gnuplot or a shell could stumble over.
  @Test(arguments: ["plain", "it's a 'folder'"]) func aTinyStudy(name: String) throws {
    try withFolder { top in
      let folder = "\(top)/\(name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write(
        study(widths: "[5, 20]", sampler: "warmup: 20, draws: 60"),
        to: "\(folder)/two-layer-width.yml")
      let simulated = try cod("simulate", "\(folder)/two-layer-width.yml")
      #expect(simulated.status == 0, "\(simulated)")
      #expect(
        simulated.output.hasPrefix(
          "\(folder)/two-layer-width.h5: 4 cells simulated, 0 taken over, "))
      let tables = try cod(
        "tables", "\(folder)/two-layer-width.yml", "-o", "\(folder)/figures")
      #expect(tables.status == 0 && tables.errors == "", "\(tables)")
      #expect(
        tables.output
          == [
            "specialists", "specialists-numbers", "phase-diagram", "phase-diagram-edges",
            "phase-diagram-labels", "phase-diagram-sampled", "phase-diagram-numbers",
          ].map { "\(folder)/figures/\($0).tsv\n" }.joined())
      try expectPictures(of: "specialists", in: "\(folder)/figures")
    }
  }

  @Test func anUnchangedTableKeepsItsFile() throws {
    try withFolder { folder in
      try write(
        study(widths: "[5, 20]", sampler: "warmup: 20, draws: 60"),
        to: "\(folder)/two-layer-width.yml")
      _ = try cod("simulate", "\(folder)/two-layer-width.yml")
      let numbers = try (0..<2).map { _ in
        _ = try cod("tables", "specialists", "--data", folder, "-o", folder)
        return try FileManager.default.attributesOfItem(atPath: "\(folder)/specialists.tsv")[
          .systemFileNumber] as? Int
      }
      #expect(numbers[0] == numbers[1], "the table has been replaced by an equal one")
    }
  }
}

/// Whether gnuplot is on PATH.
let hasGnuplot = program("gnuplot") != nil
