import Foundation
import TestSupport
import Testing

/// cod estimate, as text and as JSON.
@Suite struct EstimateCommandTests {
  struct CostEstimate: Decodable {
    let study, source: String
    let workers: Int
    let all, missing: Work
    let memory, file, cells: Double
    struct Work: Decodable {
      let cells: Int
      let coreSeconds, wallSeconds: Double
    }
  }

  @Test func asTextAndAsJSON() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      let json = try cod("estimate", "x.yml", "--workers", "2", "--json", in: folder)
      #expect(json.status == 0 && json.errors == "", "\(json)")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let estimate = try decoder.decode([CostEstimate].self, from: Data(json.output.utf8))[0]
      #expect(estimate.study == "x.h5" && estimate.workers == 2 && estimate.source == "formula")
      #expect(estimate.missing.cells == 4 && estimate.missing.coreSeconds > 0)
      let text = try cod("estimate", "x.yml", in: folder)
      #expect(text.status == 0 && text.errors == "", "\(text)")
      let lines = text.output.split(separator: "\n")
      #expect(lines.count == 3 && lines[1].hasSuffix("  unknown         -"), "\(text.output)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"],
        "nothing is simulated")
    }
  }

  @Test func whatItCannotDo() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      expectFailure(
        try cod("estimate", "x.yml", "--workers", "0", in: folder), 2,
        saying: "cod: --workers: got '0'")
      expectFailure(try cod("estimate", in: folder), 2, saying: "cod: data: no such folder")
    }
  }
}
