import Foundation
import Host
import TestSupport
import Testing
import Verdicts

/// What is said of claims that are registered before their study is simulated.
@Suite struct RegisteredClaimTests {
  static let registration = """
    about: two layers that learn a target of degree five
    study: quintic
    architecture:
      degree: 5
      layers: [{kind: dense, width: d}]
    predicted:
      winner: Sp
      exponent: 1
      parameters: {M: 0}
    claims:
      samples:
        statement: P* ∝ d
        source: a test
        estimate: made-up.slope
        expected: exponent
        rival: 5
        in_part: {within: 0.2, because: d is small}
      ratio:
        statement: twice as many as of degree three
        source: a test
        estimate: {ratio: [made-up.quintic, other.cubic]}
        expected: {from: 1.5, to: 2.5}

    """
  static let columns = "name\tvalue\tlow\thigh\tmeaning"
  static let study = String(repeating: "a", count: 64) + " " + String(repeating: "b", count: 64)
  static let numbers = """
    # Numbers quoted in the figure made-up
    # study quintic \(study)
    \(columns)
    slope\t1.15\t1.05\t1.25\tone and more
    quintic\t6\t5.5\t6.5\tsix

    """

  /// A folder with claims, a registration, and tables.
  static func withProject<R>(
    _ registration: String = registration, _ numbers: String = numbers, data: Bool,
    _ body: (String) throws -> R
  ) async throws -> R {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/predictions", withIntermediateDirectories: false)
      try write(
        """
        Sums:
          a: {statement: a, source: a test, estimate: other.cubic, expected: 3, interval: none}

        """, to: "\(folder)/claims.yml")
      try write(registration, to: "\(folder)/predictions/five.yml")
      try write("a study", to: "\(folder)/quintic.yml")
      if data { try write("data", to: "\(folder)/quintic.h5") }
      try write(numbers, to: "\(folder)/made-up-numbers.tsv")
      try write(
        "# Numbers\n# study cubic \(study)\n\(columns)\ncubic\t3\tNaN\tNaN\tthree\n",
        to: "\(folder)/other-numbers.tsv")
      do {
        return try body(folder)
      } catch {
        throw UserError("\(error)".replacing("\(folder)/", with: ""))
      }
    }
  }

  static func claims(
    _ registration: String = registration, _ numbers: String = numbers, data: Bool = true
  ) async throws -> Claims {
    try await withProject(registration, numbers, data: data) { folder in
      try Claims(reading: "\(folder)/claims.yml", tables: folder)
    }
  }

  /// Numbers are not asked for, though some are there.
  @Test func beforeTheStudy() async throws {
    let claims = try await Self.claims(data: false)
    #expect(claims.all.map(\.name) == ["a", "five.samples", "five.ratio"])
    #expect(claims.sections.map(\.0) == ["Sums", "Registered predictions"])
    #expect(claims.all.map(\.verdict) == [.supported, .pending, .pending])
    #expect(claims.all[1].estimateText == "not measured yet")
    #expect(claims.all[1].expectedText == "1 (rival 5)")
    #expect(claims.summary == "3 claims: 1 supported, 2 pending")
    let absent = Self.numbers.with("slope", as: "another")
    #expect(try await Self.claims(Self.registration, absent, data: false).all.count == 3)
  }

  @Test func afterTheStudy() async throws {
    let claims = try await Self.claims()
    #expect(claims.all.map(\.verdict) == [.supported, .inPart, .supported])
    #expect(claims.all[1].estimates == [Estimate(1.15, low: 1.05, high: 1.25)])
    #expect(claims.all[2].estimates[0].value == 2)
  }

  static let place = "predictions/five.yml"
  @Test func whatIsMissingThenIsAnError() async throws {
    let line = await errorLine {
      _ = try await Self.claims(Self.registration, Self.numbers.with("slope", as: "another"))
    }
    #expect(
      line == "\(Self.place):14: claims.samples.estimate: got 'made-up.slope'; expected a number "
        + "of made-up-numbers.tsv, but it has no 'slope'")
  }

  /// Both numbers of the ratio are from another study.
  @Test func anotherStudyDecidesNothing() async throws {
    let text = Self.registration.with("made-up.quintic", as: "other.cubic")
    let line = await errorLine { _ = try await Self.claims(text) }
    #expect(
      line == "\(Self.place):21: claims.ratio.estimate.ratio: got 'other.cubic'; expected a number "
        + "from quintic; its table is from cubic")
  }

  @Test func anExponentThatIsNotRegistered() async throws {
    let text = Self.registration.with("expected: exponent", as: "expected: M1")
    let line = await errorLine { _ = try await Self.claims(text, data: false) }
    #expect(
      line == "\(Self.place):15: claims.samples.expected: got 'M1'; expected a number, as 0.75, or "
        + "a fraction, as 3/4, or M, or exponent")
  }

  /// The history alone tells: what documentation is made from does not ask it.
  @Test(.enabled(if: TestSupport.program("git") != nil, "needs git"))
  func committedWithItsData() async throws {
    try await Self.withProject(data: true) { folder in
      func git(_ arguments: String...) throws {
        let settings = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        let run = try run(
          TestSupport.program("git")!,
          ["-C", folder] + settings + ["-c", "commit.gpgsign=false"] + arguments)
        try #require(run.status == 0, "\(run)")
      }
      try git("init", "--quiet")
      try git("add", "--all")
      try git("commit", "--quiet", "--message=all")
      let claims = try Claims(reading: "\(folder)/claims.yml", tables: folder)
      #expect(claims.all.map(\.verdict) == [.supported, .inPart, .supported])
      let ordered = claims.withOrder()
      #expect(ordered.all.map(\.verdict) == [.supported, .late, .late])
      #expect(ordered.summary == "3 claims: 1 supported, 2 not registered in time")
      #expect(ordered.text.contains("\n      registered after its study was there ("))
      #expect(!claims.text.contains("registered after"))
    }
  }
}
