import Foundation
import Networks
import Testing

@Suite struct ArcsineKernelTests {
  @Test(arguments: [(0.3, 0.4, 0.0), (1.5, 1.2, 0.5), (1.0, -0.7, 0.9), (2.0, 0.0, 1.0)])
  func agreesWithQuadrature(a: Double, b: Double, c: Double) {
    let exact = normalMean { x, y in erf(a * x) * erf(b * x + c * y) }
    let got = arcsineKernel(
      innerProduct: a * b, squaredNorm: a * a, otherSquaredNorm: b * b + c * c)
    #expect(abs(got - exact) < 1e-13, "K: got \(got), expected \(exact)")
  }

  @Test func parallelVectorsOfAnyLengthAreNoNaN() {
    for norm in [0, 1e-300, 1, 1e20, 1e150] {
      let k = arcsineKernel(innerProduct: norm, squaredNorm: norm, otherSquaredNorm: norm)
      #expect((0...1).contains(k), "|w|² = \(norm): got \(k)")
    }
  }
}
