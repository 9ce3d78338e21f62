import Foundation
import TestSupport
import Testing

/// Every claim has its numbers, and docs/claims.md has the claims.
@Suite struct ClaimsCommandTests {
  @Test func everyClaimHasItsNumbers() throws {
    let run = try cod("claims", "--json", in: projectFolder)
    #expect(run.status == 0 && run.errors == "", "\(run)")
    let claims = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    #expect(claims.count > 40)
    let names = claims.map { "\($0["section"]!).\($0["name"]!)" }
    #expect(Set(names).count == names.count)
    for claim in claims {
      // Nothing is called a prediction that is not older than its data.
      #expect(claim["verdict"] as? String != "not registered in time", "\(claim)")
      let estimates = try #require(claim["estimates"] as? [[String: Any]])
      if claim["verdict"] as? String == "pending" {
        #expect(estimates.allSatisfy { $0["estimate"] == nil }, "\(claim)")
        continue
      }
      for estimate in estimates {
        #expect(estimate["estimate"] is NSNumber, "\(claim)")
      }
      // A rival says that an interval decides between the two.
      if claim["rival"] != nil {
        #expect(
          estimates.allSatisfy { $0["low"] is NSNumber && $0["high"] is NSNumber }, "\(claim)")
      }
    }
    let printed = try cod("claims", in: projectFolder)
    #expect(printed.status == 0 && printed.output.contains("\(claims.count) claims: "))
  }

  /// A project with a claim and a registration.
  func withRegistration(
    winner: String = "Sp", _ body: (String) throws -> Void
  ) throws {
    try withFolder { folder in
      for name in ["data/predictions", "figures"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      try write(study(), to: "\(folder)/data/tiny.yml")
      try write(
        """
        # Numbers quoted in the figure made-up
        name\tvalue\tlow\thigh\tmeaning
        a\t1\tNaN\tNaN\tone

        """, to: "\(folder)/figures/made-up-numbers.tsv")
      try write(
        """
        Sums:
          a: {statement: a is 1, source: a test, estimate: made-up.a, expected: 1, interval: none}

        """, to: "\(folder)/data/claims.yml")
      try write(
        """
        about: five
        study: tiny
        architecture: {degree: 5, layers: [{kind: dense, width: d}]}
        predicted: {winner: \(winner), exponent: 1, parameters: {M: 0}}
        claims:
          b: {statement: b is M, source: a test, estimate: made-up.b, expected: M, rival: 1}

        """, to: "\(folder)/data/predictions/five.yml")
      try body(folder)
    }
  }

  @Test func aRegistration() throws {
    try withRegistration { folder in
      // As on a machine without git.
      let run = try cod("claims", in: folder, environment: ["PATH": "/nonexistent"])
      #expect(run.status == 0 && run.errors == "", "\(run)")
      let words = """
        Registered predictions
          pending: b is M
              not measured yet, expected 0 (rival 1)
              a test; figure made-up
              order of commits unknown here: no repository, or no git
        2 claims: 1 supported, 1 pending

        """
      #expect(run.output.hasSuffix(words), "\(run)")
    }
    try withRegistration(winner: "GP") { folder in
      expectFailure(
        try cod("claims", in: folder), 2,
        saying: "cod: data/predictions/five.yml:4: predicted.winner: got 'GP'; expected Sp, as the "
          + "calculator says of this architecture\n")
    }
  }

  @Test func complaints() throws {
    try withFolder { folder in
      let none = try cod("claims", "none.yml", in: projectFolder)
      expectFailure(none, 2, saying: "cod: none.yml: no such file; expected claims in YAML")
      let tables = try cod("claims", "--tables", folder, in: projectFolder)
      expectFailure(tables, 2, saying: "\(folder)/ldt-101-numbers.tsv, but there is no such file")
    }
  }
}
