import Experiments
import Foundation
import Host
import Studies
import TestSupport
import Testing

/// What is no study file at all is told in one line too, with exit code 2.
@Suite struct SpecFileTests {
  @Test func noSuchFile() async throws {
    try await withFolder { folder in
      let line = await errorLine { _ = try StudySpec(reading: "\(folder)/nowhere.yml") }
      #expect(line == "\(folder)/nowhere.yml: no such file; expected a study in YAML")
    }
  }

  @Test func aFolder() async throws {
    try await withFolder { folder in
      let line = await errorLine { _ = try StudySpec(reading: folder) }
      #expect(line == "\(folder): is a folder; expected a study in YAML")
    }
  }

  @Test(arguments: [
    (Data(), "empty; expected a study in YAML"),
    (Data("# nothing but a comment\n".utf8), "empty; expected a study in YAML"),
    (Data([0xff, 0xfe, 0x00]), "got UTF-16 text; expected a study in YAML"),
    (Data([0x1f, 0x8b, 0x08]), "got a file compressed by gzip; expected a study in YAML"),
    (
      Data([0x89, 0x48, 0x44, 0x46]) + Data(count: 1 << 20),
      "got an HDF5 file; expected a study in YAML"
    ),
    (Data([0x61, 0xff, 0x62]), "cannot be read as UTF-8 text; expected a study in YAML"),
    (Data("a: 1\n\0".utf8), "not YAML: line 2: control characters are not allowed"),
  ])
  func otherBytes(_ bytes: Data, message: String) async throws {
    try await withFolder { folder in
      let file = "\(folder)/study.yml"
      try bytes.write(to: URL(filePath: file))
      #expect(await errorLine { _ = try StudySpec(reading: file) } == "\(file): \(message)")
    }
  }

  @Test func aListAtTheTop() async throws {
    let line = await errorLine { _ = try await StudySpec.of("- network\n") }
    #expect(
      line.contains("study.yml:1: top level: got [network]; expected a mapping with keys question"))
  }

  @Test func mistakesOfTheUserHaveExitCode2() async throws {
    let error = try #require(
      await #expect(throws: UserError.self) { try await StudySpec.of("ridge: 0") })
    #expect(error.exitCode == 2)
  }
}
