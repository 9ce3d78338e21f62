import Kernels

/// The mean loss of stochastic descent on the linear model, step by step.
///
/// A step takes a fresh batch of B Gaussian samples. Of each mode it keeps the mean b̄_i and the
/// variance n_i of b_i, with e_i = b*_i − b̄_i and the richness γ:
///
///     L = floor + Σ d (e² + n),   g = Σ b̄ d e − Σ d n,   c = (1 + √(1 + 4 γ Σ (b̄² + n)))/2
///     b̄ ← b̄ + η (c d e + (γ/c) g b̄)
///     n ← (1 − η c d)² n + 2 η (γ/c) g n + ((η c)²/B) (d L + d² e² + d² n)
///
/// At γ = 0 this is exact, with V_k = e_k² + n_k: V ← (1 − η λ)² V + (η²/B)(λ² V + λ L). At γ > 0
/// it is a closure for small steps and many modes, good to a few per cent of the noise: its numbers
/// approximate the mean over runs, and are no bound. Without a batch it is descent on the
/// population loss.
///
/// *Complexity:* a step takes O(modes) operations, in an order that is fixed.
public struct NoisyDescent: Sendable {
  public let spectrum: DescentSpectrum
  /// B, or `nil` for the population loss.
  public let batch: Int?
  /// η.
  public let step: Double
  /// γ.
  public let richness: Double
  /// The clock at which the step becomes unstable.
  public let stableClock: Double
  /// Steps that were taken.
  public private(set) var steps = 0
  /// The loss, in the mean over batches.
  public private(set) var loss: Double
  /// c, which is 1 at γ = 0.
  public private(set) var clock = 1.0
  /// b̄_i.
  public private(set) var means: [Double]
  /// b*_i − b̄_i, kept beside b̄_i so that neither loses digits.
  private var errors: [Double]
  /// n_i.
  public private(set) var variances: [Double]

  /// Prepares descent from b = 0.
  ///
  /// - Throws: ``SpectralError`` if B < 1, γ < 0, η is not positive, or η is unstable at c = 1.
  public init(
    spectrum: DescentSpectrum, batch: Int?, step: Double, richness: Double = 0
  ) throws(SpectralError) {
    if let batch, batch < 1 {
      throw .outOfRange(name: "batch", value: Double(batch), expected: "an integer, at least 1")
    }
    guard step > 0 && step.isFinite else {
      throw .outOfRange(name: "step", value: step, expected: "a finite number above 0")
    }
    guard richness >= 0 && richness.isFinite else {
      throw .outOfRange(
        name: "richness", value: richness, expected: "a finite number, at least 0")
    }
    let limit = Self.largestStep(spectrum, batch: batch)
    guard step < limit else { throw .unstableStep(step: step, limit: limit) }
    self.spectrum = spectrum
    self.batch = batch
    self.step = step
    self.richness = richness
    stableClock = limit / step
    means = Array(repeating: 0, count: spectrum.count)
    errors = spectrum.targets
    variances = means
    loss = spectrum.initialLoss
  }

  /// The step below which descent at c = 1 is stable: η d < 2 without noise, and with it
  /// Σ (η d/B)/(2 − η d (1 + 1/B)) < 1, where the mean square of b stays finite.
  ///
  /// The answer is by bisection to the last bit, as the sum grows with η.
  public static func largestStep(_ spectrum: DescentSpectrum, batch: Int?) -> Double {
    guard let batch else { return 2 / spectrum.largest }
    let b = Double(batch)
    var (low, high) = (0.0, 2 / (spectrum.largest * (1 + 1 / b)))
    func gain(_ step: Double) -> Double {
      var sum = step * spectrum.unresolvedTrace / (2 * b)
      for (n, d) in zip(spectrum.multiplicities, spectrum.eigenvalues) {
        sum += n * (step * d / b) / (2 - step * d * (1 + 1 / b))
      }
      return sum
    }
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { return low }
      if gain(middle) < 1 { low = middle } else { high = middle }
    }
  }

  /// Takes steps until `count` have been taken.
  ///
  /// - Throws: ``SpectralError/edgeOfStability(steps:clock:limit:)`` once the clock reaches
  ///   ``stableClock``: training would stop the clock there by itself, which the closure does not
  ///   describe.
  public mutating func advance(to count: Int) throws(SpectralError) {
    precondition(count >= steps, "steps are not taken back")
    while steps < count {
      takeStep()
      steps += 1
      guard clock < stableClock && loss.isFinite else {
        throw .edgeOfStability(steps: steps, clock: clock, limit: stableClock)
      }
    }
  }

  private mutating func takeStep() {
    let (eta, c, l) = (step * clock, clock, loss)
    let noise = batch.map { eta * eta / Double($0) } ?? 0
    let d = spectrum.eigenvalues
    let n = spectrum.multiplicities
    var pull = 0.0
    if richness > 0 {
      for i in d.indices {
        pull += n[i] * d[i] * (means[i] * errors[i] - variances[i])
      }
    }
    let growth = step * richness / c * pull
    var (sum, square) = (0.0, 0.0)
    for i in d.indices {
      let (m, e, v) = (means[i], errors[i], variances[i])
      let change = eta * d[i] * e + growth * m
      let keep = 1 - eta * d[i]
      let variance =
        (keep * keep + 2 * growth) * v + noise * d[i] * (l + d[i] * (e * e + v))
      let (mean, error) = (m + change, e - change)
      means[i] = mean
      errors[i] = error
      variances[i] = variance
      sum += n[i] * d[i] * (error * error + variance)
      square += n[i] * (mean * mean + variance)
    }
    loss = spectrum.floor + sum
    clock = (1 + (1 + 4 * richness * square).squareRoot()) / 2
  }
}
