import Foundation
import TestSupport
import Testing

/// The documentation is current, and what it points to is there.
@Suite struct DocumentationTests {
  /// Pages that a stranger reads, by their paths.
  static let pages: [String] = {
    let docs =
      FileManager.default.enumerator(atPath: "\(projectFolder)/docs")?
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" } ?? []
    return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + docs.sorted()
  }()

  func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(projectFolder)/\(path)", encoding: .utf8)
  }

  // MARK: - What is generated

  @Test func whatIsGeneratedIsCurrent() throws {
    let run = try cod("docs", "--check", in: projectFolder)
    #expect(run.status == 0 && run.output == "", "run make docs: \(run)")
  }

  /// A copy of the texts that documentation is made from, with links to the data.
  func withProject(_ body: (String) throws -> Void) throws {
    try withFolder { folder in
      let manager = FileManager.default
      for name in ["README.md", "docs", "figures"] {
        try manager.copyItem(atPath: "\(projectFolder)/\(name)", toPath: "\(folder)/\(name)")
      }
      try manager.createSymbolicLink(
        atPath: "\(folder)/data", withDestinationPath: "\(projectFolder)/data")
      try body(folder)
    }
  }

  @Test func checkNamesWhatIsOutOfDateAndDocsRenewsThatAlone() throws {
    try withProject { folder in
      let caption = "\(folder)/figures/specialists.md"
      let changed = try String(contentsOfFile: caption, encoding: .utf8)
        .replacing("**Claim:**", with: "**Another claim:**")
      try write(changed, to: caption)
      func content() throws -> [String: Data] {
        var content: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/docs") {
          content[name] = FileManager.default.contents(atPath: "\(folder)/docs/\(name)")
        }
        return content
      }
      func time(_ name: String) throws -> Date? {
        try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate]
          as? Date
      }
      let (before, date) = (try content(), try time("docs/results/theory.md"))
      let check = try cod("docs", "--check", in: folder)
      #expect(check.status == 1)
      #expect(check.output == "docs/results/two-layers.md: out of date\n")
      #expect(try content() == before, "--check writes nothing")

      let made = try cod("docs", in: folder)
      #expect(made.status == 0 && made.output == "docs/results/two-layers.md: renewed\n", "\(made)")
      let page = "\(folder)/docs/results/two-layers.md"
      #expect(try String(contentsOfFile: page, encoding: .utf8).contains("**Another claim:** M ∝"))
      #expect(try time("docs/results/theory.md") == date)
      #expect(try cod("docs", "--check", in: folder).status == 0)
    }
  }

  @Test func aNumberThatChangesIsOutOfDate() throws {
    try withProject { folder in
      let numbers = "\(folder)/figures/specialists-numbers.tsv"
      let old = try String(contentsOfFile: numbers, encoding: .utf8)
      let row = try #require(old.split(separator: "\n").first { $0.hasPrefix("exponent\t") })
      try write(
        old.replacing(row, with: "exponent\t0.9\t0.8\t1\ta forged number"), to: numbers)
      let check = try cod("docs", "--check", in: folder)
      #expect(check.status == 1)
      let stale = Set(check.output.split(separator: "\n").map { $0.prefix { $0 != ":" } })
      #expect(
        stale == ["docs/results/two-layers.md", "docs/claims.md", "docs/verdicts.svg", "README.md"])
    }
  }

  /// A study without data is a fault, unless a prediction waits for it.
  @Test func aStudyThatIsNotSimulatedYet() throws {
    try withProject { folder in
      let (manager, data) = (FileManager.default, "\(folder)/data")
      try manager.removeItem(atPath: data)
      try manager.createDirectory(
        atPath: "\(data)/predictions", withIntermediateDirectories: true)
      // Without the studies that the project's own predictions wait for.
      let names = try manager.contentsOfDirectory(atPath: "\(projectFolder)/data")
      for name in names
      where name != "predictions"
        && (["claims.yml", "tolerances.yml"].contains(name) || !name.hasSuffix(".yml")
          || names.contains("\(name.dropLast(4)).h5"))
      {
        try manager.createSymbolicLink(
          atPath: "\(data)/\(name)", withDestinationPath: "\(projectFolder)/data/\(name)")
      }
      try write(study(), to: "\(data)/not-simulated.yml")
      expectFailure(try cod("docs", in: folder), 1, saying: "data/not-simulated.h5: No such file")
      try write(
        """
        about: five
        study: not-simulated
        architecture: {degree: 5, layers: [{kind: dense, width: d}]}
        predicted: {winner: Sp, exponent: 1, parameters: {M: 0}}
        claims:
          b: {statement: b is M, source: a test, estimate: not-drawn.b, expected: M, rival: 1}

        """, to: "\(data)/predictions/five.yml")
      let made = try cod("docs", in: folder)
      #expect(made.status == 0, "\(made)")
      let page = try String(contentsOfFile: "\(folder)/docs/claims.md", encoding: .utf8)
      #expect(
        page.contains("b is M | 0 (rival 1) | not measured yet | **pending** | `not-drawn` |\n"))
    }
  }

  @Test func aMistakeInACaptionIsNamed() throws {
    try withProject { folder in
      try write(
        "# T\n\nWhat is drawn.\n\nA number, {absent:.2f}.\n",
        to: "\(folder)/figures/specialists.md")
      expectFailure(
        try cod("docs", in: folder), 2, saying: "figures/specialists.md:5: {absent:.2f}: ")
    }
  }

  @Test func theReadmeKeepsItsMarks() throws {
    try withProject { folder in
      try write("# No marks\n", to: "\(folder)/README.md")
      expectFailure(try cod("docs", in: folder), 2, saying: "README.md: missing the lines '<!-- V")
    }
  }

  @Test func generatedPagesSayWhatMakesThem() throws {
    for name in Self.pages where name.hasPrefix("docs/results/") || name.hasPrefix("docs/refer") {
      #expect(try text(name).hasPrefix("<!-- Made by make docs from "), "\(name)")
    }
    #expect(try text("docs/claims.md").hasPrefix("<!-- Made by make docs from "))
    #expect(try text("docs/verdicts.svg").contains("<!-- Made by make docs from "))
  }

  @Test func theReferenceHasEveryCommandAndOption() throws {
    let page = try text("docs/reference/commands.md")
    func check(_ command: [String]) throws {
      let help = try cod(arguments: command + ["--help"], in: projectFolder)
      let heading = "# cod \(command.joined(separator: " "))\n"
      let place = try #require(page.range(of: heading), "\(command)")
      let section = page[place.upperBound...].split(
        separator: #/\n#+ cod /#, maxSplits: 1)[0]
      for option in help.output.matches(of: #/\n  [^\n]*?(--[a-z-]+)/#).map(\.output.1)
      where !["--help", "--version"].contains(option) {
        #expect(section.contains("\(option)"), "\(command) \(option)")
      }
    }
    let list = try #require(
      try cod("--help").output.split(separator: "SUBCOMMANDS:").last)
    let commands = list.matches(of: #/\n  ([a-z-]+)  /#).map { String($0.output.1) }
    try #require(commands.count > 15)
    for command in commands { try check([command]) }
    for command in [
      "ldt", "adaptation", "gp", "three-layer", "cnn", "bound", "ridge", "overlap", "nucleation",
      "samples",
      "attention-samples", "cnn-samples",
    ] {
      try check(["theory", command])
    }
  }

  // MARK: - What is written by hand

  @Test func theReadmeIsShort() throws {
    #expect(try text("README.md").count { $0 == "\n" } <= 120)
  }

  @Test(arguments: pages) func linksLeadSomewhere(page: String) throws {
    let folder = URL(filePath: "\(projectFolder)/\(page)").deletingLastPathComponent()
    for (link, _, path, anchor) in try prose(page).matches(
      of: #/(!?\[[^\]]*\])\(([^)#\s]*)(?:#([^)\s]*))?\)/#
    ).map(\.output) where !path.hasPrefix("https://") {
      let file = path.isEmpty ? "\(projectFolder)/\(page)" : folder.appending(path: path).path
      guard FileManager.default.fileExists(atPath: file) else {
        Issue.record("\(page): \(link): no such file")
        continue
      }
      guard let anchor else { continue }
      let target = try String(contentsOfFile: file, encoding: .utf8)
      #expect(anchors(of: target).contains(String(anchor)), "\(page): \(link): no such heading")
    }
  }

  /// A page without its code.
  func prose(_ page: String) throws -> String {
    var isCode = false
    return try text(page).split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode && !line.hasPrefix("    ")
    }.joined(separator: "\n").replacing(#/`[^`]*`/#, with: "code")
  }

  /// The anchors of a page: of its headings as GitHub makes them, and its own.
  func anchors(of text: String) -> Set<String> {
    let headings = text.matches(of: #/(?m)^#+ (.+)$/#).map { match in
      match.output.1.lowercased().replacing(" ", with: "-").filter {
        $0.isLetter || $0.isNumber || "-_".contains($0)
      }
    }
    return Set(headings + text.matches(of: #/<a id="([^"]+)">/#).map { String($0.output.1) })
  }

  @Test(arguments: pages) func targetsOfMakeExist(page: String) throws {
    let makefile = try text("Makefile")
    let page = (name: page, text: try text(page))
    for (_, target) in page.text.matches(of: #/(?:`|\n)make ([a-z][a-z0-9-]+)/#).map(\.output)
    where !target.hasSuffix("-") {
      if target.hasPrefix("fig-") {
        let script = "figures/\(target.dropFirst(4)).gp"
        // A worked example shows the script itself.
        #expect(
          FileManager.default.fileExists(atPath: "\(projectFolder)/\(script)")
            || page.text.contains("# \(script)\n"), "\(page.name): make \(target) is no target")
      } else if target != "reproduce" || !page.text.contains("make reproduce/") {
        #expect(
          makefile.contains("\n\(target):"), "\(page.name): make \(target) is no target")
      }
    }
  }

  @Test(arguments: pages) func picturesHaveTheirTitles(page: String) throws {
    for (_, title, name) in try text(page).matches(
      of: #/!\[([^\]]*)\]\([^)]*figures\/([a-z0-9-]+)\.svg\)/#
    ).map(\.output) {
      let caption = try text("figures/\(name).md")
      #expect(caption.hasPrefix("# \(title)\n"), "\(page): '\(title)' is not the title of \(name)")
    }
  }

  @Test func everyFigureIsShownOnce() throws {
    let shown = try Self.pages.filter { $0.hasPrefix("docs/results/") }.flatMap { page in
      try text(page).matches(of: #/!\[[^\]]*\]\([^)]*figures\/([a-z0-9-]+)\.svg\)/#)
        .map { String($0.output.1) }
    }
    #expect(shown.sorted() == (try ReportTests.figures().sorted()))
  }
}
