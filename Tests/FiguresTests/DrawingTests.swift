import Audit
import Figures
import Foundation
import Studies
import Synchronization
import TestSupport
import Testing

/// Tables and pictures are made anew when what they are made from is another, and only then.
@Suite(.enabled(if: program("gnuplot") != nil, "gnuplot is not on PATH"))
struct DrawingTests {
  /// How often the tables of the figure have been computed.
  final class Count: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func increment() { number.withLock { $0 += 1 } }
  }

  /// A figure of a study "one", and of "two" where that exists: a row each.
  static func figure(_ count: Count) -> Figure {
    Figure(
      name: "tiny", studies: ["one"], overlays: ["two"], axes: ["width"], tables: ["-more"]
    ) { archives in
      count.increment()
      var table = Table("tiny", "A study a row", columns: [.init("x", "row"), .init("y", "cells")])
      for (i, archive) in archives.enumerated() {
        table.append([.integer(i), .integer(archive.keys.count)])
      }
      let more = Table("tiny-more", "Nothing", columns: [.init("x", "it")])
      var numbers = QuotedNumbers(figure: "tiny")
      numbers.append("half", 0.5, meaning: "a half")
      return [table, more, numbers.table]
    }
  }

  /// A folder with a study, scripts and a title.
  func withStudy(_ body: (_ folder: String) async throws -> Void) async throws {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/one.h5")
      for (name, text) in [
        ("style.gp", "set datafile separator tab\nset datafile columnheaders\n"),
        (
          "tiny.gp",
          "set xrange [-1:9]; set yrange [0:9]\nplot tables.'tiny.tsv' using 'x':'y' title sprintf('%g', half)\n"
        ),
        ("tiny.md", "# Tiny\n\nIt is tiny.\n\nA caption.\n"),
      ] { try write(text, to: "\(folder)/\(name)") }
      try await body(folder)
    }
  }

  /// The names of the files that change in a new run.
  func draw(_ figure: Figure, in folder: String, tool: String = "a") throws -> [String] {
    try Drawing(
      data: folder, folder: folder, scripts: folder, claims: "\(folder)/claims.yml", tool: tool
    ).draw(figure)
      .map { String($0.dropFirst(folder.count + 1)) }
  }

  let pictures = ["tiny.svg", "tiny.pdf"]
  let tables = ["tiny.tsv", "tiny-more.tsv", "tiny-numbers.tsv"]

  @Test func whatChangesIsMadeAnew() async throws {
    try await withStudy { folder in
      let count = Count()
      let figure = Self.figure(count)
      /// Draws, and draws again, which changes nothing.
      func expect(
        _ files: [String], computed: Int, tool: String = "a",
        at location: SourceLocation = #_sourceLocation
      ) throws {
        let before = count.value
        #expect(try draw(figure, in: folder, tool: tool) == files, sourceLocation: location)
        #expect(count.value - before == computed, "computed", sourceLocation: location)
        #expect(try draw(figure, in: folder, tool: tool) == [], sourceLocation: location)
        #expect(count.value - before == computed, "again", sourceLocation: location)
      }
      func edit(_ name: String, _ old: String, _ new: String) throws {
        let path = "\(folder)/\(name)"
        try write(String(contentsOfFile: path, encoding: .utf8).with(old, as: new), to: path)
      }
      try expect(tables + pictures, computed: 1)
      // Scripts and titles.
      try edit("tiny.gp", "half", "2 * half")
      try expect(pictures, computed: 0)
      try edit("style.gp", "tab\n", "tab\nset grid\n")
      try expect(pictures, computed: 0)
      try edit("tiny.md", "# Tiny", "# Tinier")
      try expect(pictures, computed: 0)
      try edit("tiny.md", "It is", "It was")
      try expect(pictures, computed: 0)
      try edit("tiny.md", "A caption.", "Another caption.")
      try expect([], computed: 0)
      // Pictures that are missing, cut, or of another gnuplot.
      try FileManager.default.removeItem(atPath: "\(folder)/tiny.pdf")
      try expect(pictures, computed: 0)
      try edit("tiny.svg", "</svg>", "")
      try expect(pictures, computed: 0)
      try edit("tiny.svg", "renderer gnuplot", "renderer gnuplot 0 or")
      try expect(pictures, computed: 0)
      // Another tool that computes the same.
      try expect([], computed: 1, tool: "b")
      try expect([], computed: 1)
      try FileManager.default.removeItem(atPath: "\(folder)/.drawn")
      try expect([], computed: 1)
      // A table that is missing, or changed by hand.
      try FileManager.default.removeItem(atPath: "\(folder)/tiny-more.tsv")
      try expect(["tiny-more.tsv"], computed: 1)
      try edit("tiny.tsv", "row", "number of the row")
      try expect(pictures, computed: 0)
      // Studies: an overlay that comes and goes, and other cells.
      try await simulate(try await .of(tinyStudy), to: "\(folder)/two.h5")
      try expect(tables + pictures, computed: 1)
      try FileManager.default.removeItem(atPath: "\(folder)/two.h5")
      try expect(tables + pictures, computed: 1)
      try await simulate(
        try await .of(tinyStudy.with("width: [3, 5]", as: "width: [3, 6]")),
        to: "\(folder)/one.h5")
      try expect(tables + pictures, computed: 1)
    }
  }

  @Sendable static func files(_ files: ClaimFiles) -> [String] {
    [files.claims, "\(files.tables)/tiny-numbers.tsv"]
  }

  /// A figure of claims is made anew when these change, or the tables that they are about.
  @Test func aFigureOfClaims() async throws {
    try await withStudy { folder in
      let score = Figure(
        name: "score", files: Self.files
      ) { files in
        var table = Table("score", "Sizes of files", columns: [.init("x", "bytes")])
        for path in [files.claims, "\(files.tables)/tiny-numbers.tsv"] {
          table.append([.integer(FileManager.default.contents(atPath: path)?.count ?? 0)])
        }
        return [table, QuotedNumbers(figure: "score").table]
      }
      let tiny = Self.figure(Count())
      #expect([score, tiny].stages.map { $0.map(\.name) } == [["tiny"], ["score"]])
      #expect([tiny].stages.map { $0.map(\.name) } == [["tiny"]])
      try write("plot tables.'score.tsv' using 0:'x'\n", to: "\(folder)/score.gp")
      try write("# Score\n\nSizes.\n\nA caption.\n", to: "\(folder)/score.md")
      try write("claims", to: "\(folder)/claims.yml")
      _ = try draw(tiny, in: folder)
      let all = ["score.tsv", "score-numbers.tsv", "score.svg", "score.pdf"]
      #expect(try draw(score, in: folder) == all)
      #expect(try draw(score, in: folder) == [])
      let head = try TableFile(reading: "\(folder)/score.tsv").sources
      #expect(head.map(\.name) == ["claims.yml", "tiny-numbers.tsv"])
      for file in ["claims.yml", "tiny-numbers.tsv"] {
        let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        try write("# more\n" + text, to: "\(folder)/\(file)")
        let freshness = Freshness(
          of: score, studies: [:], claims: "\(folder)/claims.yml", in: folder, scripts: folder)
        #expect(freshness.causes.count == 1)
        #expect(freshness.causes[0].hasPrefix("source \(file): "), "\(freshness.causes)")
        #expect(
          freshness.causes[0].hasSuffix(" since score.tsv, score-numbers.tsv"),
          "\(freshness.causes)")
        #expect(try draw(score, in: folder) == all)
        #expect(try draw(score, in: folder) == [])
      }
    }
  }

  /// Tables are not noted as this tool's before the figure is drawn.
  @Test func aFigureThatFails() async throws {
    try await withStudy { folder in
      let figure = Self.figure(Count())
      try write("plot nothing\n", to: "\(folder)/tiny.gp")
      let line = await errorLine { _ = try draw(figure, in: folder) }
      #expect(line.hasPrefix("\(folder)/tiny.gp: gnuplot: "), "\(line)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/.drawn"))
      try FileManager.default.removeItem(atPath: "\(folder)/one.h5")
      #expect(
        await errorLine { _ = try draw(figure, in: folder) }
          == "cannot open \(folder)/one.h5: No such file or directory")
    }
  }

  /// However many threads ask, a study is read once; so is one that cannot be.
  @Test func aStudyIsReadOnce() async throws {
    try await withStudy { folder in
      let studies = StudyFolder(folder)
      let keys = try parallel(8) { try studies.archive("one").studyKey }
      #expect(Set(keys).count == 1)
      try FileManager.default.removeItem(atPath: "\(folder)/one.h5")
      #expect(try studies.archive("one").studyKey == keys[0])
      #expect(try studies.archive("one").name == "one")
      #expect(try studies.archive("one").file == "\(folder)/one.h5")
      #expect(await errorLine { _ = try studies.archive("two") }.contains("\(folder)/two.h5"))
    }
  }

  private func parallel<A: Sendable>(_ count: Int, _ body: @Sendable () throws -> A) throws -> [A] {
    let results = Mutex<[Result<A, any Error>]>([])
    DispatchQueue.concurrentPerform(iterations: count) { _ in
      let result = Result { try body() }
      results.withLock { $0.append(result) }
    }
    return try results.withLock { try $0.map { try $0.get() } }
  }
}
