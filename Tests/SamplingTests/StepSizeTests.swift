import Foundation
import Kernels
import Sampling
import TestSupport
import Testing

/// Dual averaging finds the step of a given acceptance on a known curve.
@Suite struct StepSizeTests {
  @Test(arguments: [0.02, 0.3, 5], [0.6, 0.8, 0.95])
  func findsTheTarget(initial: Double, target: Double) {
    var step = StepSize(initial: initial, targetAcceptance: target)
    #expect(step.current == initial && step.average == initial)
    for _ in 0..<2000 { step.update(acceptance: exp(-step.current / 0.4)) }
    // Without noise only the memory of the start in the average is left, t^{−3/4}.
    expect(exp(-step.average / 0.4), near: target, within: 0.03, "acceptance from \(initial)")
  }

  /// Acceptances of single trajectories scatter as widely as they can, between 0 and 1.
  @Test func noiseAveragesOut() {
    let stream = RandomStream(key: 91)
    var step = StepSize(initial: 0.02)
    for t in 0..<4000 as Range<UInt64> {
      step.update(acceptance: stream.uniform(step: t) < exp(-step.current / 0.4) ? 1 : 0)
    }
    // The scatter of 4000 trials is 0.4/√4000 = 0.006, doubled by the weight on the latest.
    #expect(
      abs(exp(-step.average / 0.4) - 0.8) < 0.05, "acceptance: got \(exp(-step.average / 0.4))")
  }

  @Test func stepsStayBelowE() {
    var step = StepSize(initial: 1)
    for _ in 0..<1000 { step.update(acceptance: 1) }
    expect(step.average, near: exp(1), within: 1e-12, "ε where everything is accepted")
  }
}
