import Foundation
import Testing

/// The README says what the archive holds and what the commands are.
@Suite struct ReadmeTests {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Estimate and interval of a quoted number, to two decimals: "0.53 (95 %: 0.49 … 0.56)".
  func quotation(_ name: String, figure: String) throws -> String {
    let table = try text("figures/\(figure)-numbers.tsv")
    let row = try #require(table.split(separator: "\n").first { $0.hasPrefix("\(name)\t") })
    let fields = row.split(separator: "\t").dropFirst().prefix(3).compactMap { Double($0) }
    try #require(fields.count == 3)
    return String(format: "%.2f (95 %%: %.2f … %.2f)", fields[0], fields[1], fields[2])
  }

  @Test(arguments: [("sample-complexity", "exponent"), ("specialists", "exponent")])
  func quotesTheArchivedNumbers(figure: String, name: String) throws {
    let expected = try quotation(name, figure: figure)
    let readme = try text("README.md")
    #expect(readme.contains(expected), "README.md does not quote \(name) of \(figure): \(expected)")
  }

  @Test func namesTargetsThatExist() throws {
    let makefile = try text("Makefile")
    let mentions = try text("README.md").matches(of: #/make ([a-z][a-z-]+)/#).map(\.output.1)
    try #require(mentions.count > 5)
    for target in Set(mentions) where target.hasPrefix("fig-") {
      let figure = target.dropFirst(4)
      #expect(
        makefile.contains("study.\(figure) :="), "README.md: make \(target) is no target")
    }
    for target in Set(mentions) where !target.hasPrefix("fig-") {
      #expect(
        makefile.contains("\n\(target):"), "README.md: make \(target) is no target")
    }
  }

  @Test func showsPicturesThatExist() throws {
    let pictures = try text("README.md").matches(of: #/!\[[^\]]*\]\(([^)]+)\)/#).map(\.output.1)
    #expect(pictures.count == 3)
    for picture in pictures {
      let path = root.appendingPathComponent(String(picture)).path
      #expect(FileManager.default.fileExists(atPath: path), "README.md: no picture \(picture)")
    }
  }
}
