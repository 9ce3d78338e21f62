import Foundation
import TestSupport
import Testing

/// A figure that cannot be drawn as its script says fails in one line and keeps its old pictures.
@Suite struct RenderFailureTests {
  /// Renders the figure "specialists" by a script of the test's own, over pictures that are there.
  func render(
    _ script: String?, title: String? = "# A title\n\nA description.\n",
    tables: [String: String] = [:], environment: [String: String] = [:],
    _ check: (Run, String) throws -> Void
  ) throws {
    try withFolder { folder in
      try write(
        "set datafile separator tab\nset datafile columnheaders\n", to: "\(folder)/style.gp")
      if let script { try write(script, to: "\(folder)/specialists.gp") }
      if let title { try write(title, to: "\(folder)/specialists.md") }
      let numbers = "# Numbers\nname\tvalue\tlow\thigh\tmeaning\nexponent\t0.5\t0.4\tNaN\tslope\n"
      for (name, text) in ["specialists-numbers": numbers].merging(tables, uniquingKeysWith: { $1 })
      { try write(text, to: "\(folder)/\(name).tsv") }
      for format in ["svg", "pdf"] { try write("old", to: "\(folder)/specialists.\(format)") }
      let run = try cod(
        "render", "specialists", "--tables", folder, "--scripts", folder, environment: environment)
      try check(run, folder)
      if run.status != 0 {
        for format in ["svg", "pdf"] {
          #expect(try bytes("\(folder)/specialists.\(format)") == Data("old".utf8), "\(format)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!names.contains { $0.contains("tmp") }, "\(names)")
      }
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func aGoodScript() throws {
    let script =
      "plot tables.'t.tsv' using 'x':'y' title sprintf('%.2f', exponent + exponent_low)\n"
    try render(script, tables: ["t": "x\ty\n1\t2\n3\t4\n"]) { run, folder in
      #expect(run.status == 0, "\(run)")
      let picture = String(decoding: try bytes("\(folder)/specialists.svg"), as: UTF8.self)
      #expect(picture.contains(">0.90<"), "the quoted numbers are not in the picture")
    }
  }

  @Test(
    .enabled(if: hasGnuplot, "gnuplot is not on PATH"),
    arguments: [
      ("plot tables.'nowhere.tsv' using 'x':'y'\n", "line 1: warning: Cannot find or open file"),
      // gnuplot itself calls the next two a success.
      ("plot x, tables.'nowhere.tsv' using 'x':'y'\n", "line 1: warning: Cannot find or open file"),
      ("plot x, tables.'t.tsv' using 'x':'z'\n", "line 1: warning: no column with header \"z\""),
      ("\nplot tables.'t.tsv' using (NaN):(NaN)\n", "line 2: x range is invalid"),
      ("plot [0:1] unknown_number\n", "line 1: undefined variable: unknown_number"),
      ("plot [0:1] x x x with line lw 2\n", "line 1: unexpected or unrecognized token"),
    ])
  func aScriptThatGnuplotComplainsAbout(script: String, words: String) throws {
    try render(script, tables: ["t": "x\ty\n1\t2\n3\t4\n"]) { run, folder in
      expectFailure(run, 1, saying: "cod: \(folder)/specialists.gp: gnuplot: ")
      #expect(run.errors.contains(words), "got \(run.errors), expected \(words)")
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func aTableWithoutRows() throws {
    try render("plot tables.'t.tsv' using 'x':'y'\n", tables: ["t": "x\ty\n"]) { run, folder in
      expectFailure(run, 1, saying: "cod: \(folder)/specialists.gp: gnuplot: ")
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func aScriptThatDrawsNothing() throws {
    try render("a = 1\n") { run, folder in
      expectFailure(run, 1, saying: "cod: \(folder)/specialists.gp: gnuplot drew nothing")
    }
  }

  @Test func noScript() throws {
    try render(nil) { run, folder in
      expectFailure(run, 2, saying: "cod: \(folder)/specialists.gp: no such file; expected")
    }
  }

  @Test func noTitle() throws {
    try render("plot x\n", title: nil) { run, folder in
      expectFailure(
        run, 2,
        saying: "cod: \(folder)/specialists.md: no such file; "
          + "expected the title and description of a figure\n")
    }
    try render("plot x\n", title: "A title\n") { run, folder in
      expectFailure(run, 2, saying: "cod: \(folder)/specialists.md: expected '# title', ")
    }
  }

  @Test func noTables() throws {
    try withFolder { folder in
      let run = try cod(
        "render", "specialists", "--tables", folder, "--scripts", "\(projectFolder)/figures")
      expectFailure(
        run, 2,
        saying: "cod: \(folder)/specialists-numbers.tsv: no such file; "
          + "expected the figure's tables: run cod tables first")
    }
  }

  @Test(arguments: ["", "/nowhere"]) func noGnuplot(path: String) throws {
    try render("plot x\n", environment: ["PATH": path]) { run, _ in
      expectFailure(
        run, 1, saying: "cod: gnuplot: not found on PATH; expected gnuplot 5 or later\n")
    }
  }
}
