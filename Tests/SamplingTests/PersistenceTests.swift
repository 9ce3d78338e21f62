import Foundation
import Kernels
import Sampling
import Testing

/// Partly kept momenta leave the posterior as it is, for all steps.
///
/// The target is a quartic in one dimension, U = θ²/2 + ¾ θ⁴. Steps are so long that a third of the
/// legs is rejected. Without the reversal after a rejection the fourth moment would be off by ten
/// standard errors.
@Suite struct PersistenceTests {
  let target = QuarticEnergy(dimension: 1)

  /// The exact ⟨θ²⟩ and ⟨θ⁴⟩ by the trapezoidal rule, which is exact for a function that decays
  /// like this.
  let exact: (square: Double, fourth: Double) = {
    var (norm, square, fourth) = (0.0, 0.0, 0.0)
    for x in stride(from: -6.0, through: 6, by: 0.01) {
      let weight = exp(-x * x / 2 - 0.75 * x * x * x * x)
      norm += weight
      square += x * x * weight
      fourth += x * x * x * x * weight
    }
    return (square / norm, fourth / norm)
  }()

  @Test(arguments: [(Integrator.leapfrog, 0.9), (.threeStage, 2.1)], [0, 0.5, 0.9])
  func momentsAtLongSteps(scheme: (integrator: Integrator, step: Double), persistence: Double) {
    var squares: [[Double]] = []
    var fourths: [[Double]] = []
    var acceptance = 0.0
    for key in 700..<704 as Range<UInt64> {
      let stream = RandomStream(key: key)
      var state = Hamiltonian(target, start: [0.3])
      var (square, fourth) = ([Double](), [Double]())
      for i in 0..<12_000 as Range<UInt64> {
        let transition = state.advance(
          target, step: scheme.step * (0.8 + 0.4 * stream.uniform(step: i, index: 1)), count: 1,
          integrator: scheme.integrator, metric: Metric(), persistence: i == 0 ? 0 : persistence,
          stream: stream, iteration: i)
        acceptance += transition.acceptance / 48_000
        let x = Double(state.position[0])
        square.append(x * x)
        fourth.append(x * x * x * x)
      }
      squares.append(square)
      fourths.append(fourth)
    }
    let what = "\(scheme.integrator.name), c = \(persistence)"
    #expect((0.4...0.9).contains(acceptance), "\(what): acceptance \(acceptance) tests little")
    for (chains, expected) in [(squares, exact.square), (fourths, exact.fourth)] {
      let got = Diagnostics(chains)
      #expect(
        abs(got.mean - expected) <= 4 * got.standardError,
        "\(what): got \(got.mean), expected \(expected) within 4 × \(got.standardError)")
      #expect(got.standardError < 0.06 * expected, "\(what): no power, \(got.standardError)")
    }
  }

  /// The kept momentum is that of the end, or its opposite after a rejection. With c → 1 a chain in
  /// a flat box goes straight on, and straight back once it was rejected at the wall.
  @Test func rejectionTurnsRound() {
    let target = BoxedEnergy(dimension: 1, edge: 4, outside: .infinity)
    let stream = RandomStream(key: 710)
    var state = Hamiltonian(target, start: [0])
    var before = 0.0
    var turns = 0
    for i in 0..<200 as Range<UInt64> {
      let place = Double(state.position[0])
      // The steps are so short that the pull of |θ|²/2 does not turn the momentum.
      let transition = state.advance(
        target, step: 0.001, count: 1, integrator: .leapfrog, metric: Metric(),
        persistence: i == 0 ? 0 : 0.999_999, stream: stream, iteration: i)
      let velocity = (Double(state.position[0]) - place) / 0.001
      if transition.accepted, i > 0, velocity * before < 0 { turns += 1 }
      if transition.accepted { before = velocity }
    }
    #expect(turns == 0, "an undisturbed chain turned \(turns) times")
    // Now it runs against the wall.
    let wall = BoxedEnergy(
      dimension: 1, edge: state.position[0].magnitude + 1e-6, outside: .infinity)
    let speed = before
    let blocked = state.advance(
      wall, step: speed * Double(state.position[0]) > 0 ? 0.01 : -0.01, count: 1,
      integrator: .leapfrog, metric: Metric(), persistence: 0.999_999, stream: stream,
      iteration: 1000)
    #expect(!blocked.accepted)
    let place = Double(state.position[0])
    _ = state.advance(
      target, step: 0.001, count: 1, integrator: .leapfrog, metric: Metric(),
      persistence: 0.999_999, stream: stream, iteration: 1001)
    #expect((Double(state.position[0]) - place) * speed < 0, "a rejected momentum went on")
  }
}
