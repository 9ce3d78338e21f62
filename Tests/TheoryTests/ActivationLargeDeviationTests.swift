import Foundation
import Networks
import TestSupport
import Testing
import Theory

@Suite struct ActivationLargeDeviationTests {
  /// Energies of an independent implementation, by the same exact mixture.
  @Test(arguments: [
    (2, 16, 3.483919197767684, 49.72428006684233, 56.718523228976515, 0.23142336348202028),
    (2, 64, 21.023333252342496, 226.873972491158, 226.87409291590606, 1.061599537652078e-06),
    (4, 16, 19.48328543594314, 196.3924774730702, 196.4787279257258, 0.0008777695418296757),
    (2, 32, 9.4120, .nan, .nan, .nan), (2, 128, 43.7993, .nan, .nan, .nan),
    (4, 32, 39.2575, .nan, .nan, .nan), (4, 128, 157.1801, .nan, .nan, .nan),
  ])
  func rectifier(
    degree: Int, d: Int, energy: Double, tilt: Double, critical: Double, gap: Double
  ) throws {
    let model = try ActivationLargeDeviation(
      dimension: d, width: d, activation: .relu, degree: degree)
    let got = try model.solve(alignment: 0.1)
    expect(got.energy, near: energy, within: gap.isNaN ? 1e-4 / energy : 1e-9, "E, d = \(d)")
    guard !gap.isNaN else { return }
    expect(got.tilt, near: tilt, within: 1e-8, "t, d = \(d)")
    expect(try #require(model.criticalTilt), near: critical, within: 1e-12, "t_c, d = \(d)")
    expect(exp(try #require(got.logGap)), near: gap, within: 1e-6, "ε, d = \(d)")
  }

  /// A linear target sees w₁/2 alone: m(τ) = (1 − τ σ_w²/(4d))^{−1/2}.
  @Test(arguments: [(2, 3), (9, 20)]) func linearTargetsAreGaussian(d: Int, n: Int) throws {
    let (sw, sa) = (1.4, 0.8)
    let model = try ActivationLargeDeviation(
      dimension: d, width: n, activation: .relu, degree: 1, weightVariance: sw, readoutVariance: sa)
    let got = try model.solve(alignment: 0.6)
    let ratio = got.tilt * got.tilt * sa / Double(n) * sw / 4 / Double(d)
    expect(
      got.energy, near: got.tilt * 0.6 + Double(n) / 2 * log(1 - ratio), within: 1e-9, "E")
    // Λ′(t) = α, and the variance of w₁ grows by 1/(1 − τσ_w²/(4d)).
    expect(got.tilt * sa * sw / 4 / Double(d) / (1 - ratio), near: 0.6, within: 1e-9, "Λ′")
    expect(
      got.squaredOverlap, near: Double(n) * sw / Double(d) / (1 - ratio), within: 1e-8, "Σ w₁²")
  }

  /// Σ w₁² beyond the prior tends to √(N/d) α σ_w/(σ_a|b_m|), for any number of giants.
  @Test func condensation() throws {
    let got = try ActivationLargeDeviation(
      dimension: 2000, width: 2000, activation: .relu, degree: 2
    ).solve(alignment: 0.1)
    expect(got.squaredOverlap - 1, near: 0.1 * (4 * Double.pi).squareRoot(), within: 0.02, "Σ w₁²")
  }

  /// erf by polar coordinates against its own theory, which has one integral less.
  @Test(arguments: [(15, 15, 3), (6, 40, 1), (20, 20, 5), (300, 300, 3)])
  func erfIsThatOfItsTheory(d: Int, n: Int, degree: Int) throws {
    let expected = try LargeDeviation(dimension: d, width: n, degree: degree).solve(alignment: 0.1)
    let got = try ActivationLargeDeviation(
      dimension: d, width: n, activation: .erf, degree: degree
    ).solve(alignment: 0.1)
    expect(got.energy, near: expected.energy, within: 1e-9, "E, m = \(degree)")
    expect(got.tilt, near: expected.tilt, within: 1e-8, "t, m = \(degree)")
    expect(
      got.squaredOverlap, near: Double(n) * expected.meanSquaredOverlap, within: 1e-8, "Σ w₁²")
  }

  /// tanh approaches its e₁ α√(dN) from below, as erf does.
  @Test func tangent() throws {
    let optimum = try #require(SpecialistOptimum(activation: .tanh, degree: 3))
    var last = 0.0
    for d in [10, 20, 40] {
      let model = try ActivationLargeDeviation(
        dimension: d, width: d, activation: .tanh, degree: 3)
      let got = try model.solve(alignment: 0.1)
      let ratio = got.energy / (optimum.energyCoefficient * 0.1 * Double(d))
      #expect(ratio > last && ratio < 1, "d = \(d): \(ratio)")
      last = ratio
      guard d == 10 else { continue }
      let h = 1e-4
      let above = try model.solve(alignment: 0.1 + h).energy
      let below = try model.solve(alignment: 0.1 - h).energy
      expect((above - below) / (2 * h), near: got.tilt, within: 1e-5, "dE/dα, d = \(d)")
    }
  }

  /// An independent sum over w₁ and |w_⊥| on a grid of 2401 points each, with μ₃ by Price's
  /// theorem, in Python: nothing is in common with polar coordinates.
  @Test(arguments: [
    (60, 60, 0.1, 519.3982777544, 51.410657109347), (80, 80, 0.1, 698.4859761069, 69.378093886916),
    (80, 80, 0.02, 693.2832486407, 13.652360351139),
    (80, 80, 0.3, 701.9424314076, 209.483764449460),
    (150, 150, 0.1, 1325.9861238075, 132.210681185669),
    (300, 300, 0.1, 2672.0698161159, 266.868041422631),
    (100, 1600, 0.1, 3493.3017259013, 346.126876600404),
  ])
  func tangentInManyDimensions(
    d: Int, n: Int, alignment: Double, tilt: Double, energy: Double
  ) throws {
    let got = try ActivationLargeDeviation(
      dimension: d, width: n, activation: .tanh, degree: 3
    ).solve(alignment: alignment)
    expect(got.energy, near: energy, within: 1e-11 + got.energyError / energy, "E, d = \(d)")
    expect(got.tilt, near: tilt, within: 1e-9, "t, d = \(d)")
    #expect(got.energyError < 1e-9 * got.energy)
  }

  /// E/(α d) is smooth in d where the step of the quadrature halves.
  @Test func noJumpsInTheDimension() throws {
    let ratios = try [60, 70, 80, 90, 100].map { d in
      try ActivationLargeDeviation(dimension: d, width: d, activation: .tanh, degree: 3)
        .solve(alignment: 0.1).energy / (0.1 * Double(d))
    }
    let differences = zip(ratios.dropFirst(), ratios).map { $0 - $1 }
    for (one, next) in zip(differences, differences.dropFirst()) {
      #expect(next > 0.5 * one && next < one, "\(differences)")
    }
  }

  @Test(arguments: [
    (HermiteOverlap.Activation.erf, 3, 8.02674616, 2.90108578, 1.469891292, 0.260297637),
    (.erf, 5, 14.938223542, 3.265460896, 1.886369839, 0.155571203),
    (.tanh, 3, 8.9858, 2.867, 1.600, 0.272), (.tanh, 5, 17.005, 3.184, 2.090, 0.164),
  ])
  func constants(
    activation: HermiteOverlap.Activation, degree: Int, e1: Double, m1: Double, w1: Double,
    r: Double
  ) throws {
    let got = try #require(SpecialistOptimum(activation: activation, degree: degree))
    let digits = activation == .erf ? 1e-6 : 4e-3
    expect(got.energyCoefficient, near: e1, within: activation == .erf ? 1e-8 : 1e-4, "e₁")
    expect(got.specialistCoefficient, near: m1, within: digits, "m₁")
    expect(got.overlap, near: w1, within: digits, "w₁")
    expect(got.squaredTransverse, near: r, within: digits, "|w_⊥|²")
  }

  @Test func whatIsMissingHasAReason() {
    #expect(SpecialistOptimum(activation: .relu, degree: 2) == nil)
    for (activation, degree) in [
      (HermiteOverlap.Activation.relu, 3), (.tanh, 2), (.erf, 4), (.gelu, 2), (.tanh, 13),
    ] {
      #expect(throws: ActivationLargeDeviationError.self) {
        try ActivationLargeDeviation(
          dimension: 5, width: 5, activation: activation, degree: degree)
      }
    }
    func solve(_ alignment: Double) throws {
      _ = try ActivationLargeDeviation(dimension: 5, width: 5, activation: .tanh, degree: 3)
        .solve(alignment: alignment)
    }
    for alignment in [0, -1, .infinity] {
      #expect(throws: ActivationLargeDeviationError.alignmentNotPositive(alignment)) {
        try solve(alignment)
      }
    }
    #expect(throws: ActivationLargeDeviationError.self) { try solve(.nan) }
    #expect(throws: ActivationLargeDeviationError.unreachable(1e300)) { try solve(1e300) }
    #expect(throws: Never.self) { try solve(1e-6) }
  }

  @Test(arguments: [
    (CubicInputLaw.gaussian, 8.02674616, 1.469891, 0.260298), (.uniform, 9.3951, 1.851, 0.162),
    (.student(freedom: 10), 8.7311, 1.273, 0.362),
  ])
  func lawsOfInputs(law: CubicInputLaw, e1: Double, w1: Double, r: Double) throws {
    let got = try #require(SpecialistOptimum(coupling: law.coupling))
    expect(got.energyCoefficient, near: e1, within: 1e-5, "e₁, \(law)")
    expect(got.overlap, near: w1, within: 1e-3, "w₁, \(law)")
    expect(got.squaredTransverse, near: r, within: 4e-3, "|w_⊥|², \(law)")
  }

  /// The Student law's coupling is the mean over its own scales, and tends to the Gaussian one.
  @Test func heavyTailsFade() {
    let (gaussian, student) = (
      CubicInputLaw.gaussian.coupling(1.3, 0.4),
      CubicInputLaw.student(freedom: 4000).coupling(1.3, 0.4)
    )
    expect(student, near: gaussian, within: 5e-3, "c at ν = 4000")
    #expect(CubicInputLaw.student(freedom: 10).moments == (4, 40))
  }
}
