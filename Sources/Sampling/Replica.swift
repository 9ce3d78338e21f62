import Kernels

/// A rung of the ladder and the state that is there now.
final class Replica<Target: Energy & ~Copyable> {
  /// Which end of the ladder a state was at last.
  enum Walker { case neither, fromPrior, fromPosterior }

  /// β.
  private(set) var inverseRidge: Double
  var state: Hamiltonian<TemperedEnergy<Target>>
  /// E at the state.
  var dataEnergy: Double
  var walker = Walker.neither
  private(set) var stepSize: Double
  /// Gradients evaluated here, besides those of the states.
  private(set) var evaluations = 1
  private var step: StepSize

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

  /// One trajectory, or at β = 0 a draw from the prior, of which there is nothing to tell.
  func move(
    _ target: borrowing TemperedEnergy<Target>, settings: Tempering,
    scratch: borrowing AlignedBuffer, stream: RandomStream, iteration: Int, adapting: Bool
  ) -> Transition? {
    if inverseRidge == 0 {
      state.drawFromPrior(stream: stream, iteration: UInt64(iteration))
      dataEnergy = target.dataEnergy(evaluating: state.position, scratch: scratch)
      evaluations += 1
      return nil
    }
    let leg = settings.moves.leg(
      length: settings.trajectory, step: adapting ? step.current : stepSize, iteration: iteration)
    let transition = state.follow(target, leg, metric: Metric(), stream: stream)
    if adapting { step.update(acceptance: transition.acceptance) }
    dataEnergy = target.dataEnergy(state.position, energy: state.energy)
    return transition
  }

  /// Moves the rung to another β, and begins to average its step size anew.
  func place(_ target: borrowing TemperedEnergy<Target>) {
    inverseRidge = target.inverseRidge
    state.refresh(target)
    step = step.restarted()
  }

  func freeze() { stepSize = step.average }
}
