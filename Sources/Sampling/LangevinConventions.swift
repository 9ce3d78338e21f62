/// A training run of the literature, in terms of this package's ridge and prior variances.
///
/// The run is Langevin dynamics w ← w − η(∇L + γw) + √(2ηT) ξ of the *unwhitened* parameters. Its
/// loss is L = (c/n) Σ_ν (f(x_ν) − y_ν)², with c = 1 or ½ and n = 1 for a sum or P for a mean, and
/// each parameter has a weight decay γ. At small η the stationary density is exp(−(L + γ|w|²/2)/T).
/// In this package it is exp(−Σ(f − y)²/(2κ) − |w|²/(2v)), so κ = nT/(2c) and v = T/γ.
///
/// Time is measured in units in which weight decay is 1: a step of the raw run is ηT/v = ηγ of it.
/// Without noise, T is free: any T > 0 describes the same descent.
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
  /// The number n of samples over which the loss is a mean; 1 for a sum.
  public var meanOver: Int

  /// Describes a run by its loss and temperature, which must be positive.
  public init(lossFactor: LossFactor, temperature: Double, meanOver: Int = 1) {
    precondition(temperature > 0 && meanOver > 0)
    self.lossFactor = lossFactor
    self.temperature = temperature
    self.meanOver = meanOver
  }

  /// Describes the run whose posterior has this ridge: T = 2cκ/n.
  public init(ridge: Double, lossFactor: LossFactor, meanOver: Int = 1) {
    self.init(
      lossFactor: lossFactor, temperature: 2 * lossFactor.value * ridge / Double(meanOver),
      meanOver: meanOver)
  }

  /// The ridge κ = nT/(2c).
  public var ridge: Double { Double(meanOver) * temperature / (2 * lossFactor.value) }

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

  /// Returns the one whitened step of parameters that share a learning rate η, or `nil` if there is
  /// none, because their prior variances differ by more than 1e-12 of themselves.
  ///
  /// Two layers, v = σ_w²/d and σ_a²/N, share it iff N/σ_a² = d/σ_w². Only then are training with
  /// one learning rate and whitened training the same dynamics.
  public func whitenedStep(learningRate: Double, priorVariances: [Double]) -> Double? {
    guard let smallest = priorVariances.min(), let largest = priorVariances.max(),
      largest - smallest <= 1e-12 * largest
    else { return nil }
    return whitenedStep(learningRate: learningRate, priorVariance: largest)
  }

  /// Returns the time of `steps` steps of learning rate η, in units in which weight decay is 1.
  public func time(steps: Int, learningRate: Double, priorVariance: Double) -> Double {
    Double(steps) * whitenedStep(learningRate: learningRate, priorVariance: priorVariance)
  }

  /// Returns the learning rate η = (step) v/T.
  public func learningRate(whitenedStep: Double, priorVariance: Double) -> Double {
    whitenedStep * priorVariance / temperature
  }
}
