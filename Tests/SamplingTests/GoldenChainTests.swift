import Kernels
import Networks
import Sampling
import Testing

/// Hashes of short chains of every sampler on a two-layer posterior, the same on every instruction set:
/// a change of a single bit, by a compiler, a processor or an edit, is noticed on any machine.
@Suite struct GoldenChainTests {
  /// FNV-1a over the bytes of the floats' patterns, lowest first.
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

  /// The hash of what `run` returns, on every instruction set.
  func expect(
    _ what: String, hash expected: UInt64,
    of run: (borrowing TwoLayerPosterior, [Float], RandomStream, KernelSet) -> [Float]
  ) {
    for set in InstructionSet.available {
      let kernels = KernelSet(set)!
      let data = TrainingSet(
        drawing: 20, dimension: 17, target: HermiteTarget(degree: 3),
        from: RandomStream(key: 1, kernels: kernels))
      let posterior = TwoLayerPosterior(
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
    _ settings: HamiltonianMonteCarlo, _ posterior: borrowing TwoLayerPosterior, _ start: [Float],
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
    expect("HMC", hash: 0x4012_16E3_8989_A047) {
      draws(HamiltonianMonteCarlo(warmup: 20), $0, $1, $2, $3)
    }
  }

  @Test func hamiltonianMonteCarloWithAllAdapted() {
    let settings = HamiltonianMonteCarlo(warmup: 120, trajectory: .adapted, mass: .diagonal)
    expect("HMC with masses and adapted trajectories", hash: 0x94DC_DFE5_BE72_1AFE) {
      draws(settings, $0, $1, $2, $3)
    }
  }

  @Test func textbookHamiltonianMonteCarlo() {
    let settings = HamiltonianMonteCarlo(
      warmup: 20, trajectory: .fixed(2), integrator: .leapfrog, legs: 1, persistence: 0)
    expect("HMC with leapfrog and new momenta", hash: 0x1295_0BCE_B407_6754) {
      draws(settings, $0, $1, $2, $3)
    }
  }

  @Test func langevin() {
    expect("Langevin", hash: 0xAA7E_6143_EC38_41E7) { posterior, start, stream, kernels in
      let chain = LangevinChain(
        posterior, start: start, stepSize: 0.003, warmup: 10, stream: stream, kernels: kernels)
      chain.advance(posterior, steps: 40)
      return chain.position.values
    }
  }

  @Test func tempering() {
    expect("tempering", hash: 0x9DAA_F64A_F206_ABDF) { posterior, _, stream, kernels in
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
