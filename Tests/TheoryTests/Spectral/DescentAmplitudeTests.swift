import Foundation
import TestSupport
import Testing
import Theory

/// The limit of late times of a rich flow on a hard task.
@Suite struct DescentAmplitudeTests {
  @Test func referenceNumbers() throws {
    for row in SpectralReference.shared.amplitude {
      let amplitude = try DescentAmplitude(PowerLawTask(alpha: row.alpha, beta: row.beta))
      expect(amplitude.growth, near: row.J, within: 1e-8, "J")
      expect(amplitude.loss, near: row.Q, within: 1e-8, "Q")
    }
  }

  /// The flow comes to the limit, from either side.
  @Test func limit() throws {
    for (beta, tolerance) in [(0.3, 4e-5), (0.5, 4e-4)] {
      let task = try PowerLawTask(alpha: 1.5, beta: beta)
      let amplitude = try DescentAmplitude(task)
      for richness in [1.0, 100] {
        let point = try task.flow(richness: richness, times: [1e9])[0]
        expect(
          point.loss, near: amplitude.loss(time: 1e9, richness: richness), within: tolerance,
          "L, β \(beta) γ \(richness)")
        expect(
          point.clock, near: amplitude.clock(time: 1e9, richness: richness),
          within: 2 * tolerance, "c, β \(beta) γ \(richness)")
      }
    }
  }

  @Test func easyTasks() throws {
    #expect(throws: SpectralError.self) {
      _ = try DescentAmplitude(PowerLawTask(alpha: 1.5, beta: 1))
    }
  }
}
