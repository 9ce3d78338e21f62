import Kernels

/// The posterior of a linear convolution at finite size, averaged over data sets, with nothing
/// fitted.
///
/// For large d, P samples act on the network's function U as a channel of precision P/k, in which
/// the target has noise of variance ε/P (`ConvolutionChannel`). Two equations close this:
/// - k = κ + tr Cov U, as what the posterior leaves open adds to the ridge,
/// - ε = |⟨U⟩ − U*|², the test error, which is the samples' noise.
///
/// ``ConvolutionEquationOfState`` is the limit of large S, N_w and C. Beyond it there are
/// - modes that share the filters or the readouts with the target, and are amplified as it is,
/// - the noise, which such modes fit,
/// - the product of two random matrices in the bulk, which is not Gaussian,
/// - the exact integral over the C channels' overlaps with the target.
///
/// All of this changes P* by a relative amount c/√n where S = N_w = C = n is large. With K = κ + s
/// and e = (1 − u)²/K,
/// c = [2 √s u (1 − u) + 2 s^{3/2} (e − 1)/(1 − u)]/K + √s (1 − e (1 − u)).
/// The first term is the variance of the amplified modes, which learn the share u, and the second
/// that of the bulk. The third is what amplified modes cost, less what they win by fitting noise.
public struct ConvolutionPosterior: Hashable, Sendable {
  /// The same network in the limit of large sizes.
  public let limit: ConvolutionEquationOfState

  /// Describes a network.
  ///
  /// - Parameters:
  ///   - patch: S.
  ///   - patches: N_w.
  ///   - channels: C, at least two.
  ///   - outputVariance: s = σ_a², positive.
  ///   - ridge: κ, positive.
  /// - Throws: ``ConvolutionPosteriorError`` if there is one channel.
  public init(
    patch: Int, patches: Int, channels: Int, outputVariance: Double = 1, ridge: Double
  ) throws(ConvolutionPosteriorError) {
    try self.init(
      ConvolutionEquationOfState(
        patch: patch, patches: patches, channels: channels, outputVariance: outputVariance,
        ridge: ridge))
  }

  /// Describes the network of an equation of state.
  ///
  /// - Throws: ``ConvolutionPosteriorError`` if it has one channel, whose filter and readout are at
  ///   no angle.
  public init(_ limit: ConvolutionEquationOfState) throws(ConvolutionPosteriorError) {
    guard limit.channels > 1 else { throw .channels(limit.channels) }
    self.limit = limit
  }

  /// Averages over the posterior of P samples.
  public struct State: Hashable, Sendable {
    /// The number of samples P.
    public let samples: Double
    /// The alignment u = ⟨f, y⟩/⟨y, y⟩.
    public let alignment: Double
    /// How much the alignment differs between two lattices of the integral, at most 1e-3 of itself.
    /// The outermost part of the lattices has at most 5e-4 of the weight.
    public let gridError: Double
    /// The effective ridge k.
    public let effectiveRidge: Double
    /// The test error ε of the posterior's mean.
    public let testError: Double
    /// D = ⟨ω₀⟩, the amplification of the filters along w*.
    public let filterAmplification: Double
    /// ⟨β₀⟩, the amplification of the readouts along the mean over patches.
    public let readoutAmplification: Double
    /// The variance ω of filters across w*, 1 in the prior.
    public let filterVariance: Double
    /// The variance β of readouts across the mean over patches, 1 in the prior.
    public let readoutVariance: Double
  }

  /// Returns averages over the posterior of P samples.
  ///
  /// *Guarantee:* the two equations hold to 1e-8, relative to k and to 1.
  ///
  /// *Complexity:* 30 to 200 averages over 700 points or more: up to 0.1 s at eight channels or
  /// more, seconds at two.
  ///
  /// - Parameter samples: P, positive.
  /// - Throws: ``ConvolutionPosteriorError``.
  public func state(samples: Double) throws(ConvolutionPosteriorError) -> State {
    try solution(samples: samples, from: prior).state
  }

  /// Returns averages over the posterior at P*, where the alignment is u to 1e-7.
  ///
  /// *Complexity:* about five times that of ``state(samples:)``.
  ///
  /// - Parameter alignment: u, between 0 and 1.
  /// - Throws: ``ConvolutionPosteriorError``.
  public func samples(alignment u: Double) throws(ConvolutionPosteriorError) -> State {
    guard u > 0 && u < 1 else { throw .alignmentOutside(u) }
    guard let guess = try? limit.samples(alignment: u).samples else { throw .notReached(u) }
    var low = try solution(samples: guess, from: prior)
    var high = low
    var factor = 1.2
    while high.state.alignment < u {
      low = high
      high = try solution(samples: factor * low.state.samples, from: low.order)
      factor *= factor
      guard factor < 1e6 else { throw .notReached(u) }
    }
    while low.state.alignment > u {
      high = low
      low = try solution(samples: high.state.samples / factor, from: high.order)
      factor *= factor
      guard factor < 1e6 else { throw .notReached(u) }
    }
    // The secant by ln P. The gap of an end that stays is halved, so that it moves too (Illinois).
    var (below, above) = (low.state.alignment - u, high.state.alignment - u)
    var lastGap = 0.0
    for _ in 0..<100 {
      let (x, y) = (naturalLogarithm(low.state.samples), naturalLogarithm(high.state.samples))
      let next = above > below ? (x * above - y * below) / (above - below) : x
      let found = try solution(samples: naturalExponential(next), from: low.order)
      let gap = found.state.alignment - u
      if abs(gap) <= 1e-7 * u { return found.state }
      if gap < 0 {
        if lastGap < 0 { above /= 2 }
        (low, below) = (found, gap)
      } else {
        if lastGap > 0 { below /= 2 }
        (high, above) = (found, gap)
      }
      lastGap = gap
    }
    throw .notConverged
  }
}

// MARK: - The two equations

extension ConvolutionPosterior {
  /// What the channel depends on, with where its integral was.
  private struct Order {
    var ridge, testError: Double
    var readoutVariance = 1.0
    var filterVariance = 1.0
    /// ln β₀, ln ω₀ and artanh r of the mode, at first those of a weak alignment.
    var mode = ConvolutionChannel.Point(0.7, 0.7, 0.5)
    /// The radius and the spacing of the lattice, in standard deviations.
    var radius = 7.0
    var spacing = 1.25
  }

  /// The prior.
  private var prior: Order { Order(ridge: limit.ridge + limit.outputVariance, testError: 1) }

  private func channel(samples: Double, _ order: Order) -> ConvolutionChannel {
    let channels = Double(limit.channels)
    return ConvolutionChannel(
      channels: channels, otherPatches: Double(limit.patches - 1),
      otherFilters: Double(limit.patch - 1),
      gain: (limit.outputVariance * channels / limit.dimension).squareRoot(),
      precision: samples / order.ridge,
      load: samples * limit.outputVariance / (limit.dimension * order.ridge),
      noise: order.testError / order.ridge, readoutVariance: order.readoutVariance,
      filterVariance: order.filterVariance)
  }

  /// Solves both equations and the saddle point's, on two lattices.
  private func solution(
    samples p: Double, from start: Order
  ) throws(ConvolutionPosteriorError) -> (order: Order, state: State) {
    guard p.isFinite && p > 0 else { throw .samplesNotPositive(p) }
    var (order, mean) = try fixedPoint(samples: p, from: start, isShifted: false)
    var difference = 0.0
    while true {
      let other = try fixedPoint(samples: p, from: order, isShifted: true).mean
      difference = abs(mean.alignment - other.alignment)
      if mean.alignment > 0 && mean.alignment < 1 && difference <= 1e-3 * mean.alignment { break }
      order.spacing *= 0.8
      guard order.spacing > 0.5 else { throw .imprecise(difference / mean.alignment) }
      (order, mean) = try fixedPoint(samples: p, from: order, isShifted: false)
    }
    let state = State(
      samples: p, alignment: mean.alignment, gridError: difference, effectiveRidge: order.ridge,
      testError: order.testError, filterAmplification: mean.filter,
      readoutAmplification: mean.readout, filterVariance: order.filterVariance,
      readoutVariance: order.readoutVariance)
    return (order, state)
  }

  /// The share of a step that is taken: the ridge overshoots where channels are few.
  private static let share = 0.6

  private func fixedPoint(
    samples p: Double, from start: Order, isShifted: Bool
  ) throws(ConvolutionPosteriorError) -> (order: Order, mean: ConvolutionChannel.Averages) {
    var order = start
    // The stiffness of ln β and ln ω, from the prior's and from the modes' z G′.
    let modes = 0.3 * Double(max(limit.patch, limit.patches)) / Double(limit.channels)
    for _ in 0..<4000 {
      let channel = channel(samples: p, order)
      guard let mode = channel.mode(from: order.mode),
        let mean = channel.averages(
          about: mode, radius: order.radius, spacing: order.spacing, isShifted: isShifted)
      else { throw .notConverged }
      order.mode = mode
      guard mean.edge <= 5e-4 else {
        order.radius *= 1.25
        guard order.radius < 50 else { throw .imprecise(mean.edge) }
        continue
      }
      let ridge = limit.ridge + mean.thermal - order.ridge
      let testError = mean.error - order.testError
      let size = max(
        abs(ridge) / order.ridge, abs(testError), abs(mean.readoutForce), abs(mean.filterForce))
      if size < 1e-8 { return (order, mean) }
      order.ridge += Self.share * ridge
      order.testError += Self.share * testError
      order.readoutVariance *= naturalExponential(
        -Self.share * mean.readoutForce / max(1, order.readoutVariance, modes))
      order.filterVariance *= naturalExponential(
        -Self.share * mean.filterForce / max(1, order.filterVariance, modes))
    }
    throw .notConverged
  }
}

/// The reason why the posterior of a convolution could not be computed.
public enum ConvolutionPosteriorError: Error, Hashable, CustomStringConvertible {
  /// There is one channel.
  case channels(Int)
  /// The number of samples is zero, negative or not finite.
  case samplesNotPositive(Double)
  /// The alignment is not between 0 and 1.
  case alignmentOutside(Double)
  /// No number of samples was found that has this alignment.
  case notReached(Double)
  /// The integral or the iteration did not come to an end.
  case notConverged
  /// The integral leaves this relative error, above 1e-3.
  case imprecise(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .channels(let count): "channels: got \(count); expected at least 2"
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .alignmentOutside(let u): "alignment: got \(u); expected a number between 0 and 1"
    case .notReached(let u):
      "alignment \(u): found at no number of samples; expected one nearer 0.5"
    case .notConverged:
      "the posterior of the convolution: its equations are not solved; expected sizes, variance "
        + "and ridge nearer to 1"
    case .imprecise(let error):
      "the posterior of the convolution: the integral leaves a relative error of "
        + "\(oneDigit(error)); expected at most 0.001, as for more channels or samples"
    }
  }
}
