import Foundation
import Host
import TestSupport
import Testing

/// Files that are put in place whole.
@Suite struct AtomicWriteTests {
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
