import Experiments
import Foundation
import Kernels
import Paper
import Studies
import TestSupport
import Testing

/// Cells whose chains do not agree, as two branches.
@Suite struct BranchesTests {
  /// A cell of chains of independent draws about their means, which are exact.
  func cell(
    _ means: [Double], scatter: Double, evidences: [Double], errors: [Double]
  ) async throws -> CellResult {
    let cell = try await StudySpec.of(tinyStudy).cells()[0]
    var result = CellResult(cell.layout, cell.parameters)
    let draws = 40
    let normals = RandomStream(key: 5).standardNormals(count: draws * means.count, step: 0)
    result.numbers["alignment"] = .double(
      means.enumerated().flatMap { chain, mean in
        let own = normals[(chain * draws)..<((chain + 1) * draws)].map(Double.init)
        let centre = own.reduce(0, +) / Double(draws)
        return own.map { mean + scatter * ($0 - centre) }
      })
    result.numbers["step_size"] = .double(means.map { _ in 1 })
    result.numbers["log_evidence"] = .double(evidences)
    result.numbers["log_evidence_error"] = .double(errors)
    return result
  }

  /// Chains are parted by the widest gap, wherever they stand, and evidences go with them.
  @Test func twoBranches() async throws {
    let result = try await cell(
      [0.301, 0.109, 0.299, 0.111, 0.11], scatter: 0.0005, evidences: [-97, -100, -98, -101, -99],
      errors: [0.1, 0.1, 0.1, 0.1, 0.1])
    let branches = try #require(Branches(of: result, study: "tiny"))
    #expect(branches.low.chains == 3 && branches.high.chains == 2)
    expect(branches.low.alignment.mean, near: 0.11, within: 1e-12, "low")
    expect(branches.high.alignment.mean, near: 0.30, within: 1e-12, "high")
    // Chains of a branch differ by more than their draws tell: the error is their scatter.
    expect(branches.low.alignment.squaredError, near: 1e-6 / 3, within: 1e-12, "error of low")
    expect(branches.high.alignment.squaredError, near: 1e-6, within: 1e-12, "error of high")
    let evidence = try #require(branches.evidence)
    expect(evidence.value, near: 2.5, within: 1e-12, "evidence")
    // Squares about the two means are 2 and 1/2, of five ladders less two.
    expect(
      evidence.standardError, near: (2.5 / 3 * (1.0 / 3 + 0.5)).squareRoot(), within: 1e-12,
      "its error")
    #expect(evidence.degreesOfFreedom == 3)
    #expect(branches.isSplit)
    // 2.5 is three errors, which five ladders know too badly for 95 %.
    #expect(evidence.residual > 2.99 && !branches.isDecided)
  }

  /// A ladder that is alone in its branch has the scatter of the others, not the error that it
  /// gives itself; ladders that are all alone have none.
  @Test func aLadderAlone() async throws {
    let alone = try await cell(
      [0.1, 0.1, 0.1, 0.3], scatter: 0.01, evidences: [-100, -104, -102, -96],
      errors: [0.1, 0.1, 0.1, 0.1])
    let branches = try #require(Branches(of: alone, study: "tiny"))
    let evidence = try #require(branches.evidence)
    expect(evidence.value, near: 6, within: 1e-12, "evidence")
    expect(evidence.standardError, near: (16.0 / 3).squareRoot(), within: 1e-12, "its error")
    #expect(branches.isSplit && !branches.isDecided)
    let two = try await cell(
      [0.1, 0.3], scatter: 0.01, evidences: [-100, -90], errors: [0.1, 0.1])
    #expect(try #require(Branches(of: two, study: "tiny")).evidence == nil)
  }

  /// Cells are told apart by all their coordinates.
  @Test func inWords() async throws {
    let result = try await cell(
      [0.1, 0.3], scatter: 0.01, evidences: [.nan, .nan], errors: [.nan, .nan])
    let words = try #require(Branches(of: result, study: "tiny")).cell
    #expect(words.contains("dimension 4") && words.contains("samples"), "\(words)")
  }

  /// Ladders that agree within a branch decide; where there are none, nothing does.
  @Test func decidedByLadders() async throws {
    let means = [0.1, 0.1, 0.3, 0.3]
    let sure = try await cell(
      means, scatter: 0.01, evidences: [-100, -100.1, -96, -96.1], errors: [0.2, 0.2, 0.2, 0.2])
    let branches = try #require(Branches(of: sure, study: "tiny"))
    expect(try #require(branches.evidence).value, near: 4, within: 1e-12, "evidence")
    #expect(branches.isSplit && branches.isDecided)
    let unsure = try await cell(
      means, scatter: 0.01, evidences: [-100, -100.1, -99.8, -99.9], errors: [0.2, 0.2, 0.2, 0.2])
    #expect(try #require(Branches(of: unsure, study: "tiny")).isDecided == false)
    let none = try await cell(
      means, scatter: 0.01, evidences: [.nan, .nan, .nan, .nan],
      errors: [.nan, .nan, .nan, .nan])
    let bare = try #require(Branches(of: none, study: "tiny"))
    #expect(bare.isSplit && bare.evidence == nil && !bare.isDecided)
  }

  /// Chains of one mean are no branches, though one gap is always the widest.
  @Test func oneBranch() async throws {
    let result = try await cell(
      [0.200, 0.201, 0.199, 0.2005], scatter: 0.05, evidences: [-1, -1, -1, -1],
      errors: [0.1, 0.1, 0.1, 0.1])
    #expect(try #require(Branches(of: result, study: "tiny")).isSplit == false)
  }
}
