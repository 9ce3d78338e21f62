import Foundation
import Host
import TestSupport
import Testing

/// Drafts of killed runs go, those of living ones stay.
@Suite struct DraftTests {
  @Test func draftsWithoutAnOwnerAreSwept() throws {
    try withFolder { folder in
      let dates: [(name: String, date: Date)] = [
        ("x.h5.tmp-host-12-34", Date(timeIntervalSinceNow: -7200)),
        ("x.h5.tmp-host-12-35", Date(timeIntervalSinceNow: -60)),
        // Undated and about to be renamed.
        ("x.h5.tmp-host-12-36", Date(timeIntervalSince1970: 0)),
        ("x.tmp-notes", Date(timeIntervalSinceNow: -7200)),
      ]
      for (name, date) in dates {
        try write("half", to: "\(folder)/\(name)")
        try FileManager.default.setAttributes(
          [.modificationDate: date], ofItemAtPath: "\(folder)/\(name)")
      }
      sweepDrafts(in: folder)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(left == dates.dropFirst().map(\.name))
    }
  }
}
