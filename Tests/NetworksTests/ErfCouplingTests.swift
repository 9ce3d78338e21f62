import Expectations
import Foundation
import Networks
import Testing

@Suite struct ErfCouplingTests {
  /// He_m(x)/√m!, from its recurrence.
  func hermite(_ degree: Int, _ x: Double) -> Double {
    var (previous, current, factorial) = (1.0, x, 1.0)
    for n in 1..<degree {
      (previous, current) = (current, x * current - Double(n) * previous)
      factorial *= Double(n + 1)
    }
    return current / factorial.squareRoot()
  }

  @Test(arguments: [1, 3, 5, 7])
  func agreesWithQuadrature(degree: Int) {
    let coupling = ErfCoupling(degree: degree)
    for (w1, w2) in [(0.3, 0.0), (1.47, 0.51), (-0.8, 1.0), (2.0, 0.2)] {
      let exact = normalMean { x, y in erf(w1 * x + w2 * y) * hermite(degree, x) }
      let got = coupling.value(overlap: w1, squaredNorm: w1 * w1 + w2 * w2)
      // Terms of size one in the quadrature, and results down to 1e-4.
      expect(got, near: exact, within: 1e-10, "c(\(w1), \(w2)), m = \(degree)")
      expect(
        coupling.square(squaredOverlap: w1 * w1, squaredTransverse: w2 * w2),
        near: got * got, within: 1e-14, "c²(\(w1), \(w2)), m = \(degree)")
    }
  }

  @Test func cubicCoefficient() {
    expect(
      ErfCoupling(degree: 3).coefficient, near: -4 / (6 * Double.pi).squareRoot(), within: 1e-15,
      "C, m = 3")
  }

  @Test func supremumIsApproachedFromBelow() {
    let coupling = ErfCoupling(degree: 5)
    let far = coupling.square(squaredOverlap: 1e8, squaredTransverse: 1)
    #expect(far < coupling.supremumOfSquare)
    expect(far, near: coupling.supremumOfSquare, within: 1e-6, "sup c²")
  }
}
