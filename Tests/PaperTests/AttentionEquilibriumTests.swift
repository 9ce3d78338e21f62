import Archives
import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// What the archived samples of attention heads say of their own equilibrium, as docs/results
/// quotes it.
@Suite struct AttentionEquilibriumTests {
  func archive(_ name: String) throws -> Archive {
    try Archive(reading: "\(EquilibriumTests.data)/attention-\(name).h5")
  }

  func mean(_ x: some Collection<Double>) -> Double { x.reduce(0, +) / Double(x.count) }

  /// Mean and its standard error.
  func moments(_ x: [Double]) -> (mean: Double, error: Double) {
    let centre = mean(x)
    let squares = x.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return (centre, (squares / Double(x.count - 1) / Double(x.count)).squareRoot())
  }

  /// Planted less cold mean alignment of a cell.
  func difference(_ result: CellResult) -> Double {
    let chains = result.chains(result.alignment)
    return mean(chains[1]) - mean(chains[0])
  }

  /// Where a chain starts makes no difference on average, at any length and dimension.
  @Test(arguments: ["collapse", "long", "printed"])
  func coldAndPlantedChainsAgree(study: String) throws {
    let archive = try archive(study)
    let shapes = Dictionary(grouping: archive.cells.indices) {
      [archive.cells[$0].length, archive.cells[$0].dimension]
    }
    for (shape, cells) in shapes {
      let (centre, error) = moments(cells.map { difference(archive.results[$0]) })
      #expect(abs(centre) < 3 * error, "L, d = \(shape): planted − cold = \(centre) ± \(error)")
    }
  }

  /// Where chains are not certified they differ by less than data sets do.
  @Test func uncertifiedChainsDifferByLessThanDataSets() throws {
    for name in ["collapse", "long"] {
      let archive = try archive(name)
      let uncertified = archive.results.filter { !$0.isCertified }.map(difference)
      let points = Dictionary(grouping: archive.cells.indices) {
        [archive.cells[$0].length, archive.cells[$0].dimension, archive.cells[$0].samples]
      }
      let variances = points.values.map { cells in
        let error = moments(cells.map { mean(archive.results[$0].alignment) }).error
        return error * error * Double(cells.count)
      }
      let size = mean(uncertified.map { $0 * $0 }).squareRoot()
      let scatter = mean(variances).squareRoot()
      #expect(size < scatter, "\(name): chains \(size), data sets \(scatter)")
    }
  }

  /// ⟨θ·∇U⟩/n = 1 exactly.
  @Test(arguments: ["collapse", "long", "printed"])
  func virialIsOne(study: String) throws {
    let virials = try archive(study).results.flatMap(\.virial)
    let (centre, error) = moments(virials)
    #expect(abs(centre - 1) < 4 * error, "\(centre) ± \(error)")
    // A chain's scatter is up to 0.1, at d = 6 far beyond P*, and there are up to 2304 chains.
    #expect(virials.allSatisfy { abs($0 - 1) < 0.35 }, "\(virials.min()!) … \(virials.max()!)")
  }
}
