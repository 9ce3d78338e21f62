import Crypto
import Foundation
import HDF5
import Networks

/// A study file: the cells' parameters and every draw's observables, in HDF5. A single finished cell is
/// kept in the same form.
public struct Archive: Sendable {
  /// SHA-256 over the cells' keys.
  public let studyKey: String
  let title: String
  /// The study's YAML as it was simulated.
  public let specText: String
  /// SHA-256 over names, shapes and values of all arrays.
  public let contentDigest: String
  /// Which of the spec's two grids.
  let grid: String
  /// `numericsVersion` of the simulation.
  let numericsVersion: Int
  /// SHA-256 of the given inputs, if there were any.
  let inputsDigest: String?
  let kind: NetworkKind
  /// Keys of the cells, in order.
  public let keys: [String]
  public let cells: [Parameters]
  /// The start of each chain.
  public let starts: [SamplerSpec.Start]
  public let results: [CellResult]
}

// MARK: - Writing

extension Archive {
  /// What a file says about itself besides its arrays.
  struct Description {
    let title: String
    let source: String
    let spec: String
    let grid: StudySpec.Grid
  }

  /// Whether a study may be written to `path`: nothing is there, or HDF5, whole or damaged, or nothing
  /// in it.
  static func mayReplace(_ path: String) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else {
      return true
    }
    return bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
  }

  /// Writes the file of the given cells, all at once.
  ///
  /// - Throws: `HDF5Error` with the system's reason; whatever stood at `path` is then untouched.
  static func write(
    _ cells: [(cell: Cell, result: CellResult)], description: Description, to path: String
  ) throws {
    try writeAtomically(sealed(file(cells, description: description).image()), to: path)
  }

  /// The file of the given cells, complete.
  private static func file(
    _ cells: [(cell: Cell, result: CellResult)], description: Description
  ) throws -> File {
    let file = try File()
    let root = try file.root()
    let sampler = cells[0].cell.sampler
    let kind = cells[0].cell.kind
    var extents: [Schema.Axis: Int] = [
      .cell: cells.count, .chain: sampler.starts.count, .draw: sampler.draws,
      .keptDraw: sampler.kept,
    ]
    for unit in kind.units {
      extents[.unit(unit.axis)] = cells.map { $0.cell.parameters.integer(unit.size) }.max()!
    }
    var digest = SHA256()

    for (name, text) in [
      ("title", description.title),
      (
        "summary",
        "Posterior samples of finite \(kind.plural), one row a cell of the study's grid"
      ), ("network", kind.name),
      ("license", Provenance.license), ("references", Provenance.references),
      ("source", description.source),
      ("study_key", StudySpec.key(of: cells.map(\.cell))), ("spec_yaml", description.spec),
      ("grid", description.grid.rawValue),
    ] { try root.setAttribute(name, text) }
    if let inputs = cells[0].cell.inputs { try root.setAttribute("inputs_sha256", inputs.digest) }
    try root.setAttribute("schema_version", Schema.version)
    try root.setAttribute("numerics_version", Studies.numericsVersion)

    for axis in Schema.Axis.all(of: kind) {
      let step = axis == .keptDraw ? sampler.thin : 1
      let index = (0..<extents[axis]!).map { $0 * step }
      let scale = try root.write(index, shape: [index.count], to: axis.name)
      try describe(scale, axis.name.replacing("_", with: " "), axis.description)
      try scale.makeScale(axis.name)
      digest.update(axis.name, [index.count], index)
    }
    try put(
      cells.map(\.cell.key), "cell_key", [.cell], "identity of the cell",
      "SHA-256 over every parameter and the numerics version")
    try put(
      sampler.starts.map(\.rawValue), "start", [.chain], "where each chain begins",
      "cold: at a draw from the prior; \(kind.planted)")
    for coordinate in kind.coordinates {
      let (name, longName, text) = (
        coordinate.name, coordinate.longName, coordinate.description
      )
      let parameters = cells.map(\.cell.parameters)
      switch kind.type(of: coordinate) {
      case .integer:
        try put(parameters.map { $0.integer(name) }, name, [.cell], longName, text)
      case .real: try put(parameters.map { $0.real(name) }, name, [.cell], longName, text)
      case .word: try put(parameters.map { $0.word(name) }, name, [.cell], longName, text)
      }
    }
    for observable in Schema.observables(of: kind) {
      switch observable.storage {
      case .double(let path): try put(cells.flatMap { $0.result[keyPath: path] }, observable)
      case .float(let path): try put(cells.flatMap { $0.result[keyPath: path] }, observable)
      case .integer(let path): try put(cells.flatMap { $0.result[keyPath: path] }, observable)
      case .observable(isInteger: true):
        try put(
          cells.flatMap { $0.result.observable(observable.name).map { Int($0) } }, observable)
      case .observable(isInteger: false):
        try put(
          cells.flatMap { $0.result.observable(observable.name).map { Float($0) } }, observable)
      case .unit: try put(padded(kind.units.first { $0.name == observable.name }!), observable)
      }
    }
    let diagnostics = cells.map(\.result.alignmentDiagnostics)
    try put(
      diagnostics.map(\.rHat), "alignment_rhat", [.cell], "split-R-hat of the alignment",
      "rank-normalised, over all chains, cold and planted (Vehtari et al. 2021)")
    for name in kind.certifying {
      try put(
        cells.map { $0.result.agreement(on: name) }, "\(name)_rhat", [.cell],
        "split-R-hat of \(name)", "rank-normalised, over all chains, cold and planted")
    }
    try put(
      diagnostics.map(\.bulkESS), "alignment_ess", [.cell],
      "bulk effective sample size of the alignment", "over all chains (Vehtari et al. 2021)")
    try put(
      diagnostics.map(\.tailESS), "alignment_tail_ess", [.cell],
      "tail effective sample size of the alignment",
      "the smaller of those of the 5 % and 95 % quantiles (Vehtari et al. 2021)")
    try put(
      cells.map { $0.result.isCertified ? 1 : 0 }, "certified", [.cell], "certified equilibrium",
      "1 where chains are Metropolis-adjusted, cold and planted ones all moved, alignment_ess > 100 and "
        + (["alignment"] + kind.certifying).map { "\($0)_rhat < 1.05" }.joined(separator: " and ")
        + ", else 0")
    try root.setAttribute("content_sha256", digest.finalize().hexadecimal)
    try root.setAttribute("complete", 1)
    return file

    /// An observable of the neurons of all cells, padded to the widest.
    func padded(_ unit: NetworkKind.Unit) -> [Float] {
      let widest = extents[.unit(unit.axis)]!
      var all: [Float] = []
      for (cell, result) in cells {
        let (width, values) = (cell.parameters.integer(unit.size), result.unit(unit.name))
        for row in stride(from: 0, to: values.count, by: width) {
          all += values[row..<(row + width)]
          all += Array(repeating: Float.nan, count: widest - width)
        }
      }
      return all
    }

    func put<T: Scalar>(_ values: [T], _ observable: Schema.Observable) throws {
      let dataset = try put(
        values, observable.name, observable.axes, observable.longName, observable.description)
      // By the CF conventions, so that xarray labels cells by their parameters.
      let coordinates =
        kind.coordinates.map(\.name) + (observable.axes.contains(.chain) ? ["start"] : [])
      try dataset.setAttribute("coordinates", coordinates.joined(separator: " "))
    }

    @discardableResult
    func put<T: Scalar>(
      _ values: [T], _ name: String, _ axes: [Schema.Axis], _ longName: String,
      _ description: String
    ) throws -> Dataset {
      let shape = axes.map { extents[$0]! }
      let dataset = try root.write(values, shape: shape, to: name)
      try describe(dataset, longName, description)
      try dataset.attach(scales: axes.map(\.name), of: root)
      digest.update(name, shape, values)
      return dataset
    }

    func put(
      _ strings: [String], _ name: String, _ axes: [Schema.Axis], _ longName: String,
      _ description: String
    ) throws {
      let dataset = try root.write(strings, to: name)
      try describe(dataset, longName, description)
      try dataset.attach(scales: axes.map(\.name), of: root)
      digest.update(name, [strings.count], strings.flatMap { $0.utf8.map(Int.init) })
    }

    func describe(_ dataset: borrowing Dataset, _ longName: String, _ description: String) throws {
      try dataset.setAttribute("units", "1")
      try dataset.setAttribute("long_name", longName)
      try dataset.setAttribute("description", description)
    }
  }
}

extension SHA256 {
  /// Takes in an array's name, shape and little-endian values.
  fileprivate mutating func update<T: Scalar>(_ name: String, _ shape: [Int], _ values: [T]) {
    update(data: Data("\(name) \(shape)\n".utf8))
    // Every supported processor is little-endian, as the file is.
    values.withUnsafeBytes { update(bufferPointer: $0) }
  }
}

// MARK: - Reading

extension Archive {
  /// Reads a study file whole, and checks it against its own digest.
  ///
  /// - Throws: `HDF5Error` or `UserError` if it is missing, damaged, incomplete, or of another schema.
  public init(reading path: String) throws {
    try checkSeal(of: path)
    let file = try File(readingUntrusted: path)
    let root = try file.root()
    try Self.requireComplete(root, path)
    let kindName: String = try root.attribute("network")
    guard let kind = NetworkKind.named(kindName) else {
      throw UserError(
        "\(path): network '\(kindName)'; expected one of "
          + NetworkKind.all.map(\.name).joined(separator: ", "), exitCode: 1)
    }
    self.kind = kind
    studyKey = try root.attribute("study_key")
    title = try root.attribute("title")
    specText = try root.attribute("spec_yaml")
    contentDigest = try root.attribute("content_sha256")
    grid = try root.attribute("grid")
    numericsVersion = try Self.integer("numerics_version", of: root, path)
    inputsDigest =
      root.hasAttribute("inputs_sha256") ? try root.attribute("inputs_sha256") : nil
    keys = try root.dataset("cell_key").readStrings()
    let startNames = try root.dataset("start").readStrings()
    starts = startNames.compactMap(SamplerSpec.Start.init(rawValue:))
    guard !keys.isEmpty, Set(keys).count == keys.count, !starts.isEmpty,
      starts.count == startNames.count
    else {
      throw Self.damage(path, "its cells and chains")
    }
    guard studyKey == StudySpec.key(ofCellKeys: keys) else {
      throw Self.damage(path, "study_key is not that of its cells")
    }

    var digest = SHA256()
    // The digest is known at the end alone: extents are checked before anything rests on them.
    var extents: [Schema.Axis: Int] = [.cell: keys.count, .chain: starts.count]
    func read<T: Scalar>(_ name: String, _ axes: [Schema.Axis] = [.cell], as _: T.Type = T.self)
      throws -> (values: [T], shape: [Int])
    {
      let dataset = try root.dataset(name)
      let shape = try dataset.shape
      guard shape == axes.map({ extents[$0]! }) else {
        throw Self.damage(path, "the extents of \(name)")
      }
      let values: [T] = try dataset.read()
      digest.update(name, shape, values)
      return (values, shape)
    }
    for axis in Schema.Axis.all(of: kind) {
      let shape = try root.dataset(axis.name).shape
      if shape.count == 1, shape[0] > 0, extents[axis] == nil { extents[axis] = shape[0] }
      guard shape == [extents[axis] ?? 0] else {
        throw Self.damage(path, "the extents of \(axis.name)")
      }
      _ = try read(axis.name, [axis], as: Int.self)
    }
    for (name, strings) in [("cell_key", keys), ("start", startNames)] {
      digest.update(name, [strings.count], strings.flatMap { $0.utf8.map(Int.init) })
    }
    var parameters = [Parameters](repeating: Parameters(), count: keys.count)
    func set<T>(_ name: String, _ values: [T], _ value: (T) -> Parameters.Value) {
      for i in parameters.indices { parameters[i][name] = value(values[i]) }
    }
    for coordinate in kind.coordinates {
      let name = coordinate.name
      switch kind.type(of: coordinate) {
      case .integer: set(name, try read(name).values) { .integer($0) }
      case .real: set(name, try read(name).values) { .real($0) }
      case .word:
        let words = try root.dataset(name).readStrings()
        guard words.count == keys.count else { throw Self.damage(path, "the extents of \(name)") }
        digest.update(name, [words.count], words.flatMap { $0.utf8.map(Int.init) })
        set(name, words) { .word($0) }
      }
    }
    cells = parameters
    for unit in kind.units {
      let sizes = parameters.map { $0.integer(unit.size) }
      guard sizes.min()! > 0, sizes.max()! == extents[.unit(unit.axis)]! else {
        throw Self.damage(path, "\(unit.size), which is not the extent of \(unit.axis)")
      }
    }

    var sampled = [CellResult](repeating: CellResult(), count: keys.count)
    let count = keys.count
    for observable in Schema.observables(of: kind) {
      /// Each cell's share of an array.
      func distribute<T: Scalar>(_ body: (Int, [T]) -> Void) throws {
        let (values, shape) = try read(observable.name, observable.axes, as: T.self)
        let size = shape.dropFirst().reduce(1, *)
        for i in 0..<count { body(i, Array(values[(i * size)..<((i + 1) * size)])) }
      }
      switch observable.storage {
      case .double(let path): try distribute { sampled[$0][keyPath: path] = $1 }
      case .float(let path): try distribute { sampled[$0][keyPath: path] = $1 }
      case .integer(let path): try distribute { sampled[$0][keyPath: path] = $1 }
      case .observable(isInteger: true):
        try distribute { (i, values: [Int]) in
          sampled[i].observables[observable.name] = .init(wrappedValue: values.map { Double($0) })
        }
      case .observable(isInteger: false):
        try distribute { (i, values: [Float]) in
          sampled[i].observables[observable.name] = .init(wrappedValue: values.map { Double($0) })
        }
      case .unit:
        let unit = kind.units.first { $0.name == observable.name }!
        let widest = parameters.map { $0.integer(unit.size) }.max() ?? 0
        try distribute { (i, values: [Float]) in
          let width = parameters[i].integer(unit.size)
          let own =
            width == widest
            ? values
            : values.indices.filter { !Schema.isFilling($0, width: width, widest: widest) }
              .map { values[$0] }
          sampled[i].units[unit.name] = .init(wrappedValue: own)
        }
      }
    }
    for i in sampled.indices {
      sampled[i].starts = starts
      sampled[i].isUnadjusted = parameters[i].langevinStep > 0
      sampled[i].certifying = kind.certifying
    }
    results = sampled
    let certifying = kind.certifying.map { "\($0)_rhat" }
    for name in ["alignment_rhat"] + certifying + ["alignment_ess", "alignment_tail_ess"] {
      _ = try read(name, as: Double.self)
    }
    _ = try read("certified", as: Int.self)
    guard digest.finalize().hexadecimal == contentDigest else {
      throw UserError(
        "\(path): damaged: its arrays do not match content_sha256; expected an intact study file",
        exitCode: 1)
    }
  }

  /// The study key of a complete file, without reading its arrays.
  static func studyKey(of path: String) throws -> String { try identity(of: path).studyKey }

  /// What a complete file says it is, without reading its arrays.
  static func identity(
    of path: String
  ) throws -> (studyKey: String, content: String, cells: Int) {
    try checkSeal(of: path)
    let file = try File(readingUntrusted: path)
    let root = try file.root()
    try requireComplete(root, path)
    guard let cells = try root.dataset("cell_key").shape.first else {
      throw damage(path, "the extents of cell_key")
    }
    return (try root.attribute("study_key"), try root.attribute("content_sha256"), cells)
  }

  static func requireComplete(_ root: borrowing Group, _ path: String) throws {
    guard root.hasAttribute("complete"), root.hasAttribute("schema_version") else {
      throw UserError(
        "\(path): not a complete study file; expected one written by cod simulate", exitCode: 1)
    }
    let version = try integer("schema_version", of: root, path)
    guard version == Schema.version else {
      throw UserError(
        "\(path): schema_version \(version); expected \(Schema.version)", exitCode: 1)
    }
  }

  /// The one number of an attribute.
  private static func integer(
    _ name: String, of root: borrowing Group, _ path: String
  ) throws -> Int {
    let values: [Int] = try root.attribute(name)
    guard values.count == 1 else { throw damage(path, name) }
    return values[0]
  }

  private static func damage(_ path: String, _ what: String) -> UserError {
    UserError("\(path): damaged: \(what); expected an intact study file", exitCode: 1)
  }
}
