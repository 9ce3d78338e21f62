import Archives
import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// `lock.json`: what the study files of a folder are.
@Suite struct LockTests {
  static let data = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "data").path

  static let studies = ((try? FileManager.default.contentsOfDirectory(atPath: data)) ?? [])
    .filter { $0.hasSuffix(".h5") }.sorted()

  /// The archive and its record, made anew, are the same bytes as those kept.
  @Test func theArchiveIsTheOneRecorded() async throws {
    try withFolder { folder in
      try #require(!Self.studies.isEmpty)
      for study in Self.studies {
        let copy = "\(folder)/\(study)"
        try FileManager.default.copyItem(atPath: "\(Self.data)/\(study)", toPath: copy)
        try Lock.record(copy)
      }
      let kept = try #require(try Lock(in: Self.data), "data/lock.json is not there")
      let made = try #require(try Lock(in: folder))
      for study in Self.studies {
        #expect(
          kept.studies[study] == made.studies[study],
          "data/lock.json is out of date for \(study); remove its entry and run cod simulate")
      }
      #expect(kept.gaps(in: Self.data) == [])
      #expect(
        try Data(contentsOf: URL(filePath: "\(folder)/lock.json"))
          == Data(contentsOf: URL(filePath: "\(Self.data)/lock.json")))
    }
  }

  @Test func gapsAreNamed() async throws {
    try await withFolder { folder in
      let spec = try await StudySpec.of(tinyStudy)
      for name in ["a", "b"] { try await simulate(spec, to: "\(folder)/\(name).h5") }
      #expect(try Lock(in: folder) == nil)
      try Lock.record("\(folder)/a.h5")
      let lock = try #require(try Lock(in: folder))
      #expect(lock.studies["a.h5"]?.cells == 4)
      #expect(lock.gaps(in: folder) == ["b.h5 is not recorded"])
      try FileManager.default.removeItem(atPath: "\(folder)/a.h5")
      #expect(
        lock.gaps(in: folder) == ["b.h5 is not recorded", "a.h5 is recorded, but not there"])
    }
  }

  @Test func manyAtOnceLoseNothing() async throws {
    try await withFolder { folder in
      let spec = try await StudySpec.of(tinyStudy)
      for i in 0..<8 { try await simulate(spec, to: "\(folder)/\(i).h5") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<8 { group.addTask { try Lock.record("\(folder)/\(i).h5") } }
        try await group.waitForAll()
      }
      #expect(try Lock(in: folder)?.studies.count == 8)
    }
  }

  @Test func anotherFileOfThatNameIsLeftAlone() async throws {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/a.h5")
      let text = Data("{\"lockfileVersion\": 3}".utf8)
      try text.write(to: URL(filePath: "\(folder)/lock.json"))
      let line = await errorLine { try Lock.record("\(folder)/a.h5") }
      #expect(line.hasSuffix("lock.json: got another form; expected what cod simulate writes"))
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/lock.json")) == text)
    }
  }
}
