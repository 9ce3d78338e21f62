import Archives
import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// The figures of the bound that knows no data set, computed anew from their archives.
@Suite struct LearnabilityFigureTests {
  func archive(_ name: String) throws -> Archive {
    try Archive(reading: "\(projectFolder)/data/\(name).h5")
  }

  func sheet(_ name: String) throws -> Sheet { try Sheet("\(projectFolder)/figures/\(name).tsv") }

  /// Every subset of both data sets obeys the bound, to the last bit of it.
  @Test func theBoundHoldsOnEverySubset() throws {
    var (largest, count) = (0.0, 0)
    for name in ["agnostic-bound", "agnostic-bound-uniform"] {
      for (cell, result) in zip(try archive(name).cells, try archive(name).results) {
        func number(_ name: String) -> Double { result.doubles(name)[0] }
        #expect(number("learnability") <= number("bound"), "\(cell)")
        let sum = Double(cell.samples) * number("training_moment") * number("eigenvalue")
        expect(number("bound"), near: sum / (cell.ridge + sum), within: 1e-12, "bound")
        largest = max(largest, number("learnability") / number("bound"))
        count += 1
      }
    }
    let numbers = try sheet("agnostic-bound-numbers")
    #expect(near(try numbers.number("largest_ratio").value, largest))
    #expect(try numbers.number("ratio_count").value == Double(count))
  }

  /// P at which a mean crosses 0.65, and how often test learnability is above the bound.
  @Test func numbersOfTheDigits() throws {
    let archive = try archive("agnostic-bound")
    let numbers = try sheet("agnostic-bound-numbers")
    var above: [Double] = []
    var ratios: [Double] = []
    for target in ["x1 x2", "x1 x2 x3", "x4 x5", "x4 x5 x6"] {
      var means: [(p: Double, test: Double)] = []
      var least = 0.0
      for samples in [8, 16, 32, 64, 128, 256, 512, 1024] {
        let chosen = archive.cells.indices.filter {
          let cell = archive.cells[$0]
          return cell.word("target") == target && cell.ridge == 0.1 && cell.samples == samples
        }.map { archive.results[$0] }
        try #require(chosen.count == 32)
        above += chosen.map {
          $0.doubles("test_learnability")[0] > $0.doubles("bound")[0] ? 1 : 0
        }
        means.append(
          (
            Double(samples), chosen.reduce(0) { $0 + $1.doubles("test_learnability")[0] } / 32
          ))
        least =
          0.1 * 0.65 / 0.35
          / (chosen[0].doubles("eigenvalue")[0] * chosen[0].doubles("second_moment")[0])
      }
      guard let i = means.lastIndex(where: { $0.test < 0.65 }), i + 1 < means.count else {
        continue
      }
      let share = (0.65 - means[i].test) / (means[i + 1].test - means[i].test)
      ratios.append(means[i].p * pow(2, share) / least)
    }
    let share = try numbers.number("share_above")
    #expect(near(share.value, above.reduce(0, +) / Double(above.count)))
    #expect(share.low > 0 && share.high <= 1)
    #expect(try numbers.number("reached_drawn_ridge").value == Double(ratios.count))
    for (name, expected) in [("least", ratios.min()!), ("greatest", ratios.max()!)] {
      let number = try numbers.number("\(name)_ratio_drawn_ridge")
      #expect(near(number.value, expected), "\(name): \(number) \(expected)")
      expectInterval(number.low, number.value, number.high, name)
    }
  }

  /// L of the network, of its lazy limit and the bound, on the same subsets.
  @Test(arguments: [("", "random"), ("-axis", "axis")])
  func featuresAgainstTheBound(end: String, name: String) throws {
    let network = try archive("features-beat-bound\(end)")
    let lazy = try archive("features-beat-bound\(end)-lazy")
    #expect(network.inputsDigest == lazy.inputsDigest)
    let numbers = try sheet("features-beat-bound-numbers")
    for samples in [100, 200, 400] {
      let learned = network.cells.indices.filter { network.cells[$0].samples == samples }
        .map { network.results[$0].alignment }
      let bounds = lazy.cells.indices.filter { lazy.cells[$0].samples == samples }
        .map { lazy.results[$0].doubles("bound")[0] }
      try #require(learned.count == bounds.count && learned.count > 1)
      let ratio =
        learned.reduce(0) { $0 + $1.reduce(0, +) / Double($1.count) } / bounds.reduce(0, +)
      let number = try numbers.number("ratio_\(name)_\(samples)")
      #expect(near(number.value, ratio))
      expectInterval(number.low, number.value, number.high, "P = \(samples)")
    }
  }
}
