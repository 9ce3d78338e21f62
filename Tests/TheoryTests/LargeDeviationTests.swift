import Foundation
import Networks
import TestSupport
import Testing
import Theory

@Suite struct LargeDeviationTests {
  /// The reference has twelve digits and claims nine.
  @Test(arguments: LargeDeviationReference.shared.ldt)
  func reference(row: LargeDeviationReference.Row) throws {
    let solution = try row.model.solve(alignment: row.alpha)
    let tolerance = 1e-8
    func check(_ got: Double, _ expected: Double, _ what: String) {
      expect(got, near: expected, within: tolerance, "\(row): \(what)")
    }
    check(solution.energy, row.E, "E")
    check(solution.tilt, row.t_star, "t")
    check(solution.cumulant, row.Lambda, "Λ")
    check(solution.variance, row.var_tilt, "Λ″")
    check(solution.meanSquaredCoupling, row.mean_c2, "⟨c²⟩")
    check(solution.meanSquaredOverlap, row.mean_w1sq, "⟨w₁²⟩")
    check(try solution.specialists(beyond: 0.8), row.M_beyond_0p8, "M beyond 0.8")
    check(row.model.priorLoss(), row.k_prior, "k")
    check(solution.sampleBound(ridge: 1), row.P_star_theory_over_kappa, "P*/κ")
    for (overlap, density) in row.density {
      let overlap = Double(overlap)!
      check(solution.density(at: overlap), density, "p(\(overlap))")
      check(solution.density(at: -overlap), density, "p(−\(overlap))")
    }
    // The reference read these off a grid of step 1e-3.
    for (got, expected) in [
      (solution.outerMode, row.w_outer_grid), (solution.barrier, row.w_barrier_grid),
    ] {
      #expect(
        (got == nil) == (expected == nil),
        "\(row): got \(got as Any), expected \(expected as Any)")
      if let got, let expected {
        #expect(abs(got - expected) < 2e-3, "\(row): got \(got), expected \(expected)")
      }
    }
  }

  /// Sizes, degrees and alignments at the ends of the supported ranges.
  static let extremes: [(d: Int, n: Int, degree: Int, alignment: Double)] = [
    (1, 1, 3, 1e-3), (1, 1, 3, 10), (1, 1, 7, 10), (2, 1, 5, 10), (3, 1, 7, 10),
    (1, 1000, 1, 10), (15, 15, 1, 0.1), (60, 1, 7, 10), (60, 60, 5, 1), (1000, 1, 3, 10),
    (1000, 1000, 3, 1e-3), (1000, 100_000, 7, 10), (10, 100_000, 3, 1e-3),
  ]

  /// The solution has Λ′(t) = α, and E is convex with dE/dα = t and d²E/dα² = 1/Λ″(t).
  @Test(arguments: extremes)
  func legendreTransform(d: Int, n: Int, degree: Int, alignment: Double) throws {
    let model = LargeDeviation(dimension: d, width: n, degree: degree)
    let solution = try model.solve(alignment: alignment)
    let h = 1e-4 * alignment
    let below = try model.solve(alignment: alignment - h)
    let above = try model.solve(alignment: alignment + h)
    // Central differences of step h have a relative error of 1e-8 from the step, and 1e-12/1e-4
    // from E.
    expect(
      (above.energy - below.energy) / (2 * h), near: solution.tilt, within: 1e-7, "dE/dα")
    expect(
      (above.tilt - below.tilt) / (2 * h), near: 1 / solution.variance, within: 1e-6, "d²E/dα²")
    expect(
      solution.tilt * solution.meanSquaredCoupling, near: alignment, within: 1e-10, "t ⟨c²⟩")
    expect(
      solution.tilt * alignment - solution.cumulant, near: solution.energy, within: 1e-12, "E")
  }

  /// The density has the solution's own moments, by another quadrature.
  @Test(arguments: extremes)
  func densityIsNormalised(d: Int, n: Int, degree: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: n, degree: degree)
      .solve(alignment: alignment)
    // The largest outer mode, at d = 1, is near 11 and half a prior deviation wide.
    let end = 3 + 20 / Double(d).squareRoot()
    let (mass, square) = (
      trapezoidal(end: end, steps: 4000) { solution.density(at: $0) },
      trapezoidal(end: end, steps: 4000) { $0 * $0 * solution.density(at: $0) }
    )
    expect(mass, near: 1, within: 1e-10, "∫ p")
    expect(square, near: solution.meanSquaredOverlap, within: 1e-9, "∫ w₁² p")
    expect(try solution.specialists(beyond: -1), near: Double(n), within: 1e-10, "N")
    let batch = solution.density(at: [-0.4, 0, 1.5])
    #expect(batch == [-0.4, 0, 1.5].map { solution.density(at: $0) })
  }

  /// The average over w at one input is one integral. The saddle point is found by bisection, on a
  /// trapezoidal rule.
  @Test(arguments: [(1, 3, 5.0), (1, 7, 3.0), (10, 3, 0.3), (1000, 5, 1e-3)])
  func oneInput(n: Int, degree: Int, alignment: Double) throws {
    let (weightVariance, readoutVariance) = (2.0, 0.5)
    let solution = try LargeDeviation(
      dimension: 1, width: n, degree: degree, weightVariance: weightVariance,
      readoutVariance: readoutVariance
    ).solve(alignment: alignment)
    let coupling = ErfCoupling(degree: degree)
    /// Returns E c^{2k} exp(τc²/2), less one for k = 0.
    func moment(_ k: Double, _ tilt: Double) -> Double {
      trapezoidal(end: 60, steps: 12000) { w in
        let c = coupling.value(overlap: w, squaredNorm: w * w)
        let x = tilt * tilt * readoutVariance / Double(2 * n) * c * c
        let prior =
          standardNormal(w / weightVariance.squareRoot()) / weightVariance.squareRoot()
        return prior * (k == 0 ? expm1(x) : pow(c * c, k) * exp(x))
      }
    }
    var (low, high) = (0.0, 250.0)
    for _ in 0..<60 {
      let t = (low + high) / 2
      let slope = t * readoutVariance * moment(1, t) / (1 + moment(0, t))
      if slope < alignment { low = t } else { high = t }
    }
    let cumulant = Double(n) * log1p(moment(0, low))
    expect(solution.tilt, near: low, within: 1e-10, "t")
    expect(solution.cumulant, near: cumulant, within: 1e-10, "Λ")
    expect(solution.energy, near: low * alignment - cumulant, within: 1e-10, "E")
    for threshold in [0.5, 2.0] {
      let above = GaussLegendre(count: 20, on: threshold...50, panels: 400)
        .integral { solution.density(at: $0) }
      expect(
        try solution.specialists(beyond: threshold), near: 2 * Double(n) * above, within: 1e-10,
        "specialists beyond \(threshold)")
    }
  }

  /// The average over w at two inputs is an integral over the plane, and the density of |w_⊥| does
  /// not vanish at the origin.
  @Test(arguments: [(1, 3, 3.0), (4, 5, 0.5)])
  func twoInputs(n: Int, degree: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: 2, width: n, degree: degree)
      .solve(alignment: alignment)
    let coupling = ErfCoupling(degree: degree)
    let halfTau = solution.tilt * solution.tilt / Double(2 * n)
    func moment(_ power: Double) -> Double {
      normalMean { x, y in
        let c = coupling.value(overlap: x / 2.0.squareRoot(), squaredNorm: (x * x + y * y) / 2)
        return pow(c * c, power) * exp(halfTau * c * c)
      }
    }
    let m = moment(0)
    expect(solution.cumulant, near: Double(n) * log(m), within: 1e-9, "Λ")
    expect(solution.meanSquaredCoupling, near: moment(1) / m, within: 1e-9, "⟨c²⟩")
  }

  /// The stationary points agree with a parabola through three values of ln p.
  @Test(arguments: [(30, 30, 0.1), (60, 60, 1.0), (1, 1, 10.0), (1000, 1000, 0.1)])
  func stationaryPoints(d: Int, n: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: n).solve(alignment: alignment)
    let mode = try #require(solution.outerMode)
    let barrier = try #require(solution.barrier)
    #expect(barrier < mode)
    for (point, sign) in [(mode, -1.0), (barrier, 1.0)] {
      let h = 1e-4
      let p = solution.density(at: [point - h, point, point + h]).map { log($0) }
      let curvature = p[0] + p[2] - 2 * p[1]
      #expect(curvature * sign > 0, "curvature \(curvature) at \(point)")
      let offset = h * (p[0] - p[2]) / (2 * curvature)
      #expect(abs(offset) < 1e-6, "\(point) is \(offset) off")
    }
  }

  /// A linear target lifts w₁ = 0 into a minimum, and raises no barrier.
  @Test func linearTargetHasNoBarrier() throws {
    let solution = try LargeDeviation(dimension: 3, width: 1, degree: 1).solve(alignment: 10)
    #expect(solution.outerMode != nil && solution.barrier == nil)
    #expect(solution.density(at: 0) < solution.density(at: solution.outerMode!))
  }

  @Test func frozenIsFrozenAtThePriorMean() throws {
    let frozen = LargeDeviation(
      dimension: 10, width: 7, weightVariance: 0.5, transverse: .frozen)
    let mean = LargeDeviation(
      dimension: 10, width: 7, weightVariance: 0.5, transverse: .frozenAt(0.45))
    let full = LargeDeviation(dimension: 10, width: 7, weightVariance: 0.5)
    let energy = try frozen.solve(alignment: 0.2).energy
    expect(energy, near: try mean.solve(alignment: 0.2).energy, within: 1e-12, "E")
    #expect(energy > (try full.solve(alignment: 0.2).energy), "freedom lowers the energy")
  }

  /// The scale σ_a only sets the scale of A.
  @Test func readoutVarianceScalesTheAlignment() throws {
    let one = try LargeDeviation(dimension: 20, width: 30).solve(alignment: 0.2)
    let four = try LargeDeviation(dimension: 20, width: 30, readoutVariance: 4)
      .solve(alignment: 0.4)
    expect(four.energy, near: one.energy, within: 1e-11, "E")
    expect(four.tilt, near: one.tilt / 2, within: 1e-11, "t")
    expect(four.variance, near: one.variance * 4, within: 1e-11, "Λ″")
  }

  /// The prior loss k is known at d = 1 and 2, where |w|² is the square of a normal and
  /// exponentially distributed.
  @Test func priorLoss() {
    func overlap(_ s: Double) -> Double { 2 / .pi * asin(2 * s / (1 + 2 * s)) }
    // The arcsine of the kernel has a branch point at imaginary w, 0.5 away.
    let one = trapezoidal(end: 20, steps: 20000) { standardNormal($0) * overlap(2 * $0 * $0) }
    expect(
      LargeDeviation(dimension: 1, width: 5, weightVariance: 2, readoutVariance: 3)
        .priorLoss(), near: 1 + 3 * one, within: 1e-12, "k, d = 1")
    let two = GaussLegendre(count: 20, on: 0...60, panels: 600).integral { exp(-$0) * overlap($0) }
    expect(
      LargeDeviation(dimension: 2, width: 5).priorLoss(), near: 1 + two, within: 1e-12,
      "k, d = 2")
  }

  @Test(arguments: [0, -0.1, .infinity, -.infinity, .nan])
  func refusesAlignment(alignment: Double) {
    let model = LargeDeviation(dimension: 5, width: 5)
    let error = #expect(throws: LargeDeviationError.self) { try model.solve(alignment: alignment) }
    guard case .alignmentNotPositive = error else {
      Issue.record("got \(error as Any)")
      return
    }
    #expect("\(error!)" == "alignment: got \(alignment); expected a finite number above 0")
  }

  @Test(arguments: [1e300, 1e-300])
  func reportsUnresolved(alignment: Double) {
    #expect(throws: LargeDeviationError.unresolved(alignment)) {
      try LargeDeviation(dimension: 5, width: 5).solve(alignment: alignment)
    }
  }
}
