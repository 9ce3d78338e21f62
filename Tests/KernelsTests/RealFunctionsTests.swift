import Foundation
import Kernels
import Testing

/// The scalar functions against the system's, which are good to about half an ulp.
@Suite struct RealFunctionsTests {
  /// The tolerance in ulps. Either side may be wrong by an ulp or so, ours by two roundings in the
  /// last additions.
  static let ulps = 2.5

  func expect(_ got: Double, _ exact: Double, _ name: String, _ x: Double) {
    #expect(
      abs(got - exact) <= Self.ulps * exact.ulp,
      "\(name)(\(x)): got \(got), expected \(exact) to \(Self.ulps) ulps")
  }

  @Test func logarithmOverAllExponents() {
    for exponent in stride(from: -1022, through: 1023, by: 7) {
      for i in 0..<64 {
        let x = Double(sign: .plus, exponent: exponent, significand: 1 + Double(i) / 64 + 1e-3)
        expect(naturalLogarithm(x), log(x), "ln", x)
      }
    }
  }

  @Test func logarithmNearOne() {
    for k in 1...52 {
      let h = Double(sign: .plus, exponent: -k, significand: 1)
      expect(naturalLogarithm(1 + h), log(1 + h), "ln", 1 + h)
      expect(naturalLogarithm(1 - h / 2), log(1 - h / 2), "ln", 1 - h / 2)
    }
    #expect(naturalLogarithm(1) == 0)
  }

  @Test func logarithmAtTheEndsOfTheRange() {
    for x in [.leastNonzeroMagnitude, 0x1p-1050, .leastNormalMagnitude, .greatestFiniteMagnitude] {
      expect(naturalLogarithm(x), log(x), "ln", x)
    }
  }

  @Test func exponentialOverItsRange() {
    for i in -7079...7089 {
      expect(naturalExponential(Double(i) / 10), exp(Double(i) / 10), "exp", Double(i) / 10)
    }
    for k in 1...60 {
      let h = Double(sign: .plus, exponent: -k, significand: 1)
      expect(naturalExponential(h), exp(h), "exp", h)
      expect(naturalExponential(-h), exp(-h), "exp", -h)
    }
  }

  @Test func exponentialEdgeCases() {
    #expect(naturalExponential(0) == 1 && naturalExponential(-0.0) == 1)
    #expect(naturalExponential(-708.5) == 0 && naturalExponential(-.infinity) == 0)
    #expect(naturalExponential(709.5) == .infinity && naturalExponential(.infinity) == .infinity)
    #expect(naturalExponential(.nan).isNaN)
  }

  @Test("over an array, functions have the same bits, at any count and at the edges")
  func arrays() {
    let edges = [
      0, -0.0, 5e-324, -1e-300, .infinity, -.infinity, .nan, 2, 2.0.nextDown, -2, 6, 6.0.nextUp,
      -6.5, 709, 709.0.nextUp, -708, (-708.0).nextUp, (-708.0).nextDown,
    ]
    let numbers = (-7100...7100).map { Double($0) / 10 + 1e-4 } + edges
    // The edges pass through all eight lanes, and through what is left of a last eight.
    for count in (numbers.count - 9)...numbers.count {
      expectSameBits(Array(numbers.suffix(count)), naturalExponential) {
        replaceByExponentials(&$0)
      }
      let small = numbers.suffix(count).map { abs($0) > 7 ? $0 / 100 : $0 }
      expectSameBits(small, errorFunction) { replaceByErrorFunctions(&$0) }
    }
  }

  func expectSameBits(
    _ numbers: [Double], _ function: (Double) -> Double, _ replace: (inout [Double]) -> Void
  ) {
    var got = numbers
    replace(&got)
    let wrong = zip(numbers, got).first { number, got in
      let exact = function(number)
      return exact.isNaN ? !got.isNaN : got.bitPattern != exact.bitPattern
    }
    #expect(wrong == nil)
  }

  @Test("of a range of an array, nothing beside it changes")
  func rangeOfArray() {
    var numbers = (0..<40).map(Double.init)
    replaceByErrorFunctions(&numbers, in: 3..<22)
    #expect(
      numbers == (0..<40).map { (3..<22).contains($0) ? errorFunction(Double($0)) : Double($0) })
  }

  @Test func arcsineOverItsRange() {
    for i in -4000...4000 {
      let x = Double(i) / 4000
      expect(arcsine(x), asin(x), "asin", x)
    }
    for k in 1...52 {
      let h = Double(sign: .plus, exponent: -k, significand: 1)
      expect(arcsine(h), asin(h), "asin", h)
      expect(arcsine(1 - h), asin(1 - h), "asin", 1 - h)
    }
    #expect(arcsine(1) == .pi / 2 && arcsine(-1) == -.pi / 2 && arcsine(0) == 0)
    #expect(arcsine(1.0.nextUp).isNaN && arcsine(.nan).isNaN)
  }

  @Test func theyInvertEachOther() {
    for i in -700...700 {
      let x = Double(i) + 0.37
      let back = naturalLogarithm(naturalExponential(x))
      // The rounding of e^x changes x by 1e-16 absolute, one ulp of e^x, and ln rounds to an ulp of
      // x.
      #expect(abs(back - x) <= 4e-16 + 2 * x.ulp, "ln e^\(x): got \(back)")
    }
  }

  @Test func sineAndCosineOverTurns() {
    for i in -3000...3000 {
      let turns = Double(i) / 1024
      let (sine, cosine) = sineAndCosine(turns: turns)
      // The angle 2πt of the system's functions is rounded, so nearness is absolute.
      #expect(abs(sine - sin(2 * .pi * turns)) < 4e-15, "sin of \(turns) turns")
      #expect(abs(cosine - cos(2 * .pi * turns)) < 4e-15, "cos of \(turns) turns")
      #expect(abs(sine * sine + cosine * cosine - 1) < 4e-16)
    }
    for quarter in -5...5 {
      let (sine, cosine) = sineAndCosine(turns: Double(quarter) / 4)
      #expect(sine * cosine == 0 && abs(sine + cosine) == 1, "\(quarter) quarters are exact")
    }
  }

  /// Errors are those of e^{−x²}, about (1 + x²) ulps, where it counts.
  @Test func errorFunctionOverItsRange() {
    for i in -7000...7000 {
      let x = Double(i) / 1000
      let (got, exact) = (errorFunction(x), erf(x))
      #expect(abs(got - exact) <= 5 * exact.ulp, "erf(\(x)): got \(got), expected \(exact)")
      let tail = normalDistribution(x)
      #expect(
        abs(tail - erfc(-x / 2.0.squareRoot()) / 2) <= 4e-16, "Φ(\(x)): got \(tail)")
      let tangent = hyperbolicTangent(x)
      #expect(abs(tangent - tanh(x)) <= 3e-16, "tanh(\(x)): got \(tangent)")
    }
    for k in 1...60 {
      let h = Double(sign: .plus, exponent: -k, significand: 1)
      expect(errorFunction(h), erf(h), "erf", h)
      expect(errorFunction(-h), erf(-h), "erf", -h)
    }
    #expect(errorFunction(.infinity) == 1 && errorFunction(-.infinity) == -1)
    #expect(errorFunction(.nan).isNaN && hyperbolicTangent(.nan).isNaN)
    #expect(hyperbolicTangent(1e300) == 1 && hyperbolicTangent(-.infinity) == -1)
  }
}
