import Archives
import Experiments
import Figures
import Foundation
import Paper
import TestSupport
import Testing

/// What the archived samples of three layers say of their own equilibrium, as docs/results quotes
/// it.
@Suite struct ThreeLayerEquilibriumTests {
  func archive(_ study: String) throws -> Archive {
    try Archive(reading: "\(EquilibriumTests.data)/\(study).h5")
  }

  func mean(_ x: some Collection<Double>) -> Double { x.reduce(0, +) / Double(x.count) }

  func standardError(_ x: [Double]) -> Double {
    let centre = mean(x)
    return (mean(x.map { ($0 - centre) * ($0 - centre) }) / Double(x.count - 1)).squareRoot()
  }

  /// "1304 of 1346 cells are."
  @Test func whatIsCertified() throws {
    let results = try [
      "three-layer-collapse", "pattern-transition", "pattern-transition-32",
      "pattern-transition-wide",
    ].flatMap { try archive($0).results }
    #expect(results.count == 1346 && results.count { $0.isCertified } == 1304)
  }

  /// Chains that began in the prior, with specialists in the first layer and with some in the
  /// second differ by less than three standard errors over the certified cells of a dimension.
  @Test func coldAndPlantedChainsAgree() throws {
    let archive = try archive("three-layer-collapse")
    let certified = archive.cells.indices.filter { archive.results[$0].isCertified }
    for (dimension, indices) in Dictionary(grouping: certified, by: { archive.cells[$0].dimension })
    {
      #expect(indices.count > 100)
      for planted in [1, 2] {
        let differences = indices.map { i in
          let chains = archive.results[i].chains(archive.results[i].alignment)
          return mean(chains[planted]) - mean(chains[0])
        }
        let (centre, error) = (mean(differences), standardError(differences))
        #expect(
          abs(centre) < 3 * error, "d = \(dimension), chain \(planted): \(centre) ± \(error)")
      }
    }
  }

  /// ⟨θ·∇U⟩/n = 1 exactly.
  @Test(arguments: ["three-layer-collapse", "pattern-transition"])
  func virialIsOne(study: String) throws {
    let virials = try archive(study).results.flatMap(\.virial)
    let (centre, error) = (mean(virials), standardError(virials))
    #expect(abs(centre - 1) < 4 * error, "\(centre) ± \(error)")
    #expect(virials.allSatisfy { abs($0 - 1) < 0.12 }, "\(virials.min()!) … \(virials.max()!)")
  }

  /// The late exponent of M₁ is that of seven data sets, the same at N₁ = 4 d, 8 d and 16 d: the
  /// eighth, with the fewest specialists, leaves the first layer's branch on the way.
  @Test func exponentsAreOfTheSameDataSets() throws {
    let archive = try archive("pattern-transition")
    /// M₁ at a width, by data set, of those on the branch.
    func specialists(_ ratio: Int) -> [Int: Double] {
      var all: [Int: Double] = [:]
      for (cell, result) in zip(archive.cells, archive.results)
      where cell.ridge == 0.5 && cell.firstWidth == ratio * cell.dimension {
        let overlaps = result.unit("second_overlap")
        guard 2 * overlaps.count(where: { abs($0) > 0.9 }) < overlaps.count / cell.secondWidth
        else { continue }
        let prior = Double(cell.firstWidth) * erfc(0.8 * Double(cell.dimension / 2).squareRoot())
        all[cell.dataset] = mean(result.observable("first_specialists")) - prior
      }
      return all
    }
    let points = [4, 8, 16].map(specialists)
    let own = (0..<8).filter { set in points.allSatisfy { $0[set] != nil } }
    #expect(own == [0, 1, 3, 4, 5, 6, 7])
    let logs = points.map { point in log(mean(own.map { point[$0]! })) }
    // Of three points at equal distances, the least-squares slope is that of the outer two.
    let slope = (logs[2] - logs[0]) / log(4)
    try withFolderOfTables { folder in
      let text = try String(
        contentsOfFile: "\(folder)/pattern-transition-numbers.tsv", encoding: .utf8)
      let row = try #require(
        text.split(separator: "\n").first { $0.hasPrefix("late_exponent_2\t") })
      let quoted = try #require(Double(row.split(separator: "\t")[1]))
      #expect(abs(quoted - slope) < 1e-5, "\(quoted), \(slope)")
    }
  }

  /// The tables of the transition, made anew.
  private func withFolderOfTables(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Paper.figures.named("pattern-transition").writeTables(
      data: EquilibriumTests.data, to: folder)
    try body(folder)
  }

  /// Every network at N₁ = 64 d and beyond has one neuron of the second layer in the mode of its
  /// own.
  @Test func theSecondLayerTakesOver() throws {
    var checked = 0
    for study in ["pattern-transition", "pattern-transition-wide"] {
      let archive = try archive(study)
      for (cell, result) in zip(archive.cells, archive.results)
      where cell.ridge == 1 && cell.firstWidth >= 64 * cell.dimension {
        checked += 1
        let count = result.unit("second_overlap").count { abs($0) > 0.9 }
        let draws = result.unit("second_overlap").count / cell.secondWidth
        #expect(count == draws, "N₁ = \(cell.firstWidth), data set \(cell.dataset)")
      }
    }
    #expect(checked == 24)
  }
}
