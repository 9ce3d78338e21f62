import Host
import Kernels
import Networks
import Sampling
import Studies
import Synchronization

/// Replica exchange: the draws of a ladder's posterior end.
final class TemperedSampler<Model: Network>: Sampler {
  private let posterior: Posterior<Model>
  private let replicas: Int
  private let another: () -> Posterior<Model>
  /// One for each thread.
  private var posteriors: [Posterior<Model>]
  private let cores = Cores()
  private var team: ThreadTeam?
  private let exchange: ReplicaExchange<Posterior<Model>>

  /// - Parameter another: makes the same posterior again, since threads cannot share one.
  init(
    _ cell: PosteriorCell, chain index: Int, _ posterior: Posterior<Model>, replicas: Int,
    another: @escaping () -> Posterior<Model>
  ) {
    self.posterior = posterior
    self.replicas = replicas
    self.another = another
    posteriors = [posterior]
    exchange = ReplicaExchange(
      unadapted: posterior, start: cell.start(ofChain: index),
      settings: Tempering(replicas: replicas, warmup: 2 * cell.sampler.warmup),
      proposals: cell.proposals(ofChain: index, "replica involutions"),
      stream: cell.streams.stream(chain: index, purpose: "replicas"), kernels: cell.kernels)
  }

  var isWarm: Bool { exchange.isWarm }
  func warmUp() { exchange.warmUp(posterior, rungs: team != nil ? move : nil) }
  func advance() { exchange.advance(posterior, rungs: team != nil ? move : nil) }
  func use(threads: Int) {
    team = cores.team(atMost: min(threads, replicas))
    while posteriors.count < team?.count ?? 1 { posteriors.append(another()) }
  }
  /// Moves rungs by all threads, the coldest first, which take longest.
  private func move(_ count: Int, _ body: (Int, borrowing Posterior<Model>) -> Void) {
    let next = Atomic(count - 1)
    team!.run { thread in
      while true {
        let rung = next.wrappingSubtract(1, ordering: .relaxed).oldValue
        guard rung >= 0 else { return }
        body(rung, posteriors[thread])
      }
    }
  }
  func withDraw(_ body: (borrowing AlignedBuffer, Double) -> Void) {
    body(exchange.position, exchange.energy)
  }
  var report: ChainReport {
    let evidence = exchange.logEvidence
    return ChainReport(
      stepSize: exchange.stepSizes.last!, trajectory: exchange.trajectory,
      acceptance: exchange.acceptance, energyError: exchange.energyError, virial: exchange.virial,
      gradients: exchange.gradients, involutionAcceptance: exchange.involutionAcceptance,
      logEvidence: evidence.value, logEvidenceError: evidence.standardError)
  }
  func code(_ coder: inout StateCoder) throws(DamagedState) { try exchange.code(&coder) }
}
