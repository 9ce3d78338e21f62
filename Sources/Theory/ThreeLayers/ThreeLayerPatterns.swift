import Foundation
import Kernels
import Networks

/// The patterns by which a three-layer erf network learns He₃(x₁)/√6 from P samples, and their free
/// energies at finite d, N₁ and N₂, in nats and with nothing fitted.
///
/// Each pattern is a two-layer network of which one prior variance fluctuates with the other
/// layer's width. All prior variances are one.
/// - **First layer** (Sp–GP and Sp–Mag): the second layer passes functions on with a slope μ, so
///   neuron j has the readout A_j = μ Σ_i a_i V_ij ~ N(0, sμ²/N₁), s = |a|² ~ χ²/N₂ of N₂
///   components. At s = 1 the second layer is as in the prior. A larger s costs ½N₂(s − 1 − ln s)
///   and is the magnetised one, so both patterns are ends of one.
/// - **Second layer** (GP–Sp): a neuron has ⟨h, x₁⟩ of order one. Its weights to the inputs have
///   the prior variance v⟨c₁²⟩, v ~ χ²/N₁ of N₁ components. Beside it the first layer is free.
/// - **Lazy**: no neuron specialises.
///
/// The neurons of the first layer are in a common field, which is a saddle point in their number.
/// Each has what large deviations know of it: overlap, length and readout, weighed by prior and
/// field (`FirstLayerField`). The likelihood is averaged over the directions of x_⊥, with linear
/// functions of it and the N₁ + N₂ others of random neurons as sets of random functions
/// (`RandomFunctions`). Data sets differ by their P values of x₁.
///
/// Left out are fluctuations of the field about its saddle point, second-layer neurons that read
/// specialists of the first, and more than one specialist in the second layer.
public struct ThreeLayerPatterns: Hashable, Sendable {
  /// The dimension d of the inputs.
  public let dimension: Int
  /// The width N₁ of the layer that sees the inputs.
  public let firstWidth: Int
  /// The width N₂ of the layer behind it.
  public let secondWidth: Int
  /// The ridge κ.
  public let ridge: Double

  /// The largest dimension.
  public static let largestDimension = 256
  /// The largest width.
  public static let largestWidth = 65_536

  /// Describes a network.
  ///
  /// - Throws: ``ThreeLayerPatternsError`` if d is outside 4 … 256, a width outside 2 … 65536, or κ
  ///   outside 0.001 … 1000.
  public init(
    dimension: Int, firstWidth: Int, secondWidth: Int, ridge: Double
  ) throws(ThreeLayerPatternsError) {
    guard (4...Self.largestDimension).contains(dimension) else { throw .dimension(dimension) }
    for width in [firstWidth, secondWidth] {
      guard (2...Self.largestWidth).contains(width) else { throw .width(width) }
    }
    guard (1e-3...1e3).contains(ridge) else { throw .ridge(ridge) }
    self.dimension = dimension
    self.firstWidth = firstWidth
    self.secondWidth = secondWidth
    self.ridge = ridge
  }

  /// A pattern on a data set.
  public struct Pattern: Hashable, Sendable {
    /// The free energy F = −ln of the evidence ⟨exp(−Σ(f − y)²/2κ)⟩, over the prior's networks near
    /// the pattern.
    public let energy: Double
    /// The mean alignment A.
    public let alignment: Double
    /// The number M₁ of first-layer neurons with |w·w*| > 0.8.
    public let firstSpecialists: Double
    /// s = |a|² of the second layer's neurons that are no specialists; 1 in the prior.
    public let squaredReadout: Double
    /// ⟨h, x₁⟩ of the second layer's specialist; 0 if it has none.
    public let secondOverlap: Double
  }

  /// The patterns of a data set.
  public struct Patterns: Hashable, Sendable {
    /// The lazy one; `nil` where nothing keeps a network there.
    public let lazy: Pattern?
    /// That with specialists in the first layer; `nil` where there is no such minimum.
    public let first: Pattern?
    /// That with one in the second layer; `nil` where there is no such minimum.
    public let second: Pattern?

    /// Probabilities of the patterns that are there.
    private var shares: [(pattern: Pattern, share: Double)] {
      let all = [lazy, first, second].compactMap { $0 }
      let least = all.map(\.energy).min() ?? 0
      let weights = all.map { naturalExponential(max(-700, least - $0.energy)) }
      let sum = weights.reduce(0, +)
      return zip(all, weights).map { ($0, $1 / sum) }
    }
    /// The free energy of all patterns together, −ln Σ e^{−F}.
    public var energy: Double {
      let all = [lazy, first, second].compactMap { $0?.energy }
      guard let least = all.min() else { return .nan }
      return least
        - naturalLogarithm(all.reduce(0) { $0 + naturalExponential(max(-700, least - $1)) })
    }
    /// The mean alignment over patterns, weighed by their evidence.
    public var alignment: Double { shares.reduce(0) { $0 + $1.share * $1.pattern.alignment } }
    /// The mean number of first-layer neurons with |w·w*| > 0.8.
    public var firstSpecialists: Double {
      shares.reduce(0) { $0 + $1.share * $1.pattern.firstSpecialists }
    }
    /// The probability that the second layer has the specialist.
    public var secondSpecialists: Double {
      shares.reduce(0) { $0 + ($1.pattern.secondOverlap > 0 ? $1.share : 0) }
    }
  }

  /// Returns the patterns for given values of x₁.
  ///
  /// - Parameters:
  ///   - inputs: the P values of x₁.
  ///   - secondLayer: whether a specialist of the second layer is searched for, which takes more
  ///     than half of the time. At N₁ ≈ d its energy is far above the others.
  /// - Throws: ``ThreeLayerPatternsError`` if there are fewer than two values, or a saddle point is
  ///   not found.
  ///
  /// *Complexity:* some hundred saddle points over ten thousand nodes, about a second.
  public func patterns(
    of inputs: [Double], secondLayer: Bool = true
  ) throws(ThreeLayerPatternsError) -> Patterns {
    guard inputs.count >= 2 else { throw .samples(inputs.count) }
    let prior = LayerKernels(dimension: dimension)
    let field: FirstLayerField
    do {
      field = try FirstLayerField(self, prior: prior, sample: inputs)
    } catch {
      throw .quadrature("\(error)")
    }
    let none = [Double](repeating: 0, count: field.nodes.inputs.count)
    let alone = PatternSearch(field: field, hasSpecialist: false)
    let lazy = try alone.search(from: [0], field.start(field: none, readout: 1))
    let learned = try alone.search(from: [1.2], field.start(field: field.targetField, readout: 3.3))
    let second =
      secondLayer ? try specialistOfSecondLayer(field, none: none, beside: learned) : nil
    func pattern(_ found: PatternSearch.Found?) -> Pattern? {
      found.map {
        Pattern(
          energy: -$0.logEvidence - 0.5 * Double(inputs.count) * naturalLogarithm(ridge),
          alignment: $0.solution.alignment, firstSpecialists: $0.solution.specialists,
          squaredReadout: naturalExponential($0.logReadout),
          secondOverlap: $0.specialist?.overlap ?? 0)
      }
    }
    var (unlearned, first) = (pattern(lazy), pattern(learned))
    // Both starts may lead to one minimum, which is the lazy one if it has no specialists.
    if let a = unlearned, let b = first, abs(a.alignment - b.alignment) < 0.01 {
      let ofPrior =
        Double(firstWidth)
        * erfc(SpecialistThreshold.overlap * (Double(dimension) / 2).squareRoot())
      if a.firstSpecialists - ofPrior > 0.25 { unlearned = nil } else { first = nil }
    }
    return Patterns(lazy: unlearned, first: first, second: pattern(second))
  }

  /// Returns the pattern with a specialist in the second layer.
  ///
  /// - Parameters:
  ///   - none: a field of zero.
  ///   - learned: the pattern with specialists in the first layer.
  private func specialistOfSecondLayer(
    _ field: FirstLayerField, none: [Double], beside learned: PatternSearch.Found?
  ) throws(ThreeLayerPatternsError) -> PatternSearch.Found? {
    let search = PatternSearch(field: field, hasSpecialist: true)
    // From a first layer as in the prior, and from one with specialists.
    let second = try search.search(
      from: [0.3, 1.4, -3.3, -1.6, 0.1], field.start(field: none, readout: 1.3))
    guard let learned else { return second }
    let other = try search.search(
      from: [learned.logReadout, 1.4, -3.3, -0.8, 0.1], learned.solution.state)
    guard let other, other.logEvidence > second?.logEvidence ?? -.infinity else { return second }
    return other
  }

  /// Returns the patterns of data sets that are drawn. Draw r is the same however many others there
  /// are, and begins with the same numbers at every P.
  ///
  /// - Parameters:
  ///   - samples: P, from 2 to 1000 d.
  ///   - draws: from 1 to 1000.
  /// - Throws: ``ThreeLayerPatternsError``.
  public func patterns(
    samples: Int, draws: Int
  ) throws(ThreeLayerPatternsError) -> [Patterns] {
    guard (2...mostSamples).contains(samples) else { throw .samples(samples) }
    guard (1...1000).contains(draws) else { throw .draws(draws) }
    let stream = RandomStream(key: 0x7061_7474_0000 + UInt64(dimension))
    var all: [Patterns] = []
    for draw in 0..<draws {
      all.append(
        try patterns(
          of: stream.standardNormals(count: samples, step: UInt64(draw)).map(Double.init)))
    }
    return all
  }

  /// Returns P*, the samples at which the mean alignment over draws and their patterns reaches a
  /// threshold. Draws are those of ``patterns(samples:draws:)``.
  ///
  /// - Parameters:
  ///   - threshold: between 0 and 1.
  ///   - draws: from 2 to 1000.
  /// - Throws: ``ThreeLayerPatternsError`` if an argument is out of range, if no P from 2 to 1000 d
  ///   reaches the threshold, or if a saddle point is not found.
  ///
  /// *Complexity:* some five times what as many draws take at one P.
  public func samples(
    alignment threshold: Double, draws: Int
  ) throws(ThreeLayerPatternsError) -> SampleCrossing {
    guard threshold > 0 && threshold < 1 else { throw .alignment(threshold) }
    guard (2...1000).contains(draws) else { throw .draws(draws) }
    // P* at N₁ = N₂ = d and κ = 1.
    let found = try SampleCrossing(
      of: threshold, near: Double(16 * dimension), most: mostSamples, steps: (up: 4, down: 4)
    ) { (p) throws(ThreeLayerPatternsError) in
      try patterns(samples: p, draws: draws).map(\.alignment)
    }
    guard let found else { throw .thresholdNotCrossed(threshold, most: mostSamples) }
    return found
  }

  private var mostSamples: Int { 1000 * dimension }
}

/// The reason why patterns could not be computed.
public enum ThreeLayerPatternsError: Error, Hashable, CustomStringConvertible {
  /// The dimension d is out of range.
  case dimension(Int)
  /// A width is out of range.
  case width(Int)
  /// The ridge κ is out of range.
  case ridge(Double)
  /// The number P of samples is out of range.
  case samples(Int)
  /// The number of draws is out of range.
  case draws(Int)
  /// The alignment that defines P* is not between 0 and 1.
  case alignment(Double)
  /// No number of samples in the range has this alignment.
  case thresholdNotCrossed(Double, most: Int)
  /// The nodes of a data set were not found.
  case quadrature(String)
  /// No step of the search for a saddle point settles.
  case unsolved

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .dimension(let d):
      "dimension: got \(d); expected from 4 to \(ThreeLayerPatterns.largestDimension)"
    case .width(let n): "widths: got \(n); expected from 2 to \(ThreeLayerPatterns.largestWidth)"
    case .ridge(let k): "ridge: got \(k); expected from 0.001 to 1000"
    case .samples(let p): "samples: got \(p); expected from 2 to 1000 d"
    case .draws(let n): "draws: got \(n); expected from 1 to 1000, and at least 2 for P*"
    case .alignment(let a): "alignment: got \(a); expected above 0 and below 1"
    case .thresholdNotCrossed(let a, let most):
      "alignment \(a): not crossed between 2 and \(most) samples; expected another ridge or width"
    case .quadrature(let reason): "samples: the nodes of a data set were not found: \(reason)"
    case .unsolved:
      "patterns: a saddle point was not found; expected a larger ridge or fewer samples"
    }
  }
}
