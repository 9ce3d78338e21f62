import Foundation
import Kernels
import Sampling
import TestSupport
import Testing

/// Replica exchange on targets whose evidence and modes are known.
@Suite struct TemperingTests {
  /// The evidence ln Z of a Bayesian linear regression is a determinant and a quadratic form. The
  /// estimate's bias is of the order of its variance, the square of a standard error that is
  /// bounded here.
  @Test func evidenceOfALinearRegression() {
    let target = RegressionEnergy(parameters: 12, samples: 30, ridge: 0.2)
    let settings = Tempering(replicas: 8, warmup: 400)
    let exchange = ReplicaExchange(target, settings: settings, stream: RandomStream(key: 400))
    for _ in 0..<4000 { exchange.advance(target) }
    let got = exchange.logEvidence
    let exact = target.logEvidence
    let bound = 4 * got.standardError + got.standardError * got.standardError
    #expect(
      abs(got.value - exact) <= bound,
      "ln Z: got \(got.value), expected \(exact) within 4 × \(got.standardError)")
    #expect(got.standardError < 0.1, "the test has no power, \(got.standardError)")
    // The ends alone do not give ln Z: the largest of the terms is far from it.
    #expect(abs(exact) > 5, "ln Z = \(exact) tests nothing")

    // The adaptation worked: swaps are even, and the posterior's acceptance is the target.
    #expect(exchange.inverseRidges.first == 0 && exchange.inverseRidges.last == 1)
    #expect(zip(exchange.inverseRidges, exchange.inverseRidges.dropFirst()).allSatisfy { $0 < $1 })
    let swaps = exchange.swapAcceptance
    #expect(swaps.max()! - swaps.min()! < 0.25, "swap acceptances \(swaps)")
    #expect(exchange.acceptance > 0.5, "acceptance \(exchange.acceptance)")
    // A round trip takes 2 + 2Λ sweeps if every trajectory forgets its data energy, and some more
    // here.
    let best = Double(exchange.draws) / (2 + 2 * exchange.communicationBarrier)
    let trips = Double(exchange.roundTrips)
    #expect(trips > 0.2 * best && trips < 1.3 * best, "\(trips) round trips of at most \(best)")
    #expect(exchange.draws == 4000 && exchange.dataEnergies.allSatisfy { $0.count == 4000 })
    #expect(abs(exchange.virial - 1) < 0.05, "virial \(exchange.virial)")
    #expect(exchange.divergences == 0 && exchange.energyError < 2)
  }

  /// Standard errors are honest: deviations over independent runs have their size.
  @Test func standardErrorsOfTheEvidence() {
    let target = RegressionEnergy(parameters: 4, samples: 10, ridge: 0.3)
    var squares = 0.0
    for key in 0..<40 as Range<UInt64> {
      let exchange = ReplicaExchange(
        target, settings: Tempering(replicas: 4, warmup: 100), stream: RandomStream(key: 420 + key))
      for _ in 0..<300 { exchange.advance(target) }
      let got = exchange.logEvidence
      let score = (got.value - target.logEvidence) / got.standardError
      squares += score * score
    }
    // The χ² of 40 degrees of freedom, over 40, scatters by 0.22.
    #expect((0.3...1.9).contains(squares / 40), "mean square of z: \(squares / 40), expected 1")
  }

  /// There are two modes of weights 1/4 and 3/4, between which single chains do not cross.
  @Test func weightsOfTwoModes() {
    let target = TwoModes(dimension: 6, distance: 6, width: 0.25, lesser: 0.25)
    let singles = [-6, 6].map { place -> [Double] in
      let stream = RandomStream(key: 430)
      var start = [Float](repeating: 0, count: 6)
      start[0] = Float(place)
      let chain = Chain(
        target, start: start, settings: HamiltonianMonteCarlo(warmup: 100), stream: stream)
      return (0..<500).map { _ in
        chain.advance(target)
        return Double(chain.state.position[0])
      }
    }
    #expect(Diagnostics(singles).rHat > 1.5, "single chains cross: the test tests nothing")

    let settings = Tempering(replicas: 10, warmup: 800)
    let inLesser = (0..<2 as Range<UInt64>).map { key -> [Double] in
      let exchange = ReplicaExchange(
        target, settings: settings, stream: RandomStream(key: 440 + key))
      return (0..<6000).map { _ in
        exchange.advance(target)
        return exchange.position[0] < 0 ? 1 : 0
      }
    }
    let got = Diagnostics(inLesser)
    #expect(got.rHat < 1.02, "R̂ \(got.rHat)")
    #expect(
      abs(got.mean - 0.25) <= 4 * got.standardError,
      "weight: got \(got.mean), expected 0.25 within 4 × \(got.standardError)")
    #expect(got.standardError < 0.03, "the test has no power, \(got.standardError)")
  }

  @Test func aRunIsAFunctionOfItsStream() {
    let target = GaussianEnergy.spread(10)
    func run(key: UInt64) -> ReplicaExchange<GaussianEnergy> {
      let exchange = ReplicaExchange(
        target, settings: Tempering(replicas: 4, warmup: 20), stream: RandomStream(key: key))
      for _ in 0..<10 { exchange.advance(target) }
      return exchange
    }
    let (first, second, other) = (run(key: 450), run(key: 450), run(key: 451))
    #expect(first.position.values == second.position.values)
    #expect(first.inverseRidges == second.inverseRidges && first.stepSizes == second.stepSizes)
    #expect(first.dataEnergies == second.dataEnergies && first.gradients == second.gradients)
    #expect(first.position.values != other.position.values)
  }

  /// The tempered energy U_β and its gradient follow the definition; β = 1 is the posterior bit by
  /// bit.
  @Test func temperedEnergies() {
    let target = QuarticEnergy(dimension: 5)
    let theta = AlignedBuffer(RandomStream(key: 452).standardNormals(count: 5, step: 0))
    let plain = target.makeGradient()
    let tempered = target.makeGradient()
    let energy = target.evaluate(theta, gradient: plain)
    let prior = theta.values.reduce(0) { $0 + Double($1) * Double($1) } / 2
    for inverseRidge in [0, 0.3, 1] {
      let got = withTemperedEnergy(target, inverseRidge: inverseRidge) {
        $0.evaluate(theta, gradient: tempered)
      }
      expect(
        got, near: inverseRidge * (energy - prior) + prior, within: 1e-13,
        "U at β = \(inverseRidge)")
      for i in 0..<5 {
        let expected = Float(inverseRidge) * (plain[i] - theta[i]) + theta[i]
        #expect(abs(tempered[i] - expected) <= 1e-5, "gradient at β = \(inverseRidge)")
      }
    }
    #expect(tempered.values == plain.values)
  }
}

/// Linear regression f = Xw with w ~ N(0, I) and noise of variance κ: U = |y − Xθ|²/(2κ) + |θ|²/2.
private struct RegressionEnergy: Energy {
  let dimension: Int
  let ridge: Double
  private let x: [[Double]]
  private let y: [Double]

  init(parameters: Int, samples: Int, ridge: Double) {
    dimension = parameters
    self.ridge = ridge
    let stream = RandomStream(key: 410)
    let x = (0..<samples).map {
      stream.standardNormals(count: parameters, step: UInt64($0)).map {
        Double($0) / Double(parameters).squareRoot()
      }
    }
    self.x = x
    y = zip(x, stream.standardNormals(count: samples, step: .max)).map {
      $0.reduce(0, +) + 0.5 * Double($1)
    }
  }

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let theta = position.values.map(Double.init)
    var energy = theta.reduce(0) { $0 + $1 * $1 / 2 }
    var slope = theta
    for (row, y) in zip(x, y) {
      let residual = zip(row, theta).reduce(-y) { $0 + $1.0 * $1.1 }
      energy += residual * residual / (2 * ridge)
      for i in 0..<dimension { slope[i] += residual * row[i] / ridge }
    }
    for i in 0..<dimension { gradient[i] = Float(slope[i]) }
    return energy
  }

  /// The exact ln ∫ N(θ; 0, I) e^{−|y − Xθ|²/(2κ)} dθ = −½ ln det(I + XᵀX/κ) − (|y|² − bᵀ(κI +
  /// XᵀX)⁻¹b)/(2κ) with b = Xᵀy, by elimination.
  var logEvidence: Double {
    let n = dimension
    var a = (0..<n).map { i in
      (0..<n).map { j in x.reduce(i == j ? 1 : 0) { $0 + $1[i] * $1[j] / ridge } }
    }
    var b = (0..<n).map { i in zip(x, y).reduce(0) { $0 + $1.0[i] * $1.1 / ridge } }
    var (logDeterminant, form) = (0.0, 0.0)
    for k in 0..<n {
      logDeterminant += log(a[k][k])
      form += b[k] * b[k] / a[k][k]
      for i in k + 1..<n {
        let factor = a[i][k] / a[k][k]
        for j in k..<n { a[i][j] -= factor * a[k][j] }
        b[i] -= factor * b[k]
      }
    }
    return -logDeterminant / 2 - y.reduce(0) { $0 + $1 * $1 } / (2 * ridge) + form / 2
  }
}

/// A mixture of two Gaussians of variance s² at ±D along the first axis, and of one at 0 in the
/// others: U = |θ|²/2 + E, with the data energy E that makes it so.
private struct TwoModes: Energy {
  let dimension: Int
  let distance: Double
  let width: Double
  /// The weight of the mode at −D.
  let lesser: Double

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let v = width * width
    var energy = 0.0
    for i in 1..<dimension {
      let x = Double(position[i])
      energy += x * x / (2 * v)
      gradient[i] = Float(x / v)
    }
    let x = Double(position[0])
    // The logarithm ln(p e^{−(x+D)²/2v} + q e^{−(x−D)²/2v}) is taken around the larger term.
    let left = naturalLogarithm(lesser) - (x + distance) * (x + distance) / (2 * v)
    let right = naturalLogarithm(1 - lesser) - (x - distance) * (x - distance) / (2 * v)
    let top = max(left, right)
    let (p, q) = (naturalExponential(left - top), naturalExponential(right - top))
    gradient[0] = Float((p * (x + distance) + q * (x - distance)) / ((p + q) * v))
    return energy - top - naturalLogarithm(p + q)
  }
}
