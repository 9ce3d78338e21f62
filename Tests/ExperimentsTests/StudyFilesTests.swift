import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// A folder's studies are told from its other YAML files by what stands in them.
@Suite struct StudyFilesTests {
  @Test func byTheirKeys() async throws {
    try await withFolder { folder in
      for (name, text) in [
        ("b.yml", tinyStudy), ("a.yml", "netwrok: {}\nridge: 0.1\n"), ("claims.yml", tinyStudy),
        ("broken.yml", "ridge: [0.1\n"), ("empty.yml", ""), ("limits.yml", "means: {rule: 4}\n"),
        ("list.yml", "- ridge\n"), ("notes.txt", tinyStudy),
      ] { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
      #expect(
        try studyFiles(in: folder)
          == ["a", "b", "broken", "claims", "empty"].map { "\(folder)/\($0).yml" })
      let line = await errorLine { _ = try studyFiles(in: "\(folder)/none") }
      #expect(line == "\(folder)/none: no such folder; expected studies in it, or name them")
    }
  }

  /// Every study of the project is one, simulated or waited for, and what is beside them is none.
  @Test func thoseOfTheProject() throws {
    let data = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "data").path
    let names = try FileManager.default.contentsOfDirectory(atPath: data)
    let studies = names.filter { $0.hasSuffix(".h5") }.map { "\(data)/\($0.dropLast(3)).yml" }
    let found = try studyFiles(in: data)
    #expect(Set(found).isSuperset(of: studies) && studies.count > 1)
    // By these make knows them.
    let asking = try names.filter { $0.hasSuffix(".yml") }.map { "\(data)/\($0)" }.filter {
      try String(contentsOfFile: $0, encoding: .utf8)
        .contains(#/^question:/#.anchorsMatchLineEndings())
    }
    #expect(asking.sorted() == found)
  }
}
