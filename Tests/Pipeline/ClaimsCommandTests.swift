import Foundation
import TestSupport
import Testing

/// Every claim has its numbers, and the README has the claims.
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

  @Test func theReadmeIsUpToDate() throws {
    try withFolder { folder in
      let readme = "\(projectFolder)/README.md"
      let copy = "\(folder)/README.md"
      try FileManager.default.copyItem(atPath: readme, toPath: copy)
      let run = try cod("claims", "--readme", copy, in: projectFolder)
      #expect(run.status == 0, "\(run)")
      #expect(
        try bytes(copy) == bytes(readme),
        "README.md has not the claims of data/claims.yml and figures/: make claims renews it")

      // And what is out of date is renewed.
      let text = try String(contentsOfFile: readme, encoding: .utf8)
      try write(text.replacing("| claim | expected |", with: "| claim | hoped |"), to: copy)
      let renewed = try cod("claims", "--readme", copy, in: projectFolder)
      #expect(renewed.status == 0 && renewed.errors.contains("renewed"), "\(renewed)")
      #expect(try bytes(copy) == bytes(readme))
    }
  }

  @Test func complaints() throws {
    try withFolder { folder in
      let none = try cod("claims", "none.yml", in: projectFolder)
      expectFailure(none, 2, saying: "cod: none.yml: no such file; expected claims in YAML")
      let tables = try cod("claims", "--tables", folder, in: projectFolder)
      expectFailure(tables, 2, saying: "\(folder)/ldt-101-numbers.tsv, but there is no such file")
      try write("# A README\n", to: "\(folder)/README.md")
      let readme = try cod("claims", "--json", "--readme", "\(folder)/README.md", in: projectFolder)
      expectFailure(readme, 2, saying: "README.md: got no two lines '<!-- Claims")
    }
  }
}
