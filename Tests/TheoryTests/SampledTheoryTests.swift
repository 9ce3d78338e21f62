import Foundation
import Kernels
import TestSupport
import Testing
import Theory

@Suite struct CubicSumTests {
  /// The exact tail agrees with counts, within four binomial standard errors.
  @Test(arguments: [16, 40]) func sampled(n: Int) {
    let sum = CubicSum(count: n)
    let thresholds = [0, 0.5, 1, 2, 3, 4, 5]
    let sample = sum.sample(
      draws: 400_000, thresholds: thresholds, stream: RandomStream(key: UInt64(n)))
    for (alpha, count) in zip(thresholds, sample.counts) {
      let expected = sum.exactTail(alpha) * Double(sample.draws)
      #expect(
        abs(Double(count) - expected) < 4 * (expected + 1).squareRoot(),
        "α = \(alpha): \(count) of \(sample.draws), expected \(expected)")
    }
  }

  /// The distribution of many terms is normal; far out it is N times the tail of one term.
  @Test func limits() {
    expect(
      CubicSum(count: 100_000).exactTail(1), near: erfc(0.5.squareRoot()) / 2, within: 1e-3,
      "central limit")
    let (n, alpha) = (16, 9.0)
    let one = erfc(cbrt(alpha * (15 * Double(n)).squareRoot()) / 2.0.squareRoot()) / 2
    let ratio = CubicSum(count: n).exactTail(alpha) / (Double(n) * one)
    #expect(1 < ratio && ratio < 3, "\(ratio)")
    expect(CubicSum(count: 20).exactTail(0), near: 0.5, within: 1e-12, "symmetry")
  }

  /// The energy is that of the best a, found by trying all.
  @Test(arguments: [0.5, 2.0, 4.0, 4.5, 8.0]) func energy(alpha: Double) {
    let found = CubicSum(count: 32).largeDeviation(alpha)
    let trials = (0...80_000).map { i -> Double in
      let a = Double(i) * 1e-4
      let rest = alpha - a * a * a / 480.0.squareRoot()
      return (a * a + rest * rest) / 2
    }
    expect(found.energy, near: trials.min()!, within: 1e-6, "E")
  }
}

@Suite struct NeuronPopulationTests {
  /// Overlaps and features of kernel adaptation agree within four standard errors over chains, and
  /// the correction of finite width.
  @Test(arguments: [(10.0, 0), (150, 0), (600, 4)])
  func samplesTheAdaptedDistribution(load: Double, specialists: Int) throws {
    let model = KernelAdaptation(dimension: 10, width: 200, modes: [1, 3], target: [1, 0.3])
    let theory = try model.solve(load: load)
    let chains = (0..<6).map { chain -> (square: Double, linear: Double) in
      var population = NeuronPopulation(
        model, load: load, specialists: chain % 2 * specialists,
        stream: RandomStream(key: UInt64(chain)))
      var (square, linear) = (0.0, 0.0)
      for sweep in 0..<260 {
        population.sweep()
        guard sweep >= 60 else { continue }
        square += population.overlaps.reduce(0) { $0 + $1 * $1 } / 200 / 200
        linear += population.features[0] / 200
      }
      return (square, linear)
    }
    func summary(_ x: [Double]) -> (mean: Double, error: Double) {
      let mean = x.reduce(0, +) / 6
      return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30).squareRoot())
    }
    let square =
      2
      * GaussLegendre(count: 20, on: 0...3, panels: 40)
      .integral { $0 * $0 * theory.density(at: $0) }
    let (w, wError) = summary(chains.map(\.square))
    #expect(abs(w - square) < 4 * wError + 0.01 * square, "⟨w₁²⟩ \(w) ± \(wError), \(square)")
    let (f, fError) = summary(chains.map(\.linear))
    #expect(
      abs(f - theory.overlaps[0]) < 4 * fError + 0.01, "f₁ \(f) ± \(fError), \(theory.overlaps[0])")
  }

  /// Without load the population stays in the prior.
  @Test func prior() {
    var population = NeuronPopulation(
      KernelAdaptation(dimension: 25, width: 4000, modes: [3], target: [1]), load: 1e-9,
      specialists: 50, stream: RandomStream(key: 3))
    for _ in 0..<40 { population.sweep() }
    let square = population.overlaps.reduce(0) { $0 + $1 * $1 } / 4000
    #expect(abs(25 * square - 1) < 4 * (2.0 / 4000).squareRoot(), "\(square)")
  }

  @Test func isReproducible() {
    let model = KernelAdaptation(dimension: 7, width: 30, modes: [1, 3], target: [1, 0.3])
    let runs = [KernelSet.best, KernelSet(.generic)!].map { kernels in
      var population = NeuronPopulation(
        model, load: 100, specialists: 2, stream: RandomStream(key: 9, kernels: kernels))
      for _ in 0..<50 { population.sweep() }
      return population.overlaps
    }
    #expect(runs[0] == runs[1])
  }
}

@Suite struct KernelPropagationTests {
  /// Claim (i): the norm is (R⁻¹ + M/N)⁻¹ of the kernel of the other neurons, exactly where one is
  /// pinned.
  @Test func pinnedNeurons() throws {
    let kernels = KernelPropagation(stream: RandomStream(key: 1))
    let norms = kernels.squaredNorms(
      dimension: 8, width: 120, inputs: 30, degree: 3, pinned: [0, 1, 60])
    let (bare, one, many) = (
      try #require(norms[0]), try #require(norms[1]), try #require(norms[2])
    )
    // One neuron out of 120 is replaced.
    expect(one, near: 1 / (1 / bare + 1.0 / 120), within: 0.02, "M = 1")
    expect(many, near: 2, within: 0.05, "M = N/2")
  }

  /// Claim (ii) at m = 1: λ₁ rises D-fold, up to the saturation of erf.
  @Test func amplified() {
    let eigenvalues = [1.0, 4].map { d in
      KernelPropagation(stream: RandomStream(key: UInt64(d)))
        .eigenvalue(dimension: 200, width: 20_000, degree: 1, amplification: d)
    }
    expect(eigenvalues[1] / eigenvalues[0], near: 4, within: 0.08, "λ(4)/λ(1)")
  }

  /// Where every neuron of the first layer computes the target h, ⟨ψ, K ψ⟩ is ⟨h²⟩, and the slope
  /// of the next layer's kernel is (4/π)/(1 + 2⟨h²⟩). Over 4000 inputs ⟨h²⟩ scatters by 1 %.
  @Test func aFirstLayerThatComputesTheTarget() {
    let layer = KernelPropagation(stream: RandomStream(key: 6))
      .lazyLayer(dimension: 4, width: 8, inputs: 4000, degree: 3, pinned: 8)
    let square = trapezoidal(end: 12, steps: 4800) { x in
      let h = erf((x * x * x - 3 * x) / 6.0.squareRoot())
      return standardNormal(x) * h * h
    }
    expect(layer.before, near: square, within: 0.05, "⟨ψ, K ψ⟩")
    expect(layer.gain, near: 4 / Double.pi / (1 + 2 * square), within: 0.03, "gain")
  }

  /// Claim (iii): a lazy layer multiplies a small eigenvalue by the arcsine kernel's slope.
  @Test func lazy() {
    let layer = KernelPropagation(stream: RandomStream(key: 5))
      .lazyLayer(dimension: 10, width: 150, inputs: 1200, degree: 3, pinned: 10)
    expect(layer.after / layer.before, near: layer.gain, within: 0.2, "gain")
  }
}
