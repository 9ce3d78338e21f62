import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct HermiteOverlapTests {
  typealias Activation = HermiteOverlap.Activation

  /// Returns He_m(x)/√m!.
  func hermite(_ degree: Int, _ x: Double) -> Double {
    var (previous, current, factorial) = (0.0, 1.0, 1.0)
    for n in 0..<degree {
      (previous, current) = (current, x * current - Double(n) * previous)
      factorial *= Double(n + 1)
    }
    return current / factorial.squareRoot()
  }

  /// Returns σ(z) by the system's library.
  func value(_ activation: Activation, _ z: Double) -> Double {
    switch activation {
    case .erf: erf(z)
    case .tanh: tanh(z)
    case .relu: max(0, z)
    case .gelu: z * erfc(-z / 2.0.squareRoot()) / 2
    }
  }

  /// Returns E σ(s g + b) He_m(g)/√m! by Simpson's rule on either side of a kink.
  func definition(_ activation: Activation, _ degree: Int, _ s: Double, _ b: Double) -> Double {
    func integral(_ low: Double, _ high: Double) -> Double {
      let steps = 8000
      let h = (high - low) / Double(steps)
      return (0...steps).reduce(0) { sum, i in
        let g = low + h * Double(i)
        let weight = i == 0 || i == steps ? 1.0 : (i % 2 == 1 ? 4 : 2)
        return sum + weight * h / 3 * exp(-g * g / 2) / (2 * .pi).squareRoot()
          * value(activation, s * g + b) * hermite(degree, g)
      }
    }
    let kink = max(-13, min(13, -b / s))
    return integral(-14, kink) + integral(kink, 14)
  }

  /// Overlaps of an independent implementation, by quadrature.
  @Test(arguments: [
    (
      [0.7, 0.2, -0.4], Activation.erf,
      [0, 0.5119937043830008, 0, -0.08606728716460842, 0, 0.023773519997177944]
    ),
    (
      [0.7, 0.2, -0.4], .tanh,
      [0, 0.47039443325380936, 0, -0.07074057663556113, 0, 0.01863440700817007]
    ),
    (
      [0.7, 0.2, -0.4], .relu,
      [0.3313863466309495, 0.35, 0.16640508857787864, 0, -0.034113239938863234, 0]
    ),
    (
      [0.7, 0.2, -0.4], .gelu,
      [0.21174628728999115, 0.35, 0.1692440350647013, 0, -0.024697482490288847, 0]
    ),
    (
      [-0.3, 0.9, 0.2], .erf,
      [0, -0.19947114020071635, 0, 0.005089609498988748, 0, -0.0002133883653500154]
    ),
    (
      [-0.3, 0.9, 0.2], .tanh,
      [0, -0.18507963383161297, 0, 0.0042459972663370935, 0, -0.0001679631459036214]
    ),
    (
      [-0.3, 0.9, 0.2], .relu,
      [0.38678889139475253, -0.15, 0.026186270552507534, 0, -0.0007237651764524647, 0]
    ),
    (
      [-0.3, 0.9, 0.2], .gelu,
      [0.2692384331298675, -0.15, 0.027623729520808417, 0, -0.0006216015488676294, 0]
    ),
  ])
  func reference(w: [Double], activation: Activation, expected: [Double]) {
    for (degree, expected) in expected.enumerated() {
      let got = HermiteOverlap(activation, degree: degree).value(
        overlap: w[0], squaredNorm: w.reduce(0) { $0 + $1 * $1 })
      #expect(
        abs(got - expected) < 5e-16,
        "\(activation), w = \(w), m = \(degree): got \(got), expected \(expected)")
    }
  }

  @Test(arguments: Activation.allCases)
  func componentsAreTheirDefinition(activation: Activation) {
    for degree in [0, 1, 2, 3, 4, 5, 8] {
      let overlap = HermiteOverlap(activation, degree: degree)
      for (s, b) in [(0.3, 0.0), (1, 0), (4, 0), (0.2, 0.7), (0.9, -1.1), (2.5, 1.5), (1.3, -4)] {
        let exact = definition(activation, degree, s, b)
        let got = overlap.value(norm: s, bias: b)
        // Simpson's rule errs by the fourth derivative of the integrand, largest at s = 4.
        #expect(
          abs(got - exact) < 2e-11,
          "\(activation), m = \(degree), s = \(s), b = \(b): got \(got), expected \(exact)")
      }
    }
  }

  /// Slopes are central differences, to h² and 1e-15/h.
  @Test(arguments: Activation.allCases)
  func slopesAreDerivatives(activation: Activation) {
    for degree in [0, 1, 2, 3, 4, 5, 8] {
      let overlap = HermiteOverlap(activation, degree: degree)
      for (s, b) in [(0.05, 0.0), (0.4, 0), (1.5, 0), (6, 0), (0.4, 0.7), (1.5, -1.1)] {
        let h = 2e-5 * s
        let expected =
          (overlap.value(norm: s + h, bias: b) - overlap.value(norm: s - h, bias: b)) / (2 * h)
        let got = overlap.slope(norm: s, bias: b)
        #expect(
          abs(got - expected) < 2e-9,
          "\(activation), m = \(degree), s = \(s), b = \(b): got \(got), expected \(expected)")
      }
      // From above at zero.
      let h = 1e-7
      let expected = (overlap.value(norm: h, bias: 0.4) - overlap.value(norm: 0, bias: 0.4)) / h
      #expect(abs(overlap.slope(norm: 0, bias: 0.4) - expected) < 1e-6, "\(activation), \(degree)")
    }
    expect(
      HermiteOverlap(.relu, degree: 2).slope(norm: 0), near: 1 / (4 * Double.pi).squareRoot(),
      within: 1e-15, "μ₂′(0) of relu")
  }

  /// The overlap equals E σ(w·x + b) He_m(x₁)/√m! over drawn inputs, within four standard errors.
  @Test(arguments: Activation.allCases)
  func overlapsAreThoseOfDrawnInputs(activation: Activation) {
    let count = 100_000
    let normals = RandomStream(key: 23).standardNormals(count: 2 * count, step: 1)
    for (w1, w2, b) in [(0.8, 0.3, 0.0), (-1.4, 0.5, 0), (0.9, 0.4, 0.7)] {
      for degree in [1, 2, 3] {
        var (sum, squares) = (0.0, 0.0)
        for i in 0..<count {
          let (x, y) = (Double(normals[2 * i]), Double(normals[2 * i + 1]))
          let term = value(activation, w1 * x + w2 * y + b) * hermite(degree, x)
          sum += term
          squares += term * term
        }
        let mean = sum / Double(count)
        let error = ((squares / Double(count) - mean * mean) / Double(count)).squareRoot()
        let exact = HermiteOverlap(activation, degree: degree).value(
          overlap: w1, squaredNorm: w1 * w1 + w2 * w2, bias: b)
        #expect(
          abs(mean - exact) < 4 * error,
          "\(activation), m = \(degree), w = \((w1, w2)), b = \(b): drawn \(mean) ± \(error), \(exact)"
        )
      }
    }
  }

  /// Integrals of thirty digits, for small and large norms.
  @Test(arguments: [
    (1, 1e-3, 0.000999999000001999994), (1, 3, 0.76449987601973105),
    (3, 1e-3, -8.16493314955282696e-10),
    (3, 0.3, -0.0162473339508906348), (3, 0.6, -0.0715087600097037692),
    (3, 3, -0.287061900059793459),
    (3, 30, -0.325289210062646616), (5, 0.3, 0.00191143673284236833),
    (5, 0.6, 0.0200070054441663813),
    (5, 30, 0.218011587002610176), (11, 0.3, -0.0000129224107112315598),
    (11, 3, -0.0769007512854989206),
  ])
  func tangent(degree: Int, s: Double, expected: Double) {
    let got = HermiteOverlap(.tanh, degree: degree).value(norm: s)
    expect(got, near: expected, within: 1e-12, "μ of tanh, m = \(degree), s = \(s)")
    #expect(abs(got - expected) < 2e-15 * max(1, s), "m = \(degree), s = \(s): \(got)")
  }

  @Test(arguments: Activation.allCases)
  func whatAnActivationLacksHasAReason(activation: Activation) {
    for degree in HermiteOverlap.degrees {
      let overlap = HermiteOverlap(activation, degree: degree)
      #expect((overlap.obstacle == nil) == (overlap.value(norm: 1.3) != 0), "m = \(degree)")
      #expect(overlap.value(norm: 1.3, bias: 0.6) != 0, "m = \(degree) with a bias")
    }
  }

  /// c = −w₁³ b S^{−3/2} ϕ(b/√S)/√6 for relu with a bias.
  @Test func biasBringsBackTheCubicOfReLU() {
    let (w1, s, b) = (0.9, 1.4, 0.8)
    let density = exp(-b * b / (2 * s)) / (2 * .pi).squareRoot()
    expect(
      HermiteOverlap(.relu, degree: 3).value(overlap: w1, squaredNorm: s, bias: b),
      near: -w1 * w1 * w1 * b * pow(s, -1.5) * density / 6.0.squareRoot(), within: 1e-14, "c")
  }
}
