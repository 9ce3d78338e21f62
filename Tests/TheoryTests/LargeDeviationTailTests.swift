import Foundation
import Networks
import TestSupport
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

  /// One neuron has a Gaussian A given w, so Pr[A ≥ α] = E_w erfc(α/(√2 σ_a |c|))/2. That is an
  /// integral over the plane at d = 2 and over the line at d = 1.
  @Test(arguments: [(3, 0.05, 1.0), (3, 0.3, 1.0), (3, 1, 2.0), (5, 0.2, 1.0), (1, 0.5, 1.0)])
  func oneNeuron(degree: Int, alignment: Double, readoutVariance: Double) throws {
    let coupling = ErfCoupling(degree: degree)
    func tail(_ w: Double, _ r: Double) -> Double {
      let c = abs(coupling.value(overlap: w, squaredNorm: w * w + r))
      return erfc(alignment / (c * (2 * readoutVariance).squareRoot())) / 2
    }
    let one = trapezoidal(end: 12, steps: 48_000) { standardNormal($0) * tail($0, 0) }
    // The tail is flat but not analytic at w₁ = 0, so panels lie on each side of it.
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

  /// e^{−x} of a rounded x is wrong by x times the unit of rounding, and says so.
  @Test func theErrorOfAFarTail() throws {
    let tail = try LargeDeviation(dimension: 2, width: 1).solve(alignment: 100).exactTail()
    #expect(tail.minusLogarithm > 1000, "the tail is not far: \(tail.minusLogarithm)")
    #expect(tail.relativeError >= 0x1p-52 * tail.minusLogarithm, "\(tail.relativeError)")
  }

  /// Two neurons at d = 1 have as tail the convolution of one's tail with the other's density.
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

  /// Extremes of size, degree and alignment converge; the exact tail is below Chernoff's bound.
  @Test(arguments: LargeDeviationTests.extremes)
  func converges(d: Int, n: Int, degree: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: n, degree: degree)
      .solve(alignment: alignment)
    let tail = try solution.exactTail()
    #expect(tail.minusLogarithm > solution.energy && tail.minusLogarithm.isFinite, "\(tail)")
  }

  /// Two methods agree within their error bounds where both apply: all neurons at once, and one
  /// number of large ones after another. The cases go from less than one specialised neuron to ten.
  @Test(arguments: [
    (30, 30, 0.1), (60, 60, 0.1), (60, 240, 0.3), (100, 100, 0.1), (1000, 100_000, 0.1),
    (1000, 30_000, 0.5),
  ])
  func twoMethods(d: Int, n: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: n).solve(alignment: alignment)
    let one = try solution.exactTail(by: .oneContour)
    let whole = try solution.exactTail(by: .wholeNeurons)
    let error = abs(expm1(one.minusLogarithm - whole.minusLogarithm))
    // The logarithms themselves are rounded.
    let bound = one.relativeError + whole.relativeError + 4e-16 * whole.minusLogarithm
    #expect(error <= bound, "\(one), \(whole)")
    #expect(bound < 2e-8, "\(bound)")
  }

  /// Chernoff's bound is far off for these two neurons. The expected Pr is E ½ erfc over both, on
  /// grids of (w₁, |w_⊥|).
  @Test(arguments: [(60, 0.1), (200, 0.1), (200, 0.01)])
  func twoNeuronsOfManyInputs(d: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: 2).solve(alignment: alignment)
    let coupling = ErfCoupling(degree: 3)
    let (n, deviation) = (Double(d), 1 / Double(d).squareRoot())
    let overlaps = GaussLegendre(count: 12, on: 0...22 * deviation, panels: 11)
    let lengths = GaussLegendre(
      count: 12, on: max(0, 1 - 9 * deviation)...1 + 4 * deviation, panels: 5)
    var neurons: [(weight: Double, square: Double)] = []
    for (w, a) in zip(overlaps.nodes, overlaps.weights) {
      for (rho, b) in zip(lengths.nodes, lengths.weights) {
        let exponent = -n * (w * w + rho * rho - 1) / 2 + (n - 2) * log(rho)
        let c = coupling.value(overlap: w, squaredNorm: w * w + rho * rho)
        neurons.append((a * b * exp(exponent), c * c))
      }
    }
    let norm = neurons.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for first in neurons {
      for second in neurons {
        // The alignment is A ~ N(0, (c₁² + c₂²)/2) given the weights.
        let tail = erfc(alignment / (first.square + second.square).squareRoot()) / 2
        sum += first.weight * second.weight * tail
      }
    }
    let tail = try solution.exactTail()
    expect(tail.minusLogarithm, near: -log(sum / (norm * norm)), within: 1e-8, "d = \(d)")
  }

  /// The tail is found where one contour loses all digits. It is below Chernoff's bound, and falls
  /// smoothly with α.
  @Test(arguments: [
    (200, 200, 0.1), (200, 20, 0.1), (400, 20, 0.1), (200, 1, 0.1), (1000, 1, 0.1),
    (1000, 1000, 0.1), (1000, 1000, 1e-3), (10_000, 1_000_000, 0.3), (100_000, 100_000, 0.1),
  ])
  func firstOrder(d: Int, n: Int, alignment: Double) throws {
    let solution = try LargeDeviation(dimension: d, width: n).solve(alignment: alignment)
    let tail = try solution.exactTail()
    #expect(tail.relativeError < 1e-8 && tail.minusLogarithm > solution.energy, "\(tail)")
    // The tail is smooth in α: the neighbours predict the middle of three, to the third difference.
    let tails = try (-1...2).map {
      try LargeDeviation(dimension: d, width: n).solve(
        alignment: alignment * (1 + 1e-3 * Double($0))
      )
      .exactTail().minusLogarithm
    }
    let third = tails[3] - 3 * tails[2] + 3 * tails[1] - tails[0]
    #expect(abs(third) < 1e-6 * tail.minusLogarithm, "third difference \(third)")
    #expect(tails[1] == tail.minusLogarithm && tails[0] < tails[1] && tails[1] < tails[2])
  }

  /// A method that does not apply is an error, not a number.
  @Test func unresolved() throws {
    let many = try LargeDeviation(dimension: 1000, width: 1000).solve(alignment: 0.1)
    for method in [LargeDeviation.TailMethod.oneContour, .oneNeuron] {
      #expect(throws: LargeDeviationError.unresolvedTail(0.1)) {
        try many.exactTail(by: method)
      }
    }
  }

  /// The tail at vanishing alignment is one half.
  @Test func half() throws {
    let tail = try LargeDeviation(dimension: 3, width: 2).solve(alignment: 1e-7).exactTail()
    expect(tail.probability, near: 0.5, within: 1e-3, "Pr[A ≥ 0]")
  }
}
