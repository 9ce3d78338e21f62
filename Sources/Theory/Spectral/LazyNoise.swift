import Kernels

/// The mean loss of lazy stochastic descent after any number of steps, in closed form.
///
/// The recursion V_k ← (1 − η λ_k)² V_k + (η²/B)(λ_k² V_k + λ_k L), L = floor + Σ λ V, is linear:
/// a diagonal matrix a_k = (1 − η λ_k)² + (η²/B) λ_k² and one of rank one. With σ = 1 − μ and
/// p_k = 1 − a_k, its eigenvalues μ solve the secular equation
///
///     Σ_k z_k²/(p_k − σ) = 1,   z_k² = (η²/B) λ_k²,
///
/// one below each p_k, and L_t = L_∞ + Σ_j c_j (1 − σ_j)^t with L_∞ = floor/(1 − Σ z²/p).
///
/// *Guarantee:* L is good to ``relativeError``: twice what it differs from ``NoisyDescent``, step
/// by step, in the first 32 steps, at most 1e-8, and the error of the spectrum.
///
/// *Complexity:* O(modes²) operations once, O(modes) for each loss.
public struct LazyNoise: Sendable {
  public let spectrum: DescentSpectrum
  /// B.
  public let batch: Int
  /// η.
  public let step: Double
  /// L as t → ∞.
  public let limit: Double
  /// A bound of the relative error of L.
  public private(set) var relativeError = 0.0
  /// σ_j.
  private let decays: [Double]
  /// c_j.
  private let weights: [Double]

  /// Solves the secular equation.
  ///
  /// - Parameters:
  ///   - spectrum: the modes.
  ///   - batch: B.
  ///   - step: η.
  ///   - spectrumError: the relative error that the loss has from the spectrum, which is added.
  /// - Throws: ``SpectralError`` as ``NoisyDescent`` does, or if L is not good to 1e-8.
  public init(
    spectrum: DescentSpectrum, batch: Int, step: Double, spectrumError: Double = 0
  ) throws(SpectralError) {
    var descent = try NoisyDescent(spectrum: spectrum, batch: batch, step: step)
    self.spectrum = spectrum
    self.batch = batch
    self.step = step
    let noise = step * step / Double(batch)
    var sum = 0.0
    func pole(_ d: Double) -> Double { step * d * (2 - step * d * (1 + 1 / Double(batch))) }
    for (n, d) in zip(spectrum.multiplicities, spectrum.eigenvalues) {
      sum += n * noise * d * d / pole(d)
    }
    limit = spectrum.floor / (1 - sum)
    let poles = try Self.poles(spectrum, noise: noise, limit: limit, at: pole)
    var (decays, weights) = ([Double](), [Double]())
    for j in poles.indices {
      let (decay, weight) = try Self.mode(j, of: poles)
      decays.append(decay)
      weights.append(weight)
    }
    (self.decays, self.weights) = (decays, weights)
    relativeError = 1e-12
    for count in 0...32 {
      try descent.advance(to: count)
      let error = abs(loss(after: Double(count)) / descent.loss - 1)
      relativeError = max(relativeError, 2 * error)
    }
    guard relativeError <= 1e-8 else {
      throw .unresolved(name: "mean loss", error: relativeError, limit: 1e-8)
    }
    relativeError += spectrumError
  }

  /// Returns L after some steps, which may be a fraction: then it lies on the sum of exponentials.
  public func loss(after steps: Double) -> Double {
    precondition(steps >= 0)
    var sum = limit
    for (decay, weight) in zip(decays, weights) {
      sum += weight * naturalExponential(steps * Self.logarithmOfRest(decay))
    }
    return sum
  }

  /// ln(1 − σ).
  private static func logarithmOfRest(_ decay: Double) -> Double {
    guard decay < 0.01 else { return naturalLogarithm(1 - decay) }
    var series = 0.0
    for k in stride(from: 9, through: 1, by: -1) { series = (series + 1 / Double(k)) * decay }
    return -series
  }

  // MARK: - The secular equation

  /// A pole p with its z², and Σ n λ (V(0) − V(∞)) there.
  private struct Pole {
    var place: Double
    var strength: Double
    var start: Double
  }

  /// The poles in ascending order. Equal ones are one, and one of negative multiplicity, which ends
  /// an integral, joins its neighbour.
  private static func poles(
    _ spectrum: DescentSpectrum, noise: Double, limit: Double, at pole: (Double) -> Double
  ) throws(SpectralError) -> [Pole] {
    var poles: [Pole] = []
    for i in 0..<spectrum.count {
      let (n, d, b) = (spectrum.multiplicities[i], spectrum.eigenvalues[i], spectrum.targets[i])
      let place = pole(d)
      poles.append(
        Pole(
          place: place, strength: n * noise * d * d,
          start: n * d * (b * b - noise * d * limit / place)))
    }
    poles.sort { $0.place < $1.place }
    var merged: [Pole] = []
    var pending: Pole?
    for pole in poles {
      var next = pole
      if let waiting = pending {
        next.strength += waiting.strength
        next.start += waiting.start
        pending = nil
      }
      if next.strength < 0 {
        pending = next
      } else if let last = merged.last, next.place - last.place <= 4e-16 * next.place {
        merged[merged.count - 1].strength += next.strength
        merged[merged.count - 1].start += next.start
      } else {
        merged.append(next)
      }
    }
    if let weak = merged.first(where: { !($0.strength > 1e-290) }) {
      throw .beyondPrecision(name: "noise of a mode", value: weak.strength)
    }
    return merged
  }

  /// The root below the j-th pole, and its weight.
  private static func mode(
    _ j: Int, of poles: [Pole]
  ) throws(SpectralError) -> (decay: Double, weight: Double) {
    let low = j == 0 ? 0 : poles[j - 1].place
    let high = poles[j].place
    /// Σ z²/(p − base − x) without the pole at the base.
    func rest(_ base: Double, _ own: Int?, _ x: Double) -> Double {
      var sum = 0.0
      for (i, pole) in poles.enumerated() where i != own {
        sum += pole.strength / ((pole.place - base) - x)
      }
      return sum
    }
    // The root is measured from the nearer end, and the equation is multiplied by that distance.
    let half = (high - low) / 2
    let isLow = rest(low, nil, half) > 1
    let base = isLow ? low : high
    let own = isLow ? (j == 0 ? nil : j - 1) : j
    /// It rises with the distance y from the base if that is a pole, and with the decay else.
    func value(_ y: Double) -> Double {
      guard let own else { return rest(base, nil, y) - 1 }
      return isLow
        ? y * (rest(base, own, y) - 1) - poles[own].strength
        : y * (1 - rest(base, own, -y)) - poles[own].strength
    }
    // Illinois' variant of the rule of false position, between signs.
    var (a, b) = (0.0, half)
    var fa = own == nil ? value(0) : -poles[own!].strength
    var fb = value(half)
    guard fa < 0 && fb >= 0 else {
      throw .unresolved(name: "decay of the mean loss", error: fb, limit: 0)
    }
    var y = half
    for _ in 0..<200 {
      y = b - fb * (b - a) / (fb - fa)
      if !(y > a && y < b) { y = (a + b) / 2 }
      guard y > a && y < b && b - a > 2e-16 * b else { break }
      let fy = value(y)
      if fy == 0 { break }
      if fy < 0 {
        (a, fa) = (y, fy)
        fb /= 2
      } else {
        (b, fb) = (y, fy)
        fa /= 2
      }
    }
    let x = isLow ? y : -y
    var (norm, start) = (0.0, 0.0)
    for pole in poles {
      let distance = (pole.place - base) - x
      norm += pole.strength / (distance * distance)
      start += pole.start / distance
    }
    return (base + x, start / norm)
  }
}

extension PowerLawTask {
  /// The mean loss of lazy stochastic descent at infinite width.
  ///
  /// Modes that nothing learns in the time add a relative 1e-8 of noise at most.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - step: η.
  ///   - steps: the largest number of steps for which the loss is asked.
  public func lazyNoise(
    batch: Int, step: Double, steps: Double
  ) throws(SpectralError) -> LazyNoise {
    if modes == nil && alpha <= 1 { throw .infiniteTrace(alpha: alpha) }
    return try LazyNoise(
      spectrum: spectrum(reach: step * steps), batch: batch, step: step,
      spectrumError: isSummed ? 0 : 1e-7)
  }
}

extension WidthEquivalent {
  /// The mean loss of lazy stochastic descent at this width, in the mean over random layers too.
  public func lazyNoise(
    batch: Int, step: Double, steps: Double
  ) throws(SpectralError) -> LazyNoise {
    let fit = try noisySpectrum(reach: step * steps)
    return try LazyNoise(
      spectrum: fit.spectrum, batch: batch, step: step, spectrumError: 10 * fit.misfit)
  }
}
