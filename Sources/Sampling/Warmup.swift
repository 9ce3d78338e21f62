import Kernels

/// The adaptation of one chain.
///
/// The first half forgets the transient from the start. It passes on the step size, and the masses
/// from its own second half. The second half averages the step size anew, and takes candidates for
/// the trajectory length in turn.
struct Warmup: ~Copyable {
  private let settings: HamiltonianMonteCarlo
  private var step: StepSize
  private var moments = CoordinateMoments()
  private var search: TrajectorySearch
  private var inverseMass: [Float]?
  private var metric: Metric
  private let standard: Double

  init(settings: HamiltonianMonteCarlo) {
    self.settings = settings
    step = StepSize(initial: 0.02, targetAcceptance: settings.targetAcceptance)
    metric = Metric()
    standard =
      switch settings.trajectory {
      case .fixed(let length): length
      case .adapted: TrajectorySearch.standardLength
      }
    search = TrajectorySearch(around: standard)
  }

  /// Makes trajectory number `trajectory` of the warm-up, and adapts.
  mutating func advance<Target: Energy & ~Copyable>(
    _ state: inout Hamiltonian<Target>, _ target: borrowing Target, trajectory i: Int,
    observable: ((borrowing AlignedBuffer) -> Double)?, stream: RandomStream
  ) {
    let half = settings.warmup / 2
    if i == half {
      step = step.restarted()
      if let masses = moments.inverseMass {
        inverseMass = masses
        metric = Metric(inverseMass: masses)
      }
    }
    func value(_ state: borrowing Hamiltonian<Target>) -> Double {
      observable?(state.position) ?? state.energy
    }
    let searches = settings.trajectory == .adapted && i >= half
    let candidate = searches ? TrajectorySearch.turn(i - half) : nil
    let length = candidate.map { search.lengths[$0] } ?? standard
    let before = searches ? value(state) : 0
    let gradients = state.gradients
    for leg in 0..<settings.legs {
      let transition = state.follow(
        target,
        settings.leg(length: length, step: step.current, iteration: i * settings.legs + leg),
        metric: metric, stream: stream)
      step.update(acceptance: transition.acceptance)
    }
    if let candidate {
      search.record(
        candidate: candidate, from: before, to: value(state),
        gradients: state.gradients - gradients)
    }
    if settings.mass == .diagonal, i >= half / 2, i < half { moments.record(state.position) }
  }

  /// The tuning to freeze.
  var tuning: Tuning {
    Tuning(
      stepSize: step.average,
      trajectory: settings.trajectory == .adapted ? search.choice : standard,
      inverseMass: inverseMass)
  }
}
