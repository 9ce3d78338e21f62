import Figures
import Foundation
import Sampling

/// The posterior mean of an observable as two files have it.
package struct MeanPair: Sendable {
  let observable: String
  let old: Double
  let new: Double
  let difference: MeanDifference
  /// Effective samples of the mean that has fewer; infinite where all draws are equal, or none are
  /// counted.
  let samples: Double

  package init(_ observable: String, _ old: [[Double]], _ new: [[Double]]) {
    self.init(observable, MeanEstimate(old), MeanEstimate(new))
  }

  package init(_ observable: String, _ old: MeanEstimate, _ new: MeanEstimate) {
    self.observable = observable
    (self.old, self.new) = (old.mean, new.mean)
    samples = min(old.samples, new.samples)
    difference = MeanDifference(from: old, to: new)
  }

  /// Monte Carlo error of the difference, from split chains.
  package var standardError: Double { difference.standardError }
  package var degreesOfFreedom: Double { difference.degreesOfFreedom }
  /// Difference in standard errors; 0 where there is none.
  var residual: Double { difference.residual }
}

/// How far means of other draws may be apart: a test of all that are compared together.
package struct MeanTest: Sendable {
  let tolerances: Tolerances.Means
  /// Number of means that are tested together.
  private(set) var count: Int

  /// The test of a number of means.
  package init(ofMeans count: Int, _ tolerances: Tolerances.Means) {
    (self.count, self.tolerances) = (count, tolerances)
  }

  init(of comparisons: [StudyComparison], _ tolerances: Tolerances.Means) {
    self.init(ofMeans: 0, tolerances)
    count = comparisons.reduce(0) { $0 + $1.cells.reduce(0) { $0 + tested(of: $1).count } }
  }

  /// What can be said of a cell.
  enum Standing: Hashable {
    case identical
    case tested
    /// Too few effective samples, and sound in neither file.
    case untested
    /// No finite leading value in either file.
    case diverged
    /// The same draws, and something else that is another.
    case contradictory
    case notComparable(because: String)
  }

  func standing(of cell: CellPair) -> Standing {
    if cell.isIdentical { return .identical }
    if cell.contradictsItself { return .contradictory }
    if let name = cell.notFinite.first {
      return .notComparable(because: "\(name) is not finite in other chains or draws")
    }
    if cell.isSound.old && !cell.isSound.new {
      return .notComparable(because: "\(cell.soundness) in the old file alone")
    }
    if cell.hasDiverged { return .diverged }
    if let name = cell.lacking.first {
      return .notComparable(because: "no \(name) is finite in either file")
    }
    if let mean = cell.means.first, !hasPower(mean) {
      if cell.isSound == (false, false) { return .untested }
      return .notComparable(
        because:
          "\(cell.soundness), but one side has fewer than \(words(tolerances.samples)) effective samples"
      )
    }
    return .tested
  }

  /// The means of a cell by which it is judged.
  func tested(of cell: CellPair) -> [MeanPair] {
    standing(of: cell) == .tested ? cell.means.filter(hasPower) : []
  }

  /// Means with too few effective samples to be tested.
  func untested(of cell: CellPair) -> [MeanPair] {
    standing(of: cell) == .tested ? cell.means.filter { !hasPower($0) } : []
  }

  private func hasPower(_ mean: MeanPair) -> Bool { mean.samples >= tolerances.samples }

  /// The normal quantile that each mean has to keep, so that any of them is outside by chance with
  /// a probability of the level at the most (Bonferroni).
  package var quantile: Double { -normalQuantile(tolerances.level / Double(2 * max(count, 1))) }

  package func deviation(_ pair: MeanPair, in place: String) -> Verification.Deviation {
    let t = studentQuantile(normal: quantile, pair.degreesOfFreedom)
    return Verification.Deviation(
      "\(place): mean \(pair.observable)", old: pair.old, new: pair.new,
      allowed: t * pair.standardError + tolerances.relative * abs(pair.old))
  }

  func deviations(of cell: CellPair) -> [Verification.Deviation] {
    tested(of: cell).map { deviation($0, in: cell.place) }
  }

  var words: String {
    "Student's t of \(count) means at level \(tolerances.level) in all (Bonferroni), from Monte Carlo standard "
      + "errors and effective samples, plus \(tolerances.relative) of the old mean"
  }

  func words(_ samples: Double) -> String { Table.Value.real(samples).text }
}
