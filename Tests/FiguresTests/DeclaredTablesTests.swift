import Figures
import Foundation
import Paper
import TestSupport
import Testing

/// A figure's tables are those that it declares: the files in the archive, what its script reads,
/// and what its closure makes.
@Suite struct DeclaredTablesTests {
  static let folder = "\(projectFolder)/figures"

  @Test func theArchiveHasEachOfThem() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { $0.hasSuffix(".tsv") }
    #expect(files.sorted() == Paper.figures.flatMap(\.tableFiles).sorted())
  }

  @Test(arguments: Paper.figures.map(\.name)) func aScriptReadsNoOther(name: String) throws {
    let script = try String(contentsOfFile: "\(Self.folder)/\(name).gp", encoding: .utf8)
    let read = Set(script.matches(of: #/[A-Za-z0-9_-]+\.tsv/#).map { String($0.output) })
    let declared = Set(try Paper.figures.named(name).tableFiles)
    #expect(!read.isEmpty)
    #expect(read.isSubset(of: declared), "\(read.subtracting(declared)) is not declared")
    // The quoted numbers are variables of the script. What else is not drawn, the caption names.
    let caption = try String(contentsOfFile: "\(Self.folder)/\(name).md", encoding: .utf8)
    let told = declared.subtracting(read).filter { caption.contains($0) }
    #expect(declared.subtracting(read).subtracting(told) == ["\(name)-numbers.tsv"])
  }

  @Test func namesFollowTheFigures() {
    let figure = Figure(name: "x", studies: [], axes: [], tables: ["-a", "-b"]) { _ in [] }
    #expect(figure.tables == ["x", "x-numbers", "x-a", "x-b"])
    #expect(figure.tableFiles == ["x.tsv", "x-numbers.tsv", "x-a.tsv", "x-b.tsv"])
  }

  @Test(arguments: [
    ["x", "x-numbers"], ["x", "x-numbers", "x-a", "x-b"], ["x", "x-a"], [],
    ["x", "x", "x-numbers", "x-a"],
  ])
  func otherTablesThanDeclared(made: [String]) async throws {
    let figure = Figure(name: "x", studies: [], axes: [], tables: ["-a"]) { _ in
      made.map { Table($0, "none", columns: [.init("y", "it")]) }
    }
    try await withFolder { folder in
      #expect(
        await errorLine { try figure.writeTables(data: folder, to: "\(folder)/figures") }
          == "figure x: made the tables \(made.joined(separator: ", ")); "
          + "expected those that it declares, x, x-numbers, x-a")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/figures"))
    }
  }
}
