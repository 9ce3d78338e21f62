import Kernels
import Networks
import Sampling
import TestSupport
import Testing

/// Chains on targets whose moments are known.
@Suite struct ChainTests {
  let target = GaussianEnergy.spread(100)

  func chain(key: UInt64, warmup: Int = 100) -> Chain<GaussianEnergy> {
    let stream = RandomStream(key: key)
    return Chain(
      target, start: target.draw(from: stream), settings: HamiltonianMonteCarlo(warmup: warmup),
      stream: stream)
  }

  /// Means, variances and the virial of a Gaussian are right, each within four of its Monte Carlo
  /// standard errors.
  @Test func momentsOfAGaussian() {
    let coordinates = [0, 25, 50, 75, 99]
    var values = [[[Double]]](repeating: [], count: 5)
    var virials: [[Double]] = []
    for key in 0..<4 as Range<UInt64> {
      let chain = chain(key: 70 + key)
      var series = [[Double]](repeating: [], count: 5)
      var virial: [Double] = []
      for _ in 0..<4000 {
        chain.advance(target)
        for (k, i) in coordinates.enumerated() { series[k].append(Double(chain.state.position[i])) }
        virial.append(chain.state.virial)
      }
      for k in 0..<5 { values[k].append(series[k]) }
      virials.append(virial)
      expect(chain.virial, near: virial.reduce(0, +) / 4000, within: 1e-12, "Chain.virial")
      // The step size was tuned to 0.9 in 100 trajectories.
    }
    for (k, i) in coordinates.enumerated() {
      let variance = target.variances[i]
      expectMean(values[k], 0, "⟨θ\(i)⟩")
      expectMean(values[k].map { $0.map { $0 * $0 / variance } }, 1, "⟨θ\(i)²⟩/v")
    }
    expectMean(virials, 1, "virial")
  }

  func expectMean(_ chains: [[Double]], _ expected: Double, _ what: String) {
    let got = Diagnostics(chains)
    #expect(got.rHat < 1.01, "\(what): R̂ \(got.rHat)")
    #expect(
      abs(got.mean - expected) <= 4 * got.standardError,
      "\(what): got \(got.mean), expected \(expected) within 4 × \(got.standardError)")
    #expect(got.standardError < 0.05, "\(what): the test has no power, \(got.standardError)")
  }

  @Test func aChainIsAFunctionOfItsStream() {
    let (first, second, other) = (chain(key: 80), chain(key: 80), chain(key: 81))
    for _ in 0..<20 { first.advance(target) }
    // Seven draws and thirteen more are twenty.
    for _ in 0..<7 { second.advance(target) }
    _ = (second.acceptance, second.virial, second.state.energy)
    for _ in 0..<13 { second.advance(target) }
    for _ in 0..<20 { other.advance(target) }
    #expect(first.draws == 20 && second.draws == 20)
    #expect(first.stepSize == second.stepSize && first.stepSize != other.stepSize)
    #expect(first.state.position.values == second.state.position.values)
    #expect(first.state.position.values != other.state.position.values)
    #expect(first.state.energy == second.state.energy)
    #expect(first.acceptance == second.acceptance && first.virial == second.virial)
    #expect(first.state.gradients == second.state.gradients)
  }

  /// The bits of a chain do not depend on the processor.
  @Test func aChainIsTheSameOnEveryInstructionSet() {
    let network = TwoLayerNetwork(dimension: 17, width: 3)
    let data = TrainingSet(
      drawing: 20, dimension: 17, target: HermiteTarget(degree: 3), from: RandomStream(key: 1))
    let runs = InstructionSet.available.map { set -> [UInt32] in
      let kernels = KernelSet(set)!
      let stream = RandomStream(key: 82, kernels: kernels)
      let posterior = Posterior(network: network, data: data, ridge: 0.3, kernels: kernels)
      let chain = Chain(
        posterior, start: network.coldStart(from: stream),
        settings: HamiltonianMonteCarlo(warmup: 10), stream: stream, kernels: kernels)
      for _ in 0..<10 { chain.advance(posterior) }
      return chain.state.position.values.map(\.bitPattern)
    }
    for (set, run) in zip(InstructionSet.available, runs) {
      #expect(run == runs[0], "\(set) differs from generic")
    }
  }
}

/// A trajectory that leaves the domain is rejected, and the state stays where it was.
@Suite struct DivergenceTests {
  @Test(arguments: [Double.nan, .infinity])
  func aDivergentStepIsRejected(outside: Double) {
    let target = BoxedEnergy(dimension: 20, edge: 4, outside: outside)
    let stream = RandomStream(key: 83)
    let start = stream.standardNormals(count: 20, step: 100).map { max(-3, min(3, $0)) }
    var state = Hamiltonian(target, start: start)
    let energy = state.energy
    let leap = state.advance(target, step: 10, leapfrogs: 3, stream: stream, iteration: 0)
    #expect(!leap.accepted && leap.acceptance == 0 && !leap.energyError.isFinite)
    #expect(state.position.values == start && state.energy == energy)
    // The state goes on from there like a fresh one.
    var fresh = Hamiltonian(target, start: start)
    for i in 1...5 as ClosedRange<UInt64> {
      let step = state.advance(target, step: 0.1, leapfrogs: 5, stream: stream, iteration: i)
      let other = fresh.advance(target, step: 0.1, leapfrogs: 5, stream: stream, iteration: i)
      #expect(step.accepted == other.accepted)
    }
    #expect(state.position.values == fresh.position.values && state.position.values != start)
  }

  /// Every proposal is rejected: the step size falls below all bounds, and the chain stays.
  @Test func aChainThatCannotMoveStays() {
    let start = [Float](repeating: 0.5, count: 3)
    let target = BoxedEnergy(dimension: 3, edge: 0, outside: .nan)
    let chain = Chain(
      target, start: start, settings: HamiltonianMonteCarlo(warmup: 200),
      stream: RandomStream(key: 84))
    for _ in 0..<3 { chain.advance(target) }
    #expect(chain.state.position.values == start)
    #expect(chain.acceptance == 0)
  }
}
