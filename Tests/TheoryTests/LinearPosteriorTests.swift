import Foundation
import TestSupport
import Testing
import Theory

/// Exact linear networks against an independent implementation, one-dimensional integrals, sampling
/// and identities; and the scalar saddle points.
@Suite struct LinearPosteriorTests {
  typealias Case = FeatureLearningReference.Case
  static let cases = FeatureLearningReference.shared.gfl.filter { $0.exact != nil }

  func largest(_ a: [Double], _ b: [Double]) -> Double {
    let scale = b.reduce(0) { max($0, abs($1)) }
    return a.count == b.count
      ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale : .infinity
  }

  @Test(arguments: cases) func posterior(_ a: Case) throws {
    let found = try LinearPosterior(a.network, a.data, ridge: a.kappa)
    let exact = a.exact!
    #expect(found.relativeError < 1e-11, "\(found.relativeError)")
    #expect(largest(found.weights, exact.beta) < 1e-10)
    #expect(largest(found.sigma, exact.Sigma.flatMap(\.self)) < 1e-10)
    #expect(largest(found.omega, exact.Omega.flatMap(\.self)) < 1e-10)
    #expect(abs(found.logEvidence - exact.log_evidence) < 1e-10)
    #expect(abs(found.scale - exact.scale) < 1e-10)
  }

  @Test(arguments: cases) func saddlePoints(_ a: Case) throws {
    let full = try RescaledRidge(a.network, a.data, ridge: a.kappa)
    #expect(largest(full.weights, a.saddle!.beta) < 1e-9)
    #expect(largest(full.scales, a.saddle!.g) < 1e-8)
    let tree = try RescaledRidge(a.network, a.data, ridge: a.kappa, level: .tree)
    #expect(largest(tree.weights, a.saddle_tree!.beta) < 1e-9)
    #expect(largest(tree.scales, a.saddle_tree!.g) < 1e-8)
  }

  /// At tree level the mean predictor is that of the rescaled kernel, at any widths.
  @Test(arguments: cases, [(3, 3), (7, 40), (200, 5)])
  func treeLevelRescales(_ a: Case, widths: (Int, Int)) throws {
    for readout in [1, 0.05] {
      let network = GaussianFeatureLearning(
        firstWidth: widths.0, secondWidth: widths.1, activation: .linear,
        readoutVariance: readout)
      let found = try network.solve(a.data, ridge: a.kappa, level: .tree)
      let saddle = try RescaledRidge(network, a.data, ridge: a.kappa, level: .tree)
      let mean = a.X.map { zip($0, saddle.weights).reduce(0) { $0 + $1.0 * $1.1 } }
      #expect(largest(found.mean, mean) < 1e-9, "\(a) \(widths) \(readout)")
      #expect(
        abs(Double(widths.0) * (saddle.scales[0] - 1) - Double(widths.1) * (saddle.scales[1] - 1))
          < 1e-8)
    }
  }

  /// One of two layers infinitely wide leaves one integral, by a plain sum in ln g.
  @Test(arguments: cases, [3, 11]) func oneIntegral(_ a: Case, width: Int) throws {
    typealias D = FeatureLearningByDefinition
    let d = Double(a.d)
    var (total, beta) = (0.0, [Double](repeating: 0, count: a.d))
    var (prior, scale) = (0.0, 0.0)
    for k in -4000...700 {
      let u = Double(k) * 0.005
      let (g, half) = (exp(u), Double(width) / 2)
      let weight = exp(half * (u - g + 1))
      let s = a.readout_variance * g / d
      var c = D.scaled(D.product(a.X, D.transpose(a.X)), s)
      for i in c.indices { c[i][i] += a.kappa }
      let l = D.factor(c)!
      let t = D.solve(l, a.y)
      let likelihood = exp(
        -(zip(a.y, t).reduce(0) { $0 + $1.0 * $1.1 } + D.logDeterminant(l)) / 2)
      prior += weight
      total += weight * likelihood
      scale += weight * likelihood * g
      for i in 0..<a.d {
        beta[i] += weight * likelihood * s * a.X.indices.reduce(0) { $0 + a.X[$1][i] * t[$1] }
      }
    }
    for widths in [(width, 1_000_000_000), (1_000_000_000, width)] {
      let network = GaussianFeatureLearning(
        firstWidth: widths.0, secondWidth: widths.1, activation: .linear,
        readoutVariance: a.readout_variance)
      let found = try LinearPosterior(network, a.data, ridge: a.kappa)
      #expect(largest(found.weights, beta.map { $0 / total }) < 1e-7, "\(a) \(widths)")
      #expect(abs(found.scale - scale / total) < 1e-7 * found.scale)
      let evidence = log(total / prior) - Double(a.n) / 2 * log(2 * .pi)
      #expect(abs(found.logEvidence - evidence) < 1e-7)
    }
  }

  /// The prior's averages: without data β β^T/(…) is the identity, so Σ and Ω are the prior's.
  @Test func noInformation() throws {
    let a = Self.cases[0]
    let network = GaussianFeatureLearning(
      firstWidth: 4, secondWidth: 7, activation: .linear, weightVariance: 2, hiddenVariance: 3)
    let found = try LinearPosterior(network, a.data, ridge: 1e12)
    let identity = (0..<9).map { $0 % 4 == 0 ? 2.0 / 3 : 0 }
    #expect(largest(found.sigma, identity) < 1e-9)
    #expect(largest(found.omega, identity.map { 3 * $0 }) < 1e-9)
    #expect(abs(found.scale - 1) < 1e-9)
  }

  /// Importance sampling of the finite network itself: weights from the prior, weighed by the
  /// likelihood. No formula of the library enters.
  @Test func sampledNetwork() throws {
    let x: [[Double]] = [[0.9, -0.4], [-0.3, 1.1], [0.2, 0.7]]
    let y = [0.8, -0.1, 0.4]
    let network = GaussianFeatureLearning(
      firstWidth: 3, secondWidth: 2, activation: .linear, weightVariance: 1.5,
      hiddenVariance: 0.8, readoutVariance: 1.2)
    let data = try LabelledInputs(inputs: x.flatMap(\.self), dimension: 2, targets: y)
    let found = try LinearPosterior(network, data, ridge: 0.5)
    var generator = NormalNumbers(seed: 5)
    let count = 400_000
    var sums = [Double](repeating: 0, count: 6)
    var total = 0.0
    var squares = sums
    var values: [(Double, [Double])] = []
    for _ in 0..<count {
      let w = (0..<6).map { _ in (1.5 / 2).squareRoot() * generator.next() }
      let v = (0..<6).map { _ in (0.8 / 3).squareRoot() * generator.next() }
      let a = (0..<2).map { _ in (1.2 / 2).squareRoot() * generator.next() }
      // V W, of 2 × 2, and β.
      var hidden = [0.0, 0, 0, 0]
      for i in 0..<2 {
        for j in 0..<3 {
          for k in 0..<2 { hidden[2 * i + k] += v[3 * i + j] * w[2 * j + k] }
        }
      }
      let beta = (0..<2).map { a[0] * hidden[$0] + a[1] * hidden[2 + $0] }
      let loss = zip(x, y).reduce(0.0) { sum, sample in
        let f = sample.0[0] * beta[0] + sample.0[1] * beta[1]
        return sum + (f - sample.1) * (f - sample.1)
      }
      let weight = exp(-loss)  // 2κ = 1
      total += weight
      let observed = [
        beta[0], beta[1], (w[0] * w[0] + w[2] * w[2] + w[4] * w[4]) / 3,
        (hidden[0] * hidden[0] + hidden[2] * hidden[2]) / 2,
        (hidden[0] * hidden[1] + hidden[2] * hidden[3]) / 2, 1,
      ]
      for i in 0..<6 { sums[i] += weight * observed[i] }
      values.append((weight, observed))
    }
    let means = sums.map { $0 / total }
    for (weight, observed) in values {
      for i in 0..<6 {
        let deviation = i < 5 ? weight * (observed[i] - means[i]) : weight - total / Double(count)
        squares[i] += deviation * deviation
      }
    }
    let errors = squares.map { $0.squareRoot() / total }
    for (i, expected) in [
      found.weights[0], found.weights[1], found.sigma[0], found.omega[0], found.omega[1],
    ].enumerated() {
      #expect(
        abs(means[i] - expected) < 4.5 * errors[i],
        "\(i): sampled \(means[i]) ± \(errors[i]), exact \(expected)")
    }
    let evidence = log(total / Double(count)) - 1.5 * log(2 * .pi * 0.5)
    #expect(abs(evidence - found.logEvidence) < 4.5 * errors[5])
  }

  /// Twelve decades of every input: the posterior between bounds, the saddle point where its energy
  /// is least, and the mean of the tree level that of the rescaled kernel.
  @Test func wideInputs() throws {
    var inputs = WideInputs(seed: 41)
    var (exact, equations) = (Tally(), Tally())
    for _ in 0..<WideInputs.count(60) {
      let (n, d) = (1 + Int(7 * inputs.uniform()), 1 + Int(5 * inputs.uniform()))
      let network = GaussianFeatureLearning(
        firstWidth: inputs.size(0...6), secondWidth: inputs.size(0...6), activation: .linear,
        weightVariance: inputs.decades(-6...6), hiddenVariance: inputs.decades(-6...6),
        readoutVariance: inputs.decades(-6...6))
      let ridge = inputs.decades(-6...6)
      let x = (0..<n * d).map { _ in 2 * inputs.uniform() - 1 }
      let y = (0..<n).map { x[$0 * d] + 0.3 * inputs.uniform() }
      let data = try LabelledInputs(inputs: x, dimension: d, targets: y)
      let prior = network.weightVariance * network.hiddenVariance * network.readoutVariance
      let isReasonable = (1e-3...1e3).contains(prior / ridge)
      let what = "\(network) n \(n) d \(d) κ \(ridge)"
      if let found = try? LinearPosterior(network, data, ridge: ridge) {
        exact.add(solved: true, reasonable: isReasonable)
        // The evidence is below its largest value over all scales, and above none of the data.
        #expect(found.logEvidence <= -Double(n) / 2 * log(2 * .pi * ridge) + 1e-6, "\(what)")
        #expect(found.scale > 0 && found.relativeError <= 1e-8, "\(what)")
        // Traces are positive, and the first layer keeps (1 − 1/N₁) of the prior.
        for i in 0..<d {
          let least =
            (1 - 1 / Double(network.firstWidth)) * network.weightVariance / Double(d)
          #expect(found.sigma[i * d + i] >= least * (1 - 1e-8), "\(what)")
        }
      } else {
        exact.add(solved: false, reasonable: isReasonable)
      }
      guard
        let found = try? network.solve(data, ridge: ridge, level: .tree),
        let saddle = try? RescaledRidge(network, data, ridge: ridge, level: .tree)
      else {
        equations.add(solved: false, reasonable: isReasonable)
        continue
      }
      equations.add(solved: true, reasonable: isReasonable)
      let mean = (0..<n).map { i in
        (0..<d).reduce(0) { $0 + x[i * d + $1] * saddle.weights[$1] }
      }
      let size = y.reduce(0) { max($0, abs($1)) }
      let gap = zip(found.mean, mean).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(gap < 1e-6 * size + 10 * found.meanError, "\(what): \(gap)")
    }
    #expect(exact.refusedReasonable * 20 <= exact.reasonable, "\(exact.description)")
    #expect(equations.refusedReasonable * 20 <= equations.reasonable, "\(equations.description)")
    print("linear networks, exact: \(exact.description); equations: \(equations.description)")
  }
}

/// Standard normal numbers, the same in every run, by Box and Muller.
private struct NormalNumbers {
  private var inputs: WideInputs

  init(seed: UInt64) { inputs = WideInputs(seed: seed) }

  mutating func next() -> Double {
    (-2 * log(1 - inputs.uniform())).squareRoot() * cos(2 * .pi * inputs.uniform())
  }
}
