import Foundation
import Host
import TestSupport
import Testing

/// Files that are put in place whole.
@Suite struct AtomicWriteTests {
  /// The longest names that there are: letters of one byte and of two.
  @Test(arguments: ["n", "ν"]) func longNames(letter: String) throws {
    try withFolder { folder in
      let name = String(repeating: letter, count: 254 / letter.utf8.count)
      let path = "\(folder)/\(name)"
      try tryWriting(path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      try writeAtomically(Data("x".utf8), to: path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
      #expect(throws: FileError.self) { try tryWriting("\(path)nn") }
      #expect(throws: FileError.self) { try tryWriting("\(folder)/nowhere/x") }
    }
  }

  /// The umask says who may read and write, as it does of folders. It is of a whole process, so the
  /// test has one of its own.
  @Test func filesFollowTheUmask() async {
    await #expect(processExitsWith: .success) {
      try withFolder { folder in
        for (mask, mode) in [(0o002, 0o664), (0o022, 0o644), (0o077, 0o600)] {
          umask(mode_t(mask))
          try writeAtomically(Data("x".utf8), to: "\(folder)/x")
          let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/x")
          #expect(facts[.posixPermissions] as? Int == mode)
        }
      }
    }
  }

  @Test func undatedFilesAreOlderThanAll() throws {
    try withFolder { folder in
      for (name, isDated) in [("dated", true), ("undated", false)] {
        try writeAtomically([Data("x".utf8)], to: "\(folder)/\(name)", isDated: isDated)
        let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
        let date = try #require(facts[.modificationDate] as? Date)
        #expect(isDated ? date.timeIntervalSinceNow > -3600 : date.timeIntervalSince1970 == 0)
      }
    }
  }
}
