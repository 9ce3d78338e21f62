import Kernels

/// A chain of Hamiltonian Monte Carlo, which goes on from draw to draw for as long as it is asked to.
/// Its draws depend on target, start, settings and stream alone.
public final class Chain<Target: Energy & ~Copyable> {
  /// θ and U(θ), to be read between draws.
  public private(set) var state: Hamiltonian<Target>
  /// Step size, trajectory length and masses, frozen after warm-up.
  public let tuning: Tuning
  /// Step size ε of the draws.
  public var stepSize: Double { tuning.stepSize }
  /// Draws so far.
  public var draws: Int { statistics.count }

  private let integrator: Integrator
  private let metric: Metric
  private let stream: RandomStream
  private var iteration: UInt64
  private var statistics = ChainStatistics()

  /// Starts a chain and warms it up.
  ///
  /// - Parameters:
  ///   - start: θ. - pilot: a tuning to begin warm-up from, say that of another chain of the cell.
  ///   - observable: the scalar for whose effective samples the trajectory length is chosen; U if
  ///     nothing else. - stream: the chain's random numbers, used for nothing else.
  public init(
    _ target: borrowing Target, start: [Float], settings: HamiltonianMonteCarlo,
    pilot: Tuning? = nil, observable: ((borrowing AlignedBuffer) -> Double)? = nil,
    stream: RandomStream, kernels: KernelSet = .best
  ) {
    var state = Hamiltonian(target, start: start, kernels: kernels)
    var warmup = Warmup(settings: settings, pilot: pilot)
    for i in 0..<settings.warmup {
      warmup.advance(
        &state, target, trajectory: i, observable: observable, stream: stream,
        iteration: UInt64(i))
    }
    self.state = state
    tuning = warmup.tuning
    metric = Metric(inverseMass: tuning.inverseMass)
    integrator = settings.integrator
    self.stream = stream
    iteration = UInt64(settings.warmup)
  }

  /// Goes on from `start` with a tuning that is given, without a warm-up.
  public init(
    _ target: borrowing Target, start: [Float], tuning: Tuning,
    integrator: Integrator = .threeStage, stream: RandomStream, kernels: KernelSet = .best
  ) {
    state = Hamiltonian(target, start: start, kernels: kernels)
    self.tuning = tuning
    metric = Metric(inverseMass: tuning.inverseMass)
    self.integrator = integrator
    self.stream = stream
    iteration = 0
  }

  /// Moves on by one trajectory: one draw.
  public func advance(_ target: borrowing Target) {
    let transition = state.follow(
      target, length: tuning.trajectory, step: tuning.stepSize, integrator: integrator,
      metric: metric, stream: stream, iteration: iteration)
    iteration += 1
    statistics.record(transition, virial: state.virial)
  }

  /// Mean acceptance probability of the draws.
  public var acceptance: Double { statistics.acceptance }
  /// Mean of θ·∇U/n over the draws: 1 in the posterior.
  public var virial: Double { statistics.virial }
  /// Root mean square of ΔH over the draws, divergent ones left out.
  public var energyError: Double { statistics.energyError }
  /// Draws whose trajectory diverged.
  public var divergences: Int { statistics.divergences }
}

/// Sums over the draws of a chain.
struct ChainStatistics {
  private(set) var count = 0
  private(set) var divergences = 0
  private var acceptanceSum = 0.0
  private var virialSum = 0.0
  private var errorSquares = 0.0

  mutating func record(_ transition: Transition, virial: Double) {
    count += 1
    acceptanceSum += transition.acceptance
    virialSum += virial
    if transition.diverged {
      divergences += 1
    } else {
      errorSquares += transition.energyError * transition.energyError
    }
  }

  var acceptance: Double { acceptanceSum / Double(count) }
  var virial: Double { virialSum / Double(count) }
  var energyError: Double { (errorSquares / Double(count - divergences)).squareRoot() }
}
