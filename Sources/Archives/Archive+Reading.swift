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
    let layout = header.layout
    keys = try root.dataset(Layout.keys).readStrings()
    let labels = try Self.labels(of: root, layout, path)
    guard !keys.isEmpty, Set(keys).count == keys.count else { throw damage(path, "its cells") }
    guard header.studyKey == StudySpec.key(ofCellKeys: keys) else {
      throw damage(path, "study_key is not that of its cells")
    }

    let digest = Digest()
    // The digest is known at the end alone: extents are checked before anything rests on them.
    var extents: [Layout.Axis: Int] = [.cell: keys.count]
    for label in layout.labels { extents[label.axis] = labels[label.name]!.count }
    func read<T: Scalar>(_ name: String, _ axes: [Layout.Axis] = [.cell], as _: T.Type = T.self)
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
    for axis in layout.axes {
      let shape = try root.dataset(axis.name).shape
      if shape.count == 1, shape[0] > 0, extents[axis] == nil { extents[axis] = shape[0] }
      guard shape == [extents[axis] ?? 0] else {
        throw damage(path, "the extents of \(axis.name)")
      }
      _ = try read(axis.name, [axis], as: Int.self)
    }
    for (name, strings) in [(Layout.keys, keys)]
      + layout.labels.map({ ($0.name, labels[$0.name]!) })
    {
      digest.update(name, [strings.count], strings.flatMap { $0.utf8.map(Int.init) })
    }
    var parameters = [Parameters](repeating: Parameters(), count: keys.count)
    func set<T>(_ name: String, _ values: [T], _ value: (T) -> Parameters.Value) {
      for i in parameters.indices { parameters[i][name] = value(values[i]) }
    }
    for coordinate in layout.coordinates {
      let name = coordinate.name
      switch coordinate.type {
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
    for axis in layout.axes {
      guard let size = axis.size else { continue }
      let sizes = parameters.map { $0.integer(size) }
      guard sizes.min()! > 0, sizes.max()! == extents[axis]! else {
        throw damage(path, "\(size), which is not the extent of \(axis.name)")
      }
    }

    var all = parameters.map { CellResult(layout, $0, labels: labels) }
    var isSound: [Bool] = []
    for column in layout.columns {
      /// Each cell's own share of an array.
      func distribute<T: Scalar>(_ numbers: ([T]) -> CellResult.Numbers) throws {
        let (values, shape) = try read(column.name, column.axes, as: T.self)
        let size = shape.dropFirst().reduce(1, *)
        for i in all.indices {
          let share = values[(i * size)..<((i + 1) * size)]
          guard let name = column.size else {
            all[i].numbers[column.name] = numbers(Array(share))
            continue
          }
          let (width, widest) = (parameters[i].integer(name), shape.last!)
          let own = stride(from: share.startIndex, to: share.endIndex, by: widest).flatMap {
            share[$0..<($0 + width)]
          }
          all[i].numbers[column.name] = numbers(own)
        }
      }
      switch column.type {
      case .integer where column.name == layout.soundness.column:
        isSound = try read(column.name, as: Int.self).values.map { $0 == 1 }
      case .integer where column.isDerived: _ = try read(column.name, as: Int.self)
      case .double where column.isDerived: _ = try read(column.name, as: Double.self)
      case .double: try distribute { .double($0) }
      case .single: try distribute { .single($0) }
      case .integer: try distribute { .integer($0) }
      case .text: preconditionFailure("results are numbers")
      }
    }
    results = all
    self.isSound = isSound
    guard digest.hexadecimal() == header.contentDigest else {
      throw UserError(
        "\(path): damaged: its arrays do not match content_sha256; expected an intact study file",
        exitCode: 1)
    }
  }

  /// The texts along axes, which are words that the layout knows.
  private static func labels(
    of root: borrowing Group, _ layout: Layout, _ path: String
  ) throws -> [String: [String]] {
    var labels: [String: [String]] = [:]
    for label in layout.labels {
      let words = try root.dataset(label.name).readStrings()
      guard !words.isEmpty, words.allSatisfy(label.words.contains) else {
        throw damage(path, "\(label.name), with other words than \(label.words)")
      }
      labels[label.name] = words
    }
    return labels
  }

  /// The study key of a complete file, without reading its arrays.
  package static func studyKey(of path: String) throws -> String {
    try StudyHeader(reading: path).studyKey
  }

  /// Keys of the cells of a complete file, in order.
  package static func keys(of path: String) throws -> [String] {
    try checkSeal(of: path)
    return try File(readingUntrusted: path).root().dataset(Layout.keys).readStrings()
  }
}
