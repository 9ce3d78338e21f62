import Kernels

/// Dual averaging of ln ε towards a target acceptance (Hoffman and Gelman 2014, "The No-U-Turn
/// sampler", JMLR 15, section 3.2.1, with their γ = 0.05, t₀ = 10, κ = 3/4).
public struct StepSize: Sendable {
  /// The step to use now.
  public private(set) var current: Double
  private let target: Double
  private let anchor: Double
  private var error = 0.0
  private var logAverage = 0.0
  private var count = 0.0

  public init(initial: Double, targetAcceptance: Double = 0.8) {
    current = initial
    target = targetAcceptance
    anchor = naturalLogarithm(10 * initial)
  }

  /// Takes in the acceptance probability of one trajectory.
  public mutating func update(acceptance: Double) {
    count += 1
    let weight = 1 / (count + 10)
    error = (1 - weight) * error + weight * (target - acceptance)
    let logStep = anchor - count.squareRoot() / 0.05 * error
    let forgetting = naturalExponential(-0.75 * naturalLogarithm(count))
    logAverage = forgetting * logStep + (1 - forgetting) * logAverage
    current = naturalExponential(min(logStep, 1))
  }

  /// The averaged step: what to freeze after warm-up.
  public var average: Double { count > 0 ? naturalExponential(min(logAverage, 1)) : current }
}
