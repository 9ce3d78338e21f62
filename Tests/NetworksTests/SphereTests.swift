import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// The law of a coordinate on the sphere, its polynomials, and overlaps of neurons with harmonics.
@Suite struct SphereTests {
  static func mean(_ dimension: Int, _ g: (Double) -> Double) -> Double {
    SphereMarginal(dimension: dimension).nodes(refinement: 2).reduce(0) {
      $0 + $1.weight * (g($1.t) + g(-$1.t)) / 2
    }
  }

  @Test(arguments: [2, 3, 4, 10, 31, 400, 100_000])
  func moments(dimension: Int) {
    let d = Double(dimension)
    let roundings = 2e-14 * (1 + d.squareRoot() / 10)
    expect(Self.mean(dimension) { _ in 1 }, near: 1, within: 1e-14, "E 1")
    expect(Self.mean(dimension) { $0 * $0 }, near: 1 / d, within: roundings, "E t²")
    expect(
      Self.mean(dimension) { $0 * $0 * $0 * $0 }, near: 3 / (d * (d + 2)), within: 2 * roundings,
      "E t⁴")
    for node in SphereMarginal(dimension: dimension).nodes() {
      #expect(abs(1 - node.t - node.gap) < 2e-16 && node.gap >= 0)
    }
  }

  @Test(arguments: [3, 4, 7, 20, 100])
  func polynomialsAreOrthogonal(dimension: Int) {
    let polynomials = Gegenbauer(dimension: dimension)
    for a in 0...6 {
      for b in stride(from: a % 2, through: 6, by: 2) {
        let scale = (polynomials.multiplicity(degree: a) * polynomials.multiplicity(degree: b))
          .squareRoot()
        let mean = Self.mean(dimension) {
          polynomials.values(degree: a, at: $0).current
            * polynomials.values(degree: b, at: $0).current
        }
        #expect(abs(scale * mean - (a == b ? 1 : 0)) < 1e-11, "\(a) \(b)")
      }
    }
  }

  @Test func theCountOfHarmonics() {
    let polynomials = Gegenbauer(dimension: 10)
    #expect((0...3).map(polynomials.multiplicity) == [1, 10, 54, 210])
    #expect((0...6).map(Gegenbauer(dimension: 3).multiplicity) == [1, 3, 5, 7, 9, 11, 13])
  }

  /// c = ⟨erf(αt) P_ℓ(t)⟩ as it stands, by Simpson's rule in the angle.
  @Test(arguments: [(3, 1), (3, 3), (5, 3), (10, 5), (20, 1), (20, 3), (20, 7)])
  func couplings(dimension: Int, degree: Int) {
    let target = ZonalTarget(degree: degree, dimension: dimension)
    let steps = 40_000
    for norm in [1e-3, 0.1, 0.5, 1, 3, 20] {
      let alpha = Double(dimension).squareRoot() * norm
      var (sum, mass) = (0.0, 0.0)
      for i in 0...steps {
        let theta = Double.pi / 2 * Double(i) / Double(steps)
        let simpson = i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4 : 2
        let weight = simpson * pow(cos(theta), Double(dimension - 2))
        mass += weight
        sum +=
          weight * erf(alpha * sin(theta))
          * target.polynomials.values(degree: degree, at: sin(theta)).current
      }
      let found = target.coupling(norm: norm)
      #expect(abs(found - sum / mass) < 1e-12, "|w| \(norm): got \(found), expected \(sum / mass)")
    }
    #expect(ZonalTarget(degree: 2, dimension: dimension).coupling(norm: 1) == 0)
  }

  /// Funk and Hecke's theorem against the mean over uniform inputs.
  @Test(arguments: [(5, 1), (5, 3), (20, 3), (12, 5)])
  func monteCarlo(dimension: Int, degree: Int) {
    let target = ZonalTarget(degree: degree, dimension: dimension)
    let stream = RandomStream(key: 11)
    let count = 20_000
    for (index, norm) in [0.4, 1, 2.5].enumerated() {
      var w = stream.standardNormals(count: dimension, step: UInt64(index)).map(Double.init)
      w[0] += 2  // an overlap with the feature
      let length = w.reduce(0) { $0 + $1 * $1 }.squareRoot()
      w = w.map { $0 * norm / length }
      var (sum, squares) = (0.0, 0.0)
      for sample in 0..<count {
        let x = stream.standardNormals(count: dimension, step: UInt64(100 + sample))
        let square = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        let scale = (Double(dimension) / square).squareRoot()
        let product = zip(w, x).reduce(0) { $0 + $1.0 * Double($1.1) } * scale
        let value = erf(product) * target.value(x[...])
        sum += value
        squares += value * value
      }
      let mean = sum / Double(count)
      let error = ((squares / Double(count) - mean * mean) / Double(count)).squareRoot()
      let exact = target.overlap(w[0], squaredNorm: norm * norm)
      #expect(
        abs(mean - exact) < 4.5 * error, "|w| \(norm): got \(mean) ± \(error), exact \(exact)")
      #expect(norm < 1 || dimension > 5 || abs(exact) > 5 * error, "the test sees it")
    }
  }
}
