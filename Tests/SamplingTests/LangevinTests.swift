import Kernels
import Sampling
import TestSupport
import Testing

/// Unadjusted Langevin dynamics has the known bias.
@Suite struct LangevinTests {
  /// Stationary variances of a Gaussian are v/(1 − η/(2v)), and the virial is their mean ratio to
  /// v.
  @Test(arguments: [0.02, 0.1])
  func stationaryVarianceIsBiased(stepSize: Double) {
    let variances = [0.1, 0.3, 1]
    let target = GaussianEnergy(variances: variances)
    var squares = [[[Double]]](repeating: [], count: 3)
    var virials: [[Double]] = []
    for key in 0..<4 as Range<UInt64> {
      let stream = RandomStream(key: 300 + key)
      let chain = LangevinChain(
        target, start: target.draw(from: stream), stepSize: stepSize, warmup: 1000, stream: stream)
      var series = [[Double]](repeating: [], count: 3)
      var virial: [Double] = []
      for _ in 0..<20_000 {
        chain.advance(target, steps: 4)
        for i in 0..<3 {
          let x = Double(chain.position[i])
          series[i].append(x * x)
        }
        virial.append(chain.pointVirial)
      }
      for i in 0..<3 { squares[i].append(series[i]) }
      virials.append(virial)
      expect(chain.virial, near: virial.reduce(0, +) / 20_000, within: 1e-12, "virial")
    }
    let inflations = variances.map { 1 / (1 - stepSize / (2 * $0)) }
    for i in 0..<3 {
      expectMean(squares[i], variances[i] * inflations[i], "⟨θ²⟩ of variance \(variances[i])")
    }
    let got = expectMean(virials, inflations.reduce(0, +) / 3, "virial")
    // R̂ misses the bias, and the virial shows all of it.
    #expect(got.rHat < 1.01, "R̂ \(got.rHat)")
    #expect(got.mean - 1 > 6 * got.standardError, "virial \(got.mean) ± \(got.standardError)")
  }

  @Test func beyondTheStableStepItDiverges() {
    let target = GaussianEnergy(variances: [0.1, 1])
    let chain = LangevinChain(
      target, start: [0.1, 0.1], stepSize: 0.25, stream: RandomStream(key: 310))
    chain.advance(target, steps: 2000)
    #expect(!chain.isFinite)
  }

  @Test func aChainIsAFunctionOfItsStream() {
    let target = GaussianEnergy.spread(20)
    func chain(key: UInt64, warmup: Int = 5) -> LangevinChain<GaussianEnergy> {
      LangevinChain(
        target, start: [Float](repeating: 0.1, count: 20), stepSize: 0.01, warmup: warmup,
        stream: RandomStream(key: key))
    }
    let (first, second, other) = (chain(key: 311), chain(key: 311, warmup: 0), chain(key: 312))
    first.advance(target, steps: 15)
    for _ in 0..<10 { second.advance(target, steps: 2) }
    other.advance(target, steps: 15)
    #expect(first.position.values == second.position.values)
    #expect(first.energy == second.energy && first.gradients == 21)
    #expect(first.draws == 1 && second.draws == 10)
    #expect(first.position.values != other.position.values)
  }

  @discardableResult
  func expectMean(_ chains: [[Double]], _ expected: Double, _ what: String) -> Diagnostics {
    let got = Diagnostics(chains)
    #expect(
      abs(got.mean - expected) <= 4 * got.standardError,
      "\(what): got \(got.mean), expected \(expected) within 4 × \(got.standardError)")
    return got
  }
}

/// The converter, against the field's update written out on one linear neuron f = wx.
@Suite struct LangevinConventionsTests {
  typealias Factor = LangevinConventions.LossFactor

  /// Without the ½ the gradient is twice as large: κ = T/2. With it κ = T.
  @Test func ridges() {
    #expect(LangevinConventions(lossFactor: .one, temperature: 0.2).ridge == 0.1)
    #expect(LangevinConventions(lossFactor: .half, temperature: 0.2).ridge == 0.2)
    for factor in [Factor.one, .half] {
      let run = LangevinConventions(ridge: 0.3, lossFactor: factor)
      expect(run.ridge, near: 0.3, within: 1e-15, "κ → T → κ")
      let decay = run.weightDecay(priorVariance: 0.05)
      expect(run.priorVariance(weightDecay: decay), near: 0.05, within: 1e-15, "v → γ → v")
      expect(
        run.layerVariance(weightDecay: decay, inputs: 40), near: 2, within: 1e-15, "σ² = 40 v")
      let rate = run.learningRate(whitenedStep: 0.01, priorVariance: 0.05)
      expect(
        run.whitenedStep(learningRate: rate, priorVariance: 0.05), near: 0.01, within: 1e-15, "η")
    }
    #expect(LangevinConventions.readoutVariance(meanFieldScale: 8) == 0.125)
    #expect(LangevinConventions.meanFieldScale(readoutVariance: 0.125) == 8)
  }

  /// The mean over n samples has κ = nT/2c, and its time is shorter by n at the same learning rate.
  @Test func meansOverSamples() {
    let sum = LangevinConventions(ridge: 0.3, lossFactor: .half)
    let mean = LangevinConventions(ridge: 0.3, lossFactor: .half, meanOver: 50)
    expect(mean.temperature, near: 0.3 / 50, within: 1e-15, "T")
    expect(mean.ridge, near: 0.3, within: 1e-15, "κ")
    // t = ηκd/(Pσ_w²) at v = σ_w²/d.
    expect(
      mean.time(steps: 7, learningRate: 0.02, priorVariance: 0.1),
      near: 7 * 0.02 * 0.3 / (50 * 0.1), within: 1e-15, "t")
    expect(
      sum.time(steps: 7, learningRate: 0.02, priorVariance: 0.1), near: 7 * 0.02 * 0.3 / 0.1,
      within: 1e-15, "t")
    // One step is ηγ.
    expect(
      mean.whitenedStep(learningRate: 0.02, priorVariance: 0.1),
      near: 0.02 * mean.weightDecay(priorVariance: 0.1), within: 1e-15, "ηγ")
  }

  /// One learning rate is whitened dynamics iff N/σ_a² = d/σ_w².
  @Test func oneLearningRateForAllLayers() {
    let run = LangevinConventions(ridge: 0.1, lossFactor: .half)
    func step(d: Double, n: Double, weight: Double, readout: Double) -> Double? {
      run.whitenedStep(learningRate: 0.01, priorVariances: [weight / d, readout / n])
    }
    expect(step(d: 30, n: 30, weight: 1, readout: 1)!, near: 0.01 * 0.1 * 30, within: 1e-15, "h")
    expect(step(d: 30, n: 60, weight: 1, readout: 2)!, near: 0.03, within: 1e-14, "h")
    #expect(step(d: 30, n: 60, weight: 1, readout: 1) == nil)
    #expect(step(d: 30, n: 30, weight: 1, readout: 1 + 1e-9) == nil)
  }

  /// The update w ← w − η(c Σ 2(wx − y)x + γw) + √(2ηT)ξ runs step by step beside our whitened
  /// chain, with the converted κ, v and step. The same noise leads to the same w.
  @Test(arguments: [Factor.one, .half])
  func theSameWalk(factor: Factor) {
    let run = LangevinConventions(lossFactor: factor, temperature: 0.37)
    let (decay, rate) = (0.9, 0.02)
    let (x, y) = ([1.0, -0.4, 0.7], [0.8, 0.1, 0.3])
    let variance = run.priorVariance(weightDecay: decay)
    let target = LinearNeuron(x: x, y: y, ridge: run.ridge, variance: variance)
    let stream = RandomStream(key: 320)
    let chain = LangevinChain(
      target, start: [Float(0.5 / variance.squareRoot())],
      stepSize: run.whitenedStep(learningRate: rate, priorVariance: variance), stream: stream)
    var w = 0.5
    for step in 0..<200 as Range<UInt64> {
      let slope = zip(x, y).reduce(0) { $0 + 2 * factor.value * (w * $1.0 - $1.1) * $1.0 }
      w -= rate * (slope + decay * w)
      w +=
        (2 * rate * run.temperature).squareRoot()
        * Double(stream.standardNormals(count: 1, step: step)[0])
      chain.advance(target)
      let got = variance.squareRoot() * Double(chain.position[0])
      // The dynamics contracts, so roundings of 6e-8 do not add up.
      #expect(abs(got - w) <= 2e-6, "step \(step): got w = \(got), expected \(w)")
    }
  }
}

/// The posterior of f = wx with w = √v θ: U = Σ(f − y)²/(2κ) + θ²/2.
private struct LinearNeuron: Energy {
  let x: [Double]
  let y: [Double]
  let ridge: Double
  let variance: Double
  var dimension: Int { 1 }

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let theta = Double(position[0])
    let scale = variance.squareRoot()
    var (energy, slope) = (theta * theta / 2, theta)
    for (x, y) in zip(x, y) {
      let residual = scale * theta * x - y
      energy += residual * residual / (2 * ridge)
      slope += residual * scale * x / ridge
    }
    gradient[0] = Float(slope)
    return energy
  }
}
