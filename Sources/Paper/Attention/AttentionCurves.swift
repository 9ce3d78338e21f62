import Archives
import Figures
import Foundation
import Host
import Studies

/// The studies of two opposed heads, whose sizes are one plane of L and d.
let studiesOfOpposedHeads = [
  "attention-collapse", "attention-long", "attention-wide", "attention-128",
]

/// What the figures of attention heads have in common: curves of one length L and dimension d each.
extension LearningCurve {
  var length: Int { parameters.length }
  var dimension: Int { parameters.dimension }
  /// √(L d³).
  var scale: Double { attentionScale(parameters) }

  /// The curves of studies of one head, target, prior and ridge, by length and dimension.
  ///
  /// - Throws: `UserError` if the studies differ in any of these, or in their number of data sets.
  static func ofAttention(_ archives: [Archive]) throws -> [LearningCurve] {
    typealias Name = Parameters.Name
    let curves = try all(
      of: archives,
      sharing: [
        Name.head, Name.target, Name.ridge, Name.interactionVariance, Name.readoutVariance,
      ])
    let datasets = curves.map(\.datasets).uniqued
    guard datasets.count == 1 else {
      throw UserError(
        "\(files(archives)): got \(datasets) data sets; expected one number of them", exitCode: 1)
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
  init?(_ curves: [LearningCurve], _ y: [Double]) {
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

/// Geometric mean of P*/√(L d³) over curves that cross the threshold.
func scaledCrossing(of curves: [LearningCurve], at threshold: Double) -> Double {
  exp(meanAndError(curves.map { log($0.samples(at: threshold)! / $0.scale) }).mean)
}
