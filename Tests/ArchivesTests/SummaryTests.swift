import Archives
import Experiments
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
      let fields = Dictionary(uniqueKeysWithValues: row.digest.fields.map { ($0.name, $0.value) })
      func number(_ name: String, _ field: String) throws -> Double {
        guard case .numbers(let values)? = fields[name] else { return .nan }
        return try #require(values.first { $0.name == field }?.value)
      }
      let mean = result.alignment.reduce(0, +) / 24
      #expect(abs(try number("alignment", "mean") - mean) < 1e-14)
      #expect(try number("alignment", "rhat") == result.alignmentDiagnostics.rHat)
      let count = result.observable("specialists").reduce(0, +) / 24
      #expect(abs(try number("specialists", "mean") - count) < 1e-14)
      #expect(try number("alignment", "mcse") > 0)
      guard case .flag(false)? = fields["certified"],
        case .integer(result.gradients.reduce(0, +))? = fields["gradients"]
      else {
        Issue.record("certified and gradients: \(fields)")
        continue
      }
    }
  }
}
