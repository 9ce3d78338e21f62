import Foundation
import Kernels
import TestSupport
import Testing
import Theory

@Suite struct FiniteWidthPosteriorTests {
  typealias Averages = FiniteWidthPosterior.Averages

  /// Values of x₁ at the middles of P equal shares of the normal distribution.
  static func quantiles(_ count: Int) -> [Double] {
    (0..<count).map { i in
      var (low, high) = (-6.0, 6.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if normalDistribution(middle) < (Double(i) + 0.5) / Double(count) {
          low = middle
        } else {
          high = middle
        }
      }
      return (low + high) / 2
    }
  }

  /// Averages over several chains and their standard errors, of A and the densities.
  func chains(
    _ model: FiniteWidthPosterior, _ inputs: [Double], count: Int, sweeps: Int,
    specialists: Int = 0,
    threshold: Double = 0.8
  ) throws -> (alignment: (Double, Double), density: [(Double, Double)], specialists: [Double]) {
    let all = try (0..<count).map {
      try model.averages(
        of: inputs, sweeps: sweeps, specialists: $0 % 2 * specialists, threshold: threshold,
        stream: RandomStream(key: 40 + UInt64($0)))
    }
    func summary(_ x: [Double]) -> (Double, Double) {
      let mean = x.reduce(0, +) / Double(count)
      let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(count * (count - 1))).squareRoot())
    }
    let most = all.map(\.specialists.count).max()!
    return (
      summary(all.map(\.alignment)),
      (0..<30).map { bin in summary(all.map { $0.density[bin] }) },
      (0..<most).map { m in
        all.reduce(0) { $0 + (m < $1.specialists.count ? $1.specialists[m] : 0) / Double(count) }
      }
    )
  }

  /// One neuron alone is an integral over w₁, |w_⊥|² and its readout, done here by the midpoint
  /// rule on formulas of its own.
  @Test func oneNeuron() throws {
    let exact = Single(dimension: 6, ridge: 0.1, inputs: NeuronBesideBathTests.inputs)
    let model = try FiniteWidthPosterior(dimension: 6, width: 1, ridge: 0.1)
    let got = try chains(model, NeuronBesideBathTests.inputs, count: 6, sweeps: 1500)
    let (alignment, error) = got.alignment
    #expect(
      abs(alignment - exact.alignment) < 4 * error + 1e-3, "A \(got.alignment), \(exact.alignment)")
    for bin in 0..<16 {
      let (density, error) = got.density[bin]
      #expect(
        abs(density - exact.density[bin]) < 5 * error + 4e-3,
        "bin \(bin): \(density) ± \(error), \(exact.density[bin])")
    }
    #expect(exact.alignment > 0.02 && exact.density[10] > 0.02, "the data matter: \(exact)")
  }

  /// Numbers of an independent implementation, from chains of 10⁵ sweeps or more. Few neurons
  /// share: M = 1 and 2 both occur.
  @Test func reference() throws {
    let model = try FiniteWidthPosterior(dimension: 10, width: 10, ridge: 0.1)
    let got = try chains(
      model, Self.quantiles(100), count: 8, sweeps: 200, specialists: 1, threshold: 0.75)
    #expect(abs(got.alignment.0 - 0.2838) < 4 * got.alignment.1 + 1e-3, "A \(got.alignment)")
    #expect(abs(got.specialists[1] - 0.861) < 0.03, "M \(got.specialists)")
    #expect(abs(got.specialists[2] - 0.130) < 0.03, "M \(got.specialists)")
    for (bin, value) in [
      (0, 0.4917), (2, 0.858), (3, 0.981), (4, 0.7985), (6, 0.1855), (10, 0.0066), (12, 0.0494),
      (14, 0.1402), (16, 0.0597),
    ] {
      let (density, error) = got.density[bin]
      #expect(
        abs(density - value) < 4.5 * error + 0.015 * value, "bin \(bin): \(density), \(value)")
    }
  }

  /// As κ → ∞ the data say nothing: w₁ is N(0, 1/d), and the density has integral one.
  @Test func withoutDataThePriorIsLeft() throws {
    let model = try FiniteWidthPosterior(dimension: 8, width: 30, ridge: 1000, weightVariance: 2)
    let got = try chains(model, [0.3, -1.2, 0.8], count: 8, sweeps: 60, specialists: 2)
    let scale = 2 / (2.0 / 8).squareRoot()
    for bin in 0..<12 {
      let low = 0.05 * Double(bin) * scale
      let expected = (normalDistribution(low + 0.05 * scale) - normalDistribution(low)) / 0.1
      let (density, error) = got.density[bin]
      #expect(abs(density - expected) < 4.5 * error + 2e-3, "bin \(bin): \(density), \(expected)")
    }
    #expect(abs(got.density.reduce(0) { $0 + 0.2 * $1.0 } - 1) < 1e-9)
    #expect(abs(got.alignment.0) < 4 * got.alignment.1 + 1e-3, "\(got.alignment)")
  }

  /// The wider the network, the nearer its density to that of large deviations at its alignment.
  @Test func wideNetworksAreLargeDeviations() throws {
    var divergences: [Double] = []
    for width in [8, 512] {
      let model = try FiniteWidthPosterior(dimension: 8, width: width, ridge: 0.1)
      let got = try chains(
        model, Self.quantiles(160), count: width == 8 ? 2 : 1, sweeps: width == 8 ? 400 : 30,
        specialists: 4)
      let theory = try LargeDeviation(dimension: 8, width: width)
        .solve(alignment: got.alignment.0)
      divergences.append(
        got.density.enumerated().reduce(0) { sum, bin in
          let p = bin.element.0
          let q =
            GaussLegendre(
              count: 4, on: 0.1 * Double(bin.offset)...0.1 * Double(bin.offset + 1)
            ).integral { theory.density(at: $0) } / 0.1
          return p > 0 ? sum + 0.2 * p * log(p / q) : sum
        })
    }
    #expect(divergences[1] < 0.015, "\(divergences)")
    #expect(divergences[0] > 20 * divergences[1], "\(divergences)")
  }

  /// Samples of x₁ and −x₁ are the same data, bit for bit where they are their own nodes, and the
  /// kernels of every processor draw the same neurons.
  @Test func isReproducible() throws {
    let model = try FiniteWidthPosterior(dimension: 6, width: 5, ridge: 0.1, degree: 5)
    func alignment(_ inputs: [Double], _ kernels: KernelSet) throws -> Double {
      try model.averages(
        of: inputs, sweeps: 40, specialists: 1, stream: RandomStream(key: 9, kernels: kernels)
      ).alignment
    }
    let inputs = NeuronBesideBathTests.inputs
    let expected = try alignment(inputs, .best)
    #expect(try alignment(inputs.map { -$0 }, .best) == expected)
    #expect(try alignment(inputs, try #require(KernelSet(.generic))) == expected)
  }

  /// Draws do not depend on how many others there are.
  @Test func drawsAreTheSame() throws {
    let model = try FiniteWidthPosterior(dimension: 5, width: 4, ridge: 0.5)
    let few = try model.estimate(samples: 8, draws: 2, sweeps: 20)
    let many = try model.estimate(samples: 8, draws: 4, sweeps: 20)
    #expect(few.alignments == Array(many.alignments.prefix(2)))
    #expect(Set(many.alignments).count == 4)
    #expect(abs(many.specialists.reduce(0, +) - 1) < 1e-12)
    #expect(many.density.allSatisfy { $0.error >= 0 })
  }

  /// The nodes have the sample's even moments, of x₁³⁸ at most.
  @Test func quadrature() throws {
    let inputs = Self.quantiles(100).enumerated().map { $1 + 0.1 * Double($0 % 7) }
    let rule = try SampleQuadrature(inputs)
    #expect(rule.nodes.count == 10 && rule.weights.allSatisfy { $0 > 0 })
    for power in 0..<20 {
      let moment = inputs.reduce(0) { $0 + pow($1, Double(2 * power)) }
      let got = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(2 * power)) }
      expect(got, near: moment, within: 1e-10, "moment \(2 * power)")
    }
  }

  @Test func badInputIsAnError() throws {
    typealias E = FiniteWidthPosteriorError
    #expect(throws: E.dimension(1)) {
      try FiniteWidthPosterior(dimension: 1, width: 2, ridge: 0.1)
    }
    #expect(throws: E.width(0)) { try FiniteWidthPosterior(dimension: 8, width: 0, ridge: 0.1) }
    #expect(throws: E.degree(4)) {
      try FiniteWidthPosterior(dimension: 8, width: 8, ridge: 0.1, degree: 4)
    }
    for ridge in [0, -1, .infinity, .nan] {
      #expect(throws: E.self) { try FiniteWidthPosterior(dimension: 8, width: 8, ridge: ridge) }
    }
    let model = try FiniteWidthPosterior(dimension: 8, width: 8, ridge: 0.1)
    #expect(throws: E.samples(1, most: 1600)) { try model.estimate(samples: 1) }
    #expect(throws: E.draws(1)) { try model.estimate(samples: 20, draws: 1) }
    #expect(throws: E.sweeps(9)) { try model.estimate(samples: 20, sweeps: 9) }
  }
}

/// The posterior of a single neuron, by the midpoint rule over w₁, ln |w_⊥|² and the readout, with
/// the least over the overlap of two replicas at each node.
private struct Single {
  private(set) var alignment = 0.0
  private(set) var density = [Double](repeating: 0, count: 30)

  init(dimension: Int, ridge: Double, inputs: [Double]) {
    let (d, p) = (Double(dimension), Double(inputs.count))
    let targets = inputs.map { ($0 * $0 * $0 - 3 * $0) / 6.0.squareRoot() }
    let overlaps = (0...40).map { 1 - pow(1 - 0.985 * Double($0) / 40, 2) }
    let entropies = overlaps.map { 0.5 * (d - 1) * ($0 / (1 - $0) + log(1 - $0)) }
    var mass = 0.0
    for i in 0..<40 {
      let w = (Double(i) + 0.5) / 20
      for j in 0..<16 {
        let rho = exp(-4 + 5.5 * (Double(j) + 0.5) / 16)
        let width = 1 + 2 * (w * w + rho)
        let linear = 4 / Double.pi * rho / width
        let shared = overlaps.map {
          2 / Double.pi * (asin((2 * w * w + 2 * rho * $0) / width) - asin(2 * w * w / width))
            - linear * $0
        }
        let tail =
          2 / Double.pi * (asin(2 * (w * w + rho) / width) - asin(2 * w * w / width)) - linear
        let coupling = -4 / (6 * Double.pi).squareRoot() * pow(w * w / width, 1.5)
        let responses = inputs.map { erf(w * $0 / (1 + 2 * rho).squareRoot()) }
        for k in 0..<32 {
          let a = -4 + (Double(k) + 0.5) / 4
          let square = zip(targets, responses).reduce(0) { $0 + pow($1.0 - a * $1.1, 2) }
          let variance = a * a * linear / (d - 1)
          let least = overlaps.indices.map { s in
            let bare = ridge + a * a * (tail - shared[s])
            // κ̃ = κ_t + (d − 1)κ̃λ/(κ̃ + Pλ).
            let b = p * variance - bare - (d - 1) * variance
            let effective = ((b * b + 4 * bare * p * variance).squareRoot() - b) / 2
            let x = p * variance / effective
            return entropies[s] - 0.5 * (p * log(effective) + (d - 1) * (log(1 + x) - x / (1 + x)))
              - 0.5 * (square + p * a * a * shared[s]) / effective
          }.min()!
          let prior = -0.5 * (d * w * w + d * rho - (d - 1) * log(rho) + a * a)
          let weight = exp(least + prior)
          mass += weight
          alignment += weight * a * coupling
          density[Int(w / 0.1)] += weight / 0.2
        }
      }
    }
    alignment /= mass
    density = density.map { $0 / mass }
  }
}
