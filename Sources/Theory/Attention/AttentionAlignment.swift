import Kernels

/// The alignment of two opposed attention heads by a pattern beside a random bulk, at finite size.
///
/// The heads [f(A, w) − f(−A, w)]/2 have A₁₂ = −ε and w₃ = ω. The other entries A_ij are N(0,
/// v/d²), as in the prior at v = 1. The alignment with the target (1/L) Σ x₁^a x₂^b x₃^b is α = ω
/// g(ε; v, L, d)/√L in the mean over the bulk. To first order in A, g = ε(1 − 1/L). With the full
/// softmax it is less, as the bulk's scores have the variance v and a large pattern saturates.
///
/// g is the mean of seeded draws (`AlignmentDraws`) at twenty (ε, v), and a polynomial between
/// them. Draws have the same bits on every processor. Their error is that of eight batches.
public struct AttentionAlignment: Sendable {
  /// The number L of tokens.
  public let length: Int
  /// The dimension d of a token.
  public let dimension: Int
  /// How many draws are averaged.
  public let draws: Int
  /// g/ε.
  let ratio: PatternSurface

  /// The batches of draws, by which errors are estimated.
  static let batches = 8
  /// The range of ε.
  static let epsilons = 0.0...1.6
  /// The range of v.
  static let variances = 0.05...1.2
  /// The largest relative standard error of g.
  static let largestError = 0.03

  /// A mean over draws.
  public struct Estimate: Hashable, Sendable {
    /// The mean.
    public let value: Double
    /// Its standard error.
    public let drawError: Double
  }

  /// Averages draws.
  ///
  /// *Complexity:* 80 · draws · L exponentials.
  ///
  /// - Parameters:
  ///   - length: L, from 3 to 4096.
  ///   - dimension: d, from 3 to 512.
  ///   - draws: a multiple of 128, from 1024 to 2²⁰.
  /// - Throws: ``AttentionTheoryError`` if an argument is out of range, or if the standard error of
  ///   g is above 3 % of it.
  public init(length: Int, dimension: Int, draws: Int = 16384) throws(AttentionTheoryError) {
    guard (3...4096).contains(length) else { throw .length(length) }
    guard (3...512).contains(dimension) else { throw .dimension(dimension) }
    guard (1024...1 << 20).contains(draws) && draws % 128 == 0 else { throw .draws(draws) }
    self.length = length
    self.dimension = dimension
    self.draws = draws
    let sampler = AlignmentDraws(length: length, dimension: dimension)
    let nodes = PatternSurface.nodes
    var means = nodes.map { _ in
      ControlledMean(batches: Self.batches, drawsPerBatch: draws / Self.batches)
    }
    let blocks = draws / 16 / Self.batches
    for block in 0..<Self.batches * blocks {
      sampler.draw(block)
      for (i, node) in nodes.enumerated() {
        for draw in sampler.values(at: node) {
          means[i].add(draw.value, control: draw.control, batch: block / blocks)
        }
      }
    }
    // The control is the first order less its mean, so that what it leaves is the mean of T.
    let ratios = zip(nodes, means).map { node, mean in mean.batches.map { $0 / node.epsilon } }
    guard
      let surface = PatternSurface(
        degrees: (4, 3), values: (0..<Self.batches).map { batch in ratios.map { $0[batch] } },
        weights: nodes.map { _ in 1 })
    else { throw .error(.infinity, limit: Self.largestError) }
    ratio = surface
    // At small ε, where it is largest.
    let estimate = estimate {
      $0.value(at: PatternPlace(epsilon: 0.1, variance: 1), batch: $1).value
    }
    guard estimate.drawError <= Self.largestError * estimate.value else {
      throw .error(estimate.drawError / estimate.value, limit: Self.largestError)
    }
  }

  /// Returns g.
  ///
  /// - Parameters:
  ///   - epsilon: ε, from 0 to 1.6.
  ///   - variance: v, from 0.05 to 1.2; 1 is the prior's.
  /// - Throws: ``AttentionTheoryError`` if one is out of range.
  public func gain(
    epsilon: Double, variance: Double = 1
  ) throws(AttentionTheoryError) -> Estimate {
    guard Self.epsilons.contains(epsilon) else { throw .epsilon(epsilon) }
    guard Self.variances.contains(variance) else { throw .variance(variance) }
    let place = PatternPlace(epsilon: epsilon, variance: variance)
    return estimate { epsilon * $0.value(at: place, batch: $1).value }
  }

  /// Returns a function of the draws with its error over batches.
  private func estimate(_ body: (PatternSurface, Int?) -> Double) -> Estimate {
    Estimate(
      value: body(ratio, nil),
      drawError: standardError((0..<Self.batches).map { body(ratio, $0) }))
  }
}

extension PatternPlace {
  init(epsilon: Double, variance: Double) {
    self.init(
      epsilon: epsilon, logVariance: naturalLogarithm(variance), variance: variance)
  }
}

/// Returns the standard error of the mean of independent numbers.
func standardError(_ x: [Double]) -> Double {
  let mean = x.reduce(0, +) / Double(x.count)
  let sum = x.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
  return (sum / Double(x.count * (x.count - 1))).squareRoot()
}

/// The reason why the pattern of attention heads could not be predicted.
public enum AttentionTheoryError: Error, Hashable, CustomStringConvertible {
  /// The number L of tokens is out of range.
  case length(Int)
  /// The dimension d is out of range.
  case dimension(Int)
  /// The number of draws is out of range.
  case draws(Int)
  /// The ridge κ is out of range.
  case ridge(Double)
  /// The alignment is out of range.
  case alignment(Double)
  /// The number P of samples is out of range.
  case samples(Double)
  /// The entry ε is out of range.
  case epsilon(Double)
  /// The variance v is out of range.
  case variance(Double)
  /// The error of a mean over draws is too large.
  case error(Double, limit: Double)
  /// Two grids of ω differ by more than they should.
  case grid(Double, limit: Double)
  /// The best pattern is larger than what draws are made of, at an argument with its name.
  case patternTooLarge(String, Double)
  /// No number of samples in the range has this alignment.
  case thresholdNotCrossed(Double)
  /// An equation is not solved.
  case notConverged(residual: Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .length(let l): "length: got \(l); expected from 3 to 4096"
    case .dimension(let d): "dimension: got \(d); expected from 3 to 512"
    case .draws(let n): "draws: got \(n); expected a multiple of 128 from 1024 to 1048576"
    case .ridge(let value): "ridge: got \(value); expected a number from 0.01 to 100"
    case .alignment(let a): "alignment: got \(a); expected above 0 and at most 0.6"
    case .samples(let p): "samples: got \(p); expected from 1 to 1000000000"
    case .epsilon(let value): "epsilon: got \(value); expected from 0 to 1.6"
    case .variance(let v): "variance: got \(v); expected from 0.05 to 1.2"
    case .error(let error, let limit):
      "draws: got a relative error of \(oneDigit(error)); expected more of them, for at most "
        + "\(limit)"
    case .grid(let error, let limit):
      "two grids of ω differ by \(oneDigit(error)) in the alignment; expected at most \(limit)"
    case .patternTooLarge(let name, let value):
      "\(name): got \(value); expected less or a larger dimension, as the pattern has an entry of A "
        + "above 1.6, or its bulk a variance below 0.05"
    case .thresholdNotCrossed(let a):
      "alignment: got \(a); expected less, as no number of samples reaches it"
    case .notConverged(let residual):
      "the ridge that the pattern sees is not found: got a residual of \(oneDigit(residual)); "
        + "expected less than 1e-8"
    }
  }
}
