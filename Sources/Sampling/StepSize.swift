import Kernels

/// Dual averaging of ln ε towards a target acceptance. Source: Hoffman and Gelman 2014, "The
/// No-U-Turn sampler", JMLR 15, section 3.2.1, with their t₀ = 10 and κ = 3/4.
///
/// Their γ = 0.05 is for acceptances averaged over a tree. With single trajectories it still moves
/// ln ε by ±1 at the fiftieth, across the edge of stability and back. The average then ended at
/// acceptances of 0.43 (a Gaussian) to 0.95 (networks) instead of 0.65. With γ = 0.2 it ends within
/// 0.05. No step exceeds e.
public struct StepSize: Sendable {
  /// The step to use now.
  public private(set) var current: Double
  private let target: Double
  private var anchor: Double
  private var error = 0.0
  private var logAverage = 0.0
  private var count = 0.0

  /// Starts to adapt.
  ///
  /// - Parameters:
  ///   - initial: ε to begin with.
  ///   - boldness: the steps that are tried are drawn towards this multiple of the initial one. Use
  ///     more than one after a careful guess (the source has 10), and one after an earlier
  ///     adaptation.
  ///   - targetAcceptance: the acceptance probability to reach.
  public init(initial: Double, boldness: Double = 10, targetAcceptance: Double = 0.8) {
    current = initial
    target = targetAcceptance
    anchor = naturalLogarithm(boldness * initial)
  }

  /// Returns the averaged step as the beginning of a new average.
  func restarted() -> StepSize {
    StepSize(initial: average, boldness: 1, targetAcceptance: target)
  }

  /// Adapts to the acceptance probability of one trajectory.
  public mutating func update(acceptance: Double) {
    count += 1
    let weight = 1 / (count + 10)
    error = (1 - weight) * error + weight * (target - acceptance)
    let logStep = anchor - count.squareRoot() / 0.2 * error
    let forgetting = naturalExponential(-0.75 * naturalLogarithm(count))
    logAverage = forgetting * logStep + (1 - forgetting) * logAverage
    current = naturalExponential(min(logStep, 1))
  }

  /// Writes or reads how far the adaptation is.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&current)
    try coder.code(&anchor)
    try coder.code(&error)
    try coder.code(&logAverage)
    try coder.code(&count)
  }

  /// The averaged step, to be frozen after warm-up.
  public var average: Double { count > 0 ? naturalExponential(min(logAverage, 1)) : current }
}
