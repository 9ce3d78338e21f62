import Foundation
import Networks
import TestSupport
import Testing
import Theory

@Suite struct LargeDeviationAsymptoticsTests {
  @Test func fullReference() throws {
    let expected = try #require(LargeDeviationReference.shared.asymptotic_constants["full"])
    let got = LargeDeviationAsymptotics()
    expect(got.energyCoefficient, near: expected.e1, within: 1e-9, "e₁")
    // The reference's minimiser is known to the square root of its minimum's precision.
    expect(got.overlap, near: expected.w1, within: 1e-7, "w₁")
    expect(got.squaredTransverse, near: expected.wperp2, within: 1e-7, "|w_⊥|²")
    expect(got.specialistCoefficient, near: expected.M_coeff, within: 1e-7, "M₁")
  }

  /// The frozen optimum by hand: c² = (8/3π) w₁⁶/(3 + 2w₁²)³ over w₁² is greatest at w₁ = √3, so
  /// e₁² = 3 · 27 · 3π/8.
  @Test func frozenByHand() throws {
    let got = LargeDeviationAsymptotics(transverse: .frozen)
    let e1 = (243 * Double.pi / 8).squareRoot()
    expect(got.energyCoefficient, near: e1, within: 1e-14, "e₁")
    expect(got.overlap, near: 3.0.squareRoot(), within: 1e-14, "w₁")
    expect(got.specialistCoefficient, near: e1 / 3, within: 1e-14, "M₁")
    let expected = try #require(LargeDeviationReference.shared.asymptotic_constants["mean"])
    expect(got.energyCoefficient, near: expected.e1, within: 1e-9, "e₁")
    expect(got.overlap, near: expected.w1, within: 1e-7, "w₁")
    expect(got.specialistCoefficient, near: expected.M_coeff, within: 1e-7, "M₁")
  }

  /// Trials of √(2g)/|c| around the optimum find no cheaper neighbour.
  @Test(arguments: [(3, 1.0), (3, 0.5), (5, 2.0), (7, 1.0), (9, 0.1)])
  func isAMinimum(degree: Int, weightVariance s: Double) {
    let got = LargeDeviationAsymptotics(degree: degree, weightVariance: s)
    let coupling = ErfCoupling(degree: degree)
    func cost(_ w: Double, _ r: Double) -> Double {
      let squaredNorm = w * w + r
      let rate = squaredNorm / s - 1 - log(r / s)
      return rate.squareRoot() / abs(coupling.value(overlap: w, squaredNorm: squaredNorm))
    }
    let (w, r) = (got.overlap, got.squaredTransverse)
    expect(cost(w, r), near: got.energyCoefficient, within: 1e-13, "e₁")
    for h in [1e-4, 1e-2, 0.3] {
      for (dw, dr) in [(h, 0), (-h, 0), (0, h), (0, -h), (h, h), (h, -h), (-h, h), (-h, -h)] {
        #expect(cost(w * (1 + dw), r * (1 + dr)) > got.energyCoefficient, "at \(dw), \(dr)")
      }
    }
  }

  /// The exact energy and number of specialists approach their limits. The energy does so from
  /// below, since the bulk helps at finite d.
  @Test(arguments: [LargeDeviation.Transverse.full, .frozen])
  func limit(transverse: LargeDeviation.Transverse) throws {
    let (alignment, weightVariance, readoutVariance) = (0.1, 1.5, 0.25)
    let asymptotics = LargeDeviationAsymptotics(
      weightVariance: weightVariance, readoutVariance: readoutVariance, transverse: transverse)
    func gaps(_ d: Int) throws -> (energy: Double, specialists: Double) {
      let solution = try LargeDeviation(
        dimension: d, width: d, weightVariance: weightVariance,
        readoutVariance: readoutVariance, transverse: transverse
      ).solve(alignment: alignment)
      return (
        1 - solution.energy / asymptotics.energy(alignment: alignment, dimension: d, width: d),
        1 - (try solution.specialists(beyond: 0.8))
          / asymptotics.specialists(alignment: alignment, dimension: d, width: d)
      )
    }
    let (near, far) = (try gaps(100), try gaps(1000))
    // Corrections are of order ln d/d.
    #expect(0 < far.energy && far.energy < 0.01, "E: \(far.energy) below its limit at d = 1000")
    #expect(far.energy < near.energy / 4, "E: \(near.energy) below its limit at d = 100")
    #expect(abs(far.specialists) < 0.03, "M: \(far.specialists) below its limit at d = 1000")
    #expect(abs(far.specialists) < abs(near.specialists), "M: \(near.specialists) at d = 100")
  }

  /// A linear target has no specialists; its E per alignment is steepest at large alignments.
  @Test func linearTarget() throws {
    let got = LargeDeviationAsymptotics(degree: 1)
    // The limit is |c| → (2/√π) w₁/√3.
    expect(
      got.energyCoefficient, near: (3 * Double.pi / 4).squareRoot(), within: 1e-14, "e₁")
    #expect(got.overlap == 0 && got.squaredTransverse == 1)
    #expect(got.specialistCoefficient == .infinity)
    // At d = 10⁴ N, α √(d/N) is large though w₁² = O(αd^−1/2) is not.
    let solution = try LargeDeviation(dimension: 10_000, width: 1, degree: 1).solve(alignment: 1)
    expect(
      solution.tilt, near: got.energy(alignment: 1, dimension: 10_000, width: 1), within: 0.03,
      "dE/dα")
  }

  /// The soft threshold is the least of e₁√(dN)|B|/σ_a + (Q/2)(c − B)² on a grid of 1e-4.
  @Test(arguments: [(0.9, 800.0), (0.4, 800), (0.4, 2000), (-0.6, 1500)])
  func softThreshold(c: Double, load: Double) {
    let model = LargeDeviationAsymptotics(readoutVariance: 0.8)
    let price = model.energy(alignment: 1, dimension: 20, width: 160)
    let least = (-10_000...10_000).map { Double($0) / 1e4 }.min {
      price * abs($0) + load / 2 * (c - $0) * (c - $0)
        < price * abs($1) + load / 2 * (c - $1) * (c - $1)
    }!
    let got = model.projection(coefficient: c, load: load, dimension: 20, width: 160)
    #expect(abs(got - least) < 1.01e-4, "B at c = \(c), Q = \(load): \(got), expected \(least)")
    let threshold = model.threshold(coefficient: c, dimension: 20, width: 160)
    #expect((got != 0) == (load > threshold), "threshold \(threshold)")
  }
}
