import Foundation
import TestSupport
import Testing
import Theory

@Suite struct GaussLegendreTests {
  /// Exactness up to degree 2n − 1 is the definition; the interval is off centre so that odd powers
  /// count.
  @Test(arguments: [1, 2, 3, 5, 16, 24, 64])
  func exactForPolynomials(count: Int) {
    let (a, b) = (-0.7, 1.1)
    let rule = GaussLegendre(count: count, on: a...b)
    for degree in 0...(2 * count - 1) {
      let k = Double(degree + 1)
      let exact = (pow(b, k) - pow(a, k)) / k
      let got = rule.integral { pow($0, Double(degree)) }
      // The tolerance is the rounding of `count` terms of size one.
      expect(got, near: exact, within: 1e-13, "∫ x^\(degree), n = \(count)")
    }
  }

  /// Degree 2n fails by the term of the (2n)!-th derivative, 2^{2n+1} (n!)⁴/((2n+1) (2n)!²). A rule
  /// of too many nodes would pass the test above.
  @Test(arguments: [1, 2, 3, 5])
  func inexactBeyond(count n: Int) {
    let factorial = { (k: Int) in (1...k).reduce(1.0) { $0 * Double($1) } }
    let error =
      pow(2, Double(2 * n + 1)) * pow(factorial(n), 4)
      / (Double(2 * n + 1) * pow(factorial(2 * n), 2))
    let got = GaussLegendre(count: n).integral { pow($0, Double(2 * n)) }
    expect(2 / Double(2 * n + 1) - got, near: error, within: 1e-11, "∫ x^\(2 * n), n = \(n)")
  }

  @Test func nodesAscendInsideTheInterval() {
    let rule = GaussLegendre(count: 7, on: 2...5, panels: 3)
    #expect(rule.nodes.count == 21 && rule.weights.count == 21)
    #expect(zip(rule.nodes, rule.nodes.dropFirst()).allSatisfy { $0 < $1 })
    #expect(rule.nodes.first! > 2 && rule.nodes.last! < 5)
    #expect(rule.weights.allSatisfy { $0 > 0 })
    #expect(GaussLegendre(count: 7).nodes[3] == 0)
  }

  /// The error of n nodes on k panels falls as k^−2n.
  @Test func panelsConverge() {
    let exact = 2 * atan(5.0)
    let error = { (panels: Int) in
      let rule = GaussLegendre(count: 3, on: -5...5, panels: panels)
      return abs(rule.integral { 1 / (1 + $0 * $0) } - exact)
    }
    // The factor is 2⁶ = 64 asymptotically.
    #expect(error(32) / error(64) > 40, "errors \(error(32)), \(error(64))")
    #expect(error(512) < 1e-13)
  }
}
