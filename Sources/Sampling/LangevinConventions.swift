/// A training run of the literature: Langevin dynamics w ← w − η(∇L + γw) + √(2ηT) ξ of the *unwhitened*
/// parameters on the loss L = c Σ_ν (f(x_ν) − y_ν)², with c = 1 or ½ and a weight decay γ per parameter.
///
/// Its stationary density at small η is exp(−(L + γ|w|²/2)/T). Ours is exp(−Σ(f − y)²/(2κ) − |w|²/(2v)),
/// so κ = T/(2c) and v = T/γ.
public struct LangevinConventions: Hashable, Sendable {
  /// What stands before the sum of squares.
  public enum LossFactor: Hashable, Sendable {
    case one
    case half

    /// c.
    public var value: Double { self == .one ? 1 : 0.5 }
  }

  /// c.
  public var lossFactor: LossFactor
  /// T, of the noise √(2ηT).
  public var temperature: Double

  public init(lossFactor: LossFactor, temperature: Double) {
    precondition(temperature > 0)
    self.lossFactor = lossFactor
    self.temperature = temperature
  }

  /// The run whose posterior has this ridge: T = 2cκ.
  public init(ridge: Double, lossFactor: LossFactor) {
    self.init(lossFactor: lossFactor, temperature: 2 * lossFactor.value * ridge)
  }

  /// κ = T/(2c).
  public var ridge: Double { temperature / (2 * lossFactor.value) }

  /// v = T/γ: the prior variance of a parameter of weight decay γ.
  public func priorVariance(weightDecay: Double) -> Double { temperature / weightDecay }

  /// γ = T/v.
  public func weightDecay(priorVariance: Double) -> Double { temperature / priorVariance }

  /// σ² of a layer with `inputs` inputs, in which a weight's prior variance is σ²/inputs.
  public func layerVariance(weightDecay: Double, inputs: Int) -> Double {
    priorVariance(weightDecay: weightDecay) * Double(inputs)
  }

  /// σ_a² = 1/χ, the readout's variance at mean-field scale χ: χ = 1 is standard scaling, and χ = N the
  /// mean field, in which outputs are smaller by √N.
  public static func readoutVariance(meanFieldScale chi: Double) -> Double { 1 / chi }

  /// χ = 1/σ_a².
  public static func meanFieldScale(readoutVariance: Double) -> Double { 1 / readoutVariance }

  /// The step of a whitened parameter θ = w/√v that a learning rate η is: with U = (L + γ|w|²/2)/T,
  /// θ ← θ − (ηT/v)∇_θ U + √(2ηT/v) ξ. In layers of different v it differs; the largest limits η.
  public func whitenedStep(learningRate: Double, priorVariance: Double) -> Double {
    learningRate * temperature / priorVariance
  }

  /// η = (step) v/T.
  public func learningRate(whitenedStep: Double, priorVariance: Double) -> Double {
    whitenedStep * priorVariance / temperature
  }
}
