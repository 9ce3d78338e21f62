import Audit
import Figures
import Foundation
import Paper
import TestSupport
import Testing

/// A table whose study is not of the spec beside it says so.
@Suite struct StaleStudyTests {
  @Test func specsThatCannotBeRead() async throws {
    let figure = try #require(Paper.figures.first { $0.studies.count == 1 && $0.overlays.isEmpty })
    let name = figure.studies[0]
    try await withFolder { folder in
      func put(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).yml"))
      }
      #expect(figure.staleStudies(data: folder) == [], "no archive, which others say")
      try await simulate(try await .of(tinyStudy), to: "\(folder)/\(name).h5")
      #expect(figure.staleStudies(data: folder) == [], "no spec to compare with")
      try put(tinyStudy)
      #expect(figure.staleStudies(data: folder) == [])
      try put(tinyStudy.with("ridge: 0.1", as: "ridge: 0.2"))
      #expect(figure.staleStudies(data: folder) == [name])
      try put(tinyStudy.with("ridge: 0.1", as: "ridge: small"))
      #expect(figure.staleStudies(data: folder) == [name], "a spec that cannot be read")
    }
  }

  /// A study that a figure shows where it is there counts as much as its own.
  @Test func overlays() async throws {
    let figure = try #require(Paper.figures.first { !$0.overlays.isEmpty })
    let name = figure.overlays[0]
    try await withFolder { folder in
      let path = "\(folder)/\(name).h5"
      try await simulate(try await .of(tinyStudy), to: path)
      func causes(of text: String) async throws -> [String] {
        let study = try Freshness(of: try await .of(text), at: path, activity: idle)
        return Freshness(
          of: figure, studies: [name: study], claims: "\(folder)/claims.yml", in: folder,
          scripts: projectFolder + "/figures"
        ).causes.filter { $0.hasPrefix(path) }
      }
      #expect(try await causes(of: tinyStudy) == [])
      let stale = try await causes(of: tinyStudy.with("ridge: 0.1", as: "ridge: 0.2"))
      #expect(stale.count == 1 && stale[0].contains("stale"), "\(stale)")
    }
  }
}
