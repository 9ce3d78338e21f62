import Archives
import Audit
import Foundation
import Host
import TestSupport
import Testing

/// The tolerances of the archive.
let archiveTolerances = projectFolder + "/data/tolerances.yml"

/// Two of the same compared: identical, within tolerance, outside, or not comparable.
@Suite struct VerificationTests {
  /// What comes out for one file and another.
  func compare(_ old: String, _ new: String, _ tolerances: String = archiveTolerances) throws
    -> Verification.Item
  {
    let verification = try Verification(old, new) { try Tolerances(reading: tolerances) }
    #expect(verification.items.count == 1)
    let item = verification.items[0]
    #expect(verification.passes == item.verdict.passes, "\(verification.archive)")
    return item
  }

  // MARK: - Tables

  static let table = """
    # A table
    # study tiny 0123456789abcdef 00000000
    # width: N
    # value: a number
    # word: a word
    width\tvalue\tword
    200000\t0.314159\tone
    40\tNaN\ttwo

    """

  /// Two tables, the second with a part replaced.
  func tables(_ old: String, _ new: String, tolerances: String? = nil) async throws
    -> Verification.Item
  {
    try await withFolder { folder in
      try Data(Self.table.utf8).write(to: URL(filePath: "\(folder)/a.tsv"))
      try FileManager.default.createDirectory(
        atPath: "\(folder)/b", withIntermediateDirectories: false)
      try Data(Self.table.with(old, as: new).utf8).write(to: URL(filePath: "\(folder)/b/a.tsv"))
      var file = archiveTolerances
      if let tolerances {
        file = "\(folder)/tolerances.yml"
        try Data(tolerances.utf8).write(to: URL(filePath: file))
      }
      return try compare("\(folder)/a.tsv", "\(folder)/b/a.tsv", file)
    }
  }

  @Test func theSameTable() async throws {
    let item = try await tables("one", "one")
    #expect(item.verdict == .identical && item.worst == nil && item.compared == 6)
  }

  @Test func aLastDigit() async throws {
    let item = try await tables("0.314159", "0.314160")
    #expect(item.verdict == .within, "\(item)")
    let worst = try #require(item.worst)
    #expect(worst.place == "row 1, column value" && worst.old == 0.314159 && worst.new == 0.31416)
    #expect(abs(worst.allowed - 2e-5 * 0.314159) < 1e-12, "\(worst.allowed)")
    #expect(item.reason.contains("six digits"), "\(item.reason)")
  }

  @Test(arguments: [
    ("0.314159", "0.314259", "row 1, column value"), ("0.314159", "NaN", "row 1, column value"),
    ("NaN", "0.1", "row 2, column value"), ("NaN", "nan", "row 2, column value"),
    // A last digit, but of a count.
    ("200000\t", "200001\t", "row 1, column width"),
  ])
  func numbersOutside(old: String, new: String, place: String) async throws {
    let item = try await tables(old, new)
    #expect(item.verdict == .outside && item.worst?.place == place, "\(item)")
  }

  @Test(arguments: [
    ("one", "three", "another word in row 1, column word: 'one', then 'three'"),
    ("value\tword", "number\tword", "other columns: 'value', then 'number'"),
    ("00000000", "00000001", "other draws: study 'tiny 0123456789ab 00000000', then"),
    ("40\tNaN\ttwo\n", "", "other shape: 2 rows, then 1"),
    (
      "0123456789abcdef", "fedcba9876543210",
      "other draws: study 'tiny 0123456789ab 00000000', then 'tiny fedcba987654 00000000'"
    ),
    ("# width: N", "# width: M", "another head: 'width: N', then 'width: M'"),
    ("200000\t", "", "rows of different lengths"),
  ])
  func tablesThatAreOthers(old: String, new: String, reason: String) async throws {
    let item = try await tables(old, new)
    #expect(item.verdict == .notComparable && item.worst == nil)
    #expect(item.reason.contains(reason), "\(item.reason)")
  }

  /// A column may have a tolerance of its own.
  @Test func aToleranceOfAColumn() async throws {
    func tolerances(_ allowed: String) -> String {
      """
      means: {level: 0.01, relative: 1e-6, samples: 25, because: a test}
      tables:
        all: {relative: 1e-9, because: all}
        a.value: {absolute: \(allowed), because: its own}
      """
    }
    for (allowed, verdict) in [("1e-4", Verification.Verdict.within), ("0.99e-4", .outside)] {
      let item = try await tables("0.314159", "0.314259", tolerances: tolerances(allowed))
      #expect(item.verdict == verdict && item.reason == "its own", "\(item)")
    }
  }

  @Test(arguments: [
    ("level: 0.01", "level: 0.7", "means.level: got '0.7'; expected a probability below 0.5"),
    ("means:", "mean:", "unknown key 'mean'; expected one of means, tables; did you mean 'means'?"),
    (
      "relative: 1e-9, because: all", "because: all",
      "tables.all: got a mapping; expected an absolute"
    ),
    (", because: all", "", "missing key 'tables.all.because'"),
    ("all: {", "some: {", "tables.some: got a mapping; expected the key all, or TABLE.COLUMN"),
  ])
  func mistakesInTolerances(old: String, new: String, message: String) async throws {
    let text = """
      means: {level: 0.01, relative: 1e-6, samples: 25, because: a test}
      tables:
        all: {relative: 1e-9, because: all}
      """
    try await withFolder { folder in
      let file = "\(folder)/tolerances.yml"
      try Data(text.with(old, as: new).utf8).write(to: URL(filePath: file))
      let line = await errorLine { _ = try Tolerances(reading: file) }
      #expect(line.hasPrefix("\(file)") && line.contains(message), "\(line)")
    }
  }

  // MARK: - Studies

  /// A study that mixes well: four cells of 400 draws a chain.
  static let study = tinyStudy.with("warmup: 20, draws: 12", as: "warmup: 100, draws: 400")

  /// Runs `body` with the file of `study` and that of another.
  func withStudies<R>(_ other: String, _ body: (String, String) throws -> R) async throws -> R {
    try await withFolder { folder in
      for (name, text) in [("old", Self.study), ("new", other)] {
        try await simulate(try await .of(text), to: "\(folder)/\(name).h5")
      }
      return try body("\(folder)/old.h5", "\(folder)/new.h5")
    }
  }

  @Test func theSameStudy() async throws {
    let item = try await withStudies(Self.study) { try compare($0, $1) }
    #expect(item.verdict == .identical && item.compared == 4 && item.worst == nil, "\(item)")
    #expect(item.tolerance == "none: bit by bit")
    #expect(item.reason == "every archived number is the same")
  }

  /// What the files say besides is noted.
  @Test func theSameNumbersUnderAnotherText() async throws {
    let item = try await withStudies(Self.study.with("Is it tiny?", as: "Is it small?")) {
      try compare($0, $1)
    }
    #expect(item.verdict == .identical)
    #expect(
      item.reason
        == "every archived number is the same; another title; another text of the spec", "\(item)")
  }

  /// Where a test can tell nothing, it is no pass.
  @Test func tooFewEffectiveSamples() async throws {
    let short = Self.study.with("draws: 400", as: "draws: 8")
    let lost = try await withStudies(short) { try compare($0, $1) }
    #expect(lost.verdict == .notComparable && lost.untested == 0, "\(lost)")
    #expect(
      lost.reason.contains(
        "4 cells: not comparable: certified in the old file alone, the first width 3, dataset 0"),
      "\(lost.reason)")
    let won = try await withStudies(short) { try compare($1, $0) }
    #expect(won.verdict == .notComparable, "\(won)")
    #expect(won.reason.contains("fewer than 25 effective samples, the first"), "\(won.reason)")
    try await withFolder { folder in
      for (name, text) in [("a", short), ("b", short.with("warmup: 100", as: "warmup: 101"))] {
        try await simulate(try await .of(text), to: "\(folder)/\(name).h5")
      }
      let neither = try compare("\(folder)/a.h5", "\(folder)/b.h5")
      #expect(neither.verdict == .notComparable && neither.untested == 4, "\(neither)")
      #expect(neither.reason.contains("4 cells: certified in neither file"), "\(neither.reason)")
    }
  }

  /// Runs `body` with the file of `study` and one of other draws, both changed.
  func forged(
    old: (String, inout [Double]) -> Void = { _, _ in },
    new: (String, inout [Double]) -> Void
  ) async throws -> Verification.Item {
    try await withStudies(Self.study.with("warmup: 100", as: "warmup: 101")) { a, b in
      try forge(a, as: a, change: old)
      try forge(b, as: b, change: new)
      return try compare(a, b)
    }
  }

  /// Figures rest on neurons and evidences, too.
  @Test func neuronsAndEvidencesOfOtherDraws() async throws {
    let item = try await forged { name, values in
      if name == "overlap" { values = values.map { 2 * $0 } }
    }
    #expect(item.verdict == .outside, "\(item)")
    #expect(try #require(item.worst).place.contains("overlap"), "\(item)")

    func evidence(_ value: Double) -> (String, inout [Double]) -> Void {
      { name, values in
        if name == "log_evidence" { values = values.map { _ in value } }
        if name == "log_evidence_error" { values = values.map { _ in 0.1 } }
      }
    }
    // Two chains of 0.1 each, on both sides: the difference has an error of 0.1.
    let near = try await forged(old: evidence(-10), new: evidence(-10.2))
    #expect(near.tolerance.contains("of 36 means"), "\(near)")
    #expect(near.worst?.place.hasSuffix("log_evidence") != true || near.verdict == .within)
    let far = try await forged(old: evidence(-10), new: evidence(-11))
    #expect(far.verdict == .outside, "\(far)")
    #expect(try #require(far.worst).place.hasSuffix("mean log_evidence"), "\(far)")
  }

  @Test func otherNeuronsOfTheSameDraws() async throws {
    let item = try await withStudies(Self.study) { old, new in
      try forge(new, as: new) { name, values in
        if name == "overlap" { values[0] *= 1.0001 }
      }
      return try compare(old, new)
    }
    #expect(item.verdict == .outside, "\(item)")
    #expect(item.reason.contains("1 cell: the same draws, and other neurons"), "\(item.reason)")
  }

  /// Two means that are no numbers are not the same for that.
  @Test func meansThatAreNoNumbers() async throws {
    let item = try await forged { name, values in
      if name == "energy" { values[0] = .nan }
    } new: { name, values in
      if name == "energy" { values[1] = .nan }
    }
    #expect(item.verdict == .notComparable, "\(item)")
    #expect(
      item.reason.contains(
        "1 cell: not comparable: energy is not finite in other chains or draws"),
      "\(item.reason)")
  }

  /// Other random numbers, fewer draws, and another sampler have other keys and the same posterior.
  @Test(arguments: [
    ("warmup: 100", "warmup: 101"), ("draws: 400", "draws: 300"),
    ("kind: hmc", "kind: hmc, readout: integrated"), ("kind: hmc", "kind: hmc, trajectory: 1.2"),
    ("cold: 1, planted: 1", "cold: 2, planted: 3"),
  ])
  func otherDrawsOfTheSamePosterior(old: String, new: String) async throws {
    let item = try await withStudies(Self.study.with(old, as: new)) { try compare($0, $1) }
    #expect(item.verdict == .within && item.compared == 4, "\(item)")
    // Alignment, loss, energy, three observables and two functions of the neurons in each cell.
    #expect(item.tolerance.contains("of 32 means at level 0.01"), "\(item.tolerance)")
    #expect(item.reason.hasPrefix("4 of 4 cells have other draws"), "\(item.reason)")
    let worst = try #require(item.worst)
    #expect(worst.deviation > 0 && worst.ratio > 0.2, "\(worst)")
  }

  /// A study of twice the ridge, or of a twentieth more weight variance, that claims to be of this one's cells.
  @Test(arguments: [
    ("ridge: 0.1", "ridge: 0.2", "ridge", 0.1),
    ("weight_variance: 1", "weight_variance: 2", "weight_variance", 1.0),
  ])
  func anotherPosteriorIsOutside(old: String, new: String, name: String, value: Double) async throws
  {
    let item = try await withStudies(Self.study.with(old, as: new)) { old, new in
      let forged = new.replacing("new.h5", with: "forged.h5")
      try forge(new, as: forged) { dataset, values in
        if dataset == name { values = values.map { _ in value } }
      }
      return try compare(old, forged)
    }
    #expect(item.verdict == .outside, "\(item)")
    #expect(try #require(item.worst).ratio > 1, "\(item)")
  }

  @Test func missingCellsAreNamed() async throws {
    let item = try await withStudies(Self.study.with("[3, 5]", as: "[5, 7, 8]")) {
      try compare($0, $1)
    }
    #expect(item.verdict == .notComparable && item.compared == 2 && item.worst == nil)
    #expect(
      item.reason == "missing cells: 2 are in the old file alone, 4 in the new one, "
        + "the first width 3, dataset 0; another text of the spec")
  }

  /// A cell with the same key and other bits is said to be one.
  @Test func otherBitsUnderTheSameKey() async throws {
    let item = try await withStudies(Self.study) { old, new in
      let forged = new.replacing("new.h5", with: "forged.h5")
      try forge(new, as: forged) { name, values in
        if name == "alignment" { values[0] += 1e-12 }
      }
      return try compare(old, forged)
    }
    #expect(item.verdict == .within && item.reason.contains("1 of 4 cells"), "\(item)")
    #expect(item.reason.contains("1 of them have the same key"), "\(item.reason)")
  }

  @Test func filesThatAreOthers() async throws {
    let layers = """
      question: Is it another?
      source: a test
      network: {kind: convolution, patch: 2, patches: 2, channels: 2}
      target: {kind: hermite, degree: 3}
      data: {samples: 10, datasets: 1}
      ridge: 0.1
      sampler: {kind: hmc, chains: {cold: 1, planted: 1}, warmup: 20, draws: 12}
      """
    try await withStudies(layers) { old, new in
      #expect(try compare(old, new).reason == "other network: two-layer, then convolution")
      let forged = new.replacing("new.h5", with: "forged.h5")
      try forge(old, as: forged, attributes: ["schema_version": 2])
      let verification = try Verification(old, forged) { try Tolerances(reading: "none") }
      #expect(verification.items[0].verdict == .notComparable)
      #expect(verification.items[0].reason.contains("schema_version 2; expected 3"))
      #expect(verification.archive.map(\.state) == ["intact", "damaged"])
    }
  }

  // MARK: - Folders

  @Test func foldersAreComparedByName() async throws {
    try await withFolder { folder in
      let files = FileManager.default
      for side in ["a", "b"] {
        for part in ["data", "figures"] {
          try files.createDirectory(
            atPath: "\(folder)/\(side)/\(part)", withIntermediateDirectories: true)
        }
        try await simulate(try await .of(tinyStudy), to: "\(folder)/\(side)/data/x.h5")
        try Data(Self.table.utf8).write(to: URL(filePath: "\(folder)/\(side)/figures/t.tsv"))
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
        for (side, text) in [("a", Self.study), ("b", Self.study.with("400", as: "300"))] {
          for part in ["data", "figures"] {
            try FileManager.default.createDirectory(
              atPath: "\(folder)/\(side)/\(part)", withIntermediateDirectories: true)
          }
          try await simulate(try await .of(text), to: "\(folder)/\(side)/data/tiny.h5")
          let archive = try Archive(reading: "\(folder)/\(side)/data/tiny.h5")
          let table = Self.table.with("0123456789abcdef", as: archive.studyKey)
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
    let json = try await withStudies(Self.study.with("draws: 400", as: "draws: 300")) { old, new in
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
}
