import Experiments
import Foundation
import Host
import Studies
import Theory

/// A learning curve beside the theory of attention at its size.
struct PredictedCurve {
  let curve: LearningCurve
  /// P*, `nil` where the theory does not answer.
  let samples: AttentionPosterior.SampleCount?
  /// The least prior cost.
  let cost: AttentionAlignment.Cost?

  /// The curves that cross a threshold, with what the theory says of it.
  static func all(
    of curves: [LearningCurve], theory: [AttentionPosterior?], at threshold: Double
  ) -> [PredictedCurve] {
    let known = zip(curves, theory).filter { $0.0.samples(at: threshold) != nil }
    let found = parallelMap(known.map(\.1), together: 1) {
      (
        samples: try? $0?.samples(alignment: threshold),
        cost: try? $0?.alignment.leastCost(alignment: threshold)
      )
    }
    return zip(known, found).map {
      PredictedCurve(curve: $0.0, samples: $1.samples, cost: $1.cost)
    }
  }

  /// ln of sampled over predicted P*.
  func logRatio(at threshold: Double, datasets: [Int]? = nil) -> Double? {
    guard
      let sampled = curve.samples(at: threshold, datasets: datasets), let samples
    else { return nil }
    return log(sampled / samples.value)
  }
}

extension AttentionPosterior {
  /// The theory of each curve; `nil` where its head, target, prior or sizes are beyond it.
  static func all(of curves: [LearningCurve]) -> [AttentionPosterior?] {
    let sizes = curves.map { curve -> (length: Int, dimension: Int, ridge: Double)? in
      typealias Name = Parameters.Name
      let cell = curve.parameters
      guard
        cell.text(Name.head) == "odd" && cell.text(Name.target) == "plain"
          && cell.real(Name.interactionVariance) == 1 && cell.readoutVariance == 1
      else { return nil }
      return (cell.length, cell.dimension, cell.ridge)
    }
    return parallelMap(sizes, together: 1) { size in
      guard let size else { return nil }
      return try? AttentionPosterior(
        length: size.length, dimension: size.dimension, ridge: size.ridge)
    }
  }
}
