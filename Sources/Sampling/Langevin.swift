import Kernels

/// Unadjusted Langevin dynamics, θ ← θ − η∇U(θ) + √(2η) ξ. It is the field's protocol, and serves
/// for comparison alone.
///
/// It accepts every step, so its stationary distribution is the posterior only as η → 0. A Gaussian
/// direction of variance v has the stationary variance v/(1 − η/(2v)), and diverges at η ≥ 2v
/// (Roberts and Tweedie 1996, "Exponential convergence of Langevin distributions and their discrete
/// approximations", Bernoulli 2). R̂ is blind to that bias. The virial sees it: its mean then
/// differs from 1.
public final class LangevinChain<Target: Energy & ~Copyable> {
  /// The position θ, to be read between draws.
  public let position: AlignedBuffer
  /// The energy U(θ).
  public private(set) var energy: Double
  /// The step size η.
  public let stepSize: Double
  /// Number of draws so far.
  public private(set) var draws = 0
  /// Number of gradients evaluated so far.
  public private(set) var gradients = 1

  private let gradient: AlignedBuffer
  private let noise: AlignedBuffer
  private let warmup: Int
  private let stream: RandomStream
  private let kernels: KernelSet
  private var iteration = 0
  private var virialSum = 0.0

  /// Starts a chain at `start` and makes `warmup` steps, which are discarded.
  ///
  /// - Parameters:
  ///   - target: the energy to sample.
  ///   - start: initial θ, one number per coordinate.
  ///   - stepSize: η. It is never adapted, because the bias depends on it.
  ///   - warmup: number of discarded steps.
  ///   - stream: the chain's random numbers, used for nothing else.
  ///   - kernels: the instruction set; all of them give the same bits.
  public convenience init(
    _ target: borrowing Target, start: [Float], stepSize: Double, warmup: Int = 0,
    stream: RandomStream, kernels: KernelSet = .best
  ) {
    self.init(
      unadapted: target, start: start, stepSize: stepSize, warmup: warmup, stream: stream,
      kernels: kernels)
    while !isWarm { warmUp(target) }
  }

  /// Starts a chain whose warm-up is still to be made, or to be read.
  package init(
    unadapted target: borrowing Target, start: [Float], stepSize: Double, warmup: Int,
    stream: RandomStream, kernels: KernelSet
  ) {
    precondition(start.count == target.dimension && stepSize > 0)
    self.stepSize = stepSize
    self.warmup = warmup
    self.stream = stream
    self.kernels = kernels
    position = AlignedBuffer(start)
    noise = RandomStream.normalBuffer(count: start.count)
    gradient = target.makeGradient()
    energy = target.evaluate(position, gradient: gradient)
  }

  /// Whether the warm-up is over, so that there can be draws.
  package var isWarm: Bool { iteration >= warmup }

  /// Makes one step of the warm-up.
  package func warmUp(_ target: borrowing Target) { move(target) }

  /// Writes or reads all that the further draws depend on, in warm-up or after it.
  ///
  /// - Throws: `DamagedState` if the bytes are not those of a chain of this dimension.
  package func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(position)
    try coder.code(gradient)
    try coder.code(&energy)
    try coder.code(&draws)
    try coder.code(&gradients)
    try coder.code(&iteration)
    try coder.code(&virialSum)
  }

  /// Moves on by `steps` steps, which make one draw.
  public func advance(_ target: borrowing Target, steps: Int = 1) {
    for _ in 0..<steps { move(target) }
    draws += 1
    virialSum += pointVirial
  }

  /// The virial θ·∇U(θ)/n at the present position.
  public var pointVirial: Double {
    kernels.innerProduct(position.vectors, position.lanes, gradient.lanes) / Double(position.count)
  }

  /// Mean of θ·∇U/n over the draws: 1 in the posterior, 1/(1 − η/(2v)) for this dynamics in a
  /// Gaussian of variance v.
  public var virial: Double { virialSum / Double(draws) }
  /// Whether the energy is still finite. Beyond the stable step it soon is not.
  public var isFinite: Bool { energy.isFinite }

  private func move(_ target: borrowing Target) {
    stream.fill(noise, step: UInt64(iteration))
    iteration += 1
    kernels.addScaled(position.vectors, Float(-stepSize), gradient.lanes, position.lanes)
    kernels.addScaled(
      position.vectors, Float((2 * stepSize).squareRoot()), noise.lanes, position.lanes)
    energy = target.evaluate(position, gradient: gradient)
    gradients += 1
  }
}
