import Kernels

/// A chain of Hamiltonian Monte Carlo that gives draw after draw, for as long as it is asked to.
///
/// The draws depend on target, start, settings, observable and stream alone.
public final class Chain<Target: Energy & ~Copyable> {
  /// The state θ with its energy U(θ), to be read between draws.
  public private(set) var state: Hamiltonian<Target>
  /// Step size, trajectory length and masses, frozen after warm-up.
  public private(set) var tuning: Tuning
  /// Step size ε of the draws.
  public var stepSize: Double { tuning.stepSize }
  /// The mean length T of the draws' trajectories: that of the tuning, unless the bound on
  /// gradients cuts them.
  public var trajectory: Double { settings.meanLength(tuning) }
  /// Number of draws so far.
  public var draws: Int { statistics.draws }

  private let settings: HamiltonianMonteCarlo
  private var warmup: Warmup
  private var metric = Metric()
  private let observable: ((borrowing AlignedBuffer) -> Double)?
  private let stream: RandomStream
  private let proposals: InvolutionProposals
  /// Number of legs so far, which is also the step of the stream.
  private var legs: Int
  private var statistics = ChainStatistics()

  /// Starts a chain and warms it up.
  ///
  /// - Parameters:
  ///   - target: the energy to sample.
  ///   - start: initial θ, one number per coordinate.
  ///   - settings: what the warm-up adapts, and towards what.
  ///   - observable: the scalar for whose effective samples the trajectory length is chosen; U by
  ///     default.
  ///   - proposals: involutions to propose after every trajectory, in warm-up too.
  ///   - stream: the chain's random numbers, used for nothing else.
  ///   - kernels: the instruction set; all of them give the same bits.
  public convenience init(
    _ target: borrowing Target, start: [Float], settings: HamiltonianMonteCarlo,
    observable: ((borrowing AlignedBuffer) -> Double)? = nil,
    proposals: InvolutionProposals = .none, stream: RandomStream, kernels: KernelSet = .best
  ) {
    self.init(
      unadapted: target, start: start, settings: settings, observable: observable,
      proposals: proposals, stream: stream, kernels: kernels)
    while !isWarm { warmUp(target) }
  }

  /// Starts a chain whose warm-up is still to be made, or to be read.
  package init(
    unadapted target: borrowing Target, start: [Float], settings: HamiltonianMonteCarlo,
    observable: ((borrowing AlignedBuffer) -> Double)?, proposals: InvolutionProposals,
    stream: RandomStream, kernels: KernelSet
  ) {
    state = Hamiltonian(target, start: start, kernels: kernels)
    self.settings = settings
    self.observable = observable
    self.stream = stream
    self.proposals = proposals
    let warmup = Warmup(settings: settings)
    tuning = warmup.tuning
    self.warmup = warmup
    legs = settings.warmup * settings.legs
  }

  /// Whether the warm-up is over, so that there can be draws.
  package var isWarm: Bool { warmup.isDone }

  /// Makes one trajectory of the warm-up.
  package func warmUp(_ target: borrowing Target) {
    warmup.advance(
      &state, target, observable: observable, proposals: proposals, stream: stream)
    if isWarm { freeze() }
  }

  private func freeze() {
    tuning = warmup.tuning
    metric = Metric(inverseMass: tuning.inverseMass)
  }

  /// Writes or reads all that the further draws depend on, in warm-up or after it.
  ///
  /// - Throws: `DamagedState` if the bytes are not those of a chain of this dimension.
  package func code(_ coder: inout StateCoder) throws(DamagedState) {
    try state.code(&coder)
    try warmup.code(&coder)
    try coder.code(&legs)
    try statistics.code(&coder)
    if coder.isReading, isWarm { freeze() }
  }

  /// Moves on by one trajectory, and by proposals if there are any, which makes one draw.
  public func advance(_ target: borrowing Target) {
    for _ in 0..<settings.legs {
      let leg = settings.leg(length: tuning.trajectory, step: tuning.stepSize, iteration: legs)
      statistics.record(state.follow(target, leg, metric: metric, stream: stream))
      legs += 1
    }
    statistics.record(
      proposals: proposals.propose(&state, target, step: settings.warmup + statistics.draws))
    statistics.record(virial: state.virial)
  }

  /// Mean acceptance probability of the draws' legs; not a number before the first draw.
  public var acceptance: Double { statistics.acceptance }
  /// Mean acceptance probability of the draws' involutions; not a number if there are none.
  public var involutionAcceptance: Double { statistics.involutionAcceptance }
  /// Mean of θ·∇U/n over the draws, whose expectation is 1 in the posterior.
  public var virial: Double { statistics.virial }
  /// Root mean square of ΔH over the draws' legs, without those that diverged.
  public var energyError: Double { statistics.energyError }
  /// Number of legs that diverged.
  public var divergences: Int { statistics.divergences }
}
