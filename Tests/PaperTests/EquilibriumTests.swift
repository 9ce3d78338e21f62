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

  /// Cold and planted chains of every dimension differ by less than three standard errors over
  /// cells, which equal ones of five dimensions exceed once in 75 times.
  @Test func coldAndPlantedChainsAgree() throws {
    let archive = try Archive(reading: "\(Self.data)/two-layer-samples.h5")
    let cells = Dictionary(grouping: archive.cells.indices) { archive.cells[$0].dimension }
    #expect(cells.count == 5)
    for (dimension, indices) in cells {
      let differences = indices.map { i in
        let result = archive.results[i]
        let chains = zip(result.starts, result.chains(result.alignment))
        func mean(from start: SamplerSpec.Start) -> Double {
          self.mean(chains.filter { $0.0 == start }.map { self.mean($0.1) })
        }
        return mean(from: .planted) - mean(from: .cold)
      }
      let centre = mean(differences)
      let variance = mean(differences.map { ($0 - centre) * ($0 - centre) })
      let error = (variance / Double(differences.count - 1)).squareRoot()
      #expect(abs(centre) < 3 * error, "d = \(dimension): planted − cold = \(centre) ± \(error)")
    }
  }

  /// "18 of 568" cells were tempered, "and 3 of them are not certified".
  @Test func fewCellsWereTempered() throws {
    let results = try ["density", "samples", "width"].flatMap {
      try Archive(reading: "\(Self.data)/two-layer-\($0).h5").results
    }
    let tempered = results.filter { $0.replicas != [0] }
    #expect(results.count == 568 && tempered.count == 18)
    #expect(results.count { !$0.isCertified } == 3 && tempered.count { !$0.isCertified } == 3)
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
