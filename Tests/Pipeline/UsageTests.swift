import Foundation
import TestSupport
import Testing

/// Exit codes, and what goes to standard output and what to standard error.
@Suite struct UsageTests {
  static let commands = Result { try allCommands() }

  /// Those that every release had; a list that came out empty would pass every test below.
  @Test func helpListsCommands() throws {
    let names = try Self.commands.get().map { $0.joined(separator: " ") }
    for name in [
      "simulate", "tables", "draw", "render", "list", "status", "why", "summary", "data",
      "evaluate", "claims", "verify", "estimate", "theory",
      "theory ldt", "theory cnn", "predict", "report", "provenance", "archive", "check-archive",
      "metadata", "docs", "doctor", "bench",
    ] { #expect(names.contains(name), "\(name) is not in \(names)") }
    #expect(Set(names).count == names.count)
  }

  @Test func everyHelpSaysWhatTheCommandDoesAndHasAnExample() throws {
    for command in try Self.commands.get() {
      let run = try run(tool, command + ["--help"])
      #expect(run.status == 0 && run.errors == "", "\(command): \(run)")
      #expect(run.output.hasPrefix("OVERVIEW: "), "\(command): no abstract in \(run.output)")
      let name = command.joined(separator: " ")
      let example = try Regex("(?m)^ +cod \(name)(?= |$)")
      #expect(run.output.contains(example), "\(command): no example in \(run.output)")
    }
  }

  @Test func everyMistakeIsOneLine() throws {
    for command in try Self.commands.get() {
      let run = try run(tool, command + ["--no-such-option"])
      expectFailure(run, 2, saying: " (cod --help)\n")
      // What is missing is said before what is unknown.
      #expect(
        run.errors.hasPrefix("cod: Unknown option '--no-such-option'")
          || run.errors.hasPrefix("cod: Missing expected argument '"), "\(command): \(run)")
    }
  }

  /// The version is that of the citation.
  @Test func theVersion() throws {
    let citation = try String(contentsOfFile: "\(projectFolder)/CITATION.cff", encoding: .utf8)
    let version = try #require(citation.firstMatch(of: #/(?m)^version: (\S+)$/#)).output.1
    let run = try cod("--version")
    #expect(run.output.hasPrefix("cod \(version), numerics version "), "\(run)")
    #expect(run.status == 0 && run.errors == "", "\(run)")
  }

  @Test func noArgumentsAreTheHelp() throws {
    #expect(try cod().output == cod("--help").output)
    #expect(try cod().status == 0 && cod().errors == "")
  }

  @Test(arguments: [
    (["fly"], "cod: no command 'fly'; expected one of simulate, draw, "),
    (["help", "fly"], "cod: no command 'fly'; expected one of simulate, draw, "),
    (["simulat", "x.yml"], "did you mean 'simulate'?\n"),
    (
      ["theory", "bounds", "--x", "1"],
      "cod: theory: no command 'bounds'; expected one of ldt, adaptation, gp, three-layer, cnn, "
    ),
    (
      ["status", "a\u{1B}[31m.yml"],
      "cod: a␛[31m.yml: no such file; expected a study in YAML\n"
    ),
    (["simulate"], "cod: Missing expected argument '<spec>' (cod --help)\n"),
    (["simulate", "x.yml", "--fast"], "cod: Unknown option '--fast' (cod --help)\n"),
    (["simulate", "x.yml", "--workers", "many"], "'many' is invalid for '--workers <workers>'"),
    (
      ["simulate", "x.yml", "--workers", "0"],
      "cod: --workers: got '0'; expected a positive integer\n"
    ),
    (["simulate", "nowhere.yml"], "cod: nowhere.yml: no such file; expected a study in YAML\n"),
    (
      ["tables", "no-figure"],
      "cod: figure 'no-figure': no such figure; expected one of ldt-density, "
    ),
    (["tables", "no-study.yml"], "cod: no-study.yml: no figure is made from study 'no-study'\n"),
    (
      ["render", "no-figure"],
      "cod: figure 'no-figure': no such figure; expected one of ldt-density, "
    ),
    (
      ["draw", "no-figure"],
      "cod: figure 'no-figure': no such figure; expected one of ldt-density, "
    ),
    (
      ["draw", "--data", "smoke/data"],
      "cod: smoke/data: expected --figures FOLDER as well, to leave the tables of data alone\n"
    ),
    (
      ["tables", "smoke/data/two-layer-width.yml"],
      "cod: smoke/data: expected -o FOLDER as well, to leave the tables of data alone\n"
    ),
    (
      ["tables", "specialists", "--data", ".."],
      "cod: ..: expected -o FOLDER as well, to leave the tables of data alone\n"
    ),
    (
      ["draw", "a/two-layer-width.yml", "b/two-layer-width.yml"],
      "cod: a, b: expected figures of one folder of studies\n"
    ),
    (
      ["list", "no-figure"],
      "cod: figure 'no-figure': no such figure; expected one of ldt-density, "
    ),
    (
      ["list", "--studies", "--tables"],
      "cod: expected --studies or --tables, not both (cod --help)\n"
    ),
    (["verify", "one.h5"], "cod: expected two files or folders, or none (cod --help)\n"),
    (["status", "nowhere.yml"], "cod: nowhere.yml: no such file; expected a study in YAML\n"),
    (["status"], "cod: data: no such folder; expected studies in it, or name them\n"),
    (
      ["bench", "five-layer"],
      "cod: bench 'five-layer': no such model; expected one of two-layer, three-layer, four-layer, "
    ),
  ])
  func mistakesAreOneLineAndExitCode2(arguments: [String], words: String) throws {
    try withFolder { folder in
      expectFailure(try run(tool, arguments, in: folder), 2, saying: words)
    }
  }

  @Test func aBadStudyIsExitCode2() throws {
    try withFolder { folder in
      try write(study(widths: "[]"), to: "\(folder)/x.yml")
      let words = "cod: x.yml:3: network.width: got an empty list; expected at least one value\n"
      for command in ["simulate", "status"] {
        expectFailure(try cod(command, "x.yml", in: folder), 2, saying: words)
      }
      try write(study() + "smoke: {ridge: 1}\n", to: "\(folder)/x.yml")
      expectFailure(
        try cod("simulate", "x.yml", "--smoke", in: folder), 2,
        saying: "cod: --smoke: expected -o FILE as well, to leave the archived study alone\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"])
    }
  }

  @Test func theSpecIsNotOverwritten() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      expectFailure(
        try cod("simulate", "x.yml", "-o", "x.yml", in: folder), 2,
        saying: "cod: x.yml: got a file in another format; expected a new name, or a study to ")
      expectFailure(
        try cod("simulate", "x.yml", "-o", "", in: folder), 2,
        saying: "cod: --output: got ''; expected the name of a file to write\n")
      #expect(try bytes("\(folder)/x.yml") == Data(study().utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"])
    }
  }

  @Test(arguments: ["avx1024", "AVX2", ""]) func anUnknownInstructionSet(name: String) throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      let run = try cod("simulate", "x.yml", in: folder, environment: ["COD_ISA": name])
      expectFailure(run, 2, saying: "cod: COD_ISA: got '\(name)'; expected one of generic")
      #expect(run.errors.hasSuffix(" on this processor\n"), "\(run.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"])
    }
  }

  @Test func aMissingStudyFile() throws {
    try withFolder { folder in
      expectFailure(
        try cod("summary", "x.h5", in: folder), 1,
        saying: "cod: cannot open x.h5: No such file or directory\n")
      expectFailure(
        try cod("tables", "specialists", "--data", ".", "-o", ".", in: folder), 1,
        saying: "cod: cannot open ./two-layer-width.h5: No such file or directory\n")
    }
  }

  @Test func doctorKnowsWhatIsMissing() throws {
    let ill = try cod("doctor", environment: ["PATH": "/nowhere", "COD_ISA": "mmx"])
    #expect(ill.status == 1 && ill.errors == "", "\(ill)")
    #expect(ill.output.contains("MISSING  gnuplot: not found on PATH; install gnuplot-nox\n"))
    #expect(ill.output.contains("MISSING  kernels: COD_ISA: got 'mmx'; expected one of generic"))
    #expect(ill.output.contains("ok       libhdf5: "))
  }
}
