import HDF5
import Host
import Studies

extension Archive {
  /// Reads a study file whole, and checks it against its own digest.
  ///
  /// - Throws: `HDF5Error` or `UserError` if it is missing, damaged, incomplete, or of another
  ///   schema.
  package init(reading path: String) throws { try self.init(StudyFile(reading: path)) }

  /// Takes a study file that has been read.
  ///
  /// - Throws: `HDF5Error` or `UserError` if it is damaged, incomplete, or of another schema.
  package init(_ study: StudyFile) throws {
    let path = study.path
    let hdf5 = try study.open()
    let root = try hdf5.root()
    file = path
    header = try StudyHeader(of: root, path)
    let kind = header.kind
    keys = try root.dataset("cell_key").readStrings()
    let startNames = try root.dataset("start").readStrings()
    starts = startNames.compactMap(SamplerSpec.Start.init(rawValue:))
    guard !keys.isEmpty, Set(keys).count == keys.count, !starts.isEmpty,
      starts.count == startNames.count
    else {
      throw damage(path, "its cells and chains")
    }
    guard header.studyKey == StudySpec.key(ofCellKeys: keys) else {
      throw damage(path, "study_key is not that of its cells")
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
        throw damage(path, "the extents of \(name)")
      }
      let values: [T] = try dataset.read()
      digest.update(name, shape, values)
      return (values, shape)
    }
    for axis in Schema.Axis.all(of: kind) {
      let shape = try root.dataset(axis.name).shape
      if shape.count == 1, shape[0] > 0, extents[axis] == nil { extents[axis] = shape[0] }
      guard shape == [extents[axis] ?? 0] else {
        throw damage(path, "the extents of \(axis.name)")
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
        guard words.count == keys.count else { throw damage(path, "the extents of \(name)") }
        digest.update(name, [words.count], words.flatMap { $0.utf8.map(Int.init) })
        set(name, words) { .word($0) }
      }
    }
    cells = parameters
    for unit in kind.units {
      let sizes = parameters.map { $0.integer(unit.size) }
      guard sizes.min()! > 0, sizes.max()! == extents[.unit(unit.axis)]! else {
        throw damage(path, "\(unit.size), which is not the extent of \(unit.axis)")
      }
    }

    var sampled = [CellResult](repeating: CellResult(), count: keys.count)
    var derived: [String: [Double]] = [:]
    let count = keys.count
    for column in Schema.columns(of: kind) {
      /// Each cell's share of an array.
      func distribute<T: Scalar>(_ body: (Int, [T]) -> Void) throws {
        let (values, shape) = try read(column.name, column.axes, as: T.self)
        let size = shape.dropFirst().reduce(1, *)
        for i in 0..<count { body(i, Array(values[(i * size)..<((i + 1) * size)])) }
      }
      switch column.storage {
      case .double(let path): try distribute { sampled[$0][keyPath: path] = $1 }
      case .float(let path): try distribute { sampled[$0][keyPath: path] = $1 }
      case .integer(let path): try distribute { sampled[$0][keyPath: path] = $1 }
      case .observable(isInteger: true):
        try distribute { (i, values: [Int]) in
          sampled[i].observables[column.name] = .init(
            wrappedValue: values.map(Schema.count(stored:)))
        }
      case .observable(isInteger: false):
        try distribute { (i, values: [Float]) in
          sampled[i].observables[column.name] = .init(wrappedValue: values.map { Double($0) })
        }
      case .unit:
        let unit = kind.units.first { $0.name == column.name }!
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
      case .derived(isInteger: true, _):
        derived[column.name] = try read(column.name, as: Int.self).values.map { Double($0) }
      case .derived(isInteger: false, _):
        derived[column.name] = try read(column.name, as: Double.self).values
      }
    }
    for i in sampled.indices {
      sampled[i].starts = starts
      sampled[i].isUnadjusted = parameters[i].langevinStep > 0
      sampled[i].certifying = kind.certifying
    }
    results = sampled
    convergence = derived
    guard digest.hexadecimal() == header.contentDigest else {
      throw UserError(
        "\(path): damaged: its arrays do not match content_sha256; expected an intact study file",
        exitCode: 1)
    }
  }

  /// The study key of a complete file, without reading its arrays.
  package static func studyKey(of path: String) throws -> String {
    try StudyHeader(reading: path).studyKey
  }

  /// Keys of the cells of a complete file, in order.
  package static func keys(of path: String) throws -> [String] {
    try checkSeal(of: path)
    return try File(readingUntrusted: path).root().dataset("cell_key").readStrings()
  }
}
