import Figures
import Foundation
import Paper
import TestSupport
import Testing

/// The figure of what claims come to, over claims and numbers of which all is known.
@Suite struct ScoreboardTests {
  static let claims = """
    One:
      value:
        statement: a value
        source: here
        estimate: [x.half, x.two]
        expected: 1/2
        rival: 1
      exact:
        statement: a number that rests on no samples
        source: here
        estimate: x.exact
        expected: 3
        interval: none
    Two:
      between:
        statement: a range
        source: here
        estimate: [x.half, x.two]
        expected: {from: 0.4, to: 0.8}
      most:
        statement: a range with a largest value
        source: here
        estimate: x.two
        expected: {to: 4}
      least:
        statement: a range with a least value
        source: here
        estimate: x.two
        expected: {from: 1}
      sign:
        statement: a range that ends at zero
        source: here
        estimate: x.two
        expected: {from: 0}

    """

  static let numbers = """
    # Numbers
    name\tvalue\tlow\thigh\tmeaning
    half\t0.5\t0.4\t0.7\ta half
    two\t2\t1.6\t2.5\ttwo
    exact\t3\tNaN\tNaN\tthree

    """

  /// The tables by name, each as its rows by column.
  func tables(_ claims: String = claims) throws -> [String: [[String: String]]] {
    try withFolder { folder in
      try write(claims, to: "\(folder)/claims.yml")
      try write(Self.numbers, to: "\(folder)/x-numbers.tsv")
      return try Dictionary(
        uniqueKeysWithValues: Paper.figures.named("scoreboard")
          .writeTables(data: folder, to: folder).map { path in
            let table = try TableFile(reading: path)
            return (
              table.name,
              table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) }
            )
          })
    }
  }

  @Test func valuesThatAreClaimed() throws {
    let rows = try #require(try tables()["scoreboard"])
    #expect(rows.map { $0["claim"] } == ["value", "value"])
    #expect(rows.map { $0["predicted"] } == ["0.5", "0.5"])
    #expect(rows.map { $0["rival"] } == ["1", "1"])
    #expect(rows.map { $0["found"] } == ["0.5", "2"])
    // Supported, and not supported.
    #expect(rows.map { $0["verdict"] } == ["1", "5"])
    #expect(rows.map { $0["registered"] } == ["0", "0"])
  }

  /// In units of what the range allows: half of it from its middle, its largest value, its least.
  @Test func deviationsFromRanges() throws {
    let rows = try #require(try tables()["scoreboard-ranges"])
    #expect(rows.map { $0["claim"] } == ["between", "between", "most", "least", "sign"])
    #expect(rows.map { $0["place"] } == ["1", "2", "3", "4", "5"])
    #expect(rows.map { $0["deviation"] } == ["0.5", "7", "0.5", "0.5", "NaN"])
    // The interval of the first holds the middle, 0.6.
    #expect(rows.map { $0["least_deviation"] } == ["0", "5", "0.4", "0.4", "NaN"])
    #expect(rows.map { $0["largest_deviation"] } == ["1", "9.5", "0.625", "0.625", "NaN"])
    #expect(rows.map { $0["verdict"] } == ["1", "5", "1", "1", "1"])
    #expect(rows.map { $0["to"] } == ["0.8", "0.8", "4", "NaN", "NaN"])
  }

  /// Claims that are not supported have numbers in their order, which their points have too, and of
  /// each the point that is farthest off.
  @Test func failedClaimsAreNumbered() throws {
    let tables = try tables()
    let rows = try #require(tables["scoreboard-failed"])
    #expect(rows.map { $0["number"] } == ["1", "2"])
    #expect(rows.map { $0["claim"] } == ["value", "between"])
    #expect(rows.map { $0["predicted"] } == ["0.5", "NaN"])
    #expect(rows.map { $0["found"] } == ["2", "NaN"])
    #expect(rows.map { $0["place"] } == ["NaN", "2"])
    #expect(rows.map { $0["deviation"] } == ["NaN", "7"])
    #expect(try #require(tables["scoreboard"]).map { $0["number"] } == ["1", "1"])
    #expect(
      try #require(tables["scoreboard-ranges"]).map { $0["number"] }
        == ["2", "2", "NaN", "NaN", "NaN"])
    let numbers = Dictionary(
      uniqueKeysWithValues: try #require(tables["scoreboard-numbers"])
        .map { ($0["name"]!, $0["value"]!) })
    #expect(numbers["raised"] == "0" && numbers["ranges"] == "4")
  }

  /// Every claim of this archive that is not supported has a number, once.
  @Test func noFailureIsLeftOut() throws {
    let figures = "\(projectFolder)/figures"
    let failed = try TableFile(reading: "\(figures)/scoreboard-failed.tsv")
    let numbers = try TableFile(reading: "\(figures)/scoreboard-numbers.tsv")
    let names = ["claims", "registered"].flatMap { kind in
      ["_not_supported", "_not_registered_in_time"].map { kind + $0 }
    }
    var wanted = 0
    for row in numbers.rows where names.contains(row[0]) { wanted += Int(row[1])! }
    #expect(failed.rows.count == wanted && wanted > 10)
    #expect(failed.rows.map { $0[0] } == (1...wanted).map(String.init))
  }

  @Test func verdictsBySection() throws {
    let tables = try tables()
    let rows = try #require(tables["scoreboard-sections"])
    #expect(rows.map { $0["section"] } == ["One", "Two"])
    #expect(rows.map { $0["supported"] } == ["1", "3"])
    #expect(rows.map { $0["not_supported"] } == ["1", "1"])
    let numbers = Dictionary(
      uniqueKeysWithValues: try #require(tables["scoreboard-numbers"])
        .map { ($0["name"]!, $0["value"]!) })
    #expect(numbers["claims"] == "6")
    #expect(numbers["claims_supported"] == "4")
    #expect(numbers["claims_not_supported"] == "2")
    #expect(numbers["registered"] == "0")
    #expect(numbers["values"] == "2")
    #expect(numbers["median_deviation"] == "1.5")
  }

  /// Every claim of this archive is in one of the tables, or counted in the last.
  @Test func noClaimIsLeftOut() throws {
    let figures = "\(projectFolder)/figures"
    let sections = try TableFile(reading: "\(figures)/scoreboard-sections.tsv")
    let counted = sections.rows.reduce(0) { $0 + $1.dropFirst(2).reduce(0) { $0 + Int($1)! } }
    let numbers = try TableFile(reading: "\(figures)/scoreboard-numbers.tsv")
    let wanted = numbers.rows.filter { ["claims", "registered"].contains($0[0]) }
      .reduce(0) { $0 + Int($1[1])! }
    #expect(counted == wanted && counted > 100)
  }
}
