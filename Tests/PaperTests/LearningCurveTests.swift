import Archives
import Foundation
import Paper
import Studies
import TestSupport
import Testing

/// Learning curves of two data sets at P = 10, 20, 30, whose crossings are worked out by hand.
@Suite struct LearningCurveTests {
  /// The curve of the given alignments, points × data sets, and which points are certified.
  func curve(_ alignments: [[Double]], certified: [Bool] = [true, true, true]) async throws
    -> LearningCurve
  {
    let cell = try await StudySpec.of(tinyStudy).cells()[0]
    return LearningCurve(
      points: alignments.enumerated().map { i, values in
        var parameters = cell.parameters
        parameters[Parameters.Name.samples] = .integer(10 * (i + 1))
        let results = values.map { value in
          var result = CellResult(cell.layout, cell.parameters)
          result.numbers["alignment"] = .double([value])
          return result
        }
        return Replicates(
          parameters: parameters, results: results, certified: certified[i] ? values.count : 1)
      })
  }

  /// Means 0.1, 0.4, 0.8: half is a quarter of the way from 20 to 30.
  @Test func crossings() async throws {
    let curve = try await curve([[0.1, 0.1], [0.3, 0.5], [0.8, 0.8]])
    expect(try #require(curve.samples(at: 0.5)), near: 22.5, within: 1e-14, "P*")
    // dA/d ln P = P dA/dP.
    expect(try #require(curve.slope(at: 0.5)), near: 22.5 * 0.04, within: 1e-14, "slope")
    let other = try #require(curve.interpolated([[0, 0], [1, 3], [5, 7]], at: 0.5))
    expect(other, near: 3, within: 1e-14, "another observable")
    // The second data set alone, twice: 0.5 is no longer below a half, and 0.1 is.
    expect(
      try #require(curve.samples(at: 0.6, datasets: [1, 1])), near: 20 + 10.0 / 3, within: 1e-14,
      "P* of one data set")
    #expect(curve.samples(at: 0.9) == nil && curve.samples(at: 0.05) == nil)
  }

  /// Of several crossings the last counts.
  @Test func theLastCrossing() async throws {
    let curve = try await curve([[0.6, 0.6], [0.4, 0.4], [0.6, 0.6]])
    expect(try #require(curve.samples(at: 0.5)), near: 25, within: 1e-14, "P*")
  }

  /// The two points around the crossing decide, and the others do not.
  @Test(arguments: [
    ([true, true, true], true), ([false, true, true], true), ([true, false, true], false),
    ([true, true, false], false),
  ])
  func certifiedWhereItCrosses(points: [Bool], expected: Bool) async throws {
    let curve = try await curve([[0.1, 0.1], [0.3, 0.5], [0.8, 0.8]], certified: points)
    #expect(curve.isCertified(at: 0.5) == expected, "\(points)")
    #expect(!curve.isCertified(at: 0.9))
  }
}
