import Kernels
import Networks
import Sampling
import Testing

/// Hashes of short chains of every sampler on a two-layer posterior, the same on every instruction
/// set. Any machine notices the change of a single bit, by a compiler, a processor or an edit.
@Suite struct GoldenChainTests {
  /// Returns FNV-1a over the bytes of the floats' patterns, lowest first.
  func hash(_ values: [Float]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in values {
      for byte in 0..<4 {
        hash = (hash ^ UInt64(value.bitPattern >> (8 * byte) & 0xFF)) &* 0x100_0000_01B3
      }
    }
    return hash
  }

  static let network = TwoLayerNetwork(dimension: 17, width: 3)

  /// Expects a hash of what `run` returns, on every instruction set.
  func expect(
    _ what: String, hash expected: UInt64,
    of run: (Posterior<TwoLayerNetwork>, [Float], RandomStream, KernelSet) -> [Float]
  ) {
    for set in InstructionSet.available {
      let kernels = KernelSet(set)!
      let data = TrainingSet(
        drawing: 20, dimension: 17, target: HermiteTarget(degree: 3),
        from: RandomStream(key: 1, kernels: kernels))
      let posterior = Posterior(
        network: Self.network, data: data, ridge: 0.3, kernels: kernels)
      let stream = RandomStream(key: 82, kernels: kernels)
      let got = hash(run(posterior, Self.network.coldStart(from: stream), stream, kernels))
      #expect(
        got == expected,
        """
        \(what) on \(set): got hash 0x\(String(got, radix: 16, uppercase: true)), expected \
        0x\(String(expected, radix: 16, uppercase: true)). The bits of every archived sample change \
        with these: if that is meant, raise numericsVersion and take the new hash.
        """)
    }
  }

  func draws(
    _ settings: HamiltonianMonteCarlo, _ posterior: Posterior<TwoLayerNetwork>, _ start: [Float],
    _ stream: RandomStream, _ kernels: KernelSet
  ) -> [Float] {
    let chain = Chain(
      posterior, start: start, settings: settings, stream: stream, kernels: kernels)
    var values: [Float] = []
    for _ in 0..<5 {
      chain.advance(posterior)
      values += chain.state.position.values
    }
    return values + (chain.tuning.inverseMass ?? []) + [Float(chain.stepSize)]
  }

  @Test func hamiltonianMonteCarlo() {
    expect("HMC", hash: 0x8E5D_FCCC_4D58_C476) {
      draws(HamiltonianMonteCarlo(warmup: 20), $0, $1, $2, $3)
    }
  }

  @Test func hamiltonianMonteCarloWithAllAdapted() {
    let settings = HamiltonianMonteCarlo(warmup: 120, trajectory: .adapted, mass: .diagonal)
    expect("HMC with masses and adapted trajectories", hash: 0xC885_76B4_6346_D62F) {
      draws(settings, $0, $1, $2, $3)
    }
  }

  @Test func textbookHamiltonianMonteCarlo() {
    let settings = HamiltonianMonteCarlo(
      warmup: 20, trajectory: .fixed(2), integrator: .leapfrog, legs: 1, persistence: 0)
    expect("HMC with leapfrog and new momenta", hash: 0x4419_DE54_54FE_7DD5) {
      draws(settings, $0, $1, $2, $3)
    }
  }

  @Test func langevin() {
    expect("Langevin", hash: 0x3328_7EA9_8627_7257) { posterior, start, stream, kernels in
      let chain = LangevinChain(
        posterior, start: start, stepSize: 0.003, warmup: 10, stream: stream, kernels: kernels)
      chain.advance(posterior, steps: 40)
      return chain.position.values
    }
  }

  @Test(arguments: [
    (TrainingMethod.langevin, 0x0358_9D78_835F_29C4 as UInt64), (.descent, 0x231F_C6C4_E55B_F9E6),
    (.minibatch(size: 6), 0x0E59_7578_42DE_AD87),
  ])
  func training(method: TrainingMethod, hash: UInt64) {
    expect("training by \(method)", hash: hash) { posterior, start, stream, kernels in
      let run = method.dynamics(
        posterior, start: start, step: 0.003, stream: stream, kernels: kernels)
      for _ in 0..<40 { _ = run.move() }
      return run.position
    }
  }

  @Test func tempering() {
    expect("tempering", hash: 0x6C0E_164C_FE44_EE58) { posterior, _, stream, kernels in
      let exchange = ReplicaExchange(
        posterior, settings: Tempering(replicas: 4, warmup: 16), stream: stream, kernels: kernels)
      var values: [Float] = []
      for _ in 0..<10 {
        exchange.advance(posterior)
        values += exchange.position.values
      }
      return values + exchange.inverseRidges.map { Float($0) }
        + [Float(exchange.logEvidence.value)]
    }
  }
}
