import Foundation
import TestSupport
import Testing
import Theory

@Suite struct JointLargeDeviationTests {
  typealias Whole = (
    d: Int, n: Int, angle: Double, c: [Double], energy: Double, t: Double, b: [Double]
  )

  /// Energies of an independent implementation. It stopped at 1e-9 in E, which leaves 1e-8 in t.
  static let whole: [Whole] = [
    (15, 15, 90, [1, 0], 8.995008404877344, 101.84083830421191, [0.1, 0]),
    (
      15, 15, 90, [0.7071067811865476, 0.7071067811865476], 12.102238809350407, 141.2165542602049,
      [0.0707106781, 0.0707106781]
    ),
    (
      30, 30, 90, [0.7071067811865476, 0.7071067811865476], 29.710443063638298, 311.8521042082423,
      [0.0707106781, 0.0707106781]
    ),
    (20, 40, 60, [1, 1], 31.231519957231498, 152.6463419117443, [0.1125, 0.1125]),
    (15, 15, 90, [2 / 5.0.squareRoot(), 1 / 5.0.squareRoot()], 10.0674, .nan, [0.1089, 0.0057]),
  ]

  func model(_ d: Int, _ n: Int, _ degrees: Double = 90, degree: Int = 3) -> JointLargeDeviation {
    JointLargeDeviation(dimension: d, width: n, degree: degree, angle: degrees / 180 * .pi)
  }

  @Test(arguments: whole.indices) func wholeTarget(index: Int) throws {
    let row = Self.whole[index]
    let got = try model(row.d, row.n, row.angle).solve(alignment: 0.1, coefficients: row.c)
    let digits = row.t.isNaN ? 1e-5 : 1e-11
    expect(got.energy, near: row.energy, within: digits, "E, \(row)")
    if !row.t.isNaN { expect(try #require(got.tilt), near: row.t, within: 1e-7, "t, \(row)") }
    for (b, expected) in zip(got.projections, row.b) {
      #expect(abs(b - expected) < (row.t.isNaN ? 5e-5 : 1e-9), "B, \(row): got \(b)")
    }
  }

  @Test(arguments: [
    (15, 15, [0.1, 0.05], 13.01782, 13.00023, [Double]()),
    (15, 15, [0.1, 0.1], 18.024830781884873, 17.99001680975469, [102.168750267, 102.168750267]),
    (20, 80, [0.2, 0.1], 76.72057001249954, 76.69153459640361, [283.930230965, 276.138811977]),
    (30, 30, [0.1, 0.05], 31.63932, 31.63818, []),
  ])
  func bothProjections(
    d: Int, n: Int, b: [Double], energy: Double, decoupled: Double, t: [Double]
  ) throws {
    let got = try model(d, n).solve(projections: b)
    let digits = t.isEmpty ? 1e-6 : 1e-11
    expect(got.energy, near: energy, within: digits, "E, d = \(d), b = \(b)")
    expect(got.decoupled, near: decoupled, within: digits, "decoupled, d = \(d), b = \(b)")
    for (tilt, expected) in zip(got.tilts, t) {
      expect(tilt, near: expected, within: 1e-7, "t, d = \(d), b = \(b)")
    }
    // Both draw on the same neurons, so the sum of energies is no upper bound.
    #expect(got.energy > got.decoupled && got.energy < 1.003 * got.decoupled)
  }

  /// A target of one feature has the energy of one feature: one integral against two.
  @Test(arguments: [
    (15, 15, 3, 0.1), (2, 5, 3, 0.3), (60, 60, 3, 0.1), (20, 160, 5, 0.3), (7, 9, 1, 0.4),
  ])
  func oneFeatureIsTheSingleOne(d: Int, n: Int, degree: Int, alignment: Double) throws {
    let single = try LargeDeviation(dimension: d, width: n, degree: degree).solve(
      alignment: alignment)
    let whole = try model(d, n, 40, degree: degree).solve(
      alignment: alignment, coefficients: [1, 0])
    expect(whole.energy, near: single.energy, within: 1e-12, "E, d = \(d), m = \(degree)")
    expect(try #require(whole.tilt), near: single.tilt, within: 1e-9, "t, d = \(d), m = \(degree)")
    let joint = try model(d, n, degree: degree).solve(projections: [0, alignment])
    expect(joint.energy, near: single.energy, within: 1e-12, "E(0, α), d = \(d), m = \(degree)")
  }

  /// Tilts are derivatives of E, and the whole target's energy is that of its mean projections.
  @Test(arguments: [90.0, 70, 130]) func tiltsAreDerivatives(degrees: Double) throws {
    let model = JointLargeDeviation(
      dimension: 12, width: 20, angle: degrees / 180 * .pi, weightVariance: 1.3,
      readoutVariance: 0.7)
    let b = [0.15, 0.08]
    let got = try model.solve(projections: b)
    for k in 0...1 {
      let h = 1e-5
      var (up, down) = (b, b)
      up[k] += h
      down[k] -= h
      let slope =
        (try model.solve(projections: up).energy - model.solve(projections: down).energy) / (2 * h)
      #expect(
        abs(slope - got.tilts[k]) < 1e-5 * abs(got.tilts[0]),
        "∂E/∂b_\(k + 1) at \(degrees)°: \(slope), tilts \(got.tilts)")
    }
    let c = [1.0, -0.4]
    let whole = try model.solve(alignment: 0.2, coefficients: c)
    let reached = c[0] * whole.projections[0] + c[1] * whole.projections[1]
    expect(reached, near: 0.2 * model.variance(of: c), within: 1e-10, "α⟨y, y⟩")
    expect(
      try model.solve(projections: whole.projections).energy, near: whole.energy, within: 1e-11,
      "E of the mean projections at \(degrees)°")
  }

  /// The cumulant at a small tilt is t·G t/2, with G = σ_a² ⟨c_k c_l⟩ over drawn neurons.
  @Test func smallTiltsSeeTheVariance() throws {
    let model = model(10, 6, 65)
    let got = try model.solve(projections: [2e-7, 1e-7])
    // E = t·b/2 for a Gaussian law.
    let product = got.tilts[0] * 2e-7 + got.tilts[1] * 1e-7
    expect(got.energy, near: product / 2, within: 1e-6, "E of small projections")
  }

  @Test func whatCannotBeIsAnError() {
    for b in [[0.0, 0], [1, .infinity], [1]] {
      #expect(throws: JointLargeDeviationError.projectionsOutOfRange(b)) {
        try self.model(5, 5).solve(projections: b)
      }
    }
    #expect(throws: JointLargeDeviationError.self) {
      try self.model(5, 5).solve(projections: [.nan, 1])
    }
    for c in [[0.0, 0], [.nan, 1], [1]] {
      #expect(throws: JointLargeDeviationError.self) {
        try self.model(5, 5).solve(alignment: 0.1, coefficients: c)
      }
    }
    #expect(throws: JointLargeDeviationError.alignmentNotPositive(0)) {
      try self.model(5, 5).solve(alignment: 0, coefficients: [1, 1])
    }
  }
}
