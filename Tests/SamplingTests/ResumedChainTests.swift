import Kernels
import Sampling
import Testing

/// A chain that is written, read and gone on with gives the bits of one that never was, wherever it
/// was left: in warm-up, where it ends, or between draws.
@Suite struct ResumedChainTests {
  static let target = QuarticEnergy(dimension: 7)
  static let stream = RandomStream(key: 611)
  static let start = RandomStream(key: 612).standardNormals(count: 7, step: 0)
  static let involutions = InvolutionProposals(
    [Involution(sources: [1, 0, 2, 3, 4, 5, 6]), Involution(sources: [0, 1, 3, 2, 4, 6, 5])],
    stream: RandomStream(key: 613))
  static let warmup = 240
  static let moves = 270

  /// A sampler of any kind: its moves, in warm-up and after it, and what is read of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let begin: @Sendable () -> any Resumable
    var testDescription: String { name }
  }

  static func chain(
    _ name: String, _ settings: HamiltonianMonteCarlo, _ proposals: InvolutionProposals = .none
  ) -> Case {
    Case(name: name) {
      ResumableChain(
        chain: Chain(
          unadapted: target, start: start, settings: settings, observable: { Double($0[0]) },
          proposals: proposals, stream: stream, kernels: .best))
    }
  }

  static func ladder(_ name: String, _ proposals: InvolutionProposals) -> Case {
    Case(name: name) {
      ResumableLadder(
        exchange: ReplicaExchange(
          unadapted: target, start: start, settings: Tempering(replicas: 4, warmup: warmup),
          proposals: proposals, stream: stream, kernels: .best))
    }
  }

  static let cases = [
    chain("trajectories of a given length", HamiltonianMonteCarlo(warmup: warmup)),
    chain(
      "all adapted", HamiltonianMonteCarlo(warmup: warmup, trajectory: .adapted, mass: .diagonal)),
    chain("involutions", HamiltonianMonteCarlo(warmup: warmup, trajectory: .adapted), involutions),
    ladder("ladder", .none), ladder("ladder with involutions", involutions),
    Case(name: "Langevin") {
      ResumableLangevin(
        chain: LangevinChain(
          unadapted: target, start: start, stepSize: 0.01, warmup: warmup, stream: stream,
          kernels: .best))
    },
  ]

  @Test(arguments: cases) func theSameBits(_ sampler: Case) throws {
    let calm = sampler.begin()
    var expected: [[Double]] = []
    for _ in 0..<Self.moves {
      calm.move()
      expected.append(calm.numbers)
    }
    // Left in each quarter of the warm-up, where it ends, and among the draws.
    for left in [1, 29, 59, 60, 61, 119, 120, 121, 177, 239, 240, 241, 262] {
      let before = sampler.begin()
      for _ in 0..<left { before.move() }
      var written = StateCoder()
      try before.code(&written)
      let after = sampler.begin()
      var read = StateCoder(reading: written.bytes)
      try after.code(&read)
      try read.requireEnd()
      for i in left..<Self.moves {
        after.move()
        #expect(
          after.numbers.map(\.bitPattern) == expected[i].map(\.bitPattern),
          "\(sampler.name), left after \(left) moves, differs after \(i + 1)")
      }
      var (a, b) = (StateCoder(), StateCoder())
      try calm.code(&a)
      try after.code(&b)
      #expect(a.bytes == b.bytes, "\(sampler.name), left after \(left) moves: another state")
    }
  }

  /// Of bytes that are cut, longer, or of another dimension, nothing is taken.
  @Test(arguments: cases) func otherBytes(_ sampler: Case) throws {
    let before = sampler.begin()
    for _ in 0..<20 { before.move() }
    var written = StateCoder()
    try before.code(&written)
    for length in [0, 3, 8, written.bytes.count / 2, written.bytes.count - 1] {
      var cut = StateCoder(reading: Array(written.bytes.prefix(length)))
      #expect(throws: DamagedState.self, "\(length) bytes") { try sampler.begin().code(&cut) }
    }
    var long = StateCoder(reading: written.bytes + [0])
    try sampler.begin().code(&long)
    #expect(throws: DamagedState.self) { try long.requireEnd() }
    let other = Chain(
      unadapted: QuarticEnergy(dimension: 6), start: Array(Self.start.prefix(6)),
      settings: HamiltonianMonteCarlo(warmup: 2), observable: nil, proposals: .none,
      stream: Self.stream, kernels: .best)
    var foreign = StateCoder(reading: written.bytes)
    #expect(throws: DamagedState.self) { try other.code(&foreign) }
  }
}

/// What the tests ask of a sampler.
protocol Resumable: AnyObject {
  func move()
  var numbers: [Double] { get }
  func code(_ coder: inout StateCoder) throws(DamagedState)
}

private final class ResumableChain: Resumable {
  let chain: Chain<QuarticEnergy>
  init(chain: Chain<QuarticEnergy>) { self.chain = chain }
  func move() {
    let target = ResumedChainTests.target
    if chain.isWarm { chain.advance(target) } else { chain.warmUp(target) }
  }
  var numbers: [Double] {
    chain.state.position.values.map(Double.init) + (chain.tuning.inverseMass ?? []).map(Double.init)
      + [
        chain.state.energy, chain.stepSize, chain.trajectory, chain.acceptance, chain.virial,
        chain.energyError, chain.involutionAcceptance, Double(chain.draws),
        Double(chain.divergences), Double(chain.state.gradients),
      ]
  }
  func code(_ coder: inout StateCoder) throws(DamagedState) { try chain.code(&coder) }
}

private final class ResumableLadder: Resumable {
  let exchange: ReplicaExchange<QuarticEnergy>
  init(exchange: ReplicaExchange<QuarticEnergy>) { self.exchange = exchange }
  func move() {
    let target = ResumedChainTests.target
    if exchange.isWarm { exchange.advance(target) } else { exchange.warmUp(target) }
  }
  var numbers: [Double] {
    exchange.position.values.map(Double.init) + exchange.inverseRidges + exchange.stepSizes
      + exchange.swapAcceptance + exchange.dataEnergies.compactMap(\.last)
      + [
        exchange.energy, exchange.acceptance, exchange.virial, exchange.energyError,
        exchange.involutionAcceptance, Double(exchange.draws), Double(exchange.gradients),
        Double(exchange.roundTrips), exchange.draws > 3 ? exchange.logEvidence.standardError : 0,
      ]
  }
  func code(_ coder: inout StateCoder) throws(DamagedState) { try exchange.code(&coder) }
}

private final class ResumableLangevin: Resumable {
  let chain: LangevinChain<QuarticEnergy>
  init(chain: LangevinChain<QuarticEnergy>) { self.chain = chain }
  func move() {
    let target = ResumedChainTests.target
    if chain.isWarm { chain.advance(target, steps: 2) } else { chain.warmUp(target) }
  }
  var numbers: [Double] {
    chain.position.values.map(Double.init)
      + [chain.energy, chain.virial, Double(chain.draws), Double(chain.gradients)]
  }
  func code(_ coder: inout StateCoder) throws(DamagedState) { try chain.code(&coder) }
}
