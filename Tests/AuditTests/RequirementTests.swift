import Audit
import Foundation
import TestSupport
import Testing

/// What a machine needs is what `make setup` installs.
@Suite struct RequirementTests {
  /// The recipe of the Makefile's target.
  func setup() throws -> Substring {
    let makefile = try String(contentsOfFile: "\(projectFolder)/Makefile", encoding: .utf8)
    let start = try #require(makefile.firstRange(of: "\nsetup:"), "no target setup")
    return makefile[start.upperBound...]
  }

  @Test func packagesAreThoseOfTheMakefile() throws {
    let packages = try setup().matches(of: #/missing\+=' ([^']+)'/#).map { String($0.output.1) }
    #expect(packages == Requirement.all.compactMap(\.package))
  }

  @Test func fontsAreLookedForInTheSameFolders() throws {
    let search = "find \(Requirement.fontFolders.joined(separator: " ")) "
    #expect(try setup().contains("\(search)-name \(Requirement.fontFile) "))
  }

  @Test func everyRequirementIsExamined() {
    let items = Checkup.all(folder: ".").map(\.item)
    #if os(Linux)
      #expect(Set(items).isSuperset(of: Requirement.all.map(\.name)), "\(items)")
    #endif
    #expect(Set(items).count == items.count)
  }
}
