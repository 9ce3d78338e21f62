import Foundation
import TestSupport
import Testing

/// `cod draw`, `cod list`, and the targets of `make` that rest on them.
@Suite(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) struct DrawCommandTests {
  static func files(of figure: String) -> [String] {
    [".tsv", "-numbers.tsv", ".svg", ".pdf"].map { "figures/\(figure)\($0)" }
  }

  func lines(_ run: Run) -> [String] { run.output.split(separator: "\n").map(String.init) }

  @Test func everyFileThatChangesIsALine() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      func draw(_ arguments: String...) throws -> Run {
        try run(tool, ["draw"] + arguments + SmallPipeline.figures, in: folder)
      }
      let first = try draw()
      #expect(first.status == 0 && first.errors == "", "\(first)")
      #expect(Set(lines(first)) == Set(SmallPipeline.figures.flatMap(Self.files)))
      let again = try draw()
      #expect(again.status == 0 && again.output == "" && again.errors == "", "\(again)")
      // The two halves find nothing else to do.
      let made = pipeline.made(under: "figures")
      for command in ["tables", "render"] {
        #expect(try run(tool, [command] + SmallPipeline.figures, in: folder).status == 0)
      }
      #expect(pipeline.made(under: "figures") == made)

      // Another study than the one that was simulated: a warning, as by cod tables.
      try write(study(widths: "[5, 30]"), to: "\(folder)/data/two-layer-width.yml")
      let stale = try draw()
      #expect(stale.status == 0 && stale.output == "", "\(stale)")
      #expect(
        stale.errors
          == "cod: data/two-layer-width.h5: stale, so figure specialists is too; see cod why\n")

      // Elsewhere, with the scripts of here.
      let other = try draw("--data", "data", "--figures", "other", "--scripts", "figures")
      #expect(lines(other).count == 8 && lines(other).allSatisfy { $0.hasPrefix("other/") })
    }
  }

  @Test func aFailureHidesNoOther() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      try write("plot nothing\n", to: "\(folder)/figures/ldt-density.gp")
      let run = try cod("draw", "ldt-density", "langevin-bias", "specialists", in: folder)
      #expect(run.status == 1, "\(run)")
      #expect(
        run.complaints.count == 2
          && run.complaints[0].hasPrefix("cod: figures/ldt-density.gp: gnuplot: ")
          && run.complaints[1]
            == "cod: cannot open data/langevin-bias.h5: No such file or directory",
        "\(run)")
      #expect(Set(lines(run)).isSuperset(of: Self.files(of: "specialists")))
    }
  }

  @Test func lists() throws {
    #expect(try lines(cod("list")).contains("ldt-101"))
    #expect(
      try lines(cod("list", "pattern-transition", "--studies"))
        == ["pattern-transition", "pattern-transition-wide", "pattern-transition-32"])
    #expect(try cod("list", "ldt-101", "--studies").output == "")
    #expect(
      try lines(cod("list", "ldt-101", "--tables"))
        == ["ldt-101.tsv", "ldt-101-numbers.tsv", "ldt-101-sampled.tsv"])
    let studies = try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/data")
      .filter { $0.hasSuffix(".h5") }.map { String($0.dropLast(3)) }
    #expect(try Set(lines(cod("list", "--studies"))) == Set(studies))
  }

  // MARK: - make

  @Test(.enabled(if: has("make"), "make is not on PATH")) func oneFigureFromScratch() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      let target = "reproduce/figures/specialists.svg"
      let dry = try pipeline.make("-n", target)
      #expect(dry.status == 0, "\(dry)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/reproduce"))
      let run = try pipeline.make(target)
      #expect(run.status == 0, "\(run)")
      let made = pipeline.made(under: "reproduce")
      #expect(
        Set(made.keys.filter { !$0.hasSuffix(".json") })
          == Set(["data/two-layer-width.h5"] + Self.files(of: "specialists")))
      let again = try pipeline.make(target)
      #expect(again.status == 0 && !again.output.contains("cod simulate"), "\(again)")
      expectFailure(
        try cod("tables", "reproduce/data/two-layer-width.yml", in: folder), 2,
        saying: "cod: reproduce/data: expected -o FOLDER as well")
    }
  }

  /// Before there is a tool, `make -n` says what would be done.
  @Test(.enabled(if: has("make"), "make is not on PATH")) func makeWithoutATool() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try FileManager.default.removeItem(atPath: "\(folder)/.build")
      for target in ["figures", "smoke", "fig-specialists", "reproduce/figures/specialists.svg"] {
        let run = try pipeline.make("-n", target)
        #expect(run.status == 0 && run.errors == "", "\(target): \(run)")
        #expect(run.output.contains("build -c release --product cod"), "\(target): \(run)")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/.build"))
    }
  }

  @Test func theMakefileNamesNoFigureAndNoStudy() throws {
    let makefile = try String(contentsOfFile: "\(projectFolder)/Makefile", encoding: .utf8)
    let examples = ["specialists", "ldt-101"]
    for name in try lines(cod("list")) + lines(cod("list", "--studies"))
    where !examples.contains(name) { #expect(!makefile.contains(name), "\(name)") }
    // These stand in comments and in the help alone.
    let rules = makefile.replacing(#/^#.*|\ ##.*/#.anchorsMatchLineEndings(), with: "")
    for name in examples { #expect(!rules.contains(name), "\(name)") }
  }
}
