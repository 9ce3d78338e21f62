import Archives
import Audit
import Experiments
import Foundation
import Host
import TestSupport
import Testing

/// What `cod verify` writes down, and reads again.
@Suite struct VerificationRecordTests {
  struct Report: Decodable {
    let archive: [Checked]
    let comparedWith: String?
    let items: [Item]
    enum CodingKeys: String, CodingKey {
      case archive, items
      case comparedWith = "compared_with"
    }
    struct Checked: Decodable {
      let file, state: String
      let findings: [String]
    }
    struct Item: Decodable {
      let name, kind, verdict, tolerance, reason: String
      let compared: Int
      let worst: Worst?
      let oldKey, oldContent, newKey, newContent: String?
      enum CodingKeys: String, CodingKey {
        case name, kind, verdict, tolerance, reason, compared, worst
        case oldKey = "old_key"
        case oldContent = "old_content"
        case newKey = "new_key"
        case newContent = "new_content"
      }
    }
    struct Worst: Decodable {
      let place: String
      let old, new, deviation, allowed: Double?
      enum CodingKeys: String, CodingKey {
        case old, new, deviation, allowed
        case place = "where"
      }
    }
  }

  @Test func theJSON() async throws {
    var identity: [String?] = []
    let json = try await withStudies(mixingStudy.with("draws: 400", as: "draws: 300")) { old, new in
      for path in [old, new] {
        let archive = try Archive(reading: path)
        identity += [archive.studyKey, archive.contentDigest]
      }
      return try JSONEncoder().encode(
        Verification(old, new) { try Tolerances(reading: archiveTolerances) })
    }
    let report = try JSONDecoder().decode(Report.self, from: json)
    #expect(report.archive.map(\.state) == ["intact", "intact"])
    #expect(report.comparedWith?.hasSuffix("new.h5") == true)
    let item = try #require(report.items.first)
    #expect(item.name == "old.h5" && item.kind == "study" && item.verdict == "within tolerance")
    let worst = try #require(item.worst)
    let (old, new) = (try #require(worst.old), try #require(worst.new))
    let (off, allowed) = (try #require(worst.deviation), try #require(worst.allowed))
    #expect(abs(abs(new - old) - off) < 2e-5 * abs(old) && off <= allowed, "\(worst)")
    #expect(worst.place.wholeMatch(of: #/width [35], dataset [01]: mean \S+/#) != nil)
    #expect([item.oldKey, item.oldContent, item.newKey, item.newContent] == identity)
  }

  /// The record of the archive, read and written again, has the same bytes.
  @Test func theArchivesRecordIsReadWhole() throws {
    let path = "\(projectFolder)/data/verification.json"
    let record = try #require(try Verification(recordedIn: path))
    #expect(record.passes && record.items.contains { $0.identity != nil })
    #expect(try record.record == Data(contentsOf: URL(filePath: path)))
  }

  /// So has one with deviations, findings and numbers that are not finite.
  @Test func whatIsReadIsWhatWasWritten() async throws {
    try await withFolder { folder in
      for (side, value) in [("a", "0.3"), ("b", "NaN")] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(side)", withIntermediateDirectories: false)
        for (name, number) in [("t", value), ("same", "0.5")] {
          try Data(sampleTable.with("0.314159", as: number).utf8)
            .write(to: URL(filePath: "\(folder)/\(side)/\(name).tsv"))
        }
        let study = mixingStudy.with("draws: 400", as: side == "a" ? "draws: 300" : "draws: 320")
        try await simulate(try await .of(study), to: "\(folder)/\(side)/x.h5")
        try Data("no HDF5".utf8).write(to: URL(filePath: "\(folder)/\(side)/y.h5"))
      }
      let verification = try Verification("\(folder)/a", "\(folder)/b") {
        try Tolerances(reading: archiveTolerances)
      }
      #expect(
        verification.items.map(\.verdict) == [.within, .notComparable, .identical, .outside])
      let path = "\(folder)/verification.json"
      try verification.record.write(to: URL(filePath: path))
      let read = try #require(try Verification(recordedIn: path))
      #expect(try read.record == verification.record)
      #expect(read.items.map(\.verdict) == verification.items.map(\.verdict))
      #expect(read.items.map(\.reason) == verification.items.map(\.reason))
      #expect(read.archive.map(\.word) == verification.archive.map(\.word))
      #expect(read.archive.map(\.findings) == verification.archive.map(\.findings))
      #expect(try Verification(recordedIn: "\(folder)/none.json") == nil)
    }
  }

  @Test(arguments: [
    ("\"verdict\" : \"identical\"", "\"verdict\" : \"the same\"", " at items.0.verdict"),
    ("\"kind\" : \"study\"", "\"sort\" : \"study\"", " at items.0.kind"),
    ("\"state\" : \"intact\"", "\"state\" : \"well\"", " at archive.0.state"),
    ("\"old_content\"", "\"content\"", " at items.0.old_content"), ("{", "[", ""),
  ])
  func anUnknownFormIsAnError(old: String, new: String, place: String) async throws {
    let text = try String(
      contentsOfFile: "\(projectFolder)/data/verification.json", encoding: .utf8)
    try await withFolder { folder in
      let path = "\(folder)/verification.json"
      try Data(text.with(old, as: new).utf8).write(to: URL(filePath: path))
      let line = await errorLine { _ = try Verification(recordedIn: path) }
      #expect(line == "\(path): got another form\(place); expected what cod verify writes")
    }
  }
}
