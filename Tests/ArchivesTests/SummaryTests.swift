import Archives
import Studies
import TestSupport
import Testing

/// A study file in numbers.
@Suite struct SummaryTests {
  func archive(_ text: String) async throws -> Archive {
    let spec = try await StudySpec.of(text)
    return try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      return try Archive(reading: "\(folder)/study.h5")
    }
  }

  @Test func aSummaryIsOfTheDraws() async throws {
    let archive = try await archive(tinyStudy)
    let rows = Summary(archive).cells
    #expect(rows.map(\.parameters.width) == [3, 3, 5, 5])
    #expect(rows.map(\.parameters.dataset) == [0, 1, 0, 1])
    for (row, result) in zip(rows, archive.results) {
      let mean = result.alignment.reduce(0, +) / 24
      #expect(abs(row.alignment.mean - mean) < 1e-14, "\(row.alignment.mean), not \(mean)")
      #expect(row.alignment.rhat == result.alignmentDiagnostics.rHat)
      let count = result.observable("specialists").reduce(0, +) / 24
      let specialists = try #require(row.observables["specialists"]).mean
      #expect(abs(specialists - count) < 1e-14, "\(specialists), not \(count)")
      #expect(row.alignment.mcse > 0)
      #expect(!row.certified)
      #expect(row.gradients == result.gradients.reduce(0, +))
    }
  }
}
