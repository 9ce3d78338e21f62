import Archives
import Foundation
import Host
import Studies

/// A figure of the paper: the studies it needs and the tables it plots. Its title and its
/// looks are in `figures/NAME.gp`.
package struct Figure: Sendable {
  package let name: String
  /// File names of the studies in the data folder, without extension.
  package let studies: [String]
  /// Studies whose points the figure shows where they exist; it can do without.
  package let overlays: [String]
  /// The kinds of network that the studies may be of.
  package let networks: [String]
  /// The grid axes of the studies along which the figure can show more than one value, besides the data
  /// sets.
  package let axes: Set<String>
  /// Tables from the archives of these studies, in their order.
  let tables: @Sendable ([Archive]) throws -> [Table]

  package init(
    name: String, studies: [String], overlays: [String] = [],
    networks: [String] = [NetworkKind.twoLayer.name], axes: Set<String>,
    tables: @escaping @Sendable ([Archive]) throws -> [Table]
  ) {
    self.name = name
    self.studies = studies
    self.overlays = overlays
    self.networks = networks
    self.axes = axes
    self.tables = tables
  }

  /// Computes the tables from the study files in `data` and writes them into `folder`, each file at
  /// once and only if its text changed.
  ///
  /// - Returns: the paths of the tables.
  package func writeTables(data: String, to folder: String) throws -> [String] {
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
      let bytes = Data(table.text(head: provenance.lines).utf8)
      if FileManager.default.contents(atPath: path) != bytes {
        try writeAtomically(bytes, to: path)
      }
      return path
    }
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
}
