import Kernels

/// Dual averaging of ln ε towards a target acceptance (Hoffman and Gelman 2014, "The No-U-Turn
/// sampler", JMLR 15, section 3.2.1, with their t₀ = 10 and κ = 3/4).
///
/// Their γ = 0.05 is for acceptances averaged over a tree. Of single trajectories it moves ln ε by ±1 at
/// the fiftieth, across the edge of stability and back, and the average ended at acceptances of 0.43 (a
/// Gaussian) to 0.95 (networks) where 0.65 was asked for; γ = 0.2 ends within 0.05.
public struct StepSize: Sendable {
  /// The step to use now.
  public private(set) var current: Double
  private let target: Double
  private let anchor: Double
  private var error = 0.0
  private var logAverage = 0.0
  private var count = 0.0

  /// - Parameters:
  ///   - initial: ε to begin with.
  ///   - boldness: the steps that are tried are drawn towards so many times the initial one: more than
  ///     one where that was a careful guess (theirs is 10), one where it has been adapted before.
  public init(initial: Double, boldness: Double = 10, targetAcceptance: Double = 0.8) {
    current = initial
    target = targetAcceptance
    anchor = naturalLogarithm(boldness * initial)
  }

  /// The averaged step as the beginning of a new average.
  func restarted() -> StepSize {
    StepSize(initial: average, boldness: 1, targetAcceptance: target)
  }

  /// Takes in the acceptance probability of one trajectory.
  public mutating func update(acceptance: Double) {
    count += 1
    let weight = 1 / (count + 10)
    error = (1 - weight) * error + weight * (target - acceptance)
    let logStep = anchor - count.squareRoot() / 0.2 * error
    let forgetting = naturalExponential(-0.75 * naturalLogarithm(count))
    logAverage = forgetting * logStep + (1 - forgetting) * logAverage
    current = naturalExponential(min(logStep, 1))
  }

  /// The averaged step: what to freeze after warm-up.
  public var average: Double { count > 0 ? naturalExponential(min(logAverage, 1)) : current }
}
