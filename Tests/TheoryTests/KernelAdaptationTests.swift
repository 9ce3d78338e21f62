import Foundation
import Networks
import TestSupport
import Testing
import Theory

@Suite struct KernelAdaptationTests {
  /// The reference was computed on a coarser grid. Its D is good to 4e-8, its overlaps to 2e-7, its
  /// numbers of specialists to 1e-2, as `isStationary` shows.
  @Test(arguments: AdaptationReference.shared.kernel_adaptation)
  func reference(row: AdaptationReference.Row) throws {
    let solution = try KernelAdaptation(dimension: row.d, width: row.N, modes: row.modes)
      .solve(load: row.Q)
    expect(solution.dual, near: row.dual, within: 4e-8, "\(row): D")
    for (i, k) in row.modes.enumerated() {
      expect(solution.overlaps[i], near: row.f["\(k)"]!, within: 3e-7, "\(row): f_\(k)")
      expect(solution.field[i], near: row.delta[i], within: 3e-7, "\(row): δ_\(k)")
    }
    expect(
      try solution.specialists(beyond: 0.85), near: row.M_beyond_0p85, within: 1e-2,
      "\(row): M beyond 0.85")
  }

  /// Another quadrature, the trapezoidal rule in w₁ and |w_⊥|, gives f and D at the solution's δ,
  /// and f = y − δ/Q there.
  @Test(arguments: AdaptationReference.shared.kernel_adaptation)
  func isStationary(row: AdaptationReference.Row) throws {
    let solution = try KernelAdaptation(dimension: row.d, width: row.N, modes: row.modes)
      .solve(load: row.Q)
    let (d, n) = (Double(row.d), Double(row.N))
    let couplings = row.modes.map { ErfCoupling(degree: $0) }
    var (mass, norm, above) = (0.0, 0.0, 0.0)
    var overlaps = [Double](repeating: 0, count: row.modes.count)
    let step = 0.0125
    for i in -360...360 {
      let w = Double(i) * step
      for j in 1...240 {
        let rho = Double(j) * step
        let prior = exp(-d * (w * w + rho * rho - 1) / 2 + (d - 2) * log(rho))
        let phi = couplings.map { $0.value(overlap: w, squaredNorm: w * w + rho * rho) }
        let h = zip(phi, solution.field).reduce(0) { $0 + $1.0 * $1.1 }
        let p = prior * exp(h * h / (2 * n))
        norm += prior
        mass += p
        above += p * (abs(w) > 0.85 ? 1 : 0)
        for k in phi.indices { overlaps[k] += p * h * phi[k] }
      }
    }
    for (k, f) in overlaps.enumerated() {
      expect(solution.overlaps[k], near: f / mass, within: 1e-9, "\(row): f_\(row.modes[k])")
      let target = row.modes[k] == 3 ? 1.0 : 0.0
      expect(
        solution.field[k], near: row.Q * (target - f / mass), within: 1e-8,
        "\(row): δ_\(row.modes[k])")
    }
    let y = solution.field[row.modes.firstIndex(of: 3)!]
    let squares = solution.field.reduce(0) { $0 + $1 * $1 }
    expect(
      solution.dual, near: y - squares / (2 * row.Q) - n * log(mass / norm), within: 1e-9,
      "\(row): D")
    // The threshold falls between two nodes of the rule, so the error is half a step of density.
    expect(
      try solution.specialists(beyond: 0.85), near: n * above / mass, within: 2e-2,
      "\(row): M beyond 0.85")
  }

  /// One mode is the large-deviation theory at t = δ.
  @Test(arguments: [(10, 7, 3, 50.0), (30, 30, 3, 500), (40, 10, 5, 3000), (5, 20, 1, 20)])
  func oneModeIsLargeDeviations(d: Int, n: Int, m: Int, load: Double) throws {
    let adapted = try KernelAdaptation(
      dimension: d, width: n, modes: [m], degree: m, weightVariance: 1.5, readoutVariance: 0.7
    ).solve(load: load)
    let deviation = try LargeDeviation(
      dimension: d, width: n, degree: m, weightVariance: 1.5, readoutVariance: 0.7
    ).solve(alignment: adapted.alignment)
    expect(adapted.field[0], near: deviation.tilt, within: 1e-10, "δ = t")
    // At its maximum D = E(α) + Q (1 − α)²/2.
    let miss = 1 - adapted.alignment
    expect(
      adapted.dual, near: deviation.energy + load * miss * miss / 2, within: 1e-10, "D")
    for w in [0, 0.3, 1.1] {
      expect(
        adapted.density(at: w), near: deviation.density(at: w), within: 1e-9, "p(\(w))")
    }
    expect(
      try adapted.specialists(beyond: 0.8), near: try deviation.specialists(beyond: 0.8),
      within: 1e-9, "M")
  }

  /// The dual at the solution is above D around it, and dD/dQ = |δ|²/(2Q²).
  @Test func envelope() throws {
    let model = KernelAdaptation(dimension: 20, width: 40, modes: [1, 3, 5])
    let (below, at, above) = (
      try model.solve(load: 599.9), try model.solve(load: 600), try model.solve(load: 600.1)
    )
    let squares = at.field.reduce(0) { $0 + $1 * $1 }
    expect(
      (above.dual - below.dual) / 0.2, near: squares / (2 * 600 * 600), within: 1e-6, "dD/dQ")
  }

  /// The density has integral one, and its stationary points agree with a parabola.
  @Test func mixedTarget() throws {
    let solution = try KernelAdaptation(
      dimension: 30, width: 60, modes: [1, 3], target: [1, 0.5]
    ).solve(load: 3000)
    let mass = trapezoidal(end: 4, steps: 4000) { solution.density(at: $0) }
    expect(mass, near: 1, within: 1e-10, "∫ p")
    let points = solution.stationaryPoints
    #expect(
      points.minima.count == points.maxima.count || points.maxima.count + 1 == points.minima.count)
    for (point, sign) in points.minima.map({ ($0, 1.0) }) + points.maxima.map({ ($0, -1.0) }) {
      let h = 1e-4
      let s = [point - h, point, point + h].map { solution.action(at: $0) }
      let curvature = s[0] + s[2] - 2 * s[1]
      #expect(curvature * sign > 0, "curvature \(curvature) at \(point)")
      #expect(abs(h * (s[0] - s[2]) / (2 * curvature)) < 1e-6, "\(point)")
    }
  }

  /// The kernel is not adapted at small load: f is the Gaussian process's, Q σ_a² ⟨φ_k φ_l⟩ y_l.
  @Test func smallLoad() throws {
    let solution = try KernelAdaptation(dimension: 5, width: 3, modes: [3]).solve(load: 1e-3)
    let small = try LargeDeviation(dimension: 5, width: 3).solve(alignment: 1e-9)
    expect(
      solution.overlaps[0], near: 1e-3 * small.meanSquaredCoupling, within: 1e-4, "f")
  }

  @Test(arguments: [0, -1, .infinity, .nan])
  func refusesLoad(load: Double) {
    #expect(throws: KernelAdaptationError.self) {
      try KernelAdaptation(dimension: 5, width: 5).solve(load: load)
    }
  }
}
