import Kernels

/// The adaptation of one chain.
///
/// The first half forgets the transient from the start. It passes on the step size, and the masses
/// from its own second half. The second half averages the step size anew, and takes candidates for
/// the trajectory length in turn.
struct Warmup: ~Copyable {
  private let settings: HamiltonianMonteCarlo
  /// Number of trajectories so far.
  private var count = 0
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

  /// Whether all of its trajectories are made.
  var isDone: Bool { count == settings.warmup }

  /// Makes one trajectory and the involutions after it, and adapts.
  mutating func advance<Target: Energy & ~Copyable>(
    _ state: inout Hamiltonian<Target>, _ target: borrowing Target,
    observable: ((borrowing AlignedBuffer) -> Double)?, proposals: InvolutionProposals,
    stream: RandomStream
  ) {
    let i = count
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
    _ = proposals.propose(&state, target, step: i)
    count += 1
  }

  /// Writes or reads how far the adaptation is.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&count)
    try step.code(&coder)
    try moments.code(&coder)
    try search.code(&coder)
    var masses = inverseMass ?? []
    try coder.code(&masses)
    if coder.isReading {
      inverseMass = masses.isEmpty ? nil : masses
      metric = Metric(inverseMass: inverseMass)
    }
  }

  /// The tuning to freeze.
  var tuning: Tuning {
    Tuning(
      stepSize: step.average,
      trajectory: settings.trajectory == .adapted ? search.choice : standard,
      inverseMass: inverseMass)
  }
}
