import Foundation
import Host

/// A study as its YAML file states it: one question, asked on a grid of cells.
package struct StudySpec: Sendable {
  /// The YAML file.
  package let file: String
  /// The file's text, as archived beside the arrays.
  package let text: String
  /// Which of the file's two grids this is.
  package let grid: Grid
  package let question: String
  /// What is reproduced, "arXiv:2512.04165, Fig. 2c".
  package let source: String
  /// What is done in each cell, and on which grid.
  package let experiment: any Experiment

  /// The archived grid, or the small one that `make smoke` simulates.
  package enum Grid: String, Sendable {
    case full, smoke
  }

  package init(
    file: String, text: String, grid: Grid, question: String, source: String,
    experiment: any Experiment
  ) {
    self.file = file
    self.text = text
    self.grid = grid
    self.question = question
    self.source = source
    self.experiment = experiment
  }
}

extension StudySpec {
  package var layout: Layout { experiment.layout }

  /// The grid's cells, in order.
  package func cells() -> [Cell] { experiment.cells() }

  /// SHA-256 over the keys of the cells in order: what the study's arrays are determined by.
  package var key: String { Self.key(of: cells()) }

  /// SHA-256 over the keys of some cells in order.
  package static func key(of cells: [Cell]) -> String { key(ofCellKeys: cells.map(\.key)) }

  /// SHA-256 over keys of cells in order.
  package static func key(ofCellKeys keys: [String]) -> String {
    Digest.sha256(Data(keys.joined(separator: "\n").utf8))
  }
}
