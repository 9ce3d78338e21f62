import Foundation
import Testing
import Theory

@Suite struct RidgeRenormalizationTests {
  struct Flow: Sendable {
    let alpha, ridge, samples: Double
    let cut: Int
    let wilson, flow, shells, matched: Double
  }

  /// Numbers of an independent implementation, of 1000 modes.
  static let flows = [
    Flow(
      alpha: 1, ridge: 1e-3, samples: 200, cut: 0, wilson: 1.64493456668156,
      flow: 0.012287249244175156, shells: 0.00748245540543515, matched: 0.012287249244175152),
    Flow(
      alpha: 1, ridge: 0.1, samples: 50, cut: 100, wilson: 0.10895066649666695,
      flow: 0.10880391079729866, shells: 0.10880053046491153, matched: 0.10886789573520238),
    Flow(
      alpha: 0.5, ridge: 0.01, samples: 400, cut: 300, wilson: 0.06214416321255443,
      flow: 0.03707215193736347, shells: 0.029031607138941134, matched: 0.04842805819223565),
  ]

  @Test(arguments: flows)
  func referenceFlows(_ expected: Flow) throws {
    let model = try RidgeRenormalization(
      eigenvalues: RidgeRenormalization.powerLaw(exponent: expected.alpha, modes: 1000),
      ridge: expected.ridge, samples: expected.samples)
    let pairs = [
      (try model.wilson(cut: expected.cut).value, expected.wilson, "Wilson's"),
      (try model.flow(cut: expected.cut).value, expected.flow, "self-consistent"),
      (model.shells(cut: expected.cut), expected.shells, "mode after mode"),
      (try model.matched(cut: expected.cut).value, expected.matched, "matched"),
    ]
    for (got, wanted, name) in pairs {
      #expect(abs(got / wanted - 1) < 1e-8, "\(name): got \(got), expected \(wanted)")
    }
  }

  @Test func referenceErrors() throws {
    let eigenvalues = RidgeRenormalization.powerLaw(exponent: 1, modes: 1000)
    let model = try RidgeRenormalization(eigenvalues: eigenvalues, ridge: 1e-4, samples: 64)
    let whole = try model.testError(squares: eigenvalues)
    #expect(abs(whole.value / 0.03594838022482379 - 1) < 1e-8)
    #expect(abs(whole.effective / 0.036151843135358006 - 1) < 1e-8)
    let kept = try model.testError(squares: eigenvalues, keeping: 40)
    #expect(abs(kept.value / 0.06269870919920681 - 1) < 1e-8)
    #expect(abs(kept.effective / 0.00026565357387902636 - 1) < 1e-8)
  }

  /// Each ridge in the equation that defines it, over decades; and what orders them.
  @Test(arguments: [1e-6, 1e-3, 1, 1e3], [1, 30, 1e3, 1e6])
  func theyHoldTheirEquations(ridge: Double, samples: Double) throws {
    let eigenvalues = RidgeRenormalization.powerLaw(exponent: 0.7, modes: 300)
    let model = try RidgeRenormalization(eigenvalues: eigenvalues, ridge: ridge, samples: samples)
    let whole = try model.effective().value
    for cut in [0, 1, 20, 299, 300] {
      let beyond = eigenvalues.dropFirst(cut)
      let flow = try model.flow(cut: cut)
      let right = beyond.reduce(ridge) { $0 + $1 * flow.value / (flow.value + samples * $1) }
      #expect(abs(right / flow.value - 1) < 1e-12)
      #expect(flow.relativeError < 1e-9)
      let matched = try model.matched(cut: cut).value
      // Regression with the kept modes at the matched ridge has the effective ridge of the whole.
      let again = try RidgeRenormalization(
        eigenvalues: Array(eigenvalues.prefix(cut)), ridge: matched, samples: samples)
      #expect(abs(try again.effective().value / whole - 1) < 1e-9, "cut \(cut)")
      #expect(model.shells(cut: cut) <= flow.value * (1 + 1e-12))
      #expect(try flow.value <= matched * (1 + 1e-12) && matched <= model.wilson(cut: cut).value)
    }
  }

  /// One eigenvalue n times: κ₀ solves a quadratic equation.
  @Test func equalModes() throws {
    let (n, lambda, ridge, p) = (50, 0.3, 0.02, 20.0)
    let model = try RidgeRenormalization(
      eigenvalues: Array(repeating: lambda, count: n), ridge: ridge, samples: p)
    // κ₀² + κ₀ (Pλ − κ − nλ) − κPλ = 0.
    let b = p * lambda - ridge - Double(n) * lambda
    let exact = (-b + (b * b + 4 * ridge * p * lambda).squareRoot()) / 2
    #expect(abs(try model.effective().value / exact - 1) < 1e-12)
  }

  @Test func whatIsRefused() {
    func message(_ body: () throws -> Void) -> String? {
      do { try body() } catch { return "\(error)" }
      return nil
    }
    func model(_ eigenvalues: [Double], _ ridge: Double, _ samples: Double) throws {
      _ = try RidgeRenormalization(eigenvalues: eigenvalues, ridge: ridge, samples: samples)
    }
    #expect(
      message { try model([1], 0, 1) } == "ridge: got 0.0; expected a finite number above 0")
    #expect(
      message { try model([1], 1, .infinity) }
        == "samples: got inf; expected a finite number above 0")
    for wrong in [-1, Double.nan, 2] {
      #expect(
        message { try model([1, wrong], 1, 1) }
          == "eigenvalue 2: got \(wrong); expected finite numbers from 0 in descending order")
    }
    #expect(
      message {
        _ = try QuarticHartree(eigenvalues: [1], squares: [1], ridge: 1, quartic: -1)
      } == "quartic: got -1.0; expected a finite number from 0")
  }
}

@Suite struct QuarticHartreeTests {
  /// Cosine and sine of k = 1 … 64, y_k² = λ_k, by an independent implementation.
  @Test(arguments: [
    (1.0, 16.0, 45.513261023844564, 0.6148596046634283, 1.05370185666902),
    (0.5, 64, 169.97717580319616, 0.5519644573083127, 1.0458247820313993),
  ])
  func reference(_ row: (Double, Double, Double, Double, Double)) throws {
    let (alpha, samples, stiffness, error, gaussian) = row
    let eigenvalues = RidgeRenormalization.powerLaw(exponent: alpha, modes: 64)
      .flatMap { [$0, $0] }
    let solution = try QuarticHartree(
      eigenvalues: eigenvalues, squares: eigenvalues, ridge: 1, quartic: 1
    ).solution(samples: samples)
    #expect(abs(solution.stiffness / stiffness - 1) < 1e-8)
    #expect(abs(solution.error / error - 1) < 1e-8)
    #expect(abs(solution.gaussianError / gaussian - 1) < 1e-8)
  }

  /// At u = 0 it is the Gaussian posterior; of one mode without a target it is a cubic equation.
  @Test func limits() throws {
    let eigenvalues = [1, 0.5, 0.1]
    let gaussian = try QuarticHartree(
      eigenvalues: eigenvalues, squares: [0.3, 0, 2], ridge: 0.5, quartic: 0
    ).solution(samples: 10)
    #expect(gaussian.stiffness == 20 && gaussian.error == gaussian.gaussianError)
    let variances = 1 / 21.0 + 0.5 / 11.0 + 0.1 / 3.0
    let exact: Double = variances + 0.3 / 441.0 + 2.0 / 9.0
    #expect(abs(gaussian.error / exact - 1) < 1e-14)
    let one = try QuarticHartree(eigenvalues: [2], squares: [0], ridge: 1, quartic: 0.7)
      .solution(samples: 5)
    // D = λ/(1 + rλ) with r = 5 + 10.5 D.
    #expect(abs(one.error * (1 + 2 * (5 + 10.5 * one.error)) / 2 - 1) < 1e-12)
  }
}

@Suite struct ZipfMandelbrotTests {
  /// Counts that follow the law exactly give its parameters back.
  @Test(arguments: [(1.08, 2.0), (1.5, 0.3), (0.7, 12), (2.2, -0.4)])
  func syntheticCounts(_ law: (exponent: Double, shift: Double)) throws {
    let counts = (1...2000).map { 1e6 * pow(Double($0) + law.shift, -law.exponent) }
    let fit = try ZipfMandelbrot(fitting: counts)
    #expect(abs(fit.exponent - law.exponent) < 1e-6)
    #expect(abs(fit.shift - law.shift) < 1e-5)
    let sum = (1...2000).reduce(0.0) { $0 + fit.probability(ofRank: $1) }
    #expect(abs(sum - 1) < 1e-12)
  }

  /// Draws from the law scatter as the standard errors say.
  @Test func drawsScatterByTheStandardErrors() throws {
    let law = try ZipfMandelbrot(fitting: (1...50).map { pow(Double($0) + 2, -1.1) })
    var state: UInt64 = 5
    let cumulative = (1...50).reduce(into: [0.0]) {
      $0.append($0.last! + law.probability(ofRank: $1))
    }
    var deviations: [Double] = []
    for _ in 0..<40 {
      var counts = [Double](repeating: 0, count: 50)
      for _ in 0..<4000 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let u = Double(state >> 11) * 0x1p-53
        counts[min(49, cumulative.firstIndex { $0 > u }.map { $0 - 1 } ?? 49)] += 1
      }
      let fit = try ZipfMandelbrot(fitting: counts)
      deviations.append((fit.exponent - law.exponent) / fit.exponentError)
    }
    let square = deviations.reduce(0) { $0 + $1 * $1 } / 40
    // The mean of 40 squares of normals is 1 ± 0.22.
    #expect((0.3...1.9).contains(square), "\(square)")
  }

  @Test func whatIsRefused() {
    func message(_ counts: [Double]) -> String? {
      do { _ = try ZipfMandelbrot(fitting: counts) } catch { return "\(error)" }
      return nil
    }
    #expect(message([3, 2]) == "ranks: got 2; expected at least three counts above 0")
    #expect(message([3, -2, 1]) == "rank 2: got -2.0; expected a finite number from 0")
    #expect(message([3, .nan, 1]) == "rank 2: got nan; expected a finite number from 0")
    let exponential = (0..<30).map { exp(-Double($0)) }
    #expect(message(exponential)?.hasPrefix("ranks: the likelihood") == true)
  }
}
