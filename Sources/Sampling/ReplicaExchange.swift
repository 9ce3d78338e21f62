import Kernels

/// Replicas of a posterior at inverse ridges from 0 to 1, for posteriors between whose modes a
/// single chain does not cross.
///
/// Replicas move by Hamiltonian Monte Carlo; the one at 0 is drawn afresh from the prior.
/// Neighbours swap, even pairs and odd pairs in turn, which crosses the ladder ballistically (Syed
/// et al. 2022, section 3).
///
/// A sweep moves every replica by one trajectory, proposes to each the involutions that there are,
/// and tries one set of swaps. It makes one draw of the posterior. Replicas near the prior accept
/// involutions that the posterior refuses, and swaps bring what they accepted down.
public final class ReplicaExchange<Target: Energy & ~Copyable> {
  /// The posterior replica's θ, to be read between draws.
  public let position: AlignedBuffer
  /// The energy U(θ).
  public private(set) var energy = 0.0
  /// Number of draws so far.
  public private(set) var draws = 0
  /// The data energy E = U − |θ|²/2 at every draw, one array per replica, prior first. For a
  /// network it is Σ(f − y)²/(2κ).
  public private(set) var dataEnergies: [[Double]]
  /// Number of trips of a replica from the prior to the posterior and back that ended during the
  /// draws.
  public private(set) var roundTrips = 0

  private let replicas: [Replica<Target>]
  private let settings: Tempering
  private let stream: RandomStream
  private let proposals: InvolutionProposals
  private let kernels: KernelSet
  private let scratch: AlignedBuffer
  private var ladder: Ladder
  private var sweeps = 0
  private var statistics = ChainStatistics()
  private var swaps = Swaps()
  /// Swap acceptance during the draws.
  private var drawnSwaps = Swaps()

  /// Starts all replicas, adapts the ladder and the step sizes, and freezes them.
  ///
  /// - Parameters:
  ///   - target: the posterior's energy.
  ///   - start: initial θ of all replicas. By default each is drawn from the prior.
  ///   - settings: number of replicas, and what adapts.
  ///   - proposals: involutions to propose to every replica but the prior's, whose draws are fresh.
  ///   - stream: the random numbers, used for nothing else.
  ///   - kernels: the instruction set; all of them give the same bits.
  public convenience init(
    _ target: borrowing Target, start: [Float]? = nil, settings: Tempering,
    proposals: InvolutionProposals = .none, stream: RandomStream, kernels: KernelSet = .best
  ) {
    self.init(
      unadapted: target, start: start, settings: settings, proposals: proposals, stream: stream,
      kernels: kernels)
    while !isWarm { warmUp(target) }
  }

  /// Starts replicas whose warm-up is still to be made, or to be read.
  package init(
    unadapted target: borrowing Target, start: [Float]?, settings: Tempering,
    proposals: InvolutionProposals, stream: RandomStream, kernels: KernelSet
  ) {
    self.settings = settings
    self.proposals = proposals
    self.stream = stream
    self.kernels = kernels
    position = AlignedBuffer(count: target.dimension)
    scratch = target.makeGradient()
    let ladder = Ladder(replicas: settings.replicas)
    self.ladder = ladder
    dataEnergies = [[Double]](repeating: [], count: settings.replicas)
    // Starts use the last steps of the stream, since sweeps count from the first.
    var replicas: [Replica<Target>] = []
    for (k, inverseRidge) in ladder.inverseRidges.enumerated() {
      let start =
        start ?? stream.standardNormals(count: target.dimension, step: .max - UInt64(k))
      replicas.append(
        withTemperedEnergy(target, inverseRidge: inverseRidge, kernels: kernels) {
          Replica($0, start: start, settings: settings, kernels: kernels)
        })
    }
    self.replicas = replicas
    if isWarm { freeze() }
  }

  /// Whether the warm-up is over, so that there can be draws.
  package var isWarm: Bool { sweeps >= settings.warmup }

  /// Makes one sweep of the warm-up. The ladder improves after 1/8, 1/4 and 1/2 of it, and stays
  /// for the rest.
  package func warmUp(_ target: borrowing Target, rungs: Rungs? = nil) {
    sweep(target, rungs, adapting: true)
    if [8, 4, 2].contains(where: { sweeps == settings.warmup / $0 }) {
      ladder.space(byRejections: swaps.means.map { 1 - $0 })
      place(target, on: ladder)
      swaps = Swaps()
    }
    if isWarm { freeze() }
  }

  private func freeze() {
    for replica in replicas { replica.freeze() }
    showPosterior()
  }

  /// Brings what is read between draws up to date.
  private func showPosterior() {
    position.copy(from: replicas.last!.state.position)
    energy = replicas.last!.state.energy
  }

  /// Writes or reads all that the further draws depend on, in warm-up or after it.
  ///
  /// - Throws: `DamagedState` if the bytes are not those of such replicas.
  package func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&sweeps)
    try coder.code(&draws)
    try coder.code(&dataEnergies)
    try coder.code(&roundTrips)
    try ladder.code(&coder)
    for replica in replicas { try replica.code(&coder) }
    try statistics.code(&coder)
    try swaps.code(&coder)
    try drawnSwaps.code(&coder)
    if coder.isReading, isWarm { showPosterior() }
  }

  /// Calls a body once for each of so many rungs, with a target: one after another, or several at
  /// once where each thread has a target of its own. The draws do not depend on it.
  package typealias Rungs = (Int, (Int, borrowing Target) -> Void) -> Void

  /// Sweeps once, which makes one draw of the posterior.
  public func advance(_ target: borrowing Target) { advance(target, rungs: nil) }

  /// The same with the rungs moved by others.
  package func advance(_ target: borrowing Target, rungs: Rungs?) {
    sweep(target, rungs, adapting: false)
    draws += 1
    for (k, replica) in replicas.enumerated() { dataEnergies[k].append(replica.dataEnergy) }
    showPosterior()
  }

  /// Mean length T of the posterior's trajectories: that of the settings, unless the bound on
  /// gradients cuts them.
  public var trajectory: Double {
    settings.moves.meanLength(
      Tuning(stepSize: stepSizes.last!, trajectory: settings.trajectory))
  }
  /// The replicas' β, from 0 to 1.
  public var inverseRidges: [Double] { replicas.map(\.inverseRidge) }
  /// Frozen step sizes of the replicas. The prior's takes no steps and keeps the initial one.
  public var stepSizes: [Double] { replicas.map(\.stepSize) }
  /// Mean acceptance probability of swaps between neighbours over the draws, hottest pair first.
  public var swapAcceptance: [Double] { drawnSwaps.means }
  /// The communication barrier Λ, which is the sum of rejection rates. There are at most 1/(2 + 2Λ)
  /// round trips a sweep. For users of the library; the pipeline does not call it.
  public var communicationBarrier: Double { swapAcceptance.reduce(0) { $0 + 1 - $1 } }
  /// Mean acceptance probability of the posterior's trajectories.
  public var acceptance: Double { statistics.acceptance }
  /// Mean acceptance probability of the posterior's involutions; not a number if there are none.
  public var involutionAcceptance: Double { statistics.involutionAcceptance }
  /// Mean of θ·∇U/n over the draws of the posterior's replica, whose expectation is 1.
  public var virial: Double { statistics.virial }
  /// Root mean square of ΔH over the posterior's trajectories, without those that diverged.
  public var energyError: Double { statistics.energyError }
  /// Number of trajectories of the posterior's replica that diverged.
  public var divergences: Int { statistics.divergences }
  /// Number of gradients evaluated so far, by all replicas.
  public var gradients: Int { replicas.reduce(0) { $0 + $1.state.gradients + $1.evaluations } }

  /// The log evidence from the draws so far, at least four.
  public var logEvidence: LogEvidence {
    LogEvidence(dataEnergies: dataEnergies, inverseRidges: inverseRidges)
  }

  /// Moves every replica by one trajectory, and swaps the pairs of one parity.
  private func sweep(_ target: borrowing Target, _ rungs: Rungs?, adapting: Bool) {
    let count = replicas.count
    if let rungs {
      rungs(count) { k, target in move(k, target, adapting: adapting) }
    } else {
      for k in 0..<count { move(k, target, adapting: adapting) }
    }
    let posterior = replicas.last!
    if !adapting, let transition = posterior.transition {
      statistics.record(transition)
      statistics.record(proposals: posterior.acceptances)
      statistics.record(virial: posterior.state.virial)
    }
    let probabilities = replicas.indices.dropLast().map { k -> Double in
      let (hot, cold) = (replicas[k], replicas[k + 1])
      let exponent =
        (cold.inverseRidge - hot.inverseRidge) * (cold.dataEnergy - hot.dataEnergy)
      return exponent.isNaN ? 0 : min(1, naturalExponential(exponent))
    }
    if adapting { swaps.record(probabilities) } else { drawnSwaps.record(probabilities) }
    for k in stride(from: sweeps % 2, to: probabilities.count, by: 2) {
      let uniform = stream.uniform(step: UInt64(sweeps * count + k), index: 2)
      if uniform < probabilities[k] { exchange(k, target) }
    }
    sweeps += 1
    if replicas[0].walker == .fromPosterior, !adapting { roundTrips += 1 }
    replicas[0].walker = .fromPrior
    if replicas.last!.walker == .fromPrior { replicas.last!.walker = .fromPosterior }
  }

  /// Moves one rung, which touches no other.
  private func move(_ k: Int, _ target: borrowing Target, adapting: Bool) {
    let (replica, iteration) = (replicas[k], sweeps * replicas.count + k)
    withTemperedEnergy(target, inverseRidge: replica.inverseRidge, kernels: kernels) {
      // The prior's rung alone, of which there is one, needs the scratch.
      replica.move(
        $0, settings: settings, scratch: scratch, stream: stream, iteration: iteration,
        adapting: adapting)
      replica.propose(proposals, $0, step: iteration)
    }
  }

  /// Exchanges the states of rungs k and k + 1.
  private func exchange(_ k: Int, _ target: borrowing Target) {
    let (hot, cold) = (replicas[k], replicas[k + 1])
    swap(&hot.state, &cold.state)
    swap(&hot.walker, &cold.walker)
    swap(&hot.dataEnergy, &cold.dataEnergy)
    for replica in [hot, cold] {
      withTemperedEnergy(target, inverseRidge: replica.inverseRidge, kernels: kernels) {
        replica.state.refresh($0)
      }
    }
  }

  private func place(_ target: borrowing Target, on ladder: Ladder) {
    for (replica, inverseRidge) in zip(replicas, ladder.inverseRidges) {
      withTemperedEnergy(target, inverseRidge: inverseRidge, kernels: kernels) {
        replica.place($0)
      }
    }
  }
}

/// Mean acceptance probabilities of swaps, over all pairs at every sweep, tried or not.
private struct Swaps {
  private var sums: [Double] = []
  private var count = 0.0

  mutating func record(_ probabilities: [Double]) {
    if sums.isEmpty { sums = [Double](repeating: 0, count: probabilities.count) }
    for k in sums.indices { sums[k] += probabilities[k] }
    count += 1
  }

  var means: [Double] { sums.map { $0 / count } }

  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&sums)
    try coder.code(&count)
  }
}
