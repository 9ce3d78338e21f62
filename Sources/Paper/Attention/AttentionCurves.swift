import Archives
import Figures
import Foundation
import Host
import Studies

/// Alignment against samples of one length L and dimension d.
struct AttentionCurve {
  let points: [Replicates]
  /// Posterior mean alignments, points × data sets.
  let alignments: [[Double]]

  init(_ curve: LearningCurve) {
    points = curve.points
    alignments = curve.points.map(\.alignments)
  }

  var length: Int { points[0].parameters.length }
  var dimension: Int { points[0].parameters.dimension }
  var datasets: Int { alignments[0].count }
  /// √(L d³).
  var scale: Double { attentionScale(points[0].parameters) }

  /// Where the mean over the given data sets last crosses a threshold from below: the grid point before it
  /// and the share of the way to the next.
  func crossing(of threshold: Double, _ datasets: [Int]) -> (below: Int, share: Double)? {
    let means = alignments.map { row in
      datasets.reduce(0.0) { $0 + row[$1] } / Double(datasets.count)
    }
    guard let below = means.lastIndex(where: { $0 < threshold }), below + 1 < means.count else {
      return nil
    }
    return (below, (threshold - means[below]) / (means[below + 1] - means[below]))
  }

  /// P* at which the mean alignment over the given data sets is a threshold, linear between grid points.
  func samples(at threshold: Double, _ datasets: [Int]) -> Double? {
    crossing(of: threshold, datasets).map { at in
      let (p0, p1) = (
        Double(points[at.below].parameters.samples), Double(points[at.below + 1].parameters.samples)
      )
      return p0 + at.share * (p1 - p0)
    }
  }

  /// Whether every cell of the two points between which P* is interpolated is certified.
  func isCertified(at threshold: Double, _ datasets: [Int]) -> Bool {
    guard let below = crossing(of: threshold, datasets)?.below else { return false }
    return points[below...below + 1].allSatisfy { $0.certified == $0.results.count }
  }

  /// The curves of studies of one head, target, prior and ridge, by length and dimension.
  ///
  /// - Throws: `UserError` if the studies differ in any of these, or in their number of data sets.
  static func all(_ archives: [Archive]) throws -> [AttentionCurve] {
    let curves = LearningCurve.all(archives.flatMap(\.replicates)).map(AttentionCurve.init)
    let models = Set(
      curves.map { curve in
        ["head", "target", "ridge", "interaction_variance", "readout_variance"]
          .map { curve.points[0].parameters.text($0) } + ["\(curve.datasets)"]
      })
    guard models.count == 1 else {
      throw UserError(
        "attention-collapse.h5, attention-long.h5: got several heads, targets, priors, ridges or numbers of data sets; expected one",
        exitCode: 1)
    }
    return curves.sorted { ($0.length, $0.dimension) < ($1.length, $1.dimension) }
  }
}

/// √(L d³), in which the samples needed are predicted to be the same for all L and d.
func attentionScale(_ cell: Parameters) -> Double {
  let (l, d) = (Double(cell.length), Double(cell.dimension))
  return (l * d * d * d).squareRoot()
}

/// The alignments whose P* is quoted.
let attentionThresholds = [0.1, 0.2, 0.3]

/// "01" of 0.1.
func thresholdName(_ threshold: Double) -> String {
  String(format: "%02.0f", 10 * threshold)
}

/// y = c + a ln L + b ln d by least squares.
struct JointFit {
  let length, dimension, constant: Double

  /// - Returns: `nil` where the points leave an exponent open.
  init?(_ curves: [AttentionCurve], _ y: [Double]) {
    let rows = curves.map { [1, log(Double($0.length)), log(Double($0.dimension))] }
    // Normal equations, by elimination.
    var m = (0..<3).map { i in
      (0..<3).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } }
        + [zip(rows, y).reduce(0) { $0 + $1.0[i] * $1.1 }]
    }
    for k in 0..<3 {
      guard m[k][k] > 1e-9 else { return nil }
      for i in 0..<3 where i != k {
        let factor = m[i][k] / m[k][k]
        for j in k..<4 { m[i][j] -= factor * m[k][j] }
      }
    }
    (constant, length, dimension) = (m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2])
  }
}
