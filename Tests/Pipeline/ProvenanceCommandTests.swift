import Foundation
import TestSupport
import Testing

/// A file copied anywhere says where it comes from, and how to make it again.
@Suite struct ProvenanceCommandTests {
  struct Told: Decodable {
    struct Part: Decodable { let what, name, standing: String }
    struct Commit: Decodable { let hash, subject: String }
    struct Command: Decodable { let command: String }
    let kind, title, license, references: String
    let parts: [Part]
    let commit: Commit?
    let commands: [Command]
    let agrees: Bool
  }

  func told(_ run: Run) throws -> Told {
    try JSONDecoder().decode(Told.self, from: Data(run.output.utf8))
  }

  @Test(arguments: ["svg", "pdf", "tsv"]) func aLoneFile(_ suffix: String) throws {
    try withFolder { folder in
      let copy = "\(folder)/\(suffix == "tsv" ? "specialists" : "a copy").\(suffix)"
      try bytes("\(projectFolder)/figures/specialists.\(suffix)").write(to: URL(filePath: copy))
      // Beside the archive …
      let run = try cod("provenance", copy, "--json", in: projectFolder)
      #expect(run.status == 0, "\(run)")
      let found = try told(run)
      #expect(found.agrees && found.parts.allSatisfy { $0.standing == "same" }, "\(run.output)")
      #expect(found.license == "CC-BY-4.0" && found.references == "arXiv:2512.04165")
      #expect(found.parts.contains { $0.what == "study" && $0.name == "two-layer-width" })
      if suffix != "tsv" {
        #expect(found.title == "Specialised neurons against √(N/d)")
        #expect(found.commands.first?.command == "make fig-specialists")
        #expect(
          Set(found.parts.map(\.name)).isSuperset(of: [
            "specialists.tsv", "specialists-numbers.tsv", "specialists.gp", "style.gp",
          ]))
      }
      // … and far from it.
      let lone = try cod("provenance", copy, in: folder)
      #expect(lone.status == 0, "\(lone)")
      #expect(lone.output.contains("not in the archive here"))
      #expect(!lone.output.contains("commit"), "\(lone.output)")
      #expect(lone.output.contains("CC-BY-4.0"))
    }
  }

  @Test func whatDiffersFromTheArchive() throws {
    try withFolder { folder in
      let table = try String(
        contentsOfFile: "\(projectFolder)/figures/specialists.tsv", encoding: .utf8)
      try write(table + "1\n", to: "\(folder)/specialists.tsv")
      let run = try cod(
        "provenance", "\(projectFolder)/figures/specialists.svg", "--figures", folder,
        in: projectFolder)
      #expect(run.status == 1)
      #expect(run.output.contains(": differs from \(folder)/specialists.tsv\n"), "\(run.output)")
    }
  }

  /// What a file is called does not count.
  @Test func aCopyOfAnotherName() throws {
    try withFolder { folder in
      let copy = "\(folder)/copy (1) of 'it'.h5"
      try bytes("\(projectFolder)/data/two-layer-width.h5").write(to: URL(filePath: copy))
      let study = try told(cod("provenance", copy, "--json", in: projectFolder))
      #expect(study.parts.map(\.standing) == ["same"])
      let spec = try run(
        URL(filePath: "/bin/sh"), ["-c", try #require(study.commands.first?.command)], in: folder,
        environment: ["PATH": "\(tool.deletingLastPathComponent().path):/usr/bin:/bin"])
      #expect(spec.status == 0 && spec.errors == "", "\(spec)")
      #expect(
        try String(contentsOfFile: "\(folder)/again.yml", encoding: .utf8).contains("question: "))

      let table = try String(
        contentsOfFile: "\(projectFolder)/figures/specialists.tsv", encoding: .utf8)
      try write(table, to: "\(folder)/t (2).tsv")
      #expect(
        try told(cod("provenance", "\(folder)/t (2).tsv", "--json", in: projectFolder)).agrees)
      try write(table + "1\n", to: "\(folder)/t (2).tsv")
      let changed = try cod("provenance", "\(folder)/t (2).tsv", "--json", in: projectFolder)
      #expect(changed.status == 1)
      #expect(try told(changed).parts.first?.standing == "different")
    }
  }

  @Test func aStudyIsSimulatedAgainFromItsOwnSpec() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/study.yml")
      #expect(try cod("simulate", "study.yml", in: folder).status == 0)
      let first = try cod("provenance", "study.h5", "--json", in: folder)
      #expect(first.status == 0, "\(first)")
      #expect(try told(first).kind == "study")
      #expect(try told(first).title == "Is it tiny?")
      try FileManager.default.removeItem(atPath: "\(folder)/study.yml")
      try FileManager.default.removeItem(atPath: "\(folder)/.cells")
      for command in try told(first).commands.map(\.command) {
        let parts = command.split(separator: ">").map { $0.trimmingCharacters(in: .whitespaces) }
        let words = parts[0].split(separator: " ").map(String.init)
        try #require(words.first == "cod")
        let step = try run(tool, Array(words.dropFirst()), in: folder)
        #expect(step.status == 0, "\(command): \(step)")
        if parts.count > 1 { try write(step.output, to: "\(folder)/\(parts[1])") }
      }
    }
  }

  @Test(.enabled(if: program("git") != nil, "git is not on PATH"))
  func theCommitIsFound() throws {
    try withFolder { folder in
      let executable = try #require(program("git"))
      func git(_ arguments: String...) throws {
        let done = try run(
          executable, ["-c", "user.name=A", "-c", "user.email=a@example.org"] + arguments,
          in: folder)
        #expect(done.status == 0, "\(done)")
      }
      let picture = try bytes("\(projectFolder)/figures/specialists.svg")
      try git("init", "-q")
      try write("something", to: "\(folder)/a")
      try git("add", ".")
      try git("commit", "-q", "-m", "Something")
      try picture.write(to: URL(filePath: "\(folder)/x.svg"))
      #expect(try told(cod("provenance", "x.svg", "--json", in: folder)).commit == nil)
      try git("add", ".")
      try git("commit", "-q", "-m", "A picture")
      try write("something else", to: "\(folder)/x.svg")
      try git("commit", "-q", "-a", "-m", "No picture")
      try picture.write(to: URL(filePath: "\(folder)/y.svg"))
      let found = try told(cod("provenance", "y.svg", "--json", in: folder))
      #expect(found.commit?.subject == "A picture")
    }
  }

  @Test(arguments: [("x.svg", "<svg/>"), ("x.pdf", "%PDF-1.5\n"), ("x.tsv", "a\tb\n"), ("x", "")])
  func aFileOfAnotherMake(name: String, text: String) throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/\(name)")
      let run = try cod("provenance", name, in: folder)
      expectFailure(run, 2, saying: "cod: \(name): says nothing of where it comes from; expected")
    }
  }

  @Test func noFileAndNoSpec() throws {
    expectFailure(
      try cod("provenance", "nowhere.svg"), 2, saying: "cod: nowhere.svg: no such file; expected")
    expectFailure(
      try cod("provenance", "\(projectFolder)/figures/specialists.svg", "--spec"), 2,
      saying: "has no spec inside; expected a study")
  }

  // MARK: - Pictures

  /// A copy of the tables and scripts of the figure "specialists".
  func withScripts(_ body: (String) throws -> Void) throws {
    try withFolder { folder in
      for name in ["specialists.gp", "specialists.md", "style.gp"]
        + ["specialists.tsv", "specialists-numbers.tsv"]
      {
        try bytes("\(projectFolder)/figures/\(name)").write(to: URL(filePath: "\(folder)/\(name)"))
      }
      try body(folder)
    }
  }

  func render(_ folder: String, environment: [String: String] = [:]) throws -> [Data] {
    let run = try cod(
      "render", "specialists", "--tables", folder, "--scripts", folder, environment: environment)
    #expect(run.status == 0, "\(run)")
    return try ["svg", "pdf"].map { try bytes("\(folder)/specialists.\($0)") }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func theBytesAreTheSame() throws {
    try withScripts { folder in
      let first = try render(folder)
      #expect(try render(folder, environment: ["TZ": "Asia/Tokyo"]) == first)
      let title = "<<\"A\" & 'B'>> /Subject (\\(c)"
      try write("# \(title)\n\n\(title) é\n", to: "\(folder)/specialists.md")
      let other = try render(folder)
      #expect(other[0] != first[0] && other[1] != first[1])
      for suffix in ["svg", "pdf"] {
        let told = try told(cod("provenance", "specialists.\(suffix)", "--json", in: folder))
        #expect(told.title == title, "\(suffix)")
      }
      try expectIntact("\(folder)/specialists.pdf", title: title)
    }
  }

  /// Expects a PDF that other readers find whole, with this title.
  func expectIntact(_ pdf: String, title: String) throws {
    if let qpdf = program("qpdf") {
      let check = try run(qpdf, ["--check", pdf])
      #expect(check.status == 0, "\(check)")
    } else {
      print("qpdf is not on PATH (Debian: qpdf): \(pdf) is not checked with it")
    }
    if let pdfinfo = program("pdfinfo") {
      let info = try run(pdfinfo, ["-enc", "UTF-8", pdf])
      #expect(info.status == 0 && info.errors == "", "\(info)")
      #expect(
        info.output.contains(#/\nTitle: +/#) || info.output.hasPrefix("Title:"), "\(info.output)")
      #expect(info.output.contains(title), "\(info.output)")
      #expect(info.output.contains("specialists, arXiv:2512.04165, CC-BY-4.0, two-layer-width"))
    } else {
      print("pdfinfo is not on PATH (Debian: poppler-utils): \(pdf) is not read with it")
    }
  }

  @Test func theArchivedPDF() throws {
    try expectIntact(
      "\(projectFolder)/figures/specialists.pdf", title: "Specialised neurons against √(N/d)")
  }

  /// Later versions of cairo write a cross-reference stream in place of a table. Stands in for one
  /// of them: a gnuplot that gives out a picture so rewritten.
  @Test(.enabled(if: program("qpdf") != nil, "qpdf is not on PATH (Debian: qpdf)"))
  func aPDFWithCrossReferenceStreams() throws {
    try withScripts { folder in
      let qpdf = try #require(program("qpdf"))
      let rewritten = try run(
        qpdf,
        [
          "--object-streams=generate", "--deterministic-id",
          "\(projectFolder)/figures/specialists.pdf", "\(folder)/streams.pdf",
        ])
      #expect(rewritten.status == 0, "\(rewritten)")
      #expect(try bytes("\(folder)/streams.pdf").range(of: Data("trailer".utf8)) == nil)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/bin", withIntermediateDirectories: false)
      try write(
        """
        #!/bin/sh
        out=$(echo "$3" | sed "s/.*set output '\\([^']*\\)'.*/\\1/")
        case $out in
        *.pdf) cp '\(folder)/streams.pdf' "$out" ;;
        *) echo '<svg ><title>x</title> <desc>Produced by GNUPLOT 6 </desc></svg>' > "$out" ;;
        esac

        """, to: "\(folder)/bin/gnuplot")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/bin/gnuplot")
      let path = ProcessInfo.processInfo.environment["PATH", default: ""]
      _ = try render(folder, environment: ["PATH": "\(folder)/bin:\(path)"])
      try expectIntact(
        "\(folder)/specialists.pdf", title: "Specialised neurons against √(N/d)")
      let found = try cod("provenance", "specialists.pdf", in: folder)
      #expect(found.output.contains("drawn by    gnuplot 6\n"), "\(found)")
    }
  }

  /// Of all figures, a description's edit makes its own stale and no other, and a caption's none.
  @Test func aDescriptionIsOfOneFigure() throws {
    try withFolder { folder in
      let figures = "\(folder)/figures"
      try FileManager.default.copyItem(atPath: "\(projectFolder)/figures", toPath: figures)
      func stale() throws -> [Substring] {
        try cod(
          "status", "--data", "data", "--figures", figures, "--scripts", figures, in: projectFolder
        ).output.split(separator: "\n").filter {
          !$0.hasSuffix(": fresh") && !$0.contains(": awaited ")
        }
      }
      #expect(try stale() == [])
      let file = "\(figures)/specialists.md"
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try write(text.with("**Claim:**", as: "**It is claimed:**"), to: file)
      #expect(try stale() == [])
      try write(text.with("Fig. 2c", as: "Figure 2c"), to: file)
      #expect(try stale() == ["\(figures)/specialists: stale (1 cause)"])
    }
  }
}
