/// A training run of the literature, in terms of this package's ridge and prior variances.
///
/// The run is Langevin dynamics w ← w − η(∇L + γw) + √(2ηT) ξ of the *unwhitened* parameters. Its
/// loss is L = c Σ_ν (f(x_ν) − y_ν)², with c = 1 or ½, and each parameter has a weight decay γ. At
/// small η the stationary density is exp(−(L + γ|w|²/2)/T). In this package it is exp(−Σ(f −
/// y)²/(2κ) − |w|²/(2v)), so κ = T/(2c) and v = T/γ.
///
/// For users of the library; the pipeline does not call it.
public struct LangevinConventions: Hashable, Sendable {
  /// The factor c before the sum of squares.
  public enum LossFactor: Hashable, Sendable {
    /// The loss Σ(f − y)².
    case one
    /// The loss Σ(f − y)²/2.
    case half

    /// The factor c as a number.
    public var value: Double { self == .one ? 1 : 0.5 }
  }

  /// The factor c of the loss.
  public var lossFactor: LossFactor
  /// The temperature T of the noise √(2ηT).
  public var temperature: Double

  /// Describes a run by its loss and temperature, which must be positive.
  public init(lossFactor: LossFactor, temperature: Double) {
    precondition(temperature > 0)
    self.lossFactor = lossFactor
    self.temperature = temperature
  }

  /// Describes the run whose posterior has this ridge: T = 2cκ.
  public init(ridge: Double, lossFactor: LossFactor) {
    self.init(lossFactor: lossFactor, temperature: 2 * lossFactor.value * ridge)
  }

  /// The ridge κ = T/(2c).
  public var ridge: Double { temperature / (2 * lossFactor.value) }

  /// Returns v = T/γ, the prior variance of a parameter with weight decay γ.
  public func priorVariance(weightDecay: Double) -> Double { temperature / weightDecay }

  /// Returns γ = T/v, the weight decay of a parameter with prior variance v.
  public func weightDecay(priorVariance: Double) -> Double { temperature / priorVariance }

  /// Returns σ² of a layer with `inputs` inputs, whose weights have prior variance σ²/inputs.
  public func layerVariance(weightDecay: Double, inputs: Int) -> Double {
    priorVariance(weightDecay: weightDecay) * Double(inputs)
  }

  /// Returns σ_a² = 1/χ, the readout's variance at mean-field scale χ. Standard scaling is χ = 1.
  /// The mean field is χ = N, where outputs are smaller by √N.
  public static func readoutVariance(meanFieldScale chi: Double) -> Double { 1 / chi }

  /// Returns χ = 1/σ_a², the mean-field scale of a readout's variance.
  public static func meanFieldScale(readoutVariance: Double) -> Double { 1 / readoutVariance }

  /// Returns the step of a whitened parameter θ = w/√v that corresponds to a learning rate η.
  ///
  /// With U = (L + γ|w|²/2)/T, θ ← θ − (ηT/v)∇_θ U + √(2ηT/v) ξ. The step differs between layers of
  /// different v; the largest limits η.
  public func whitenedStep(learningRate: Double, priorVariance: Double) -> Double {
    learningRate * temperature / priorVariance
  }

  /// Returns the learning rate η = (step) v/T.
  public func learningRate(whitenedStep: Double, priorVariance: Double) -> Double {
    whitenedStep * priorVariance / temperature
  }
}
