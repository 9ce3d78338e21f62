import Foundation
import Host
import TestSupport
import Testing
import Verdicts

/// What counts as support, and what claims say of made-up numbers.
@Suite struct VerdictTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let criterion: Criterion
    let estimate: Estimate
    let verdict: Verdict
    let reason: String
    var testDescription: String { reason }

    init(_ criterion: Criterion, _ estimate: Estimate, _ verdict: Verdict, _ reason: String) {
      self.criterion = criterion
      self.estimate = estimate
      self.verdict = verdict
      self.reason = reason
    }
  }

  static let slope = Criterion(.value(1), rival: 3, inPart: .range(0.8, 1.2))
  static let values = [
    Case(slope, Estimate(1.03, low: 0.97, high: 1.1), .supported, "holds 1, not 3"),
    Case(slope, Estimate(1, low: 1, high: 1.2), .supported, "an end is of the interval"),
    Case(slope, Estimate(1.1, low: 1.05, high: 1.15), .inPart, "close, and rules 1 out"),
    Case(slope, Estimate(1.2, low: 1.1, high: 1.3), .inPart, "the estimate at the tolerance's end"),
    Case(slope, Estimate(1.21, low: 1.1, high: 1.3), .notSupported, "beyond the tolerance"),
    Case(slope, Estimate(3, low: 2.5, high: 3.5), .notSupported, "the rival"),
    Case(slope, Estimate(2, low: 0.5, high: 3.5), .undecided, "holds 1 and 3"),
    Case(
      slope, Estimate(1.1, low: 1.05, high: 3.2), .notSupported, "holds 3 and not 1, though close"),
    Case(slope, Estimate(1), .undecided, "no interval"),
    Case(slope, Estimate(1, low: 0.9), .undecided, "half an interval"),
    Case(slope, Estimate(.nan), .undecided, "no number"),
    Case(
      Criterion(.value(1), rival: 3), Estimate(1.1, low: 1.05, high: 1.15), .notSupported,
      "close, where nothing is in part"),
  ]

  static let small = Criterion(.range(-.infinity, 0.1), inPart: .range(-.infinity, 0.2))
  static let ranges = [
    Case(small, Estimate(0.05, low: 0.02, high: 0.1), .supported, "all of it inside"),
    Case(small, Estimate(0.09, low: 0.08, high: 0.11), .undecided, "a part of it inside"),
    Case(small, Estimate(0.11, low: 0.1, high: 0.2), .undecided, "an end of it inside"),
    Case(small, Estimate(0.15, low: 0.12, high: 0.3), .inPart, "outside, and close"),
    Case(small, Estimate(0.25, low: 0.12, high: 0.3), .notSupported, "outside, and not close"),
    Case(small, Estimate(0.05), .undecided, "no interval"),
    Case(
      Criterion(.range(0, .infinity)), Estimate(0.3, low: -0.7, high: 0.6), .undecided,
      "either sign"),
  ]

  static let exact = [
    Case(Criterion(.value(1.0 / 3), isExact: true), Estimate(0.333333), .supported, "six digits"),
    Case(Criterion(.value(1.0 / 3), isExact: true), Estimate(0.3334), .notSupported, "not it"),
    Case(Criterion(.value(1), isExact: true), Estimate(1.00001), .supported, "the sixth digit"),
    Case(Criterion(.value(1), isExact: true), Estimate(1.000012), .notSupported, "more than it"),
    Case(Criterion(.value(200), isExact: true), Estimate(200.0019), .supported, "of two hundred"),
    Case(Criterion(.value(0), isExact: true), Estimate(0.000009), .supported, "of less than one"),
    Case(Criterion(.value(0), isExact: true), Estimate(-0.0), .supported, "zero"),
    Case(Criterion(.value(0), isExact: true), Estimate(.nan), .undecided, "no number"),
    Case(
      Criterion(.range(0.9, 1.1), inPart: .range(0.8, 1.2), isExact: true), Estimate(1.15),
      .inPart, "a number outside, and close"),
  ]

  @Test(arguments: values + ranges + exact) func verdict(_ example: Case) {
    #expect(example.criterion.verdict(on: example.estimate) == example.verdict)
  }

  @Test("as many times the data as an interval has to shrink, squared")
  func dataToDecide() throws {
    func factor(_ criterion: Criterion, _ low: Double, _ value: Double, _ high: Double) -> Double? {
      criterion.dataToDecide(Estimate(value, low: low, high: high))
    }
    // The value 1 and its rival 3 are two thirds of the way to either end.
    expect(try #require(factor(Self.slope, 0.5, 2, 3.5)), near: 2.25, within: 1e-12, "rival")
    // Of the two ends of a range the nearer one decides.
    let range = Criterion(.range(0.9, 1.1))
    expect(try #require(factor(range, 0.8, 1.05, 1.25)), near: 16, within: 1e-9, "within")
    expect(try #require(factor(range, 1, 1.2, 1.4)), near: 4, within: 1e-12, "above")
    expect(try #require(factor(range, 0.6, 0.8, 1)), near: 4, within: 1e-12, "below")
    expect(try #require(factor(Self.small, 0.02, 0.05, 0.2)), near: 9, within: 1e-12, "one end")
    // The shrunken interval is decided, and a little less is not.
    for (grown, verdict) in [(16.1, Verdict.supported), (15.9, .undecided)] {
      let shrunk = Estimate(
        1.05, low: 1.05 - 0.25 / grown.squareRoot(), high: 1.05 + 0.2 / grown.squareRoot())
      #expect(range.verdict(on: shrunk) == verdict)
    }
    #expect(factor(range, 0.8, 0.9, 1) == nil, "on the end of the range")
    #expect(factor(range, 0.95, 1, 1.05) == nil, "supported")
    #expect(range.dataToDecide(Estimate(1)) == nil, "no interval")
    #expect([1.21, 9.99, 10.2, 101].map(\.timesText) == ["1.3", "10.0", "11", "more than 100"])
  }

  @Test func severalNumbersComeToTheWorst() {
    #expect(Verdict.worst([.supported, .supported]) == .supported)
    #expect(Verdict.worst([.supported, .inPart]) == .inPart)
    #expect(Verdict.worst([.undecided, .inPart]) == .undecided)
    #expect(Verdict.worst([.undecided, .notSupported, .supported]) == .notSupported)
  }
}

/// Claims over made-up tables.
@Suite struct ClaimFileTests {
  static let file = """
    Sums:
      first:
        statement: a is one
        source: a test
        estimate: made-up.a
        expected: 1
        rival: 2
        in_part: {within: 0.25, because: it is near}
      second:
        statement: a, and no more than b
        source: a test
        estimate: [{ratio: [made-up.b, made-up.a]}, {difference: [made-up.b, made-up.a]}]
        expected: {from: 0}
      third:
        statement: the largest is c
        source: a test
        estimate: {largest: [made-up.a, made-up.b, made-up.c]}
        expected: 3/2
        rival: 0
    Exact | Others:
      fourth:
        statement: d is a third
        source: a test
        estimate: made-up.d
        expected: 1/3
        interval: none

    """
  static let numbers = """
    # Numbers quoted in the figure made-up
    name\tvalue\tlow\thigh\tmeaning
    a\t1\t0.7\t1.2\tone
    b\t2\t1.6\t2.3\ttwo
    c\t1.5\t1.4\t2.1\tthree halves
    d\t0.333333\tNaN\tNaN\ta third

    """

  /// The claims of a file of this text, over a table of this text.
  static func claims(
    _ text: String = file, _ numbers: String? = numbers
  ) async throws -> Claims {
    try withFolder { folder in
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/claims.yml"))
      if let numbers {
        try Data(numbers.utf8).write(to: URL(filePath: "\(folder)/made-up-numbers.tsv"))
      }
      do {
        return try Claims(reading: "\(folder)/claims.yml", tables: folder)
      } catch {
        throw UserError("\(error)".replacing("\(folder)/", with: ""))
      }
    }
  }

  @Test("claims tell of studies whose error bars did not hold, but for those about error bars")
  func errorBars() throws {
    try withFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      }
      let head = "# study sound 1a 2b\n# study torn 3c 4d\n"
      let about =
        "  about:\n    statement: they hold\n    source: a test\n"
        + "    estimate: again.a\n    expected: 1\n    interval: none\n"
      try write("error_bars: again\n" + Self.file + "Bars:\n" + about, "claims.yml")
      try write(head + Self.numbers, "made-up-numbers.tsv")
      let numbers = "name\tvalue\tlow\thigh\tmeaning\na\t1\tNaN\tNaN\tone\n"
      try write(head + numbers, "again-numbers.tsv")
      try write("place\tstudy\tcompatible\n1\tsound\t1\n2\ttorn\t0\n3\tother\t0\n", "again.tsv")
      let read = try Claims(reading: "\(folder)/claims.yml", tables: folder)
      #expect(read.all.count == 5 && read.all.allSatisfy { $0.doubtful.isEmpty })
      let claims = try read.withErrorBars(tables: folder)
      #expect(claims.all.map(\.doubtful) == [["torn"], ["torn"], ["torn"], [], []])
      #expect(claims.all.map(\.verdict) == read.all.map(\.verdict))
      #expect(claims.text.contains("      error bars did not hold, sampled again: torn"))
      #expect(claims.markdown.contains("| supported ‡ | `made-up` |"))
      #expect(claims.markdown.contains("| supported | `again` |"))
      try write("place\tstudy\n1\tsound\n", "again.tsv")
      #expect {
        try read.withErrorBars(tables: folder)
      } throws: {
        "\($0)".contains("again.tsv:1: got 'place\tstudy'; expected the columns study and ")
      }
    }
  }

  @Test func estimates() async throws {
    let claims = try await Self.claims()
    try #require(claims.all.map(\.name) == ["first", "second", "third", "fourth"])
    #expect(claims.all.map(\.verdict) == [.supported, .supported, .notSupported, .supported])
    #expect(claims.all[0].estimates == [Estimate(1, low: 0.7, high: 1.2)])
    let (ratio, difference) = (claims.all[1].estimates[0], claims.all[1].estimates[1])
    // Half-widths in quadrature: b's below with a's above, and the other way round.
    #expect(ratio.value == 2 && abs(ratio.low - 2 * (1 - 0.08.squareRoot())) < 1e-12)
    #expect(abs(ratio.high - 2 * (1 + (0.0225 + 0.09).squareRoot())) < 1e-12)
    #expect(difference.value == 1 && abs(difference.low - (1 - 0.2.squareRoot())) < 1e-12)
    #expect(abs(difference.high - (1 + 0.18.squareRoot())) < 1e-12)
    #expect(claims.all[2].estimates == [Estimate(2, low: 1.6, high: 2.3)])
    #expect(claims.all[3].estimates[0].value == 0.333333)
  }

  @Test func text() async throws {
    let claims = try await Self.claims()
    #expect(
      claims.markdown.contains(
        "| a is one | 1 (rival 2) | 1.00 (0.70 … 1.20) | supported | `made-up` |"))
    #expect(claims.markdown.contains("| **Exact \\| Others** | | | | |"))
    #expect(claims.markdown.contains("| d is a third | 1/3 | 0.333 | supported |"))
    #expect(
      claims.summary == "4 claims: 3 supported, 1 not supported")
    #expect(Estimate(1.03285, low: 0.965568, high: 1.10344).text == "1.03 (0.97 … 1.10)")
    #expect(Estimate(-0.28, low: -1.2, high: 0.31).text == "−0.3 (−1.2 … 0.3)")
    #expect(Estimate(.nan).text == "none")
  }

  static let mistakes = [
    Mistake(
      "statement: a is one", "statment: a is one",
      ":3: unknown key 'Sums.first.statment'; expected one of statement, source, estimate, expected, "
        + "rival, in_part, interval; did you mean 'statement'?"),
    Mistake(
      "    source: a test\n    estimate: made-up.a", "    estimate: made-up.a",
      ":3: missing key 'Sums.first.source'"),
    Mistake(
      "estimate: made-up.a", "estimate: made-up.e",
      ":5: Sums.first.estimate: got 'made-up.e'; expected a number of made-up-numbers.tsv, but it has "
        + "no 'e'"),
    Mistake(
      "estimate: made-up.a", "estimate: other.a",
      ":5: Sums.first.estimate: got 'other.a'; expected a number of other-numbers.tsv, but there is no "
        + "such file"),
    Mistake(
      "estimate: made-up.a", "estimate: a",
      ":5: Sums.first.estimate: got 'a'; expected FIGURE.NAME, a number of "
        + "figures/FIGURE-numbers.tsv"),
    Mistake(
      "estimate: made-up.a", "estimate: ../made-up.a",
      ":5: Sums.first.estimate: got '../made-up.a'; expected FIGURE.NAME, a number of "
        + "figures/FIGURE-numbers.tsv"),
    Mistake(
      "estimate: made-up.a", "estimate: []",
      ":5: Sums.first.estimate: got an empty list; expected at least one number"),
    Mistake(
      "{largest: [made-up.a, made-up.b, made-up.c]}", "{sum: [made-up.a]}",
      ":17: unknown key 'Sums.third.estimate.sum'; expected one of ratio, difference, largest"),
    Mistake(
      "{largest: [made-up.a, made-up.b, made-up.c]}", "{ratio: [made-up.a]}",
      ":17: Sums.third.estimate.ratio: got [made-up.a]; expected two numbers"),
    Mistake(
      "{largest: [made-up.a, made-up.b, made-up.c]}", "{largest: []}",
      ":17: Sums.third.estimate.largest: got an empty list; expected at least one number"),
    Mistake(
      "expected: 3/2", "expected: many",
      ":18: Sums.third.expected: got 'many'; expected a number, as 0.75, or a fraction, as 3/4"),
    Mistake(
      "expected: 3/2", "expected: [1, 2]",
      ":18: Sums.third.expected: got [1, 2]; expected one value for all of the estimates, or a list of 1"
    ),
    Mistake(
      "expected: {from: 0}", "expected: {from: 1, to: 0}",
      ":13: Sums.second.expected: got a mapping; expected a range that is not empty, {from: …, to: …}"
    ),
    Mistake(
      "expected: {from: 0}", "expected: {}",
      ":13: Sums.second.expected: got a mapping; expected a range, {from: …, to: …}, or one end of it"
    ),
    Mistake(
      "expected: {from: 0}", "expected: {from: 0}\n    rival: 2",
      ":14: Sums.second.rival: got '2'; expected none: what is outside of a range is its rival"),
    Mistake(
      "    rival: 2\n", "",
      ":6: Sums.first.expected: got '1'; expected a rival beside it, the value if the claim is wrong, "
        + "for an estimate with an interval"),
    Mistake(
      "{within: 0.25, because: it is near}", "{within: 0.25}",
      ":8: missing key 'Sums.first.in_part.because'"),
    Mistake(
      "{within: 0.25, because: it is near}", "{from: 0.25, because: it is near}",
      ":8: unknown key 'Sums.first.in_part.from'; expected one of because, within"),
    Mistake(
      "{within: 0.25, because: it is near}", "{within: -0.25, because: it is near}",
      ":8: Sums.first.in_part.within: got '-0.25'; expected a positive number"),
    Mistake(
      "rival: 2", "rival: 1",
      ":7: Sums.first.rival: got '1'; expected another value than the one that is expected"),
    Mistake(
      "expected: 3/2", "expected: 010",
      ":18: Sums.third.expected: got '010'; expected a number, as 0.75, or a fraction, as 3/4"),
    Mistake(
      "statement: a is one", "statement: \"a\\e[31m\"",
      ":3: Sums.first.statement: got the control character U+001B; expected a text without one"),
    Mistake(
      "interval: none", "interval: wide",
      ":26: Exact | Others.fourth.interval: got 'wide'; expected none"),
    Mistake(
      "Sums:\n", "Sums: []\nMore:\n", ":1: Sums: got an empty list; expected a mapping of claims"),
  ]

  /// A ratio of numbers that are not positive has its interval upside down.
  @Test func aRatioOfNegativeNumbers() async throws {
    let numbers = Self.numbers.with("a\t1\t0.7\t1.2", as: "a\t-1\t-1.2\t-0.7")
    let line = await errorLine { _ = try await Self.claims(Self.file, numbers) }
    #expect(
      line == "claims.yml:12: Sums.second.estimate.ratio: got 'made-up.a'; expected a positive "
        + "number, for a ratio; it is -1.0")
  }

  @Test(arguments: mistakes) func aMistake(_ mistake: Mistake) async throws {
    let text = Self.file.with(mistake.part, as: mistake.replacement)
    let line = await errorLine { _ = try await Self.claims(text) }
    #expect(
      line == "claims.yml" + mistake.message, "after \(mistake.part) became \(mistake.replacement)")
  }

  @Test(arguments: [
    (
      "a\t1\t0.7\t1.2\tone", "a\tone\t0.7\t1.2\tone",
      ":3: got 'a\tone\t0.7\t1.2\tone'; expected a name of its own, its value and the ends of its interval"
    ),
    (
      "b\t2\t1.6\t2.3\ttwo", "a\t2\t1.6\t2.3\ttwo",
      ":4: got 'a\t2\t1.6\t2.3\ttwo'; expected a name of its own, its value and the ends of its interval"
    ),
    (
      "a\t1\t0.7\t1.2\tone", "a\t1.3\t0.7\t1.2\tone",
      ":3: got 'a\t1.3\t0.7\t1.2\tone'; expected a value within the ends of its interval"
    ),
    (
      "a\t1\t0.7\t1.2\tone", "a\tNaN\t0.7\t1.2\tone",
      ":3: got 'a\tNaN\t0.7\t1.2\tone'; expected a value within the ends of its interval"
    ),
    (
      "a\t1\t0.7\t1.2\tone", "a\t1\tNaN\t1.2\tone",
      ":3: got 'a\t1\tNaN\t1.2\tone'; expected both ends of an interval, or NaN"
    ),
    (
      "a\t1\t0.7\t1.2\tone", "a\t0x1\t0.7\t1.2\tone",
      ":3: got 'a\t0x1\t0.7\t1.2\tone'; expected a name of its own, its value and the ends of its interval"
    ),
    (
      "a\t1\t0.7\t1.2\tone", "a\t1e999\tNaN\tNaN\tone",
      ":3: got 'a\t1e999\tNaN\tNaN\tone'; expected a name of its own, its value and the ends of its interval"
    ),
    (
      "name\tvalue", "name\tcount",
      ":2: got 'name\tcount\tlow\thigh\tmeaning'; expected the columns name, value, low, high"
    ),
  ]) func aMistakeInATable(part: String, replacement: String, message: String) async throws {
    let line = await errorLine {
      _ = try await Self.claims(Self.file, Self.numbers.with(part, as: replacement))
    }
    #expect(line == "made-up-numbers.tsv" + message)
  }
}
