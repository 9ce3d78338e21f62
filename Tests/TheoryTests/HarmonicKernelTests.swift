import Foundation
import Networks
import TestSupport
import Testing
import Theory

/// Eigenvalues of the arcsine kernel with a bias on the sphere, and the bound that they give.
@Suite struct HarmonicKernelTests {
  /// Numbers of an independent implementation: Gauss–Jacobi with 400 nodes.
  @Test func referenceNumbers() throws {
    let odd = HarmonicKernel(dimension: 3)
    let even = HarmonicKernel(dimension: 20, biasVariance: 0.25)
    for (kernel, values, trace, counts) in [
      (
        odd, [0, 0.14890569495443945, 0, 0.002337086585345243, 0, 0.00012103307236089374, 0],
        0.46455905439753997, [1.0, 3, 5, 7, 9, 11, 13]
      ),
      (
        even,
        [
          0.09205246196995806, 0.018531210958824276, 7.45437010512618e-05, 1.3221976291458702e-05,
          4.1066938594329946e-07, 6.9627284995935e-08, 4.947044270826634e-09,
        ], 0.5064965711423003, [1, 20, 209, 1520, 8645, 40964, 168245]
      ),
    ] {
      expect(kernel.trace, near: trace, within: 1e-14, "K(1)")
      for (degree, expected) in values.enumerated() {
        let found = try kernel.eigenvalue(degree: degree)
        #expect(found.multiplicity == counts[degree])
        // Their quadrature is good to 1e-14.
        #expect(
          abs(found.value - expected) <= 1e-11 * expected + 2e-14,
          "degree \(degree): got \(found.value), expected \(expected)")
        #expect(found.relativeError < 1e-12)
      }
    }
  }

  /// The integral of kernel and polynomial as it stands, by Gauss–Legendre in the angle.
  @Test func aSecondQuadrature() throws {
    var inputs = WideInputs(seed: 20)
    for _ in 0..<WideInputs.count(30) {
      let kernel = HarmonicKernel(
        dimension: 3 + inputs.size(0...1.3), weightVariance: inputs.decades(-1...1.5),
        biasVariance: inputs.pick([0, inputs.decades(-2...1)]),
        readoutVariance: inputs.decades(-3...3))
      let d = Double(kernel.dimension)
      let rule = GaussLegendre(count: 40, on: -Double.pi / 2...Double.pi / 2, panels: 60)
      let mass = rule.integral { pow(cos($0), d - 2) }
      let polynomials = Gegenbauer(dimension: kernel.dimension)
      for degree in 0...5 {
        let expected =
          rule.integral {
            pow(cos($0), d - 2)
              * kernel.value(product: d * sin($0), squaredNorm: d, otherSquaredNorm: d)
              * polynomials.values(degree: degree, at: sin($0)).current
          } / mass
        let found = try kernel.eigenvalue(degree: degree).value
        #expect(
          abs(found - expected) <= 1e-11 * expected + 1e-14 * kernel.trace,
          "\(kernel), degree \(degree): got \(found), expected \(expected)")
      }
    }
  }

  /// Σ N_ℓ λ_ℓ = K(1): to all of it where the kernel is smooth, and never beyond.
  @Test func theTrace() throws {
    for (kernel, share) in [
      (HarmonicKernel(dimension: 20, biasVariance: 0.25), 1 - 1e-9),
      (HarmonicKernel(dimension: 5, weightVariance: 0.5, biasVariance: 0.1), 1 - 1e-9),
      (HarmonicKernel(dimension: 3, weightVariance: 100, biasVariance: 10), 0.97),
    ] {
      let sum = try (0...HarmonicKernel.largestDegree).reduce(0) {
        let eigenvalue = try kernel.eigenvalue(degree: $1)
        return $0 + eigenvalue.value * eigenvalue.multiplicity
      }
      #expect(sum <= kernel.trace * (1 + 1e-12) && sum >= share * kernel.trace, "\(kernel) \(sum)")
    }
  }

  /// Even eigenvalues are proportional to a small bias's variance, without cancellation.
  @Test(arguments: [0, 2, 4]) func smallBiases(degree: Int) throws {
    let values = try [1e-12, 1e-9, 1e-6].map {
      try HarmonicKernel(dimension: 10, biasVariance: $0).eigenvalue(degree: degree).value
    }
    expect(values[1], near: 1e3 * values[0], within: 1e-8, "1e-9")
    expect(values[2], near: 1e6 * values[0], within: 1e-5, "1e-6")
  }

  /// Without a bias the kernel is that of the lazy baseline.
  @Test func withoutABiasItIsTheLazyBaseline() throws {
    for d in [3, 30, 1000, 1_000_000] {
      let process = GaussianProcess(dimension: d, weightVariance: 2, readoutVariance: 3)
      let kernel = HarmonicKernel(dimension: d, weightVariance: 2, readoutVariance: 3)
      for degree in [1, 3, 9] {
        let found = try kernel.eigenvalue(degree: degree)
        expect(
          found.value, near: process.eigenvalue(degree: degree),
          within: found.relativeError + process.eigenvalueError(degree: degree),
          "d \(d), degree \(degree)")
      }
      #expect(try kernel.eigenvalue(degree: 2).value == 0)
    }
  }

  @Test func wideInputs() {
    var inputs = WideInputs(seed: 21)
    var tally = Tally()
    for _ in 0..<WideInputs.count(100) {
      let kernel = HarmonicKernel(
        dimension: max(3, inputs.size(0.5...6)), weightVariance: inputs.decades(-6...6),
        biasVariance: inputs.decades(-6...6), readoutVariance: inputs.decades(-6...6))
      let values = (0...8).map { try? kernel.eigenvalue(degree: $0) }
      tally.add(solved: values.allSatisfy { $0 != nil }, reasonable: true)
      let sum = values.reduce(0.0) { $0 + ($1.map { $0.value * $0.multiplicity } ?? 0) }
      #expect(sum <= kernel.trace * (1 + 1e-9), "\(kernel)")
      #expect(values.allSatisfy { $0.map { $0.value > 0 } ?? true }, "\(kernel)")
    }
    #expect(tally.refused == 0, "\(tally.description)")
  }

  @Test func theBoundAndItsInverse() {
    var inputs = WideInputs(seed: 22)
    for _ in 0..<100 {
      let bound = LearnabilityBound(
        eigenvalue: inputs.decades(-12...6), ridge: inputs.decades(-6...6))
      let (a, moment) = (inputs.uniform(), inputs.decades(-3...3))
      let samples = bound.samples(learnability: a, secondMoment: moment)
      expect(bound.learnability(sum: samples * moment), near: a, within: 1e-13, "\(bound)")
    }
    // A = 0.65: P = 1.857 κ/(λ m₂), of the digits' x₀x₁ 259.
    let digits = LearnabilityBound(eigenvalue: 2.8825354614434636e-4, ridge: 0.1)
    expect(
      digits.samples(learnability: 0.65, secondMoment: 2.49), near: 259, within: 2e-3, "P")
    #expect(LearnabilityBound(eigenvalue: 0, ridge: 1).learnability(sum: 5) == 0)
  }
}
