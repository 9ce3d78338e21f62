import Experiments
import Foundation
import Kernels
import Studies
import Testing

@Suite struct QuarticLossTests {
  static func normals(_ count: Int, _ key: UInt64) -> [Float] {
    RandomStream(key: key).standardNormals(count: count, step: 0)
  }

  static func energy(_ action: borrowing QuarticAction, _ theta: [Float]) -> (Double, [Float]) {
    let gradient = action.makeGradient()
    let energy = action.evaluate(AlignedBuffer(theta), gradient: gradient)
    return (energy, Array(gradient.values.prefix(theta.count)))
  }

  /// Without the quartic part the modes decouple, by Parseval.
  @Test(arguments: [2, 6, 16, 40])
  func theGaussianPart(n: Int) {
    let (theta, target) = (Self.normals(n, 1), Self.normals(n, 2).map(Double.init))
    let action = QuarticAction(
      exponent: 0.5, target: target, samples: 30, ridge: 0.7, quartic: 0, kernels: .best)
    let got = Self.energy(action, theta)
    var (energy, worst) = (0.0, 0.0)
    for k in 0..<n {
      let variance = pow(Double(k / 2 + 1), -1.5)
      let difference = Double(theta[k]) - target[k]
      energy += Double(theta[k] * theta[k]) / 2 + 30 / 1.4 * variance * difference * difference
      let slope = Double(theta[k]) + 30 / 0.7 * variance * difference
      worst = max(worst, abs(Double(got.1[k]) - slope))
    }
    #expect(abs(got.0 / energy - 1) < 1e-5, "n = \(n)")
    #expect(worst < 1e-3)
  }

  /// One cosine without a target: ∫f² = λθ² and ∫f⁴ = 3/2 λ²θ⁴.
  @Test func oneMode() {
    let action = QuarticAction(
      exponent: 1, target: [0, 0, 0, 0], samples: 2, ridge: 1, quartic: 0.5, kernels: .best)
    let theta: [Float] = [0, 0, 0, 1.5]
    let square = 1.5 * 1.5 / 4
    let expected = 1.5 * 1.5 / 2 + 2 * (square / 2 + 0.125 * 1.5 * square * square)
    #expect(abs(Self.energy(action, theta).0 / expected - 1) < 1e-6)
    let moments = action.moments(AlignedBuffer(theta))
    #expect(abs(moments.square / square - 1) < 1e-6)
    #expect(abs(moments.fourth / (1.5 * square * square) - 1) < 1e-6)
  }

  @Test func theGradientIsTheDerivative() {
    let n = 14
    let action = QuarticAction(
      exponent: 0.5, target: Self.normals(n, 3).map(Double.init), samples: 5, ridge: 0.8,
      quartic: 2, kernels: .best)
    let theta = Self.normals(n, 4)
    let gradient = Self.energy(action, theta).1
    for k in 0..<n {
      var (up, down) = (theta, theta)
      up[k] += 1 / 64
      down[k] -= 1 / 64
      // Two steps of differences remove the third derivative.
      var (up2, down2) = (theta, theta)
      up2[k] += 1 / 32
      down2[k] -= 1 / 32
      let one = (Self.energy(action, up).0 - Self.energy(action, down).0) * 32
      let two = (Self.energy(action, up2).0 - Self.energy(action, down2).0) * 16
      let expected = (4 * one - two) / 3
      #expect(abs(Double(gradient[k]) - expected) < 2e-3 * max(1, abs(expected)), "θ_\(k)")
    }
  }

  static func results(_ action: String, samples: String, draws: Int = 200) throws -> [CellResult] {
    let text = """
      question: a test
      source: a test
      experiment: quartic-loss
      action: {\(action)}
      data: {samples: \(samples)}
      ridge: 1
      sampler: {warmup: 60, draws: \(draws)}
      """
    return try StudySpec(parsing: text, of: "x.yml", smoke: false).cells().map {
      try $0.compute()
    }
  }

  /// Without the quartic part the error is known; with it Hartree is near, and below the Gaussian.
  @Test func chainsAgainstTheory() throws {
    for result in try Self.results(
      "exponent: 1, frequencies: 6, quartic: [0, 1]", samples: "[8, 40]")
    {
      let diagnostics = result.errorDiagnostics
      let (mean, error) = (diagnostics.mean, diagnostics.standardError)
      let (hartree, gaussian) = (result.doubles("hartree")[0], result.doubles("gaussian")[0])
      #expect(result.isSound)
      if result.parameters.real("quartic") == 0 {
        #expect(hartree == gaussian && abs(mean - gaussian) < 4 * error, "\(mean) \(error)")
      } else {
        #expect(hartree < gaussian && mean < gaussian)
        #expect(abs(mean / hartree - 1) < 0.12 + 4 * error / mean, "\(mean) \(hartree)")
      }
      for virial in result.doubles("virial") { #expect((0.8...1.2).contains(virial)) }
    }
  }

  @Test(arguments: [
    ("exponent: 1, frequencies: 6, quartic: -1", "8", "quartic"),
    ("exponent: 0, frequencies: 6, quartic: 1", "8", "exponent"),
    ("exponent: 1, frequencies: 0, quartic: 1", "8", "frequencies"),
    ("exponent: 1, frequencies: 6, quartic: 1", "0", "samples"),
  ])
  func whatIsRefused(_ action: String, _ samples: String, _ key: String) {
    #expect { try Self.results(action, samples: samples) } throws: {
      "\($0)".hasPrefix("x.yml:") && "\($0)".contains(key) && !"\($0)".contains("\n")
    }
  }
}
