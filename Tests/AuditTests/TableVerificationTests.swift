import Audit
import Foundation
import TestSupport
import Testing

/// Two tables compared: identical, within tolerance, outside, or not comparable.
@Suite struct TableVerificationTests {
  /// Two tables, the second with a part replaced.
  func tables(_ old: String, _ new: String, tolerances: String? = nil) async throws
    -> Verification.Item
  {
    try withFolder { folder in
      try Data(sampleTable.utf8).write(to: URL(filePath: "\(folder)/a.tsv"))
      try FileManager.default.createDirectory(
        atPath: "\(folder)/b", withIntermediateDirectories: false)
      try Data(sampleTable.with(old, as: new).utf8).write(to: URL(filePath: "\(folder)/b/a.tsv"))
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

  /// Tables that differ in their bytes and have no number, or no row, were not compared.
  @Test(arguments: ["x\nNaN\n", "x\n"]) func tablesWithoutNumbers(text: String) throws {
    try withFolder { folder in
      try write("# A table\n# x: m\n# software a\n" + text, to: "\(folder)/a.tsv")
      try write("# A table\n# x: m\n# software b\n" + text, to: "\(folder)/b.tsv")
      let item = try compare("\(folder)/a.tsv", "\(folder)/b.tsv")
      #expect(item.verdict == .notComparable, "\(item)")
    }
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
    ("200000\t", "", "rows differ in length"),
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

  /// A number may differ by the sum of both tolerances, and the worst is that which differs most in
  /// units of what is allowed, wherever it stands.
  @Test(arguments: [(10.0, "column value"), (1.25, "column width")])
  func theWorstOfTwo(allowed: Double, worst: String) async throws {
    let item = try await tables(
      "200000\t0.314159", "200001\t0.314259",
      tolerances: """
        means: {level: 0.01, relative: 1e-6, samples: 25, because: a test}
        tables:
          all: {relative: 1e-9, because: all}
          a.value: {absolute: 1e-4, relative: 3e-4, because: its own}
          a.width: {absolute: \(allowed), because: its own}
        """)
    let found = try #require(item.worst)
    #expect(item.verdict == .within && found.place == "row 1, \(worst)", "\(item)")
    let expected = worst == "column value" ? 1e-4 + 3e-4 * 0.314159 : allowed
    #expect(abs(found.allowed / expected - 1) < 1e-12, "\(found)")
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
}
