import Kernels

/// The samples that two opposed attention heads need, at finite size.
///
/// The posterior of the heads of ``AttentionAlignment`` is taken as a free energy F(ω) of the
/// pattern's readout (`PatternFreeEnergy`). The other entry ε, and the variance v/d² of the bulk of
/// A, are where F is least. The ridge κ̃ that the pattern sees is κ with the noise that the bulk
/// makes, of the pattern as it is. Nothing is fitted. Averages over the heads are ∫dω e^{−F}.
///
/// Data sets enter by their mean alone. So the transition is sharper than that of few samples, and
/// alignments below 0.1 are too low.
public struct AttentionPosterior: Sendable {
  /// The alignment and the least cost by the same draws.
  public let alignment: AttentionAlignment
  /// The ridge κ.
  public let ridge: Double
  let surfaces: PatternSurfaces

  /// The largest alignment.
  public static let largestAlignment = 0.6
  /// The largest relative standard error of P* over draws.
  static let largestError = 0.05

  /// Averages draws.
  ///
  /// *Complexity:* 80 · draws · L exponentials and 320 · draws · L for second moments.
  ///
  /// - Parameters:
  ///   - length: L, from 3 to 4096.
  ///   - dimension: d, from 3 to 512.
  ///   - ridge: κ, from 0.01 to 100.
  ///   - draws: a multiple of 128, from 1024 to 2²⁰.
  /// - Throws: ``AttentionTheoryError`` if an argument is out of range, or as
  ///   ``AttentionAlignment``.
  public init(
    length: Int, dimension: Int, ridge: Double, draws: Int = 16384
  ) throws(AttentionTheoryError) {
    guard (0.01...100).contains(ridge) else { throw .ridge(ridge) }
    alignment = try AttentionAlignment(length: length, dimension: dimension, draws: draws)
    self.ridge = ridge
    surfaces = try PatternSurfaces(alignment)
  }

  /// Averages over the posterior of P samples.
  public struct State: Hashable, Sendable {
    /// P.
    public let samples: Double
    /// The mean alignment.
    public let alignment: Double
    /// How much it differs from that on a grid of half as many ω.
    public let gridError: Double
    /// ε, the root of the mean square.
    public let epsilon: Double
    /// ω, the root of the mean square.
    public let omega: Double
    /// The mean v of the bulk, 1 in the prior.
    public let variance: Double
    /// The mean κ̃.
    public let ridge: Double
  }

  /// Returns averages over the posterior of P samples.
  ///
  /// - Parameter samples: P, from 1 to 10⁹.
  /// - Throws: ``AttentionTheoryError`` if P is out of range, if more than a thousandth of the
  ///   posterior has a pattern that is too large, if two grids differ by more than 0.01, or if an
  ///   equation is not solved.
  public func state(samples: Double) throws(AttentionTheoryError) -> State {
    try state(samples: samples, batch: nil)
  }

  /// Returns the standard error over draws of the mean alignment.
  ///
  /// - Throws: as ``state(samples:)``.
  public func alignmentError(samples: Double) throws(AttentionTheoryError) -> Double {
    var batches: [Double] = []
    for batch in 0..<AttentionAlignment.batches {
      batches.append(try state(samples: samples, batch: batch).alignment)
    }
    return standardError(batches)
  }

  /// Returns averages over the posterior of as many samples as have an alignment.
  ///
  /// - Parameter alignment: from above 0 to 0.6.
  /// - Throws: ``AttentionTheoryError`` if it is out of range or not reached, or as
  ///   ``state(samples:)``.
  public func state(alignment: Double) throws(AttentionTheoryError) -> State {
    guard alignment > 0 && alignment <= Self.largestAlignment else { throw .alignment(alignment) }
    return try crossing(alignment)
  }

  /// Where the mean alignment is that of a threshold.
  public struct SampleCount: Hashable, Sendable {
    /// P*.
    public let value: Double
    /// Its standard error over draws, at most 5 %.
    public let drawError: Double
    /// How much it differs from that on a grid of half as many ω.
    public let gridError: Double
    /// P* of each batch of draws. Those of other sizes have the same draws.
    public let batches: [Double]
    /// The posterior there.
    public let state: State
  }

  /// Returns P*, the samples at which the mean alignment reaches a threshold.
  ///
  /// - Parameter alignment: from above 0 to 0.6.
  /// - Throws: ``AttentionTheoryError`` if it is out of range or not reached, if the standard error
  ///   is above 5 %, or as ``state(samples:)``.
  public func samples(alignment threshold: Double) throws(AttentionTheoryError) -> SampleCount {
    let found = try state(alignment: threshold)
    // The slope by ln P, by which P* of each batch and of the coarser grid is that of one step.
    let beside = try state(samples: 1.01 * found.samples)
    let slope = (beside.alignment - found.alignment) / naturalLogarithm(1.01)
    guard slope > 0 else { throw .thresholdNotCrossed(threshold) }
    var batches: [Double] = []
    for batch in 0..<AttentionAlignment.batches {
      // Where a batch has no answer, there are too few draws.
      guard let other = try? state(samples: found.samples, batch: batch).alignment else {
        throw .error(.infinity, limit: Self.largestError)
      }
      batches.append(
        found.samples * naturalExponential((found.alignment - other) / slope))
    }
    let error = standardError(batches)
    guard error <= Self.largestError * found.samples else {
      throw .error(error / found.samples, limit: Self.largestError)
    }
    return SampleCount(
      value: found.samples, drawError: error, gridError: found.samples * found.gridError / slope,
      batches: batches, state: found)
  }
}

// MARK: - Averages over ω, and the search of P*

extension AttentionPosterior {
  private func state(samples: Double, batch: Int?) throws(AttentionTheoryError) -> State {
    guard (1...1e9).contains(samples) else { throw .samples(samples) }
    let energy = PatternFreeEnergy(
      surfaces: surfaces, samples: samples, ridge: ridge, batch: batch)
    // Twice as far as an alignment of 0.6 needs to first order, in steps of half of what ω
    // fluctuates by.
    let largest = 1.8 * Double(surfaces.length * surfaces.dimension).squareRoot().squareRoot()
    let count = max(64, 2 * Int(largest * Double(surfaces.dimension).squareRoot()))
    var minimum = PatternFreeEnergy.Minimum(epsilon: 0, logVariance: -0.1, ridge: 1.5 * ridge)
    var minima: [(omega: Double, at: PatternFreeEnergy.Minimum)] = []
    for i in 0...count {
      let omega = largest * Double(i) / Double(count)
      minimum = try energy.minimum(omega: omega, from: minimum)
      minima.append((omega, minimum))
    }
    let least = minima.map(\.at.freeEnergy).min()!
    let weights = minima.enumerated().map { i, point in
      (i == 0 ? 0.5 : 1) * naturalExponential(least - point.at.freeEnergy)
    }
    func mean(by step: Int = 1, _ value: (Double, PatternFreeEnergy.Minimum) -> Double) -> Double {
      var (sum, total) = (0.0, 0.0)
      for i in stride(from: 0, to: minima.count, by: step) {
        sum += weights[i] * value(minima[i].omega, minima[i].at)
        total += weights[i]
      }
      return sum / total
    }
    let alignment = mean { $1.alignment }
    let isCut = weights.last! > 1e-3 * weights.reduce(0, +)
    guard !isCut && mean({ $1.isAtBound ? 1 : 0 }) < 1e-3 else {
      throw .patternTooLarge("samples", samples)
    }
    let gridError = abs(mean(by: 2) { $1.alignment } - alignment)
    guard gridError <= 0.01 else { throw .grid(gridError, limit: 0.01) }
    return State(
      samples: samples, alignment: alignment, gridError: gridError,
      epsilon: mean { $1.epsilon * $1.epsilon }.squareRoot(),
      omega: mean { omega, _ in omega * omega }.squareRoot(),
      variance: mean { naturalExponential($1.logVariance) }, ridge: mean { $1.ridge })
  }

  /// Finds P* by regula falsi in ln P.
  private func crossing(_ threshold: Double) throws(AttentionTheoryError) -> State {
    let (l, d) = (Double(surfaces.length), Double(surfaces.dimension))
    // What is too much is what was asked for, rather than a trial on the way to it.
    func at(_ logarithm: Double) throws(AttentionTheoryError) -> State {
      do { return try state(samples: naturalExponential(logarithm)) } catch {
        if case .patternTooLarge = error { throw .patternTooLarge("alignment", threshold) }
        throw error
      }
    }
    var x = naturalLogarithm(max(2, (1 + ridge) * (l * d * d * d).squareRoot()))
    var first = try at(x)
    var second = first
    // The alignment rises with P.
    let direction = first.alignment < threshold ? 1.0 : -1.0
    while (second.alignment < threshold) == (direction > 0) {
      first = second
      x += 0.3 * direction
      guard x > 0 && x < naturalLogarithm(1e9) else { throw .thresholdNotCrossed(threshold) }
      second = try at(x)
    }
    var low = (x: x - 0.3 * direction, y: first.alignment - threshold)
    var high = (x: x, y: second.alignment - threshold)
    if direction < 0 { swap(&low, &high) }
    var side = 0
    for _ in 0..<60 {
      let x = (low.x * high.y - high.x * low.y) / (high.y - low.y)
      let state = try at(x)
      let y = state.alignment - threshold
      if abs(y) < 1e-8 || high.x - low.x < 1e-10 { return state }
      if y < 0 {
        low = (x, y)
        if side == -1 { high.y /= 2 }
        side = -1
      } else {
        high = (x, y)
        if side == 1 { low.y /= 2 }
        side = 1
      }
    }
    throw .notConverged(residual: high.y)
  }
}
