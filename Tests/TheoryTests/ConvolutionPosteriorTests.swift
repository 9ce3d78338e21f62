import Foundation
import TestSupport
import Testing
import Theory

/// The posterior of linear convolutions at finite size against exact cases, another implementation,
/// sampled channels, and its limits.
@Suite struct ConvolutionPosteriorTests {
  static func posterior(
    _ patch: Int, _ patches: Int, _ channels: Int, outputVariance: Double = 0.1,
    ridge: Double = 0.1
  ) throws -> ConvolutionPosterior {
    try ConvolutionPosterior(
      patch: patch, patches: patches, channels: channels, outputVariance: outputVariance,
      ridge: ridge)
  }

  /// One patch of size one has the output u = √(s/C) b·w alone. Given the filters it is Gaussian,
  /// u ~ N(0, s ρ) with ρ = |w|²/C. So its posterior in a channel is a mixture over a χ² law, a
  /// one-dimensional integral.
  @Test(arguments: [(3, 1.0), (7, 0.4), (7, 9), (40, 5)])
  func scalarProduct(channels: Int, samples: Double) throws {
    let s = 0.7
    let state = try Self.posterior(1, 1, channels, outputVariance: s, ridge: 0.3)
      .state(samples: samples)
    let precision = samples / state.effectiveRidge
    // Moments of u in e^{−(P/2k)(u − 1)²} N(u; 0, v), of weight (1 + Q v)^{−1/2} e^{−Q/2(1 + Qv)}.
    var (weight, first, second) = (0.0, 0.0, 0.0)
    let rule = GaussLegendre(count: 24, on: -18...4, panels: 24)
    for (x, measure) in zip(rule.nodes, rule.weights) {
      let rho = exp(x)
      let v = s * rho
      let p =
        measure * exp(Double(channels) / 2 * (x - rho)) / (1 + precision * v).squareRoot()
        * exp(-precision / 2 / (1 + precision * v))
      let mean = precision * v / (1 + precision * v)
      weight += p
      first += p * mean
      second += p * (mean * mean + v / (1 + precision * v))
    }
    let mean = first / weight
    let variance = second / weight - mean * mean
    let name = "C = \(channels), P = \(samples)"
    expect(state.alignment, near: mean, within: 4e-3, "u, \(name)")
    expect(state.effectiveRidge, near: 0.3 + variance, within: 1e-2, "k, \(name)")
    expect(state.testError, near: (1 - mean) * (1 - mean), within: 1e-2, "ε, \(name)")
  }

  /// Numbers of an independent implementation in Python, with a lattice of half the spacing and
  /// twice the radius, which differ from it by its rounding alone.
  static let references: [(sizes: [Int], samples: Double, values: [Double])] = [
    ([8, 8, 8], 30, [0.497206, 0.222603, 0.303734, 0.998508, 4.951914]),
    ([16, 16, 16], 84, [0.494008, 0.219901, 0.296667, 1.010748, 6.753852]),
    ([16, 16, 8], 45, [0.264663, 0.268702, 0.593699, 1.180329, 5.284851]),
    ([48, 48, 48], 443, [0.507377, 0.212914, 0.267030, 1.008065, 11.618125]),
    ([16, 16, 512], 272, [0.538724, 0.163359, 0.253370, 0.999013, 1.802153]),
    ([70, 14, 1400], 880, [0.508090, 0.167791, 0.284099, 1.001696, 1.931562]),
  ]

  @Test(arguments: 0..<6) func anotherImplementation(row: Int) throws {
    let (n, p, values) = Self.references[row]
    let state = try Self.posterior(n[0], n[1], n[2]).state(samples: p)
    let found = [
      state.alignment, state.effectiveRidge, state.testError, state.readoutVariance,
      state.readoutAmplification,
    ]
    for (i, name) in ["u", "k", "ε", "β", "⟨β₀⟩"].enumerated() {
      expect(found[i], near: values[i], within: 1e-3, "\(name) of S, N_w, C = \(n), P = \(p)")
    }
    #expect(state.gridError < 1e-3 * state.alignment, "\(n): \(state.gridError)")
  }

  /// Channels of the same precision and noise that a Gibbs sampler of all filters and readouts
  /// drew: 60 to 240 draws of the noise each, 1200 sweeps. It shares nothing with the theory but
  /// the two numbers. Of the variance, a mean field of the bulk leaves 2 %; of four channels, 9 %.
  @Test(arguments: [
    ([8, 8, 8], 30, (0.5061, 0.0056), (0.1212, 0.0004), 0.02),
    ([16, 16, 16], 84, (0.4957, 0.0045), (0.1185, 0.0002), 0.02),
    ([12, 6, 10], 40, (0.5719, 0.0051), (0.1073, 0.0002), 0.02),
    ([16, 16, 64], 128, (0.4727, 0.0049), (0.0941, 0.0001), 0.02),
    ([16, 16, 4], 45, (0.3607, 0.0089), (0.1710, 0.0011), 0.1),
  ])
  func sampledChannels(
    n: [Int], samples: Int, alignment: (mean: Double, error: Double),
    variance: (mean: Double, error: Double), tolerance: Double
  ) throws {
    let state = try Self.posterior(n[0], n[1], n[2]).state(samples: Double(samples))
    let name = "S, N_w, C = \(n)"
    #expect(
      abs(state.alignment - alignment.mean) < 3 * alignment.error,
      "u of \(name): \(state.alignment), sampled \(alignment.mean) ± \(alignment.error)")
    let thermal = state.effectiveRidge - 0.1
    #expect(
      abs(thermal - variance.mean) < tolerance * variance.mean + 3 * variance.error,
      "tr Cov of \(name): \(thermal), sampled \(variance.mean) ± \(variance.error)")
  }

  /// The limit of large S = N_w = C = n is the equation of state, and the first correction, c/√n,
  /// has a closed form.
  @Test(arguments: [0.3, 0.5, 0.7]) func largeNetworks(alignment: Double) throws {
    func excess(_ n: Int) throws -> Double {
      let posterior = try Self.posterior(n, n, n)
      return try posterior.samples(alignment: alignment).samples
        / posterior.limit.samples(alignment: alignment).samples - 1
    }
    let (u, s, ridge) = (alignment, 0.1, 0.2)
    let noise = (1 - u) * (1 - u) / ridge
    let c =
      (2 * s.squareRoot() * u * (1 - u) + 2 * s * s.squareRoot() * (noise - 1) / (1 - u)) / ridge
      + s.squareRoot() * (1 - noise * (1 - u))
    expect(100 * (try excess(10_000)), near: c, within: 0.05, "√n times it, n = 10⁴, A = \(u)")
    expect(1000 * (try excess(1_000_000)), near: c, within: 5e-3, "n = 10⁶, A = \(u)")
  }

  /// Infinitely many channels make the network lazy: u − u_lazy = O(1/C).
  @Test(arguments: [0.3, 1, 3]) func manyChannelsAreLazy(load: Double) throws {
    let p = load * 9 * 14
    func excess(_ channels: Int) throws -> Double {
      let posterior = try Self.posterior(9, 14, channels, outputVariance: 0.4, ridge: 0.2)
      return try posterior.state(samples: p).alignment
        - posterior.limit.state(samples: p).lazyAlignment
    }
    let (few, many) = (try excess(10_000), try excess(100_000))
    #expect(0 < few && few < 0.01, "P/d = \(load): \(few)")
    expect(many / few, near: 0.1, within: 0.03, "ten times the channels, P/d = \(load)")
  }

  /// Patches and their size are exchanged as readouts and filters are.
  @Test func exchange() throws {
    let one = try Self.posterior(12, 6, 10).state(samples: 40)
    let other = try Self.posterior(6, 12, 10).state(samples: 40)
    expect(one.alignment, near: other.alignment, within: 1e-4, "u")
    expect(one.filterAmplification, near: other.readoutAmplification, within: 1e-4, "⟨ω₀⟩")
    expect(one.filterVariance, near: other.readoutVariance, within: 1e-4, "ω")
    #expect(one.filterVariance != one.readoutVariance)
  }

  @Test(arguments: [0.05, 0.5, 0.9]) func samplesOfAnAlignment(alignment: Double) throws {
    let posterior = try Self.posterior(12, 12, 6)
    let found = try posterior.samples(alignment: alignment)
    expect(found.alignment, near: alignment, within: 2e-7, "u")
    let again = try posterior.state(samples: found.samples)
    expect(again.alignment, near: alignment, within: 1e-6, "u from the prior")
    let more = try posterior.state(samples: 1.05 * found.samples)
    #expect(more.alignment > alignment && more.testError < found.testError)
  }

  @Test func refuses() throws {
    #expect(throws: ConvolutionPosteriorError.channels(1)) { try Self.posterior(3, 3, 1) }
    let posterior = try Self.posterior(3, 3, 3)
    for p in [0, -1, .infinity] as [Double] {
      #expect(throws: ConvolutionPosteriorError.samplesNotPositive(p)) {
        try posterior.state(samples: p)
      }
    }
    for u in [0, 1] as [Double] {
      #expect(throws: ConvolutionPosteriorError.alignmentOutside(u)) {
        try posterior.samples(alignment: u)
      }
    }
    #expect(
      "\(ConvolutionPosteriorError.channels(1))" == "channels: got 1; expected at least 2")
  }
}
