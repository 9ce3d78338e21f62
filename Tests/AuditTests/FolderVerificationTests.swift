import Archives
import Audit
import Foundation
import Host
import TestSupport
import Testing

/// Two folders compared: files of the same name, and tables that follow from studies.
@Suite struct FolderVerificationTests {
  @Test func foldersAreComparedByName() async throws {
    try await withFolder { folder in
      let files = FileManager.default
      for side in ["a", "b"] {
        for part in ["data", "figures"] {
          try files.createDirectory(
            atPath: "\(folder)/\(side)/\(part)", withIntermediateDirectories: true)
        }
        try await simulate(try await .of(tinyStudy), to: "\(folder)/\(side)/data/x.h5")
        try Data(sampleTable.utf8).write(to: URL(filePath: "\(folder)/\(side)/figures/t.tsv"))
      }
      func verify() throws -> Verification {
        try Verification("\(folder)/a", "\(folder)/b") {
          try Tolerances(reading: archiveTolerances)
        }
      }
      let same = try verify()
      #expect(same.passes && same.items.map(\.name) == ["data/x.h5", "figures/t.tsv"])
      #expect(same.items.allSatisfy { $0.verdict == .identical })
      #expect(same.lines.last == "2 of 2 intact; studies: 1 identical; tables: 1 identical")

      try await simulate(try await .of(tinyStudy), to: "\(folder)/b/data/y.h5")
      try files.removeItem(atPath: "\(folder)/b/figures/t.tsv")
      let other = try verify()
      #expect(!other.passes)
      #expect(other.items.map(\.name) == ["data/x.h5", "data/y.h5", "figures/t.tsv"])
      #expect(other.items.map(\.verdict) == [.identical, .notComparable, .notComparable])
      #expect(other.items[1].reason == "\(folder)/a/data/y.h5: no such file")
      #expect(other.items[2].reason == "\(folder)/b/figures/t.tsv: no such file")

      try files.createDirectory(atPath: "\(folder)/c", withIntermediateDirectories: true)
      let line = await errorLine {
        _ = try Verification("\(folder)/c", "\(folder)/c") { try Tolerances(reading: "none") }
      }
      #expect(line.hasSuffix("expected study files or tables in them"))
    }
  }

  /// A table of other draws follows from its study, if it is of the two that were compared.
  @Test func tablesOfOtherDraws() async throws {
    try await withFolder { folder in
      func tables(_ contents: (Archive) -> String) async throws -> Verification {
        for (side, text) in [("a", mixingStudy), ("b", mixingStudy.with("400", as: "300"))] {
          for part in ["data", "figures"] {
            try FileManager.default.createDirectory(
              atPath: "\(folder)/\(side)/\(part)", withIntermediateDirectories: true)
          }
          try await simulate(try await .of(text), to: "\(folder)/\(side)/data/tiny.h5")
          let archive = try Archive(reading: "\(folder)/\(side)/data/tiny.h5")
          let table = sampleTable.with("0123456789abcdef", as: archive.studyKey)
            .with("00000000", as: contents(archive)).with(
              "0.314159", as: "0.\(side == "a" ? 3 : 4)")
          try Data(table.utf8).write(to: URL(filePath: "\(folder)/\(side)/figures/t.tsv"))
        }
        return try Verification("\(folder)/a", "\(folder)/b") {
          try Tolerances(reading: archiveTolerances)
        }
      }
      let right = try await tables { $0.contentDigest }
      #expect(right.items.map(\.verdict) == [.within, .follows] && right.passes, "\(right.items)")
      #expect(
        right.lines.last
          == "2 of 2 intact; studies: 1 within tolerance; tables: 1 follows from its studies")
      let wrong = try await tables { String($0.contentDigest.reversed()) }
      #expect(wrong.items.map(\.verdict) == [.within, .notComparable], "\(wrong.items)")
    }
  }
}
