import Kernels

/// Langevin dynamics with a Metropolis test (MALA; Roberts and Tweedie 1996): the proposal
/// z − h∇U(z) + √(2h) ξ is accepted with the probability that keeps e^{−U}.
///
/// The proposal is one leapfrog of Hamiltonian dynamics with step √(2h) and a new momentum ξ, so
/// the test is that of `Hamiltonian`, and the law at late times is exact at every h. Finite time is
/// then all that differs from the posterior.
///
/// At early times rejections slow the clock by 1 − acceptance.
public final class AdjustedLangevin<Target: Energy>: TrainingDynamics {
  public let step: Double
  public private(set) var moves: Int
  private let target: Target
  private let stream: RandomStream
  private var state: Hamiltonian<Target>

  /// Begins at a start.
  ///
  /// - Parameters:
  ///   - target: the energy U.
  ///   - start: z, one number per coordinate.
  ///   - step: h.
  ///   - moves: the number of moves that led to the start; move m takes step m of the stream.
  ///   - stream: the run's random numbers, used for nothing else.
  ///   - kernels: the instruction set; all of them give the same bits.
  public init(
    _ target: Target, start: [Float], step: Double, moves: Int = 0, stream: RandomStream,
    kernels: KernelSet = .best
  ) {
    precondition(step > 0 && moves >= 0)
    self.step = step
    self.moves = moves
    self.target = target
    self.stream = stream
    state = Hamiltonian(target, start: start, kernels: kernels)
  }

  public func move() -> TrainingMove {
    let transition = state.advance(
      target, step: (2 * step).squareRoot(), count: 1, integrator: .leapfrog, metric: Metric(),
      stream: stream, iteration: UInt64(moves))
    moves += 1
    return TrainingMove(energy: state.energy, acceptance: transition.acceptance)
  }

  public func withState<Result>(
    _ body: (borrowing AlignedBuffer, Double) -> Result
  ) -> Result { body(state.position, state.energy) }
}
