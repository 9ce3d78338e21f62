import Foundation
import Kernels
import Networks

/// The samples that a two-layer erf network needs to learn He_m(x₁)/√m!, at finite size.
///
/// One neuron specialises beside a bath of lazy neurons. The bath is not that of the prior: the
/// norm q of its readout grows to fit what is left of the target, and raises the ridge with it. The
/// specialist's w_⊥ fits the sample's noise as well, which is a spherical spin glass. Data sets
/// differ by their P values of x₁, which are drawn; all else is averaged out.
///
/// With w = w₁, ρ = |w_⊥|², a the specialist's readout and r = y − aφ̄ for φ̄ = ⟨φ|x₁⟩,
/// ln Z₁ = ln 2N ∫dw dρ da dq p(w) p(ρ) p(a) p(q) exp G and
/// G = min_s ½(d − 1)[s/(1 − s) + ln(1 − s)] + ℓ(r; κ_t, λ) − ½a²k(s)P/κ̃,
/// κ_t = κ + q t₀ + a²(t − k(s)), λ = (q l₀ + a² l)/d.
/// l and t are the parts of the neuron's variance at given x₁ that are linear in x_⊥ and not, with
/// the index 0 for the bath's neurons; k(s) is t of two replicas of w_⊥ that overlap by s. At s = 0
/// the average over w_⊥ is annealed, and G an upper bound of it. Z₀ has no specialist.
///
/// A is that of the mixture of Z₀ and Z₁. As more than one specialist is left out, it holds while A
/// is at most 0.2 and N at most 4d. The solution is replica symmetric.
public struct NeuronBesideBath: Hashable, Sendable {
  /// The dimension d of the inputs.
  public let dimension: Int
  /// The number N of neurons.
  public let width: Int
  /// The ridge κ.
  public let ridge: Double
  /// The degree m of the target.
  public let degree: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double
  /// The least |w₁|/σ_w of a specialist; neurons below it belong to the bath.
  public let cut: Double

  /// The largest dimension, which bounds what a solution costs.
  public static let largestDimension = 240
  /// The largest N/d.
  public static let largestWidthPerDimension = 4
  /// The largest alignment.
  public static let largestAlignment = 0.2

  /// Describes a network and a target.
  ///
  /// - Parameter cut: between 0 and 1; results depend little on it around 0.6.
  /// - Throws: ``NeuronBesideBathError`` if a size is outside 2 … 240 for d or 2 … 4d for N, if m
  ///   is not odd from 3 to 9, or if a ridge, variance or cut is out of range.
  public init(
    dimension: Int, width: Int, ridge: Double, degree: Int = 3, weightVariance: Double = 1,
    readoutVariance: Double = 1, cut: Double = 0.6
  ) throws(NeuronBesideBathError) {
    guard (2...Self.largestDimension).contains(dimension) else { throw .dimension(dimension) }
    guard (2...Self.largestWidthPerDimension * dimension).contains(width) else {
      throw .width(width, dimension: dimension)
    }
    guard degree % 2 == 1 && (3...9).contains(degree) else { throw .degree(degree) }
    for (name, value) in [
      ("ridge", ridge), ("weight-variance", weightVariance), ("readout-variance", readoutVariance),
    ] {
      guard (1e-3...1e3).contains(value) else { throw .parameter(name, value) }
    }
    guard cut > 0 && cut < 1 else { throw .cut(cut) }
    self.dimension = dimension
    self.width = width
    self.ridge = ridge
    self.degree = degree
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    self.cut = cut
  }

  /// A mean over draws of x₁.
  public struct Alignment: Hashable, Sendable {
    /// The mean alignment A.
    public let value: Double
    /// Its standard error over draws.
    public let drawError: Double
    /// How much it differs from that on a coarser grid, at most 0.01.
    public let gridError: Double
    /// The mean probability Z₁/(Z₀ + Z₁) that there is a specialist.
    public let specialists: Double
    /// The alignment of each draw.
    public let draws: [Double]
  }

  /// Returns the alignment of P samples.
  ///
  /// Draw r is the same however many others there are, and begins with the same numbers at every P.
  ///
  /// - Parameters:
  ///   - samples: P, from 2 to 200 d.
  ///   - draws: how many draws of x₁ are averaged, at least 2.
  /// - Throws: ``NeuronBesideBathError`` if an argument is out of range, if two grids differ by
  ///   more than 0.01, or if the alignment is above 0.2.
  public func alignment(
    samples: Int, draws: Int = 24
  ) throws(NeuronBesideBathError) -> Alignment {
    try check(samples: samples, draws: draws)
    let fine = posteriors(samples: samples, draws: draws, on: .fine)
    let mean = fine.map(\.alignment).mean
    let gridError = abs(
      mean
        - posteriors(samples: samples, draws: draws, on: .coarse)
        .map(\.alignment).mean)
    guard gridError <= 0.01 else { throw .grid(gridError, limit: 0.01) }
    guard mean <= Self.largestAlignment else { throw .tooManySamples(samples, alignment: mean) }
    return Alignment(
      value: mean, drawError: fine.map(\.alignment).standardError, gridError: gridError,
      specialists: fine.map(\.specialist).mean, draws: fine.map(\.alignment))
  }

  /// Where the mean alignment crosses a threshold.
  public struct SampleCount: Hashable, Sendable {
    /// P*, with the alignments of the draws beside it.
    public let crossing: SampleCrossing
    /// How much P* differs from that on a coarser grid, at most 5 % of it.
    public let gridError: Double
  }

  /// Returns P*, the samples at which the mean alignment over draws reaches a threshold.
  ///
  /// - Parameters:
  ///   - threshold: above 0, at most 0.2.
  ///   - draws: how many draws of x₁ are averaged, at least 2.
  /// - Throws: ``NeuronBesideBathError`` if an argument is out of range, if no P from 2 to 200 d
  ///   reaches the threshold, or if two grids differ by more than 5 % of P*.
  public func samples(
    alignment threshold: Double, draws: Int = 24
  ) throws(NeuronBesideBathError) -> SampleCount {
    guard threshold > 0 && threshold <= Self.largestAlignment else { throw .alignment(threshold) }
    try check(samples: 2, draws: draws)
    let coarse = try crossing(threshold, draws, on: .coarse, near: Double(2 * dimension))
    let fine = try crossing(threshold, draws, on: .fine, near: coarse.value)
    let error = abs(fine.value - coarse.value)
    guard error <= 0.05 * fine.value else { throw .grid(error / fine.value, limit: 0.05) }
    return SampleCount(crossing: fine, gridError: error)
  }
}

// MARK: - Draws, and the search of P*

extension NeuronBesideBath {
  private var mostSamples: Int { 200 * dimension }

  private func check(samples: Int, draws: Int) throws(NeuronBesideBathError) {
    guard (2...mostSamples).contains(samples) else { throw .samples(samples, most: mostSamples) }
    guard (2...10_000).contains(draws) else { throw .draws(draws) }
  }

  /// Returns the posterior of each draw of x₁.
  private func posteriors(samples: Int, draws: Int, on grid: SpecialistGrid.Size) -> [Posterior] {
    let stream = RandomStream(key: 0x6261_7468_0000 + UInt64(dimension))
    let grid = SpecialistGrid(self, grid)
    return (0..<draws).map {
      let x = stream.standardNormals(count: samples, step: UInt64($0)).map(Double.init)
      return posterior(of: x, on: grid)
    }
  }

  private func crossing(
    _ threshold: Double, _ draws: Int, on grid: SpecialistGrid.Size, near start: Double
  ) throws(NeuronBesideBathError) -> SampleCrossing {
    // On the coarse grid P* is far from where the search begins.
    let found = SampleCrossing(
      of: threshold, near: start, most: mostSamples, steps: (up: grid == .coarse ? 4 : 18, down: 18)
    ) { posteriors(samples: $0, draws: draws, on: grid).map(\.alignment) }
    guard let found else { throw .thresholdNotCrossed(threshold, most: mostSamples) }
    return found
  }
}

/// The reason why an alignment or P* could not be computed.
public enum NeuronBesideBathError: Error, Hashable, CustomStringConvertible {
  /// The dimension d is out of range.
  case dimension(Int)
  /// The width N is out of range, or more than one neuron would specialise.
  case width(Int, dimension: Int)
  /// The degree m is even or out of range.
  case degree(Int)
  /// A ridge or a variance is out of range.
  case parameter(String, Double)
  /// The cut is not between 0 and 1.
  case cut(Double)
  /// The number P of samples is out of range.
  case samples(Int, most: Int)
  /// The number of draws is out of range.
  case draws(Int)
  /// The alignment is not positive, or so large that more neurons specialise.
  case alignment(Double)
  /// The alignment of so many samples is so large that more neurons specialise.
  case tooManySamples(Int, alignment: Double)
  /// No number of samples in the range has this alignment.
  case thresholdNotCrossed(Double, most: Int)
  /// Two grids differ by more than they should.
  case grid(Double, limit: Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .dimension(let d):
      "dimension: got \(d); expected from 2 to \(NeuronBesideBath.largestDimension)"
    case .width(let n, let d):
      "width: got \(n); expected from 2 to \(NeuronBesideBath.largestWidthPerDimension * d), four "
        + "times the dimension, as more than one neuron specialises in wider networks"
    case .degree(let m): "degree: got \(m); expected 3, 5, 7 or 9"
    case .parameter(let name, let value):
      "\(name): got \(value); expected a number from 0.001 to 1000"
    case .cut(let value): "cut: got \(value); expected a number between 0 and 1"
    case .samples(let p, let most): "samples: got \(p); expected from 2 to \(most)"
    case .draws(let n): "draws: got \(n); expected from 2 to 10000"
    case .alignment(let a):
      "alignment: got \(a); expected above 0 and at most \(NeuronBesideBath.largestAlignment), as "
        + "more than one neuron specialises beyond"
    case .tooManySamples(let p, let a):
      "samples: got \(p); expected fewer, as their alignment is \(String(format: "%.3g", a)), and more "
        + "than one neuron specialises beyond \(NeuronBesideBath.largestAlignment)"
    case .thresholdNotCrossed(let a, let most):
      "alignment: got \(a); expected another one, ridge or width, as it is not crossed between 2 and "
        + "\(most) samples"
    case .grid(let error, let limit):
      "two grids differ by \(oneDigit(error)); expected at most \(limit), at sizes nearer to d = 30"
    }
  }
}
