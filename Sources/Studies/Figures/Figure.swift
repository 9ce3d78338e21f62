import Foundation
import HDF5
import Theory

/// A figure of the paper: the studies it needs and the tables it plots. Its looks are in
/// `figures/NAME.gp`.
public struct Figure: Sendable {
  public let name: String
  /// File names of the studies in the data folder, without extension.
  public let studies: [String]
  /// Studies whose points the figure shows where they exist; it can do without.
  var overlays: [String] = []
  /// The grid axes of the studies along which the figure can show more than one value, besides the data
  /// sets.
  let axes: Set<String>
  /// Tables from the archives of these studies, in their order.
  let tables: @Sendable ([Archive]) throws -> [Table]

  public static let all: [Figure] = [
    ldtDensity, sampleComplexity, specialists, langevinBias, ldt101, effectiveAction, propagation,
    phaseDiagram,
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
    let study = ((name as NSString).lastPathComponent as NSString).deletingPathExtension
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
    let sources = zip(studies, archives).map { (name: $0, key: $1.studyKey) }
    try makeFolder(folder)
    return try tables(archives).map { table in
      let path = "\(folder)/\(table.name).tsv"
      let bytes = Data(table.text(studies: sources).utf8)
      if FileManager.default.contents(atPath: path) != bytes {
        try writeAtomically(bytes, to: path)
      }
      return path
    }
  }
}

/// The cells of one point of the grid, over data sets.
struct Replicates {
  let parameters: Archive.Parameters
  let results: [CellResult]

  /// Posterior mean alignment of each data set.
  var alignments: [Double] {
    results.map { $0.alignment.reduce(0, +) / Double($0.alignment.count) }
  }
  var certified: Int { results.count { $0.isCertified } }

  /// Mean number of specialised neurons in all draws, of each data set.
  var specialists: [Double] {
    results.map { Double($0.specialists.reduce(0, +)) / Double($0.specialists.count) }
  }

  /// Mean number of neurons with |w·w*| beyond another threshold in the kept draws, of each data set.
  func specialists(beyond threshold: Double) -> [Double] {
    results.map { result in
      let beyond = result.overlap.count { Double(abs($0)) > threshold }
      return Double(beyond) / Double(result.overlap.count / parameters.width)
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
  /// Of each grid axis but the data sets, how many values it takes: sizes that go with the dimension, as
  /// N = d, count once.
  var axes: [(name: String, count: Int)] {
    func perDimension(_ size: (Parameters) -> Int) -> Int {
      Dictionary(grouping: cells, by: \.dimension).values.map { Set($0.map(size)).count }.max() ?? 0
    }
    return [
      ("dimension", Set(cells.map(\.dimension)).count), ("width", perDimension(\.width)),
      ("samples", perDimension(\.samples)), ("degree", Set(cells.map(\.degree)).count),
      ("ridge", Set(cells.map(\.ridge)).count),
      ("weight_variance", Set(cells.map(\.weightVariance)).count),
      ("readout_variance", Set(cells.map(\.readoutVariance)).count),
      ("langevin_step", Set(cells.map(\.langevinStep)).count),
    ]
  }

  /// The cells grouped by everything but the data set, in ascending dimension, width, samples and step,
  /// however the grid lists them.
  var replicates: [Replicates] {
    var order: [Parameters] = []
    var groups: [Parameters: [CellResult]] = [:]
    for (cell, result) in zip(cells, results) {
      let point = Parameters(
        dimension: cell.dimension, width: cell.width, samples: cell.samples, degree: cell.degree,
        ridge: cell.ridge, weightVariance: cell.weightVariance,
        readoutVariance: cell.readoutVariance, dataset: 0, langevinStep: cell.langevinStep,
        readoutIntegrated: cell.readoutIntegrated)
      if groups[point] == nil { order.append(point) }
      groups[point, default: []].append(result)
    }
    return order.map { Replicates(parameters: $0, results: groups[$0]!) }.sorted {
      let (a, b) = ($0.parameters, $1.parameters)
      return (a.dimension, a.width, a.samples, a.langevinStep)
        < (b.dimension, b.width, b.samples, b.langevinStep)
    }
  }
}
