import Archives
import Experiments
import Foundation
import TestSupport
import Testing

/// What the archived samples say of their own equilibrium, as docs/results quotes it.
@Suite struct EquilibriumTests {
  static let data = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "data").path

  func mean(_ x: some Collection<Double>) -> Double { x.reduce(0, +) / Double(x.count) }

  /// Cold and planted chains of every dimension differ by less than two standard errors over cells.
  @Test func coldAndPlantedChainsAgree() throws {
    let archive = try Archive(reading: "\(Self.data)/two-layer-samples.h5")
    let cells = Dictionary(grouping: archive.cells.indices) { archive.cells[$0].dimension }
    #expect(cells.count == 5)
    for (dimension, indices) in cells {
      let differences = indices.map { i in
        let chains = archive.results[i].chains(archive.results[i].alignment)
        return mean(chains[1]) - mean(chains[0])
      }
      let centre = mean(differences)
      let variance = mean(differences.map { ($0 - centre) * ($0 - centre) })
      let error = (variance / Double(differences.count - 1)).squareRoot()
      #expect(abs(centre) < 2 * error, "d = \(dimension): planted − cold = \(centre) ± \(error)")
    }
  }

  /// "Nine of 568" cells were tempered, "and one of them is not certified".
  @Test func fewCellsWereTempered() throws {
    let results = try ["density", "samples", "width"].flatMap {
      try Archive(reading: "\(Self.data)/two-layer-\($0).h5").results
    }
    let tempered = results.filter { $0.replicas != [0] }
    #expect(results.count == 568 && tempered.count == 9)
    #expect(results.count { !$0.isCertified } == 1 && tempered.count { !$0.isCertified } == 1)
    #expect(tempered.allSatisfy { $0.logEvidence.allSatisfy { $0 < 0 } })
  }

  /// ⟨θ·∇U⟩/n = 1 exactly. Its deviation in a chain is 0.01 or so, and below 0.08 in every chain.
  @Test(arguments: ["two-layer-density", "two-layer-samples", "two-layer-width"])
  func virialIsOne(study: String) throws {
    let archive = try Archive(reading: "\(Self.data)/\(study).h5")
    let virials = archive.results.flatMap(\.virial)
    let centre = mean(virials)
    let variance = mean(virials.map { ($0 - centre) * ($0 - centre) })
    let error = (variance / Double(virials.count - 1)).squareRoot()
    #expect(abs(centre - 1) < 4 * error, "\(centre) ± \(error)")
    #expect(virials.allSatisfy { abs($0 - 1) < 0.08 })
  }
}
