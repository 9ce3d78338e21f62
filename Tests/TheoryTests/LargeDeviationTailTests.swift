import Expectations
import Foundation
import Networks
import Testing
import Theory

@Suite struct LargeDeviationTailTests {
  /// The reference claims about five digits; at d = N = 6 it has four and a half.
  @Test(arguments: AdaptationReference.shared.exact_prior_tail)
  func reference(row: AdaptationReference.Tail) throws {
    let solution = try LargeDeviation(dimension: row.d, width: row.N).solve(alignment: row.alpha)
    expect(solution.energy, near: row.E_LDT, within: 1e-8, "\(row): E")
    let tail = try solution.exactTail()
    expect(tail.minusLogarithm, near: row.minus_ln_Pr_A_ge_alpha, within: 4e-5, "\(row)")
    #expect(tail.minusLogarithm > solution.energy, "Chernoff's bound")
  }

  /// One neuron: A is Gaussian given w, so Pr[A ≥ α] = E_w erfc(α/(√2 σ_a |c|))/2, an integral over
  /// the plane at d = 2 and over the line at d = 1.
  @Test(arguments: [(3, 0.05, 1.0), (3, 0.3, 1.0), (3, 1, 2.0), (5, 0.2, 1.0), (1, 0.5, 1.0)])
  func oneNeuron(degree: Int, alignment: Double, readoutVariance: Double) throws {
    let coupling = ErfCoupling(degree: degree)
    func tail(_ w: Double, _ r: Double) -> Double {
      let c = abs(coupling.value(overlap: w, squaredNorm: w * w + r))
      return erfc(alignment / (c * (2 * readoutVariance).squareRoot())) / 2
    }
    let one = trapezoidal(end: 12, steps: 48_000) { standardNormal($0) * tail($0, 0) }
    // The tail is flat but not analytic at w₁ = 0: panels on each side of it.
    let rule = GaussLegendre(count: 20, on: 0...12, panels: 60)
    let two = rule.integral { x in
      rule.integral { y in
        4 * standardNormal(x) * standardNormal(y) * tail(x / 2.0.squareRoot(), y * y / 2)
      }
    }
    for (d, expected) in [(1, one), (2, two)] {
      let solution = try LargeDeviation(
        dimension: d, width: 1, degree: degree, readoutVariance: readoutVariance
      ).solve(alignment: alignment)
      expect(
        try solution.exactTail().probability, near: expected, within: 1e-9, "d = \(d)")
    }
  }

  /// Two neurons at d = 1: the convolution of one's tail with the other's density.
  @Test func twoNeurons() throws {
    let alignment = 0.4
    let coupling = ErfCoupling(degree: 3)
    let solution = try LargeDeviation(dimension: 1, width: 2).solve(alignment: alignment)
    // Given both weights A ~ N(0, (c₁² + c₂²)/2).
    let expected = normalMean { x, y in
      let c = coupling.value(overlap: x, squaredNorm: x * x)
      let e = coupling.value(overlap: y, squaredNorm: y * y)
      return erfc(alignment / (c * c + e * e).squareRoot()) / 2
    }
    expect(try solution.exactTail().probability, near: expected, within: 1e-9, "N = 2")
  }

  /// Extremes of size, degree and alignment converge; the exact tail is below Chernoff's bound. The one
  /// left out has more digits to cancel than there are.
  @Test(arguments: LargeDeviationTests.extremes.filter { $0.alignment > 1e-3 || $0.d < 1000 })
  func converges(d: Int, n: Int, degree: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: n, degree: degree)
      .solve(alignment: alignment)
    let tail = try solution.exactTail()
    #expect(tail.minusLogarithm > solution.energy && tail.minusLogarithm.isFinite, "\(tail)")
  }

  /// Far from Chernoff's bound the digits cancel, which is an error, not a number.
  @Test(arguments: [0.1, 1e-3]) func cancellation(alignment: Double) throws {
    let solution = try LargeDeviation(dimension: 1000, width: 1000).solve(alignment: alignment)
    #expect(throws: LargeDeviationError.unresolvedTail(alignment)) { try solution.exactTail() }
  }

  /// At vanishing alignment the tail is one half.
  @Test func half() throws {
    let tail = try LargeDeviation(dimension: 3, width: 2).solve(alignment: 1e-7).exactTail()
    expect(tail.probability, near: 0.5, within: 1e-3, "Pr[A ≥ 0]")
  }
}
