import Archives
import Experiments
import Foundation
import TestSupport
import Testing

/// What the archived samples of convolutions say of their own equilibrium.
@Suite struct ConvolutionEquilibriumTests {
  func archive(_ study: String) throws -> Archive {
    try Archive(reading: "\(EquilibriumTests.data)/\(study).h5")
  }

  func mean(_ x: some Collection<Double>) -> Double { x.reduce(0, +) / Double(x.count) }

  func standardError(_ x: [Double]) -> Double {
    let centre = mean(x)
    return (mean(x.map { ($0 - centre) * ($0 - centre) }) / Double(x.count - 1)).squareRoot()
  }

  /// "All 1560 cells" with a linear target are certified, and all but "seven of 128" with a cubic
  /// one, each of these at the most samples of its size.
  @Test func whatIsCertified() throws {
    var cells = 0
    for study in ["cnn-learnability", "cnn-channels", "cnn-erf", "cnn-proportions"] {
      let results = try archive(study).results
      cells += results.count
      #expect(results.allSatisfy { $0.isCertified }, "\(study)")
    }
    #expect(cells == 1560)
    let cubic = try archive("cnn-cubic")
    let uncertified = cubic.cells.indices.filter { !cubic.results[$0].isCertified }
    #expect(cubic.cells.count == 128 && uncertified.count == 7)
    for cell in uncertified.map({ cubic.cells[$0] }) {
      let most = cubic.cells.filter { $0.patch == cell.patch }.map(\.samples).max()
      #expect(cell.samples == most)
    }
  }

  /// Chains that began with no, the best and fewer specialised filters differ by less than three
  /// standard errors over cells, at every size.
  @Test func coldAndPlantedChainsAgree() throws {
    let archive = try archive("cnn-learnability")
    let sizes = Dictionary(grouping: archive.cells.indices) { archive.cells[$0].patch }
    #expect(sizes.count == 6)
    for (patch, indices) in sizes {
      for name in ["alignment", "amplification"] {
        for planted in [1, 2] {
          let differences = indices.map { i in
            let result = archive.results[i]
            let chains = result.chains(
              name == "alignment" ? result.alignment : result.observable(name))
            return mean(chains[planted]) - mean(chains[0])
          }
          let (centre, error) = (mean(differences), standardError(differences))
          #expect(
            abs(centre) < 3 * error,
            "S = \(patch), chain \(planted), \(name): planted − cold = \(centre) ± \(error)")
        }
      }
    }
  }

  /// ⟨θ·∇U⟩/n = 1 exactly.
  @Test(arguments: ["cnn-learnability", "cnn-channels", "cnn-erf", "cnn-cubic", "cnn-proportions"])
  func virialIsOne(study: String) throws {
    let virials = try archive(study).results.flatMap(\.virial)
    let (centre, error) = (mean(virials), standardError(virials))
    #expect(abs(centre - 1) < 4 * error, "\(centre) ± \(error)")
  }

  /// w_c → λ w_c, a_c → a_c/λ leaves a linear network as it is, so in equilibrium |w|² of all
  /// filters and |a|² are equal up to their numbers: ⟨|θ_w|²⟩ − ⟨|θ_a|²⟩ = C S − N_w C. With U = P
  /// loss/2κ + (|θ_w|² + |θ_a|²)/2 the mean energy follows from the filters alone.
  @Test func filtersAndReadoutsAreBalanced() throws {
    let archive = try archive("cnn-learnability")
    var deviations: [Double] = []
    for (cell, result) in zip(archive.cells, archive.results) {
      let (s, n, c) = (Double(cell.patch), Double(cell.patches), Double(cell.channels))
      let across = (s - 1) * mean(result.observable("transverse_amplification"))
      let filters = c * (mean(result.observable("amplification")) + across)
      let misfit =
        Double(cell.samples) / (2 * cell.ridge) * mean(result.trainingLoss.map(Double.init))
      let readouts = 2 * (mean(result.energy.map(Double.init)) - misfit) - filters
      deviations.append((filters - readouts - c * (s - n)) / (c * s))
    }
    let (centre, error) = (mean(deviations), standardError(deviations))
    #expect(abs(centre) < 4 * error && error < 0.01, "\(centre) ± \(error)")
  }
}
