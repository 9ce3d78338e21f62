import Foundation
import HDF5
import Theory

/// A figure of the paper: the studies it needs and the tables it plots. Its title and its
/// looks are in `figures/NAME.gp`.
public struct Figure: Sendable {
  public let name: String
  /// File names of the studies in the data folder, without extension.
  public let studies: [String]
  /// Studies whose points the figure shows where they exist; it can do without.
  var overlays: [String] = []
  /// The kinds of network that the studies may be of.
  public var networks = [NetworkKind.twoLayer.name]
  /// The grid axes of the studies along which the figure can show more than one value, besides the data
  /// sets.
  let axes: Set<String>
  /// Tables from the archives of these studies, in their order.
  let tables: @Sendable ([Archive]) throws -> [Table]

  public static let all: [Figure] = [
    ldtDensity, sampleComplexity, specialists, langevinBias, ldt101, effectiveAction, propagation,
    phaseDiagram, threeLayerCollapse, patternTransition, overlapDensities, attentionPrinted,
    attentionCollapse, attentionExponents, attentionPattern, cnnLearnability, cnnExponent,
    cnnAmplification, cnnHermite, cnnProportions,
  ]

  /// - Throws: `UserError` naming the figures that there are.
  public static func named(_ name: String) throws -> Figure {
    guard let figure = all.first(where: { $0.name == name }) else {
      throw UserError(
        "figure '\(name)': no such figure; expected one of \(all.map { $0.name }.joined(separator: ", "))"
      )
    }
    return figure
  }

  /// The figure of this name, or those of a study file, with the folder that the file is in.
  ///
  /// - Throws: `UserError` if there are none.
  public static func matching(_ name: String) throws -> (figures: [Figure], folder: String?) {
    guard name.hasSuffix(".yml") || name.hasSuffix(".h5") else { return ([try named(name)], nil) }
    let study = stem(of: name)
    let figures = all.filter { $0.studies.contains(study) }
    guard !figures.isEmpty else {
      throw UserError("\(name): no figure is made from study '\(study)'")
    }
    return (figures, parentFolder(of: name))
  }

  /// Computes the tables from the study files in `data` and writes them into `folder`, each file at
  /// once and only if its text changed.
  ///
  /// - Returns: the paths of the tables.
  public func writeTables(data: String, to folder: String) throws -> [String] {
    let studies =
      studies + overlays.filter { FileManager.default.fileExists(atPath: "\(data)/\($0).h5") }
    let archives = try studies.map { study in
      let archive = try Archive(reading: "\(data)/\(study).h5")
      guard networks.contains(archive.kind.name) else {
        throw UserError(
          "\(data)/\(study).h5: network '\(archive.kind.name)'; expected "
            + "\(networks.joined(separator: " or ")), for figure \(name)")
      }
      for (axis, count) in archive.axes where count > 1 && !axes.contains(axis) {
        throw UserError(
          "\(data)/\(study).h5: \(axis) takes \(count) values; expected one, for figure \(name)")
      }
      if !axes.contains("langevin_step"), archive.cells.contains(where: { $0.langevinStep > 0 }) {
        throw UserError(
          "\(data)/\(study).h5: got unadjusted Langevin dynamics; expected an exact sampler, for figure \(name)"
        )
      }
      return archive
    }
    let provenance = Provenance(
      figure: name,
      studies: zip(studies, archives).map {
        .init(name: $0, key: $1.studyKey, content: $1.contentDigest)
      })
    try makeFolder(folder)
    sweepDrafts(in: folder)
    return try tables(archives).map { table in
      let path = "\(folder)/\(table.name).tsv"
      let bytes = Data(table.text(provenance).utf8)
      if FileManager.default.contents(atPath: path) != bytes {
        try writeAtomically(bytes, to: path)
      }
      return path
    }
  }
}

/// The cells of one point of the grid, over data sets.
struct Replicates {
  let parameters: Parameters
  let results: [CellResult]

  /// Posterior mean alignment of each data set.
  var alignments: [Double] {
    results.map { $0.alignment.reduce(0, +) / Double($0.alignment.count) }
  }
  var certified: Int { results.count { $0.isCertified } }

  /// Posterior mean of an observable, of each data set.
  func means(_ name: String) -> [Double] {
    results.map { result in
      let values = result.observable(name)
      return values.reduce(0, +) / Double(values.count)
    }
  }

  /// Mean number of specialised neurons in all draws, of each data set.
  var specialists: [Double] { means("specialists") }

  /// Mean number of neurons with |w·w*| beyond another threshold in the kept draws, of each data set.
  func specialists(beyond threshold: Double) -> [Double] {
    results.map { result in
      let overlaps = result.unit("overlap")
      let beyond = overlaps.count { Double(abs($0)) > threshold }
      return Double(beyond) / Double(overlaps.count / parameters.width)
    }
  }
}

extension Replicates {
  /// Large deviations of this point's network.
  func largeDeviation(transverse: LargeDeviation.Transverse = .full) -> LargeDeviation {
    LargeDeviation(
      dimension: parameters.dimension, width: parameters.width, degree: parameters.degree,
      weightVariance: parameters.weightVariance, readoutVariance: parameters.readoutVariance,
      transverse: transverse)
  }
}

extension Archive {
  /// Of each grid axis but the data sets, how many values it takes: sizes that go with others, as N = d, count
  /// once.
  var axes: [(name: String, count: Int)] {
    func count(_ name: String, at others: [String]) -> Int {
      Dictionary(grouping: cells) { cell in others.map { cell[$0] } }.values
        .map { Set($0.map { $0[name] }).count }.max() ?? 0
    }
    var axes: [(name: String, count: Int)] = []
    var sizes: [String] = []
    for size in kind.givenSizes {
      axes.append((size.name, count(size.name, at: sizes)))
      sizes.append(size.name)
    }
    axes.append(("samples", count("samples", at: sizes)))
    let others = [kind.target.coordinate.name, "ridge", "langevin_step"]
    for name in others + (kind.variances + kind.choices.map(\.coordinate)).map(\.name) {
      axes.append((name, Set(cells.map { $0[name] }).count))
    }
    return axes
  }

  /// The cells grouped by everything but the data set, in ascending order of sizes, samples and the rest,
  /// however the grid lists them.
  var replicates: [Replicates] {
    var groups: [Parameters: [CellResult]] = [:]
    for (cell, result) in zip(cells, results) {
      var point = cell
      point["dataset"] = .integer(0)
      groups[point, default: []].append(result)
    }
    let names = kind.coordinates.map(\.name)
    return groups.map { Replicates(parameters: $0, results: $1) }.sorted { a, b in
      let pairs = names.map { (a.parameters[$0], b.parameters[$0]) }
      return pairs.first { $0 != $1 }.map { $0 < $1 } ?? false
    }
  }
}
