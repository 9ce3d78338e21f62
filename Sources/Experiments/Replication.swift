import Foundation
import Host
import Kernels
import Studies
import YAML

/// Cells of sampled studies once more, with other random numbers: what their error bars are
/// measured by.
package struct Replication: Experiment {
  /// The studies that cells are taken from.
  let studies: [Study]
  /// Of each study, at most so many cells.
  let count: Int
  /// Which other random numbers.
  let replication: Int
  package let layout: Layout

  /// A study that cells are taken from.
  struct Study: Sendable {
    /// The file's name without extension.
    let name: String
    let spec: StudySpec
    /// The chosen cells, in the order of the grid.
    let cells: [Cell]

    /// Chooses cells in an order that looks like chance and follows from their keys, so that more
    /// cells are those of fewer and others.
    init(_ name: String, _ spec: StudySpec, cells count: Int) {
      self.name = name
      self.spec = spec
      let cells = spec.cells()
      let places = cells.indices.map { index in
        (index: index, lot: Digest.sha256(Data("replicate \(cells[index].key)".utf8)))
      }
      self.cells = places.sorted { $0.lot < $1.lot }.prefix(count).map(\.index).sorted()
        .map { cells[$0] }
    }
  }
}

// MARK: - Keys

extension Replication {
  package static let name = "replication"
  package static let title = "Cells of other studies, sampled again"
  /// An experiment whose cells have draws, and what it is done with: "posterior two-layer".
  package static let models = Experiments.all.filter { $0 != Self.self }.flatMap { experiment in
    experiment.models.filter {
      experiment.layout(of: $0, observing: [])?.axes.contains { $0.name == "draw" } ?? false
    }.map { "\(experiment.name) \($0)" }
  }

  package static let keys = [
    Setting(
      "studies", "the name of a study in the same folder" + Setting.Words.axis,
      "studies with draws, all of one experiment and kind"),
    Setting(
      "cells", Setting.Words.count, "so many cells of each study, chosen at random, or all"),
    Setting(
      "replication", Setting.Words.count, standard: "1",
      "which other random numbers; data sets stay as they are"),
    Setting(
      "grid", Setting.Words.words(grids), standard: grids[0], "which grid of the studies' files"),
  ]

  package static let reference: [SpecReference.Section] = []
  private static let grids = [StudySpec.Grid.full, .smoke].map(\.rawValue)

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    let words = model.split(separator: " ", maxSplits: 1).map(String.init)
    guard models.contains(model) else { return nil }
    return Experiments.layout(of: words[0], model: words[1], observing: names)
      .map { .replication(of: $0) }
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    let node = try root.required("studies", in: top)
    let grid = StudySpec.Grid(rawValue: try top["grid"]?.word(Self.grids) ?? Self.grids[0])!
    let count = try root.required("cells", in: top).integer()
    studies = try node.axis { try $0.text() }.map { name in
      let file = "\(parentFolder(of: root.file))/\(name).yml"
      guard FileManager.default.fileExists(atPath: file) else {
        throw node.error(expected: "names of studies, but \(file) is missing")
      }
      // Told apart before it is read: it might name this one.
      let word = try YAMLNode.read(file).root.member("experiment")?.text()
      guard word != Self.name else {
        throw node.error(expected: "studies whose cells have draws, but \(file) is of \(Self.name)")
      }
      let spec = try StudySpec(reading: file, grid: grid)
      guard Self.models.contains(Self.model(of: spec.layout)) else {
        throw node.error(
          expected: "studies whose cells have draws, but \(file) is of \(spec.layout.experiment)")
      }
      return Study(name, spec, cells: count)
    }
    let layouts = studies.map(\.spec.layout)
    guard
      layouts.allSatisfy({
        Self.model(of: $0) == Self.model(of: layouts[0]) && $0.observed == layouts[0].observed
      })
    else {
      throw node.error(expected: "studies of one experiment, kind and list of observables")
    }
    self.count = count
    replication = try top["replication"]?.integer() ?? 1
    layout = .replication(of: layouts[0])
  }

  static func model(of layout: Layout) -> String { "\(layout.experiment) \(layout.model)" }

  package func cells() -> [Cell] {
    studies.flatMap { study in
      study.cells.map {
        Cell(ReplicationTask(of: $0, study: study.name, replication: replication, layout))
      }
    }
  }

  package var settings: [(name: String, values: [String])] {
    [
      ("studies", studies.map(\.name)), ("cells", ["\(count)"]),
      ("replication", ["\(replication)"]),
    ]
      + studies.map { ("\($0.name), key", [StudySpec.key(of: $0.cells)]) }
  }

  /// SHA-256 over the keys of the chosen cells: the studies' files are not in this one's.
  package var inputsDigest: String? { StudySpec.key(of: studies.flatMap(\.cells)) }

  package var cautions: [String] { studies.flatMap(\.spec.experiment.cautions) }

  package func rehearse(_ missing: [Cell], of file: String, kernels: KernelSet) throws {
    let keys = Set(missing.compactMap(\.originalKey))
    for study in studies {
      try study.spec.experiment.rehearse(
        study.cells.filter { keys.contains($0.key) }, of: study.spec.file, kernels: kernels)
    }
  }
}
