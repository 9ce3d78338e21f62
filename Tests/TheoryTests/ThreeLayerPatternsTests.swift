import Foundation
import Kernels
import TestSupport
import Testing
import Theory

@Suite struct RandomFunctionsTests {
  /// Of one set κ̃ is the positive root of a quadratic equation.
  @Test(arguments: [(15.0, 0.02), (64, 0.004), (3, 1)])
  func oneSet(count n: Double, variance v: Double) {
    let (p, ridge) = (96.0, 0.7)
    let found = RandomFunctions(samples: p, sets: [(n, v)]).effectiveRidge(ridge)
    let b = ridge + n * v - p * v
    let root = (b + (b * b + 4 * ridge * p * v).squareRoot()) / 2
    #expect(abs(found / root - 1) < 1e-12, "\(found), \(root)")
  }

  /// Infinitely many functions are noise: they add their variance to the ridge. A single one adds
  /// hardly anything, as samples tell its coefficient.
  @Test func manyFunctionsAreNoise() {
    let many = RandomFunctions(samples: 100, sets: [(1e9, 0.3e-9)])
    #expect(abs(many.effectiveRidge(0.5) - 0.8) < 1e-6)
    let noise = -0.5 * (100 * log(0.8) + 40 / 0.8)
    #expect(abs(many.logLikelihood(ridge: 0.5, deviations: 40) - noise) < 1e-4)
    let one = RandomFunctions(samples: 100, sets: [(1, 0.3)])
    #expect(one.effectiveRidge(0.5) < 0.51)
  }

  /// Without deviations the derivative by κ is −½ tr (κ + K)⁻¹ = −½P/κ̃, as in any regression with
  /// random features.
  @Test func derivativeByTheRidge() {
    let sets = RandomFunctions(samples: 80, sets: [(12, 0.05), (1e4, 2e-5)])
    let step = 1e-5
    let slope =
      (sets.logLikelihood(ridge: 0.5 + step, deviations: 0)
        - sets.logLikelihood(ridge: 0.5 - step, deviations: 0)) / (2 * step)
    let expected = -0.5 * 80 / sets.effectiveRidge(0.5)
    #expect(abs(slope / expected - 1) < 1e-6, "\(slope), \(expected)")
  }
}

@Suite struct ThreeLayerPatternsTests {
  /// 480 values of x₁: quantiles of the normal distribution, with four larger ones.
  static let inputs: [Double] = {
    (0..<476).map { i in
      // Of Φ(x) = (i + ½)/476, by bisection.
      let wanted = (Double(i) + 0.5) / 476
      var (low, high) = (-6.0, 6.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if 0.5 * erfc(-middle / 2.0.squareRoot()) < wanted { low = middle } else { high = middle }
      }
      return low
    } + [2.7, -2.9, 3.1, -2.8]
  }()

  static func patterns(
    _ d: Int, _ first: Int, _ second: Int, ridge: Double, of inputs: [Double] = Self.inputs
  ) throws -> ThreeLayerPatterns.Patterns {
    try ThreeLayerPatterns(dimension: d, firstWidth: first, secondWidth: second, ridge: ridge)
      .patterns(of: inputs)
  }

  /// At a large ridge the data say nothing. The evidence is exp(−⟨Σ(f − y)²⟩/2κ) over the prior,
  /// the specialists are the prior's 2N₁Φ(−0.8√d), and no pattern learns.
  @Test func withoutDataThePriorIsLeft() throws {
    let (d, n) = (8, 24)
    let got = try Self.patterns(d, n, 16, ridge: 1000)
    let lazy = try #require(got.lazy)
    let squares = Self.inputs.reduce(0) { $0 + pow($1 * $1 * $1 - 3 * $1, 2) / 6 }
    // ⟨f²⟩ of the prior, over |x|² ~ χ²_8 in the first layer's kernel.
    var variance = 0.0
    for i in 0..<4000 {
      let s = 4 * (Double(i) + 0.5) / 4000
      let density = pow(s * 8 / 2, 3) / 6 * exp(-s * 8 / 2) * 4 * 4 / 4000
      variance += density * 2 / .pi * asin(2 * s / (1 + 2 * s))
    }
    let output = 2 / .pi * asin(2 * variance / (1 + 2 * variance))
    let expected = (squares + Double(Self.inputs.count) * output) / 2000
    #expect(abs(lazy.energy - expected) < 0.02, "\(lazy.energy), \(expected)")
    let prior = Double(n) * erfc(0.8 * Double(d).squareRoot() / 2.0.squareRoot())
    #expect(abs(lazy.firstSpecialists - prior) < 0.02 * prior, "\(lazy), prior \(prior)")
    #expect(abs(lazy.alignment) < 1e-3 && abs(lazy.squaredReadout - 1) < 0.2, "\(lazy)")
    #expect(got.first == nil && got.second == nil, "\(got)")
  }

  /// Samples of x₁ and −x₁ are the same data, as is the order of samples.
  @Test func symmetries() throws {
    let expected = try #require(try Self.patterns(8, 16, 8, ridge: 0.5).first)
    for inputs in [Self.inputs.map { -$0 }, Self.inputs.reversed()] {
      let got = try #require(try Self.patterns(8, 16, 8, ridge: 0.5, of: inputs).first)
      #expect(abs(got.energy - expected.energy) < 1e-4, "\(got), \(expected)")
      #expect(abs(got.alignment - expected.alignment) < 1e-4, "\(got), \(expected)")
    }
  }

  /// Energies, alignments and specialists of an implementation in numpy, on 48 × 16 × 32 nodes.
  @Test func reference() throws {
    let narrow = try #require(try Self.patterns(8, 32, 8, ridge: 0.5).first)
    #expect(abs(narrow.energy - 317.820) < 0.5, "\(narrow)")
    #expect(abs(narrow.alignment - 0.6291) < 0.003, "\(narrow)")
    #expect(abs(narrow.firstSpecialists - 4.798) < 0.1, "\(narrow)")
    #expect(abs(narrow.squaredReadout - 9.087) < 0.2, "\(narrow)")
    let wide = try #require(try Self.patterns(8, 2048, 8, ridge: 0.5).second)
    #expect(abs(wide.energy - 366.958) < 0.5, "\(wide)")
    #expect(abs(wide.alignment - 0.4413) < 0.003, "\(wide)")
    #expect(abs(wide.secondOverlap - 1.2437) < 0.02, "\(wide)")
  }

  /// As N₂ grows the second layer of specialists in the first is as in the prior, Sp–GP; as it
  /// shrinks it is the more magnetised, Sp–Mag.
  @Test func theSecondLayerMagnetisesWhereItIsNarrow() throws {
    let readouts = try [4, 16, 4096].map { width in
      try #require(try Self.patterns(8, 32, width, ridge: 0.5).first).squaredReadout
    }
    #expect(readouts[0] > readouts[1] && readouts[1] > 1.2, "\(readouts)")
    #expect(abs(readouts[2] - 1) < 0.05, "\(readouts)")
  }

  /// A second layer that is wide passes functions on, with a slope of μ² = 0.66. Then the first
  /// layer is a two-layer network of that readout variance, whose neurons are sampled in another
  /// theory: alignments agree within 6 %, and M₁ within 0.3, of which 0.1 is that sampling's error.
  @Test func aWideSecondLayerLeavesTwoLayers() throws {
    let two = try FiniteWidthPosterior(dimension: 8, width: 32, ridge: 0.5, readoutVariance: 0.66)
    let expected = try two.estimate(samples: 480, draws: 4, sweeps: 150)
    // The draws of that theory.
    let stream = RandomStream(key: 0x6261_7468_0008)
    let found = try (0..<4).map { draw in
      try #require(
        try Self.patterns(
          8, 32, 4096, ridge: 0.5,
          of: stream.standardNormals(count: 480, step: draw).map(Double.init)
        ).first)
    }
    let alignment = found.reduce(0) { $0 + $1.alignment / 4 }
    let specialists = found.reduce(0) { $0 + $1.firstSpecialists / 4 }
    #expect(abs(alignment / expected.alignment.value - 1) < 0.06, "\(alignment), \(expected)")
    #expect(abs(specialists - expected.meanSpecialists) < 0.3, "\(specialists), \(expected)")
  }

  /// In the limit of wide first layers a specialist of the second one does not depend on their
  /// width, while the others become ever more expensive.
  @Test func theFirstLayersWidthTellsPatternsApart() throws {
    let found = try [8192, 32_768].map { try Self.patterns(8, $0, 8, ridge: 0.5) }
    let second = try found.map { try #require($0.second) }
    #expect(abs(second[1].energy - second[0].energy) < 0.5, "\(second)")
    #expect(second.allSatisfy { 0.9...1.8 ~= $0.secondOverlap }, "\(second)")
    let first = found.map { $0.first?.energy ?? $0.lazy?.energy ?? 0 }
    #expect(first[1] > first[0] - 0.1 && first[0] > second[0].energy, "\(first), \(second)")
    #expect(found[1].secondSpecialists > 0.9, "\(found[1])")
  }

  /// Energies are reached from either side: the pattern with the lower one has the larger share.
  @Test func sharesFollowFromEnergies() throws {
    let got = try Self.patterns(8, 64, 8, ridge: 0.5)
    let all = [got.lazy, got.first, got.second].compactMap { $0 }
    let weights = all.map { exp(-$0.energy + all[0].energy) }
    let mean = zip(all, weights).reduce(0) { $0 + $1.0.alignment * $1.1 } / weights.reduce(0, +)
    #expect(abs(got.alignment - mean) < 1e-9, "\(got)")
  }

  /// As P → 0 nothing is learned; as P grows the mean alignment of draws rises towards one.
  @Test func alignmentRises() throws {
    let model = try ThreeLayerPatterns(dimension: 8, firstWidth: 8, secondWidth: 8, ridge: 1)
    let alignments = try [4, 40, 160, 640].map {
      try model.patterns(samples: $0, draws: 3).reduce(0) { $0 + $1.alignment / 3 }
    }
    #expect(abs(alignments[0]) < 0.05, "\(alignments)")
    for (a, b) in zip(alignments, alignments.dropFirst()) { #expect(a < b, "\(alignments)") }
    #expect(alignments[3] > 0.5 && alignments[3] < 1, "\(alignments)")
  }

  /// P* is where the mean of the draws' own alignments crosses, and needs more samples for more
  /// alignment and at a larger ridge.
  @Test func samplesAreThoseOfTheAlignment() throws {
    let model = try ThreeLayerPatterns(dimension: 8, firstWidth: 8, secondWidth: 8, ridge: 1)
    let found = try model.samples(alignment: 0.1, draws: 3)
    for (p, draws) in [
      (found.bracket.lowerBound, found.below), (found.bracket.upperBound, found.above),
    ] {
      #expect(try model.patterns(samples: p, draws: 3).map(\.alignment) == draws)
    }
    #expect(found.below.reduce(0, +) / 3 < 0.1 && found.above.reduce(0, +) / 3 >= 0.1)
    #expect(Double(found.bracket.count - 1) <= 0.1 * Double(found.bracket.upperBound))
    #expect(found.value > Double(found.bracket.lowerBound), "\(found)")
    #expect(found.value <= Double(found.bracket.upperBound), "\(found)")
    #expect(try model.samples(alignment: 0.2, draws: 3).value > found.value)
    let harder = try ThreeLayerPatterns(dimension: 8, firstWidth: 8, secondWidth: 8, ridge: 2)
    #expect(try harder.samples(alignment: 0.1, draws: 3).value > found.value)
  }

  /// Without the second layer the other patterns are the same.
  @Test func theSecondLayerCanBeLeftOut() throws {
    let model = try ThreeLayerPatterns(
      dimension: 8, firstWidth: 8192, secondWidth: 8, ridge: 0.5)
    let (all, some) = (
      try model.patterns(of: Self.inputs), try model.patterns(of: Self.inputs, secondLayer: false)
    )
    #expect(all.second != nil && some.second == nil)
    #expect(all.lazy == some.lazy && all.first == some.first)
  }

  @Test func badArguments() throws {
    func error(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    #expect(
      error { _ = try ThreeLayerPatterns(dimension: 3, firstWidth: 8, secondWidth: 8, ridge: 1) }
        == "dimension: got 3; expected from 4 to 256")
    #expect(
      error { _ = try ThreeLayerPatterns(dimension: 8, firstWidth: 1, secondWidth: 8, ridge: 1) }
        == "widths: got 1; expected from 2 to 65536")
    #expect(
      error { _ = try ThreeLayerPatterns(dimension: 8, firstWidth: 8, secondWidth: 8, ridge: 0) }
        == "ridge: got 0.0; expected from 0.001 to 1000")
    let model = try ThreeLayerPatterns(dimension: 8, firstWidth: 8, secondWidth: 8, ridge: 1)
    #expect(error { _ = try model.patterns(of: [1]) }.hasPrefix("samples: got 1;"))
    #expect(error { _ = try model.patterns(samples: 80, draws: 0) }.hasPrefix("draws: got 0;"))
    #expect(error { _ = try model.samples(alignment: 0.1, draws: 1) }.hasPrefix("draws: got 1;"))
    #expect(
      error { _ = try model.samples(alignment: 1, draws: 2) }.hasPrefix("alignment: got 1.0;"))
  }
}
