import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct ErfCouplingTests {
  /// Returns He_m(x)/√m!, from its recurrence.
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
      // Terms in the quadrature are of size one, and results go down to 1e-4.
      expect(got, near: exact, within: 1e-10, "c(\(w1), \(w2)), m = \(degree)")
      expect(
        coupling.square(squaredOverlap: w1 * w1, squaredTransverse: w2 * w2),
        near: got * got, within: 1e-14, "c²(\(w1), \(w2)), m = \(degree)")
    }
  }

  /// The coupling equals E erf(w·x) He_m(x₁)/√m! over drawn inputs, within four standard errors.
  @Test(arguments: [1, 3, 5])
  func agreesWithMonteCarlo(degree: Int) {
    let coupling = ErfCoupling(degree: degree)
    let count = 400_000
    let normals = RandomStream(key: 7).standardNormals(count: 2 * count, step: UInt64(degree))
    for (w1, w2) in [(0.5, 0.3), (1.47, 0.51)] {
      var (sum, squares) = (0.0, 0.0)
      for i in 0..<count {
        let (x, y) = (Double(normals[2 * i]), Double(normals[2 * i + 1]))
        let value = erf(w1 * x + w2 * y) * hermite(degree, x)
        sum += value
        squares += value * value
      }
      let mean = sum / Double(count)
      let error = ((squares / Double(count) - mean * mean) / Double(count)).squareRoot()
      let exact = coupling.value(overlap: w1, squaredNorm: w1 * w1 + w2 * w2)
      #expect(
        abs(mean - exact) < 4 * error,
        "c(\(w1), \(w2)), m = \(degree): drawn \(mean) ± \(error), exact \(exact)")
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
