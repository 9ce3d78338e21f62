import Kernels

/// A rung of the ladder, and the state that stands on it now.
final class Replica<Target: Energy & ~Copyable> {
  /// The end of the ladder that a state visited last.
  enum Walker: Int { case neither, fromPrior, fromPosterior }

  /// The inverse ridge β of the rung.
  private(set) var inverseRidge: Double
  var state: Hamiltonian<TemperedEnergy<Target>>
  /// The data energy E at the state.
  var dataEnergy: Double
  var walker = Walker.neither
  private(set) var stepSize: Double
  /// Number of gradients evaluated here, besides those of the states.
  private(set) var evaluations = 1
  private var step: StepSize
  /// The last move: its trajectory, `nil` of the prior, and acceptance probabilities of
  /// involutions.
  private(set) var transition: Transition?
  private(set) var acceptances: [Double] = []

  init(
    _ target: borrowing TemperedEnergy<Target>, start: [Float], settings: Tempering,
    kernels: KernelSet
  ) {
    inverseRidge = target.inverseRidge
    state = Hamiltonian(target, start: start, kernels: kernels)
    step = StepSize(initial: 0.05, targetAcceptance: settings.targetAcceptance)
    stepSize = step.current
    dataEnergy = target.dataEnergy(evaluating: state.position, scratch: target.makeGradient())
  }

  /// Moves by one trajectory. At β = 0 it draws from the prior instead.
  func move(
    _ target: borrowing TemperedEnergy<Target>, settings: Tempering,
    scratch: borrowing AlignedBuffer, stream: RandomStream, iteration: Int, adapting: Bool
  ) {
    if inverseRidge == 0 {
      state.drawFromPrior(stream: stream, iteration: UInt64(iteration))
      dataEnergy = target.dataEnergy(evaluating: state.position, scratch: scratch)
      evaluations += 1
      transition = nil
      return
    }
    let leg = settings.moves.leg(
      length: settings.trajectory, step: adapting ? step.current : stepSize, iteration: iteration)
    let transition = state.follow(target, leg, metric: Metric(), stream: stream)
    if adapting { step.update(acceptance: transition.acceptance) }
    dataEnergy = target.dataEnergy(state.position, energy: state.energy)
    self.transition = transition
  }

  /// Proposes involutions by the rung's own energy, after a trajectory.
  func propose(
    _ proposals: InvolutionProposals, _ target: borrowing TemperedEnergy<Target>, step: Int
  ) {
    guard transition != nil else { return }
    acceptances = proposals.propose(&state, target, step: step)
    if !acceptances.isEmpty {
      dataEnergy = target.dataEnergy(state.position, energy: state.energy)
    }
  }

  /// Moves the rung to another β, and starts a new average of its step size.
  func place(_ target: borrowing TemperedEnergy<Target>) {
    inverseRidge = target.inverseRidge
    state.refresh(target)
    step = step.restarted()
  }

  func freeze() { stepSize = step.average }

  /// Writes or reads the rung and the state on it.
  func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&inverseRidge)
    try state.code(&coder)
    try coder.code(&dataEnergy)
    var visited = walker.rawValue
    try coder.code(&visited)
    guard let walker = Walker(rawValue: visited) else { throw DamagedState() }
    self.walker = walker
    try coder.code(&stepSize)
    try coder.code(&evaluations)
    try step.code(&coder)
  }
}
