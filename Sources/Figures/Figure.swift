import Archives
import Experiments
import Foundation
import Host
import Studies

/// A figure of the paper: the studies it needs and the tables it plots. Its title and its caption
/// are in `figures/NAME.md`, its looks in `figures/NAME.gp`.
package struct Figure: Sendable {
  package let name: String
  /// File names of the studies in the data folder, without extension.
  package let studies: [String]
  /// Studies whose points the figure shows where they exist; it can do without.
  package let overlays: [String]
  /// The experiments that the studies may be of, by name.
  package let experiments: [String]
  /// The kinds of network, or other models of the experiment, that the studies may be of.
  package let networks: [String]
  /// The grid axes of the studies along which the figure can show more than one value, besides the
  /// data sets; `nil` if it shows any.
  package let axes: Set<String>?
  /// Names of its tables: NAME, which every figure has, NAME-numbers, which are quoted, and those
  /// that are declared by what follows NAME.
  package let tables: [String]
  private let making: Making

  /// How the tables are made.
  private enum Making: Sendable {
    /// From the archives of the studies, in their order.
    case studies(@Sendable ([Archive]) throws -> [Table])
    /// From claims, and from the tables of other figures.
    case claims(
      files: @Sendable (ClaimFiles) throws -> [String],
      tables: @Sendable (ClaimFiles) throws -> [Table])
  }

  package init(
    name: String, studies: [String], overlays: [String] = [],
    experiments: [String] = [StudySpec.defaultExperiment],
    networks: [String] = [NetworkKind.twoLayer.name], axes: Set<String>?, tables: [String] = [],
    _ makeTables: @escaping @Sendable ([Archive]) throws -> [Table]
  ) {
    self.name = name
    self.studies = studies
    self.overlays = overlays
    self.experiments = experiments
    self.networks = networks
    self.axes = axes
    self.tables = (["", "-numbers"] + tables).map { name + $0 }
    making = .studies(makeTables)
  }

  /// A figure of what claims come to. It shows no study itself.
  ///
  /// - Parameters:
  ///   - files: the paths of the files that the tables are made from, quickly found.
  ///   - makeTables: the tables.
  package init(
    name: String, tables: [String] = [],
    files: @escaping @Sendable (ClaimFiles) throws -> [String],
    _ makeTables: @escaping @Sendable (ClaimFiles) throws -> [Table]
  ) {
    self.name = name
    studies = []
    overlays = []
    experiments = []
    networks = []
    axes = nil
    self.tables = (["", "-numbers"] + tables).map { name + $0 }
    making = .claims(files: files, tables: makeTables)
  }

  /// File names of its tables.
  package var tableFiles: [String] { tables.map { "\($0).tsv" } }

  /// Whether its tables are made from those of other figures, which come first.
  package var isOfClaims: Bool { if case .claims = making { true } else { false } }

  /// The files beside studies that its tables are made from, as they now stand.
  ///
  /// - Throws: `UserError` if claims cannot be read.
  package func sources(_ claims: ClaimFiles) throws -> [Provenance.File] {
    guard case .claims(let files, _) = making else { return [] }
    return try files(claims).compactMap { path in
      Digest.sha256(ofFile: path).map {
        Provenance.File(
          role: .source, name: (path as NSString).lastPathComponent, digest: $0)
      }
    }
  }
}

// MARK: - Tables

extension Figure {
  /// Computes the tables from the study files in `data` and writes them into `folder`, each file at
  /// once and only if its text changed.
  ///
  /// - Returns: the paths of the tables.
  @discardableResult
  package func writeTables(data: String, to folder: String) throws -> [String] {
    try writeTables(of: StudyFolder(data), to: folder).map(\.path)
  }

  /// The same, of studies that other figures need as well.
  ///
  /// - Parameter claims: the file of claims, for figures of what they come to; by default that in
  ///   the folder of the studies.
  /// - Returns: the paths of the tables, and of each whether its text changed.
  @discardableResult
  package func writeTables(
    of studies: StudyFolder, to folder: String, claims: String? = nil
  ) throws -> [(path: String, isChanged: Bool)] {
    let claims = ClaimFiles(claims: claims ?? "\(studies.path)/claims.yml", tables: folder)
    let shown = shown(of: studies)
    let archives = try shown.map { try accepted(studies.archive($0), "\(studies.path)/\($0).h5") }
    let provenance = Provenance(
      figure: name,
      studies: zip(shown, archives).map {
        .init(name: $0, key: $1.studyKey, content: $1.contentDigest)
      }, files: try sources(claims))
    let tables =
      switch making {
      case .studies(let make): try make(archives)
      case .claims(_, let make): try make(claims)
      }
    guard tables.map(\.name).sorted() == self.tables.sorted() else {
      throw UserError(
        "figure \(name): made the tables \(tables.map(\.name).joined(separator: ", ")); "
          + "expected those that it declares, \(self.tables.joined(separator: ", "))", exitCode: 1)
    }
    try makeFolder(folder)
    sweepDrafts(in: folder)
    return try tables.map { table in
      let path = "\(folder)/\(table.name).tsv"
      let bytes = Data(table.text(head: provenance.lines).utf8)
      guard contents(of: path) != bytes else { return (path, false) }
      try writeAtomically(bytes, to: path)
      return (path, true)
    }
  }

  /// The studies that it shows: its own, and those overlays that there are.
  func shown(of folder: StudyFolder) -> [String] { studies + overlays.filter(folder.contains) }

  /// An archive that the figure can show.
  ///
  /// - Throws: `UserError` if it is of another kind, or varies along another axis.
  private func accepted(_ archive: Archive, _ file: String) throws -> Archive {
    guard experiments.contains(archive.layout.experiment) else {
      throw UserError(
        "\(file): experiment '\(archive.layout.experiment)'; expected "
          + "\(experiments.joined(separator: " or ")), for figure \(name)")
    }
    guard networks.contains(archive.layout.model) else {
      throw UserError(
        "\(file): network '\(archive.layout.model)'; expected "
          + "\(networks.joined(separator: " or ")), for figure \(name)")
    }
    guard let axes else { return archive }
    for (axis, count) in archive.axes where count > 1 && !axes.contains(axis) {
      throw UserError("\(file): \(axis) takes \(count) values; expected one, for figure \(name)")
    }
    let step = Parameters.Name.langevinStep
    if !axes.contains(step), archive.cells.contains(where: { $0.has(step) && $0.real(step) > 0 }) {
      throw UserError(
        "\(file): got unadjusted Langevin dynamics; expected an exact sampler, for figure \(name)")
    }
    return archive
  }
}

extension Archive {
  /// The number of values of each grid axis but repetitions: sizes that go with others, as N = d,
  /// count once, and so do constants that go with sizes.
  var axes: [(name: String, count: Int)] {
    func count(_ name: String, at others: [String]) -> Int {
      Dictionary(grouping: cells) { cell in others.map { cell[$0] } }.values
        .map { Set($0.map { $0[name] }).count }.max() ?? 0
    }
    var axes: [(name: String, count: Int)] = []
    var sizes: [String] = []
    for coordinate in layout.coordinates {
      switch coordinate.role {
      case .size:
        axes.append((coordinate.name, count(coordinate.name, at: sizes)))
        sizes.append(coordinate.name)
      case .axis:
        axes.append((coordinate.name, count(coordinate.name, at: sizes)))
      case .replicate, .fixed, .method: break
      }
    }
    return axes
  }
}
