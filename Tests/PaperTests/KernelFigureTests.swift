import Archives
import Experiments
import Figures
import Foundation
import Paper
import Studies
import TestSupport
import Testing

/// The tables of kernels say what the draws and the training sets say.
@Suite struct KernelFigureTests {
  static let study = """
    question: Is it tiny?
    source: a test
    network: {kind: three-layer, dimension: 4, first_width: [4, 16], second_width: {factors: 1, of: first_width}}
    target: {kind: hermite, degree: 1}
    data: {samples: 9, datasets: 2, test: 64}
    prior: {readout_variance: [0.1, 1]}
    ridge: 0.5
    observe: [squared_overlap, target_kernel]
    sampler: {kind: hmc, chains: {cold: 1, planted: 2}, warmup: 20, draws: 40, thin: 1}
    """

  /// (2/π) asin(2 S/√((1 + 2S)(1 + 2S′))) of a matrix.
  private func arcsine(_ s: [[Double]]) -> [[Double]] {
    s.indices.map { i in
      s.indices.map { j in
        2 / .pi * asin(2 * s[i][j] / ((1 + 2 * s[i][i]) * (1 + 2 * s[j][j])).squareRoot())
      }
    }
  }

  @Test func amplification() async throws {
    let spec = try await StudySpec.of(Self.study)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/kernel-adaptation.h5")
      let archive = try Archive(reading: "\(folder)/kernel-adaptation.h5")
      _ = try Paper.figures.named("kernel-adaptation").writeTables(data: folder, to: folder)
      let sheet = try Sheet("\(folder)/kernel-adaptation.tsv")
      #expect(sheet.rows.count == 4)
      for row in 0..<4 {
        let width = 4 * (try sheet.value(row, "ratio"))
        let readout = try sheet.value(row, "readout_variance")
        let cells = archive.cells.indices.filter {
          Double(archive.cells[$0].firstWidth) == width
            && archive.cells[$0].readoutVariance == readout
        }
        #expect(cells.count == 2)
        var (first, second, alignment) = (0.0, 0.0, 0.0)
        for i in cells {
          let overlaps = archive.results[i].unit("first_overlap").map { Double($0) }
          first += 4 * overlaps.reduce(0) { $0 + $1 * $1 } / Double(overlaps.count) / 2
          let data = ProblemInstance(kind: .threeLayer, parameters: archive.cells[i])
            .trainingSet(kernels: .best)
          let x = (0..<9).map { row in (0..<4).map { Double(data.inputs[4 * row + $0]) } }
          let y = data.targets.map { Double($0) }
          let products = x.map { a in x.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / 4 } }
          let kernel = arcsine(products)
          var lazy = 0.0
          for a in 0..<9 { for b in 0..<9 { lazy += y[a] * kernel[a][b] * y[b] } }
          let draws = archive.results[i].observable("target_kernel")
          second += draws.reduce(0, +) / Double(draws.count) / lazy / 2
          let alignments = archive.results[i].alignment
          alignment += alignments.reduce(0, +) / Double(alignments.count) / 2
        }
        #expect(abs(try sheet.value(row, "first") - first) < 1e-4 * first)
        #expect(abs(try sheet.value(row, "second") - second) < 1e-4 * second)
        #expect(abs(try sheet.value(row, "alignment") - alignment) < 1e-4 * abs(alignment))
        // Features raise both kernels, more so where the readout is weak.
        for column in ["first_equations", "second_equations", "first_tree", "second_tree"] {
          #expect(try sheet.value(row, column) > 1)
        }
      }
      let linear = try Sheet("\(folder)/kernel-adaptation-linear.tsv")
      #expect(linear.rows.count == 16)
      for row in linear.rows.indices {
        let ratio = try linear.value(row, "equations") / linear.value(row, "exact")
        #expect(0.5 < ratio && ratio < 1.05, "row \(row): \(ratio)")
      }
    }
  }
}
