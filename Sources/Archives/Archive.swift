import Foundation
import HDF5
import Host
import Studies

/// A study file: the cells' parameters and every draw's observables, in HDF5.
package struct Archive: Sendable {
  /// The path of the file, as it was named when it was read.
  package let file: String
  /// The study's name: that of the file.
  package var name: String { stem(of: file) }
  /// SHA-256 over the cells' keys.
  package let studyKey: String
  package let title: String
  /// The study's YAML as it was simulated.
  package let specText: String
  /// SHA-256 over names, shapes and values of all arrays.
  package let contentDigest: String
  /// Which of the spec's two grids.
  package let grid: String
  /// `numericsVersion` of the simulation.
  package let numericsVersion: Int
  /// SHA-256 of the given inputs, if there were any.
  package let inputsDigest: String?
  package let kind: NetworkKind
  /// Keys of the cells, in order.
  package let keys: [String]
  package let cells: [Parameters]
  /// The start of each chain.
  package let starts: [SamplerSpec.Start]
  package let results: [CellResult]
}

// MARK: - Writing

extension Archive {
  /// What a file says about itself besides its arrays.
  package struct Description {
    package let title: String
    package let source: String
    package let spec: String
    package let grid: StudySpec.Grid

    package init(title: String, source: String, spec: String, grid: StudySpec.Grid) {
      self.title = title
      self.source = source
      self.spec = spec
      self.grid = grid
    }
  }

  /// Whether a study may be written to `path`: nothing is there, or HDF5, whole or damaged, or nothing
  /// in it.
  package static func mayReplace(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return true }
    defer { try? handle.close() }
    guard let head = try? handle.read(upToCount: 4), !head.isEmpty else { return true }
    return head.elementsEqual([0x89, 0x48, 0x44, 0x46])
  }

  /// Writes the file of the given cells, all at once.
  ///
  /// - Parameter row: a cell's results, or `nil` if they are missing; called from several threads.
  /// - Returns: indices of the cells whose results are missing; nothing is then written.
  /// - Throws: `HDF5Error` with the system's reason; whatever stood at `path` is then untouched.
  package static func write(
    _ cells: [Cell], description: Description, to path: String,
    row: @Sendable (Cell) -> CellRow?
  ) throws -> [Int] {
    let results = try Transposition(cells, to: path)
    let missing = try results.fill(row)
    guard missing.isEmpty else { return missing }
    try file(cells, results, description: description).withImage { image in
      // It is dated when it is recorded: a run that is killed before is one that make repeats.
      try writeAtomically(image + [seal(of: image)], to: path, isDated: false)
    }
    return []
  }

  /// The file of the given cells, complete.
  private static func file(
    _ cells: [Cell], _ results: Transposition, description: Description
  ) throws -> File {
    let file = try File()
    let root = try file.root()
    let sampler = cells[0].sampler
    let kind = cells[0].kind
    var extents: [Schema.Axis: Int] = [:]
    for axis in Schema.Axis.all(of: kind) {
      extents[axis] = axis == .cell ? cells.count : cells.map { $0.extent(along: axis) }.max()!
    }
    let digest = Digest()

    for (name, text) in [
      ("title", description.title),
      (
        "summary",
        "Posterior samples of finite \(kind.plural), one row a cell of the study's grid"
      ), ("network", kind.name),
      ("license", Project.license), ("references", Project.references),
      ("source", description.source),
      ("study_key", StudySpec.key(of: cells)), ("spec_yaml", description.spec),
      ("grid", description.grid.rawValue),
    ] { try root.setAttribute(name, text) }
    if let inputs = cells[0].inputs { try root.setAttribute("inputs_sha256", inputs.digest) }
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
      cells.map(\.key), "cell_key", [.cell], "identity of the cell",
      "SHA-256 over every parameter and the numerics version")
    try put(
      sampler.starts.map(\.rawValue), "start", [.chain], "where each chain begins",
      "cold: at a draw from the prior; \(kind.planted)")
    for coordinate in kind.coordinates {
      let (name, longName, text) = (
        coordinate.name, coordinate.longName, coordinate.description
      )
      let parameters = cells.map(\.parameters)
      switch kind.type(of: coordinate) {
      case .integer:
        try put(parameters.map { $0.integer(name) }, name, [.cell], longName, text)
      case .real: try put(parameters.map { $0.real(name) }, name, [.cell], longName, text)
      case .word: try put(parameters.map { $0.word(name) }, name, [.cell], longName, text)
      }
    }
    for (index, column) in Schema.columns(of: kind).enumerated() {
      switch column.type {
      case .double: try put(index, column, Double.self)
      case .float: try put(index, column, Float.self)
      case .integer: try put(index, column, Int.self)
      }
    }
    try root.setAttribute("content_sha256", digest.hexadecimal())
    try root.setAttribute("complete", 1)
    return file

    /// What cells' results have to say, a slab at a time.
    func put<T: Scalar>(_ index: Int, _ column: Schema.Column, _: T.Type) throws {
      let shape = column.axes.map { extents[$0]! }
      digest.begin(column.name, shape)
      let dataset = try root.write(shape: shape, to: column.name) { rows in
        let values: [T] = try results.read(index, rows)
        digest.go(on: values)
        return values
      }
      try describe(dataset, column.longName, column.description)
      try dataset.attach(scales: column.axes.map(\.name), of: root)
      guard column.isSampled else { return }
      // By the CF conventions, so that xarray labels cells by their parameters.
      let coordinates =
        kind.coordinates.map(\.name) + (column.axes.contains(.chain) ? ["start"] : [])
      try dataset.setAttribute("coordinates", coordinates.joined(separator: " "))
    }

    func put<T: Scalar>(
      _ values: [T], _ name: String, _ axes: [Schema.Axis], _ longName: String,
      _ description: String
    ) throws {
      let shape = axes.map { extents[$0]! }
      let dataset = try root.write(values, shape: shape, to: name)
      try describe(dataset, longName, description)
      try dataset.attach(scales: axes.map(\.name), of: root)
      digest.update(name, shape, values)
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

extension Digest {
  /// Takes in an array's name, shape and little-endian values.
  fileprivate func update<T: Scalar>(_ name: String, _ shape: [Int], _ values: [T]) {
    begin(name, shape)
    go(on: values)
  }

  fileprivate func begin(_ name: String, _ shape: [Int]) {
    update(Data("\(name) \(shape)\n".utf8))
  }

  fileprivate func go<T: Scalar>(on values: [T]) {
    // Every supported processor is little-endian, as the file is.
    values.withUnsafeBytes { update($0) }
  }
}

// MARK: - Reading

extension Archive {
  /// Reads a study file whole, and checks it against its own digest.
  ///
  /// - Throws: `HDF5Error` or `UserError` if it is missing, damaged, incomplete, or of another schema.
  package init(reading path: String) throws {
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
    self.file = path
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

    let digest = Digest()
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
    guard digest.hexadecimal() == contentDigest else {
      throw UserError(
        "\(path): damaged: its arrays do not match content_sha256; expected an intact study file",
        exitCode: 1)
    }
  }

  /// The study key of a complete file, without reading its arrays.
  package static func studyKey(of path: String) throws -> String { try identity(of: path).studyKey }

  /// What a complete file says it is, without reading its arrays.
  package static func identity(
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

  /// Keys of the cells of a complete file, in order.
  package static func keys(of path: String) throws -> [String] {
    try checkSeal(of: path)
    return try File(readingUntrusted: path).root().dataset("cell_key").readStrings()
  }

  package static func requireComplete(_ root: borrowing Group, _ path: String) throws {
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
