import Host
import Kernels
import Networks
import Sampling
import Studies

/// One chain of a cell, whatever moves it: draws of all of the network's parameters.
protocol Sampler: AnyObject {
  /// Whether the warm-up is over, so that there can be draws.
  var isWarm: Bool { get }
  /// Makes one move of the warm-up.
  func warmUp()
  /// Makes one move after it.
  func advance()
  /// Calls `body` with the parameters and U of the present draw.
  func withDraw(_ body: (borrowing AlignedBuffer, Double) -> Void)
  /// Takes in how many threads it may use. Nothing depends on it but time.
  func use(threads: Int)
  /// What it says of itself, which takes a few draws.
  var report: ChainReport { get }
  /// Writes or reads all that its further draws depend on, in warm-up or after it.
  ///
  /// - Throws: `DamagedState` if the bytes are not those of such a sampler.
  func code(_ coder: inout StateCoder) throws(DamagedState)
}

extension Sampler {
  func use(threads: Int) {}
}

/// What a chain says of itself.
struct ChainReport {
  var stepSize = 0.0
  var trajectory = 0.0
  var acceptance = 0.0
  var energyError = 0.0
  var virial = 0.0
  var gradients = 0
  /// Not a number where no involutions are proposed.
  var involutionAcceptance = Double.nan
  /// Not numbers where there is no ladder.
  var logEvidence = Double.nan
  var logEvidenceError = Double.nan

  /// Writes or reads all of it.
  ///
  /// - Throws: `DamagedState` if there are fewer bytes.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&stepSize)
    try coder.code(&trajectory)
    try coder.code(&acceptance)
    try coder.code(&energyError)
    try coder.code(&virial)
    try coder.code(&gradients)
    try coder.code(&involutionAcceptance)
    try coder.code(&logEvidence)
    try coder.code(&logEvidenceError)
  }
}

/// The chain that a cell's method asks for, before its warm-up.
func makeSampler<Model: Network>(
  _ cell: PosteriorCell, chain: Int, _ posterior: Posterior<Model>, _ observer: any Observer
) -> any Sampler {
  let start = cell.start(ofChain: chain)
  switch cell.sampler.method {
  case .hmc(_, false, _, _):
    return HamiltonianSampler(
      cell, chain: chain, posterior, observer, start: start)
  case .hmc(_, true, _, _):
    return IntegratedSampler(
      cell, chain: chain, posterior, observer, start: start)
  case .langevin(let step, let interval):
    return LangevinSampler(
      cell, chain: chain, posterior, start: start, step: step, interval: interval)
  }
}

/// A cell that is sampled, with its random numbers.
struct PosteriorCell {
  let task: PosteriorTask
  let streams: CellStreams

  var kind: NetworkKind { task.kind }
  var sampler: SamplerSpec { task.sampler }
  var ridge: Double { task.instance.ridge }
  var kernels: KernelSet { streams.kernels }

  /// Where a chain begins.
  func start(ofChain chain: Int) -> [Float] {
    let origin = streams.stream(chain: chain, purpose: "start")
    let problem = task.instance.problem
    return switch sampler.starts[chain] {
    case .cold: problem.network.coldStart(from: origin)
    case .planted: problem.plantedStart(chain - sampler.cold, from: origin)
    }
  }

  /// What a chain proposes besides trajectories.
  ///
  /// - Parameter purpose: what the random numbers are for.
  func proposals(ofChain chain: Int, _ purpose: String) -> InvolutionProposals {
    InvolutionProposals(
      sampler.proposesInvolutions ? task.instance.problem.involutions : [],
      stream: streams.stream(chain: chain, purpose: purpose))
  }

  fileprivate var hamiltonian: HamiltonianMonteCarlo {
    guard case .hmc(let length?, _, _, _) = sampler.method else {
      return HamiltonianMonteCarlo(warmup: sampler.warmup, trajectory: .adapted)
    }
    return HamiltonianMonteCarlo(warmup: sampler.warmup, trajectory: .fixed(length))
  }
}

extension Chain {
  fileprivate var report: ChainReport {
    ChainReport(
      stepSize: stepSize, trajectory: trajectory, acceptance: acceptance,
      energyError: energyError, virial: virial, gradients: state.gradients,
      involutionAcceptance: involutionAcceptance)
  }
}

/// The threads of one part, which change as others begin and end.
final class Cores {
  private var present: ThreadTeam?

  /// Returns a team of so many threads, or `nil` for the caller alone.
  func team(atMost count: Int) -> ThreadTeam? {
    if count != present?.count ?? 1 { present = count > 1 ? ThreadTeam(count) : nil }
    return present
  }
}

extension Posterior {
  /// Has gradients computed by a team.
  fileprivate func use(_ team: ThreadTeam?) {
    use(threads: team?.count ?? 1) { _, body in team?.run(body) }
  }
}

/// Hamiltonian Monte Carlo of all parameters.
private final class HamiltonianSampler<Model: Network>: Sampler {
  private let posterior: Posterior<Model>
  private let chain: Chain<Posterior<Model>>
  private let cores = Cores()

  init(
    _ cell: PosteriorCell, chain index: Int, _ posterior: Posterior<Model>,
    _ observer: any Observer,
    start: [Float]
  ) {
    self.posterior = posterior
    chain = Chain(
      unadapted: posterior, start: start, settings: cell.hamiltonian,
      observable: { observer.alignment($0) },
      proposals: cell.proposals(ofChain: index, "involutions"),
      stream: cell.streams.stream(chain: index, purpose: "trajectories"),
      kernels: cell.kernels)
  }

  var isWarm: Bool { chain.isWarm }
  func warmUp() { chain.warmUp(posterior) }
  func advance() { chain.advance(posterior) }
  func withDraw(_ body: (borrowing AlignedBuffer, Double) -> Void) {
    body(chain.state.position, chain.state.energy)
  }
  var report: ChainReport { chain.report }
  func use(threads: Int) { posterior.use(cores.team(atMost: min(threads, posterior.slices))) }
  func code(_ coder: inout StateCoder) throws(DamagedState) { try chain.code(&coder) }
}

/// Hamiltonian Monte Carlo of the hidden weights with the readout integrated out; each draw's
/// readout comes from its conditional.
private final class IntegratedSampler<Model: Network>: Sampler {
  private let posterior: Posterior<Model>
  private let collapsed: CollapsedPosterior<Model>
  private let chain: Chain<CollapsedPosterior<Model>>
  private let readouts: RandomStream
  private let gradient: AlignedBuffer
  private var evaluations = 0

  init(
    _ cell: PosteriorCell, chain index: Int, _ posterior: Posterior<Model>,
    _ observer: any Observer,
    start: [Float]
  ) {
    self.posterior = posterior
    gradient = posterior.makeGradient()
    let network = posterior.network
    collapsed = CollapsedPosterior(
      network: network, data: cell.task.instance.trainingSet(kernels: cell.kernels),
      ridge: cell.ridge,
      kernels: cell.kernels)
    readouts = cell.streams.stream(chain: index, purpose: "readouts")
    let collapsed = collapsed
    chain = Chain(
      unadapted: collapsed, start: Array(start.prefix(network.hiddenCount)),
      settings: cell.hamiltonian,
      // The mean of the alignment given the hidden weights is that of the mean readout.
      observable: {
        let mean = [Float](repeating: 0, count: network.featureCount)
        return observer.alignment(AlignedBuffer(collapsed.parameters($0, normals: mean)))
      },
      proposals: .none, stream: cell.streams.stream(chain: index, purpose: "trajectories"),
      kernels: cell.kernels)
  }

  var isWarm: Bool { chain.isWarm }
  func warmUp() { chain.warmUp(collapsed) }
  func advance() { chain.advance(collapsed) }
  func withDraw(_ body: (borrowing AlignedBuffer, Double) -> Void) {
    let normals = readouts.standardNormals(
      count: posterior.network.featureCount, step: UInt64(chain.draws))
    let parameters = AlignedBuffer(
      collapsed.parameters(chain.state.position, normals: normals))
    evaluations += 2  // the features for the readout, and the energy of all parameters
    body(parameters, posterior.evaluate(parameters, gradient: gradient))
  }
  var report: ChainReport {
    var report = chain.report
    report.gradients += evaluations
    return report
  }
  func code(_ coder: inout StateCoder) throws(DamagedState) {
    try chain.code(&coder)
    try coder.code(&evaluations)
  }
}

/// Unadjusted Langevin dynamics.
private final class LangevinSampler<Model: Network>: Sampler {
  private let posterior: Posterior<Model>
  private let chain: LangevinChain<Posterior<Model>>
  private let cores = Cores()
  private let interval: Int

  init(
    _ cell: PosteriorCell, chain index: Int, _ posterior: Posterior<Model>, start: [Float],
    step: Double,
    interval: Int
  ) {
    self.posterior = posterior
    self.interval = interval
    chain = LangevinChain(
      unadapted: posterior, start: start, stepSize: step, warmup: cell.sampler.warmup * interval,
      stream: cell.streams.stream(chain: index, purpose: "noise"), kernels: cell.kernels)
  }

  var isWarm: Bool { chain.isWarm }
  func warmUp() { chain.warmUp(posterior) }
  func advance() { chain.advance(posterior, steps: interval) }
  func withDraw(_ body: (borrowing AlignedBuffer, Double) -> Void) {
    body(chain.position, chain.energy)
  }
  var report: ChainReport {
    ChainReport(
      stepSize: chain.stepSize, trajectory: .nan, acceptance: 1, energyError: 0,
      virial: chain.virial, gradients: chain.gradients)
  }
  func use(threads: Int) { posterior.use(cores.team(atMost: min(threads, posterior.slices))) }
  func code(_ coder: inout StateCoder) throws(DamagedState) { try chain.code(&coder) }
}
