import Foundation
import Host

/// A study as its YAML file states it: one question, asked on a grid of cells.
package struct StudySpec: Sendable {
  /// The YAML file.
  package let file: String
  /// The file's text, as archived beside the arrays.
  package let text: String
  /// What the file asks for that no sampling can give, one line each.
  package let cautions: [String]
  /// Which of the file's two grids this is.
  package let grid: Grid
  package let question: String
  /// What is reproduced, "arXiv:2512.04165, Fig. 2c".
  package let source: String

  package let kind: NetworkKind
  /// The sizes that are keys of `network`, in the order of the kind.
  package let sizes: [Sizes]
  /// The networks of the grid: every combination of words and sizes, in the order of the cells.
  let networks: [Parameters]
  /// The words of each of the kind's choices.
  package let choices: [[String]]
  package let targets: Targets
  package let data: DataSource
  /// The values of each of the kind's variances.
  package let variances: [[Double]]
  /// Fresh samples on which alignments are estimated that have no closed form.
  package let testSamples: Int
  /// κ.
  package let ridges: [Double]
  /// How the cells are sampled: a grid axis of Langevin steps, or one.
  package let samplers: [SamplerSpec]
  /// What all of `samplers` have in common: chains, draws, what is kept.
  package var sampler: SamplerSpec { samplers[0] }

  /// The archived grid, or the small one that `make smoke` simulates.
  package enum Grid: String, Sendable {
    case full, smoke
  }

  package enum Targets: Sendable {
    /// m of He_m.
    case hermite([Int])
    case words([String])
  }

  /// Where training sets come from.
  package enum DataSource: Sendable {
    /// Drawn, x ~ N(0, I): P samples in each of a number of data sets.
    case drawn(samples: Sizes, datasets: Int)
    /// One given data set.
    case given(ExternalInputs)
  }
}

extension StudySpec {
  /// SHA-256 over the keys of the cells in order: what the study's arrays are determined by.
  package var key: String { Self.key(of: cells()) }

  /// SHA-256 over the keys of some cells in order.
  package static func key(of cells: [Cell]) -> String { key(ofCellKeys: cells.map(\.key)) }

  /// SHA-256 over keys of cells in order.
  package static func key(ofCellKeys keys: [String]) -> String {
    Digest.sha256(Data(keys.joined(separator: "\n").utf8))
  }
}
