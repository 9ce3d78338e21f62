import Kernels

/// Replica exchange from prior to posterior: how many replicas, and what adapts in warm-up.
public struct Tempering: Hashable, Sendable {
  /// Replicas, prior and posterior among them.
  public var replicas: Int
  /// Sweeps before the first draw: the ladder adapts in the first half, the step sizes in all.
  public var warmup: Int
  /// T of the replicas' trajectories.
  public var trajectory: Double
  public var integrator: Integrator
  /// Acceptance probability of trajectories towards which the step sizes adapt.
  public var targetAcceptance: Double

  public init(
    replicas: Int, warmup: Int, trajectory: Double = 2, integrator: Integrator = .threeStage,
    targetAcceptance: Double = 0.9
  ) {
    precondition(replicas >= 2 && warmup >= 0 && trajectory > 0)
    self.replicas = replicas
    self.warmup = warmup
    self.trajectory = trajectory
    self.integrator = integrator
    self.targetAcceptance = targetAcceptance
  }

  /// Trajectories of one leg with a momentum of their own.
  var moves: HamiltonianMonteCarlo {
    HamiltonianMonteCarlo(
      warmup: warmup, trajectory: .fixed(trajectory), integrator: integrator, legs: 1,
      persistence: 0, targetAcceptance: targetAcceptance)
  }
}

/// Replicas of a posterior at inverse ridges from 0 to 1 that move by Hamiltonian Monte Carlo, drawn
/// afresh from the prior at 0, and swap with their neighbours: even pairs and odd pairs in turn, which
/// crosses the ladder ballistically (Syed et al. 2022, section 3). For posteriors between whose modes a
/// single chain does not cross.
///
/// A sweep moves every replica by one trajectory and tries one set of swaps: one draw of the posterior.
public final class ReplicaExchange<Target: Energy & ~Copyable> {
  /// θ of the posterior's replica, to be read between draws.
  public let position: AlignedBuffer
  /// U(θ).
  public private(set) var energy = 0.0
  /// Draws so far.
  public private(set) var draws = 0
  /// E = U − |θ|²/2 at every draw, by replica, prior first. For a network, Σ(f − y)²/(2κ).
  public private(set) var dataEnergies: [[Double]]
  /// Times that a replica went from the prior to the posterior and back, in draws.
  public private(set) var roundTrips = 0

  private let replicas: [Replica<Target>]
  private let settings: Tempering
  private let stream: RandomStream
  private let kernels: KernelSet
  private let scratch: AlignedBuffer
  private var sweeps = 0
  private var statistics = ChainStatistics()
  private var swaps = Swaps()
  /// Swaps of the draws.
  private var drawnSwaps = Swaps()

  /// Starts all replicas, adapts the ladder and the step sizes, and freezes them.
  ///
  /// - Parameters:
  ///   - start: θ of all replicas, or nothing to draw each from the prior.
  ///   - stream: random numbers, used for nothing else.
  public init(
    _ target: borrowing Target, start: [Float]? = nil, settings: Tempering, stream: RandomStream,
    kernels: KernelSet = .best
  ) {
    self.settings = settings
    self.stream = stream
    self.kernels = kernels
    position = AlignedBuffer(count: target.dimension)
    scratch = target.makeGradient()
    var ladder = Ladder(replicas: settings.replicas)
    dataEnergies = [[Double]](repeating: [], count: settings.replicas)
    // The last steps of the stream: sweeps count from the first.
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

    // Rounds of 1/8, 1/8 and 1/4 of the warm-up on improving ladders, then the rest on the last one.
    let ends = [settings.warmup / 8, settings.warmup / 4, settings.warmup / 2]
    for sweep in 0..<settings.warmup {
      self.sweep(target, adapting: true)
      if ends.contains(sweep + 1) {
        ladder.space(byRejections: swaps.means.map { 1 - $0 })
        place(target, on: ladder)
        swaps = Swaps()
      }
    }
    for replica in replicas { replica.freeze() }
    position.copy(from: replicas.last!.state.position)
    energy = replicas.last!.state.energy
  }

  /// Sweeps once: one draw of the posterior.
  public func advance(_ target: borrowing Target) {
    sweep(target, adapting: false)
    draws += 1
    for (k, replica) in replicas.enumerated() { dataEnergies[k].append(replica.dataEnergy) }
    position.copy(from: replicas.last!.state.position)
    energy = replicas.last!.state.energy
  }

  /// T.
  public var trajectory: Double { settings.trajectory }
  /// β of the replicas, from 0 to 1.
  public var inverseRidges: [Double] { replicas.map(\.inverseRidge) }
  /// Frozen step sizes of the replicas; of the prior's, which takes none, the initial one.
  public var stepSizes: [Double] { replicas.map(\.stepSize) }
  /// Mean acceptance probability of swaps between neighbours, over the draws.
  public var swapAcceptance: [Double] { drawnSwaps.means }
  /// Λ, the sum of rejection rates: round trips come at a rate of at most 1/(2 + 2Λ) a sweep.
  public var communicationBarrier: Double { swapAcceptance.reduce(0) { $0 + 1 - $1 } }
  /// Mean acceptance probability of the posterior's trajectories.
  public var acceptance: Double { statistics.acceptance }
  /// Mean of θ·∇U/n over the trajectories of the posterior's replica.
  public var virial: Double { statistics.virial }
  /// Root mean square of ΔH of the posterior's trajectories, divergent ones left out.
  public var energyError: Double { statistics.energyError }
  /// Trajectories of the posterior's replica that diverged.
  public var divergences: Int { statistics.divergences }
  /// Gradients evaluated so far, by all replicas.
  public var gradients: Int { replicas.reduce(0) { $0 + $1.state.gradients + $1.evaluations } }

  /// Of the draws so far: see `LogEvidence`.
  public var logEvidence: LogEvidence {
    LogEvidence(dataEnergies: dataEnergies, inverseRidges: inverseRidges)
  }

  /// One trajectory of every replica, and the swaps of one parity.
  private func sweep(_ target: borrowing Target, adapting: Bool) {
    let count = replicas.count
    for (k, replica) in replicas.enumerated() {
      let iteration = sweeps * count + k
      let transition = withTemperedEnergy(
        target, inverseRidge: replica.inverseRidge, kernels: kernels
      ) {
        replica.move(
          $0, settings: settings, scratch: scratch, stream: stream, iteration: iteration,
          adapting: adapting)
      }
      if !adapting, k + 1 == replicas.count, let transition {
        statistics.record(transition)
        statistics.record(virial: replica.state.virial)
      }
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

  /// Replicas k and k + 1 exchange their places.
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

/// Acceptance probabilities of swaps: of all pairs at every sweep, tried or not.
private struct Swaps {
  private var sums: [Double] = []
  private var count = 0.0

  mutating func record(_ probabilities: [Double]) {
    if sums.isEmpty { sums = [Double](repeating: 0, count: probabilities.count) }
    for k in sums.indices { sums[k] += probabilities[k] }
    count += 1
  }

  var means: [Double] { sums.map { $0 / count } }
}
