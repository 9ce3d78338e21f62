import Experiments
import HDF5
import Host
import Studies

/// What the root of a study file says of the file: one read of its attributes, none of its arrays.
package struct StudyHeader: Sendable {
  package let title, summary, source, license, references: String
  /// What its arrays are.
  package let layout: Layout
  /// SHA-256 over the cells' keys.
  package let studyKey: String
  /// SHA-256 over names, shapes and values of all arrays.
  package let contentDigest: String
  /// The study's YAML as it was simulated.
  package let specText: String
  /// Which of the spec's two grids was simulated.
  package let grid: String
  package let schemaVersion: Int
  /// `numericsVersion` of the simulation.
  package let numericsVersion: Int
  /// SHA-256 of the given inputs, if there were any.
  package let inputsDigest: String?
  /// Number of cells.
  package let cells: Int
}

extension StudyHeader {
  /// The attributes of the root, by name.
  enum Attribute: String, CaseIterable {
    case title, summary
    /// The experiment, where it is another than that of studies that name none.
    case experiment
    /// What it is done with.
    case network
    /// Names of further observables, where a study asked for some.
    case observe
    case license, references, source
    case studyKey = "study_key"
    case spec = "spec_yaml"
    case grid
    case inputs = "inputs_sha256"
    case schemaVersion = "schema_version"
    case numericsVersion = "numerics_version"
    case content = "content_sha256"
    /// Written last: a file that has it was finished.
    case complete

    /// Whether a file may be without it.
    var isOptional: Bool { [.inputs, .experiment, .observe].contains(self) }
  }

  /// Names of the attributes that a root lacks.
  package static func lacking(in root: borrowing Group) -> [String] {
    var names: [String] = []
    for attribute in Attribute.allCases
    where !attribute.isOptional && !root.hasAttribute(attribute.rawValue) {
      names.append(attribute.rawValue)
    }
    return names
  }

  /// Reads the header of a complete file whose bytes are those of its seal.
  ///
  /// - Throws: `HDF5Error` or `UserError` if it is missing, damaged, incomplete, or of another
  ///   schema.
  package init(reading path: String) throws {
    try checkSeal(of: path)
    try self.init(of: File(readingUntrusted: path).root(), path)
  }

  /// Reads the header of an open file.
  init(of root: borrowing Group, _ path: String) throws {
    try Self.requireComplete(root, path)
    layout = try Self.layout(of: root, path)
    title = try root.attribute(Attribute.title.rawValue)
    summary = try root.attribute(Attribute.summary.rawValue)
    license = try root.attribute(Attribute.license.rawValue)
    references = try root.attribute(Attribute.references.rawValue)
    source = try root.attribute(Attribute.source.rawValue)
    studyKey = try root.attribute(Attribute.studyKey.rawValue)
    specText = try root.attribute(Attribute.spec.rawValue)
    grid = try root.attribute(Attribute.grid.rawValue)
    inputsDigest = try Self.optional(.inputs, of: root)
    schemaVersion = try Self.integer(.schemaVersion, of: root, path)
    numericsVersion = try Self.integer(.numericsVersion, of: root, path)
    contentDigest = try root.attribute(Attribute.content.rawValue)
    guard let cells = try root.dataset("cell_key").shape.first else {
      throw damage(path, "the extents of cell_key")
    }
    self.cells = cells
  }

  /// - Throws: `UserError` if a file is incomplete or of another schema.
  package static func requireComplete(_ root: borrowing Group, _ path: String) throws {
    guard root.hasAttribute(Attribute.complete.rawValue),
      root.hasAttribute(Attribute.schemaVersion.rawValue)
    else {
      throw UserError(
        "\(path): not a complete study file; expected one written by cod simulate", exitCode: 1)
    }
    let version = try integer(.schemaVersion, of: root, path)
    guard version == Layout.version else {
      throw UserError(
        "\(path): schema_version \(version); expected \(Layout.version)", exitCode: 1)
    }
  }

  /// What the file's arrays are.
  ///
  /// - Throws: `UserError` if this version knows no such experiment, network or observables.
  package static func layout(of root: borrowing Group, _ path: String) throws -> Layout {
    let experiment = try optional(.experiment, of: root) ?? StudySpec.defaultExperiment
    let network: String = try root.attribute(Attribute.network.rawValue)
    let names = try optional(.observe, of: root)?.split(separator: " ").map(String.init) ?? []
    if let layout = Experiments.layout(of: experiment, model: network, observing: names) {
      return layout
    }
    guard let known = Experiments.named(experiment) else {
      throw UserError(
        "\(path): experiment '\(experiment)'; expected one of "
          + Experiments.all.map { $0.name }.joined(separator: ", "), exitCode: 1)
    }
    guard known.models.contains(network) else {
      throw UserError(
        "\(path): network '\(network)'; expected one of "
          + known.models.joined(separator: ", "), exitCode: 1)
    }
    throw UserError(
      "\(path): observables \(names.joined(separator: ", ")); expected those of \(network)",
      exitCode: 1)
  }

  /// The text of an attribute that a file may be without.
  private static func optional(
    _ attribute: Attribute, of root: borrowing Group
  ) throws -> String? {
    root.hasAttribute(attribute.rawValue) ? try root.attribute(attribute.rawValue) : nil
  }

  /// The one number of an attribute.
  private static func integer(
    _ attribute: Attribute, of root: borrowing Group, _ path: String
  ) throws -> Int {
    let values: [Int] = try root.attribute(attribute.rawValue)
    guard values.count == 1 else { throw damage(path, attribute.rawValue) }
    return values[0]
  }
}

/// The error about a file that is not what its parts say of it.
func damage(_ path: String, _ what: String) -> UserError {
  UserError("\(path): damaged: \(what); expected an intact study file", exitCode: 1)
}
