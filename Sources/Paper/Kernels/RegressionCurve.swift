import Archives
import Experiments
import Foundation
import Sampling
import Studies
import Theory

/// What kernel regression learns of one target at one ridge, against samples P in ascending order,
/// on the same random subsets at every P.
struct RegressionCurve {
  let target: String
  let degree: Int
  let ridge: Double
  let samples: [Int]
  /// Of each P, the values on each subset.
  let learnability, test, subsetBound: [[Double]]
  /// λ of the target's degree.
  let eigenvalue: Double
  /// m₂ over all rows of the data set.
  let secondMoment: Double

  /// The curves of an archive, in the order of targets and ridges of its cells.
  static func all(_ archive: Archive) -> [RegressionCurve] {
    struct Setting: Hashable {
      let target: String
      let ridge: Double
    }
    var order: [Setting] = []
    var cells: [Setting: [Int]] = [:]
    for (index, cell) in archive.cells.enumerated() {
      let setting = Setting(target: cell.word(Parameters.Name.target), ridge: cell.ridge)
      if cells[setting] == nil { order.append(setting) }
      cells[setting, default: []].append(index)
    }
    return order.map { RegressionCurve($0.target, $0.ridge, cells[$0]!, of: archive) }
  }

  private init(_ target: String, _ ridge: Double, _ cells: [Int], of archive: Archive) {
    let groups = Dictionary(grouping: cells) { archive.cells[$0].samples }
    let sizes = groups.keys.sorted()
    func values(_ name: String) -> [[Double]] {
      sizes.map { size in
        groups[size]!.sorted { archive.cells[$0].dataset < archive.cells[$1].dataset }
          .map { archive.results[$0].doubles(name)[0] }
      }
    }
    self.target = target
    self.ridge = ridge
    degree = archive.cells[cells[0]].degree
    samples = sizes
    learnability = values("learnability")
    test = values("test_learnability")
    subsetBound = values("bound")
    eigenvalue = values("eigenvalue")[0][0]
    secondMoment = values("second_moment")[0][0]
  }

  /// How many subsets there are of each size.
  var subsets: Int { learnability[0].count }

  /// The bound of the mean learnability, and P at which it is A.
  func bound(samples: Double) -> Double {
    LearnabilityBound(eigenvalue: eigenvalue, ridge: ridge)
      .learnability(sum: samples * secondMoment)
  }
  func boundSamples(_ learnability: Double) -> Double {
    LearnabilityBound(eigenvalue: eigenvalue, ridge: ridge)
      .samples(learnability: learnability, secondMoment: secondMoment)
  }

  /// P at which the mean over some subsets crosses a threshold, linear in ln P between sizes; `nil`
  /// where it stays on one side.
  ///
  /// - Parameter chosen: indices of subsets, with repeats in a bootstrap; all of them if `nil`.
  func crossing(
    _ values: [[Double]], at threshold: Double, over chosen: [Int]? = nil
  ) -> Double? {
    let means = values.map { mean($0, over: chosen) }
    guard let below = means.lastIndex(where: { $0 < threshold }), below + 1 < means.count else {
      return nil
    }
    let share = (threshold - means[below]) / (means[below + 1] - means[below])
    let logs = samples[below...below + 1].map { log(Double($0)) }
    return exp(logs[0] + share * (logs[1] - logs[0]))
  }
}
