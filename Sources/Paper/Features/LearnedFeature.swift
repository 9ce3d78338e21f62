import Experiments
import Networks
import Sampling
import Studies

/// What networks have learned of one feature of a target, or of several with equal coefficients,
/// against samples.
struct LearnedFeature {
  /// c_k, normalised.
  let coefficient: Double
  /// K.
  let count: Int
  /// The indices k.
  let indices: [Int]
  /// Points of one target, in ascending P.
  let points: [Replicates]

  /// All features of a grid, targets of fewer features first.
  static func all(_ points: [Replicates]) -> [LearnedFeature] {
    LearningCurve.all(points).flatMap { curve -> [LearnedFeature] in
      let target = FeatureTarget(of: curve.parameters)
      let groups = Dictionary(grouping: target.coefficients.indices) { target.coefficients[$0] }
      return groups.sorted { $0.key > $1.key }.map { coefficient, indices in
        LearnedFeature(
          coefficient: coefficient, count: target.count, indices: indices, points: curve.points)
      }
    }.sorted { ($0.count, -$0.coefficient) < ($1.count, -$1.coefficient) }
  }

  /// The posterior mean of an observable of the features, over a factor, in the place of the
  /// alignment.
  ///
  /// - Parameter name: an array of features, "projection".
  func curve(_ name: String, over factor: Double = 1) -> LearningCurve {
    LearningCurve(
      points: points.map { point in
        let means = point.results.map { result in
          let values = result.singles(name)
          let count = result.parameters.integer(Parameters.Name.features)
          let rows = values.count / count
          let sum = (0..<rows).reduce(0.0) { sum, row in
            indices.reduce(sum) { $0 + Double(values[row * count + $1]) }
          }
          return sum / (factor * Double(rows * indices.count))
        }
        return Replicates(
          parameters: point.parameters, results: point.results, alignments: means,
          certified: point.certified)
      })
  }

  /// M_k against P, whose half is the threshold at which the feature is learned.
  var specialists: LearningCurve { curve("feature_specialists") }
  /// B_k/c_k against P.
  var share: LearningCurve { curve("projection", over: coefficient) }
}
