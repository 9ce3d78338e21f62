import Archives
import Foundation
import Kernels
import Paper
import Studies
import TestSupport
import Testing

/// Exponents over neighbouring sizes, of curves whose P* are known.
@Suite struct ExponentWindowTests {
  static let dimensions = [10, 20, 40, 80]

  /// A curve of eight data sets at P = S and 3 S, of alignments 0 and 0.2 in the mean: P* = 2 S at
  /// 0.1. Those of single data sets are `scatter` about that.
  func curve(
    dimension: Int, samples: Int, scatter: Double = 0, upper: Double = 0.2
  ) async throws -> LearningCurve {
    let cell = try await StudySpec.of(tinyStudy).cells()[0]
    let normals = RandomStream(key: UInt64(dimension)).standardNormals(count: 16, step: 0)
    let points = [(samples, 0.0), (3 * samples, upper)].enumerated().map { i, point in
      var parameters = cell.parameters
      parameters[Parameters.Name.samples] = .integer(point.0)
      parameters[Parameters.Name.dimension] = .integer(dimension)
      // Their mean is exact.
      let own = normals[(8 * i)..<(8 * i + 8)].map(Double.init)
      let mean = own.reduce(0, +) / 8
      let results = own.map { deviation in
        var result = CellResult(cell.layout, parameters)
        result.numbers["alignment"] = .double([point.1 + scatter * (deviation - mean)])
        return result
      }
      return Replicates(parameters: parameters, results: results, certified: 8)
    }
    return LearningCurve(points: points)
  }

  func exponent(
    _ curves: [LearningCurve], limit: Double = 1, predicted: @escaping (Int) -> Double?
  ) -> PredictedExponent {
    PredictedExponent(
      curves: curves, variable: "d", size: \.parameters.dimension, limit: limit,
      samples: { curve, _ in predicted(curve) }, slope: LearningCurve.exponentOfDimension)
  }

  /// Least squares of ln P* against ln d at three sizes in a row of ratio 2 is half the slope
  /// between the outer ones.
  @Test func sampledPredictedAndExtrapolated() async throws {
    let samples = [100, 210, 470, 1100]
    var curves: [LearningCurve] = []
    for (d, s) in zip(Self.dimensions, samples) {
      curves.append(try await curve(dimension: d, samples: s, scatter: 0.02))
    }
    let predicted = [150.0, 260, 500, 1000]
    let windows = exponent(curves) { predicted[$0] }.windows(at: 0.1)
    try #require(windows.map(\.sizes) == [10...40, 20...80])
    for (i, window) in windows.enumerated() {
      let exact = log(Double(samples[i + 2]) / Double(samples[i])) / log(4)
      let theory = log(predicted[i + 2] / predicted[i]) / log(4)
      let limit = 1 + exact - theory
      for (got, expected) in [
        (window.sampled.value, exact), (window.predicted, theory),
        (window.extrapolated.value, limit),
      ] {
        expect(try #require(got), near: expected, within: 1e-12, "window \(i)")
      }
      // The theory is the same for all data sets, so that both intervals are one, moved.
      let (a, b) = (window.sampled.interval, window.extrapolated.interval)
      #expect(a.low < exact && exact < a.high && b.low < limit && limit < b.high, "\(window)")
      expect(b.high - b.low, near: a.high - a.low, within: 1e-9, "window \(i)")
      // ln P* is off by 0.02/√8/0.2 · √½ at both ends, as one half of either mean shifts it.
      let error = 0.02 / 8.0.squareRoot() / 0.2 / log(4)
      let width = (a.high - a.low) / 2 / 1.96
      #expect(width > error / 2 && width < 2 * error, "\(width), not about \(error)")
    }
  }

  /// A curve that stays below the threshold is in no window, and three are needed for one.
  @Test func curvesThatDoNotCross() async throws {
    var curves: [LearningCurve] = []
    for (i, d) in Self.dimensions.enumerated() {
      curves.append(
        try await curve(dimension: d, samples: 10 * d, upper: i == 1 ? 0.09 : 0.2))
    }
    let windows = exponent(curves) { _ in 1 }.windows(at: 0.1)
    #expect(windows.map(\.sizes) == [10...80])
    expect(try #require(windows.first?.sampled.value), near: 1, within: 1e-12, "P* = 20 d")
    #expect(exponent(Array(curves.prefix(3))) { _ in 1 }.windows(at: 0.1).isEmpty)
  }

  /// What the theory leaves open is no exponent of its own, and none in the limit.
  @Test func aTheoryThatDoesNotAnswer() async throws {
    var curves: [LearningCurve] = []
    for d in Self.dimensions { curves.append(try await curve(dimension: d, samples: 10 * d)) }
    let windows = exponent(curves) { $0 == 0 ? nil : 7 }.windows(at: 0.1)
    try #require(windows.count == 2)
    #expect(windows[0].predicted == nil && windows[0].extrapolated.value == nil)
    #expect(windows[0].extrapolated.interval.low.isNaN && windows[0].sampled.value != nil)
    expect(try #require(windows[1].extrapolated.value), near: 2, within: 1e-12, "1 + 1 − 0")
  }
}
