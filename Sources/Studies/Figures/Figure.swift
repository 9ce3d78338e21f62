import Foundation
import HDF5

/// A figure of the paper: the studies it needs and the tables it plots. Its looks are in
/// `figures/NAME.gp`.
public struct Figure: Sendable {
  public let name: String
  /// File names of the studies in the data folder, without extension.
  public let studies: [String]
  /// Tables from the archives of these studies, in their order.
  let tables: @Sendable ([Archive]) throws -> [Table]

  public static let all: [Figure] = [ldtDensity, sampleComplexity, specialists]

  /// - Throws: `UserError` naming the figures that there are.
  public static func named(_ name: String) throws -> Figure {
    guard let figure = all.first(where: { $0.name == name }) else {
      throw UserError(
        "figure '\(name)': no such figure; expected one of \(all.map { $0.name }.joined(separator: ", "))"
      )
    }
    return figure
  }

  /// The figure of this name, or those of the study of this file name.
  ///
  /// - Throws: `UserError` if there are none.
  public static func matching(_ name: String) throws -> [Figure] {
    guard name.hasSuffix(".yml") || name.hasSuffix(".h5") else { return [try named(name)] }
    let study = ((name as NSString).lastPathComponent as NSString).deletingPathExtension
    let figures = all.filter { $0.studies.contains(study) }
    guard !figures.isEmpty else {
      throw UserError("\(name): no figure is made from study '\(study)'")
    }
    return figures
  }

  /// Computes the tables from the study files in `data` and writes them into `folder`, each file at
  /// once and only if its text changed.
  ///
  /// - Returns: the paths of the tables.
  public func writeTables(data: String, to folder: String) throws -> [String] {
    let archives = try studies.map { try Archive(reading: "\(data)/\($0).h5") }
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

  /// Mean number of neurons with |w·w*| beyond a threshold in the kept draws, of each data set.
  func specialists(beyond threshold: Double) -> [Double] {
    results.map { result in
      let beyond = result.overlap.count { Double(abs($0)) > threshold }
      return Double(beyond) / Double(result.overlap.count / parameters.width)
    }
  }
}

extension Archive {
  /// The cells grouped by everything but the data set, in grid order.
  var replicates: [Replicates] {
    var order: [Parameters] = []
    var groups: [Parameters: [CellResult]] = [:]
    for (cell, result) in zip(cells, results) {
      let point = Parameters(
        dimension: cell.dimension, width: cell.width, samples: cell.samples, degree: cell.degree,
        ridge: cell.ridge, weightVariance: cell.weightVariance,
        readoutVariance: cell.readoutVariance, dataset: 0)
      if groups[point] == nil { order.append(point) }
      groups[point, default: []].append(result)
    }
    return order.map { Replicates(parameters: $0, results: groups[$0]!) }
  }
}
