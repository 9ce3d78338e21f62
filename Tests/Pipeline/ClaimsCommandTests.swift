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
      let estimates = try #require(claim["estimates"] as? [[String: Any]])
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

  @Test func complaints() throws {
    try withFolder { folder in
      let none = try cod("claims", "none.yml", in: projectFolder)
      expectFailure(none, 2, saying: "cod: none.yml: no such file; expected claims in YAML")
      let tables = try cod("claims", "--tables", folder, in: projectFolder)
      expectFailure(tables, 2, saying: "\(folder)/ldt-101-numbers.tsv, but there is no such file")
    }
  }
}
