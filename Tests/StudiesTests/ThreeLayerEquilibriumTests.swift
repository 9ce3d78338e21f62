import Foundation
import Studies
import Testing

/// What the archived samples of three layers say of their own equilibrium, as the README quotes it.
@Suite struct ThreeLayerEquilibriumTests {
  func archive(_ study: String) throws -> Archive {
    try Archive(reading: "\(EquilibriumTests.data)/\(study).h5")
  }

  func mean(_ x: some Collection<Double>) -> Double { x.reduce(0, +) / Double(x.count) }

  func standardError(_ x: [Double]) -> Double {
    let centre = mean(x)
    return (mean(x.map { ($0 - centre) * ($0 - centre) }) / Double(x.count - 1)).squareRoot()
  }

  /// "681 of 700 cells are."
  @Test func whatIsCertified() throws {
    let results = try [
      "three-layer-collapse", "pattern-transition", "pattern-transition-32",
      "pattern-transition-wide",
    ].flatMap { try archive($0).results }
    #expect(results.count == 700 && results.count { $0.isCertified } == 681)
  }

  /// Chains that began in the prior, with specialists in the first layer and with some in the second differ by
  /// less than three standard errors over the certified cells of a dimension.
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

  /// Every network at N₁ = 64 d and beyond has one neuron of the second layer in the mode of its own.
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
    #expect(checked == 10)
  }
}
