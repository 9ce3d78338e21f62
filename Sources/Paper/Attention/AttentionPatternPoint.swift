import Figures
import Foundation
import Sampling
import Studies
import Theory

/// What the theory of finite sizes says at a point of the grid.
struct FinitePattern: Sendable {
  let sampled: PatternSizes.Sampled
  /// The posterior of the free energy where it has the sampled alignment; `nil` where it does not
  /// answer.
  let state: AttentionPosterior.State?
  /// g/(ε(1 − 1/L)) at the sampled ε and v.
  let softmax: Double?

  init(_ sampled: PatternSizes.Sampled, _ theory: AttentionPosterior?) {
    self.sampled = sampled
    state = try? theory?.state(alignment: sampled.alignment)
    softmax = theory.flatMap { theory in
      let gain = try? theory.alignment.gain(epsilon: sampled.epsilon, variance: sampled.variance)
      let first = sampled.epsilon * (1 - 1 / Double(theory.alignment.length))
      return gain.map { $0.value / first }
    }
  }
}

/// A point of the grid with the entries of its pattern.
struct PatternPoint {
  let point: Replicates
  let finite: FinitePattern
  let interaction, readout: PatternEntry

  init(_ point: Replicates, _ finite: FinitePattern) {
    self.finite = finite
    let sizes = PatternSizes(point.parameters)
    let datasets = Array(point.results.indices)
    self.point = point
    interaction = sizes.interaction(point)(datasets)
    readout = sizes.readout(point)(datasets)
  }
}

/// An entry of the pattern: the root of a mean square over data sets.
struct PatternEntry {
  let value, low, high, predicted: Double
  var ratio: Double { value / predicted }

  init(squares: [Double], predicted: Double) {
    let (mean, error) = meanAndError(squares)
    func root(_ x: Double) -> Double { max(x, 0).squareRoot() }
    (value, low, high) = (root(mean), root(mean - error), root(mean + error))
    self.predicted = predicted
  }

  static func columns(
    _ name: String, _ meaning: String, _ prediction: String
  ) -> [TypedColumn<PatternEntry>] {
    [
      TypedColumn(name, meaning) { $0.value },
      TypedColumn("\(name)_low", "the same one standard error over data sets lower") { $0.low },
      TypedColumn("\(name)_high", "and higher") { $0.high },
      TypedColumn("predicted_\(name)", prediction) { $0.predicted },
    ]
  }
}

/// Squared entries of the pattern beyond what the prior has there, of each data set, and as
/// predicted.
struct PatternSizes {
  let length, dimension, interactionVariance, readoutVariance: Double

  init(_ cell: Parameters) {
    length = Double(cell.length)
    dimension = Double(cell.dimension)
    interactionVariance = cell.real("interaction_variance")
    readoutVariance = cell.readoutVariance
  }

  /// A₁₂² + A₁₃² − 2σ_A²/d².
  func interactions(_ point: Replicates) -> [Double] {
    point.means("pattern_interaction").map {
      $0 - 2 * interactionVariance / (dimension * dimension)
    }
  }

  /// What the theory is asked about.
  struct Sampled: Sendable {
    let alignment, epsilon: Double
    /// The variance of the other entries of A over that of the prior.
    let variance: Double
    /// The alignment over that to first order in A.
    let softmax: Double

    init(_ point: Replicates) {
      let sizes = PatternSizes(point.parameters)
      func mean(_ name: String) -> Double { meanAndError(point.means(name)).mean }
      alignment = point.alignment.mean
      epsilon = max(meanAndError(sizes.interactions(point)).mean, 0).squareRoot()
      let (d, s) = (sizes.dimension, sizes.interactionVariance)
      variance =
        (mean("squared_interaction") - mean("pattern_interaction")) / (s * (1 - 2 / (d * d)))
      softmax = alignment / mean("first_order")
    }
  }

  /// w₂² + w₃² − 2σ_w²/d.
  func readouts(_ point: Replicates) -> [Double] {
    point.means("pattern_readout").map { $0 - 2 * readoutVariance / dimension }
  }

  /// The entry of A over some data sets, beside the one predicted at their alignment.
  func interaction(_ point: Replicates) -> ([Int]) -> PatternEntry {
    entry(interactions(point), point) { $0.epsilon }
  }

  /// The entry of w.
  func readout(_ point: Replicates) -> ([Int]) -> PatternEntry {
    entry(readouts(point), point) { $0.omega }
  }

  private func entry(
    _ squares: [Double], _ point: Replicates,
    _ predicted: @escaping ((epsilon: Double, omega: Double)) -> Double
  ) -> ([Int]) -> PatternEntry {
    { datasets in
      PatternEntry(
        squares: datasets.map { squares[$0] },
        predicted: predicted(self.predicted(mean(point.alignments, over: datasets))))
    }
  }

  /// ε and ω: the least d²ε²/2σ_A² + dω²/2σ_w² at εω = √L α.
  func predicted(_ alignment: Double) -> (epsilon: Double, omega: Double) {
    let root = alignment.squareRoot()
    let ratio = (interactionVariance / readoutVariance).squareRoot().squareRoot()
    return (
      root * ratio * (length / dimension).squareRoot().squareRoot(),
      root / ratio * (length * dimension).squareRoot().squareRoot()
    )
  }
}
