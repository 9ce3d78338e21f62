import Kernels
import Sampling
import Testing

/// The adaptation of the warm-up, on Gaussians whose best settings are known.
@Suite struct AdaptationTests {
  func tuning(
    _ target: GaussianEnergy, warmup: Int, key: UInt64, mass: HamiltonianMonteCarlo.Mass = .one,
    persistence: Double = 0.6
  ) -> Tuning {
    let stream = RandomStream(key: key)
    return Chain(
      target, start: target.draw(from: stream),
      settings: HamiltonianMonteCarlo(
        warmup: warmup, trajectory: .adapted, mass: mass, persistence: persistence),
      observable: { Double($0[0]) }, stream: stream
    ).tuning
  }

  /// A first coordinate of variance v has frequency 1/√v. The slowest needs the longest trajectory;
  /// the fastest, with new momenta, the shortest.
  @Test(arguments: [(36.0, 0.1, 5.6), (0.005, 0.002, 0.7)])
  func trajectoriesFollowTheObservable(variance: Double, others: Double, expected: Double) {
    let target = GaussianEnergy(variances: [variance] + [Double](repeating: others, count: 39))
    let got = tuning(target, warmup: 6000, key: 600, persistence: 0).trajectory
    #expect(abs(got - expected) <= 1e-12, "T of variance \(variance): got \(got)")
  }

  /// A short warm-up proves too little, and T stays 1.4.
  @Test func shortWarmupsKeepTheDefault() {
    let target = GaussianEnergy.spread(40)
    for key in 610..<630 as Range<UInt64> {
      #expect(tuning(target, warmup: 20, key: key).trajectory == 1.4)
    }
  }

  /// Few of many chains leave the default if all candidates are about equally good.
  @Test func theDefaultIsLeftForAReason() {
    let target = GaussianEnergy(variances: [Double](repeating: 1, count: 40))
    let left = (630..<650 as Range<UInt64>).count {
      !(0.97...2).contains(tuning(target, warmup: 300, key: $0).trajectory)
    }
    #expect(left <= 4, "\(left) of 20 chains left T = 1.4 by more than a factor √2")
  }

  /// Masses stand between one and the variances in units of their mean, at least half-way to one,
  /// and have mean one.
  @Test func massesAreShrunk() {
    let target = GaussianEnergy.spread(64)
    let masses = tuning(target, warmup: 2000, key: 650, mass: .diagonal).inverseMass!
    let mean = masses.reduce(0) { $0 + Double($1) } / 64
    #expect(abs(mean - 1) < 1e-6, "mean of M⁻¹: \(mean)")
    let unit = target.variances.reduce(0, +) / 64
    for (i, mass) in masses.enumerated() {
      let expected = 1 + 0.5 * 500 / 600 * (target.variances[i] / unit - 1)
      // Some 200 effective draws of 500 give variances to 10 %; the tolerance is four times that,
      // halved.
      #expect(
        abs(Double(mass) - expected) < 0.2 * target.variances[i] / unit + 0.05,
        "M⁻¹ of \(i): got \(mass), expected \(expected)")
    }
    #expect(tuning(target, warmup: 40, key: 651).inverseMass == nil)
  }

  /// A chain with masses and partly kept momenta still has the posterior's moments.
  @Test func aChainWithMassesIsExact() {
    let target = GaussianEnergy.spread(40)
    var squares: [[Double]] = []
    for key in 660..<664 as Range<UInt64> {
      let stream = RandomStream(key: key)
      let chain = Chain(
        target, start: target.draw(from: stream),
        settings: HamiltonianMonteCarlo(
          warmup: 300, trajectory: .adapted, mass: .diagonal, persistence: 0.9),
        stream: stream)
      squares.append(
        (0..<4000).map { _ in
          chain.advance(target)
          return chain.state.energy / 20
        })
      #expect((0.6...0.99).contains(chain.acceptance), "acceptance \(chain.acceptance)")
    }
    let got = Diagnostics(squares)
    #expect(
      abs(got.mean - 1) <= 4 * got.standardError,
      "⟨2U⟩/n: got \(got.mean), expected 1 within 4 × \(got.standardError)")
    #expect(got.standardError < 0.01)
  }
}
