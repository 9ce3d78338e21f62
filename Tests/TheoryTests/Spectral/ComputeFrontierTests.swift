import Foundation
import TestSupport
import Testing
import Theory

/// The least loss for a compute.
@Suite struct ComputeFrontierTests {
  /// Envelopes of the reference: L to 0.5 %, N to 5 %. The rows are one lazy and two rich tasks.
  @Test(arguments: SpectralReference.shared.compute_frontier.filter { $0.alpha == 2 })
  func referenceNumbers(row: SpectralReference.Compute) throws {
    let frontier = try ComputeFrontier(
      task: PowerLawTask(alpha: row.alpha, beta: row.beta), descent: .flow(richness: row.gamma),
      widths: (3...11).map { 1 << $0 })
    let chosen = row.points.filter { $0[0] < 1e5 }
    let points = try frontier.points(at: chosen.map { $0[0] })
    #expect(points.count == chosen.count)
    for (point, expected) in zip(points, chosen) {
      expect(point.loss, near: expected[1], within: 5e-3, "L, \(row) C \(point.compute)")
      expect(point.width, near: expected[2], within: 0.05, "N, \(row) C \(point.compute)")
    }
  }

  /// The best width lies inside of those that are given, or there is no point.
  @Test func interior() throws {
    let frontier = try ComputeFrontier(
      task: PowerLawTask(alpha: 2, beta: 2.5), descent: .batches(batch: 1, step: 0.2),
      widths: [64, 8, 16, 32])
    #expect(frontier.widths == [8, 16, 32, 64])
    let points = try frontier.points(at: [10, 400, 1e9])
    #expect(points.map(\.compute) == [400])
    for point in points {
      let losses = point.losses.compactMap { $0 }
      #expect(point.loss <= losses.min()! && point.loss > 0.8 * losses.min()!)
      #expect((8...64).contains(point.width))
    }
    #expect(try frontier.points(at: [400], longest: 1).isEmpty)
  }
}
