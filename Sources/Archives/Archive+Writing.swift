import Foundation
import HDF5
import Host
import Studies

extension Archive {
  /// What a file says about itself besides its arrays.
  package struct Description {
    package let title: String
    package let source: String
    package let spec: String
    package let grid: StudySpec.Grid
    /// SHA-256 of the file of given inputs, if there is one.
    package let inputsDigest: String?

    package init(of spec: StudySpec) {
      title = spec.question
      source = spec.source
      self.spec = spec.text
      grid = spec.grid
      inputsDigest = spec.experiment.inputsDigest
    }
  }

  /// Whether a study may be written to `path`: nothing is there, or an empty file, or HDF5, whole
  /// or damaged.
  package static func mayReplace(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return true }
    // A pipe would wait for ever.
    guard isRegularFile(path) else { return false }
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
      // Written with a 1970 timestamp; `Lock.record` sets the real one. If the process dies in
      // between, make reruns the step.
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
    let (layout, task) = (cells[0].layout, cells[0].task)
    var extents: [Layout.Axis: Int] = [:]
    for axis in layout.axes {
      extents[axis] = axis == .cell ? cells.count : cells.map { $0.extent(along: axis) }.max()!
    }
    let digest = Digest()

    func say(_ attribute: StudyHeader.Attribute, _ text: String) throws {
      try root.setAttribute(attribute.rawValue, text)
    }
    try say(.title, description.title)
    try say(.summary, layout.summary)
    try say(.network, layout.model)
    // Files of the default are without these, as they were before there were others.
    if layout.experiment != StudySpec.defaultExperiment { try say(.experiment, layout.experiment) }
    if !layout.observed.isEmpty {
      try say(.observe, layout.observed.joined(separator: " "))
    }
    try say(.license, Project.license)
    try say(.references, Project.references)
    try say(.source, description.source)
    try say(.studyKey, StudySpec.key(of: cells))
    try say(.spec, description.spec)
    try say(.grid, description.grid.rawValue)
    if let inputs = description.inputsDigest { try say(.inputs, inputs) }
    try root.setAttribute(StudyHeader.Attribute.schemaVersion.rawValue, Layout.version)
    try root.setAttribute(
      StudyHeader.Attribute.numericsVersion.rawValue, layout.numericsVersion)

    for axis in layout.axes {
      let step = axis == .cell ? 1 : task.stride(of: axis)
      let index = (0..<extents[axis]!).map { $0 * step }
      let scale = try root.write(index, shape: [index.count], to: axis.name)
      try describe(scale, axis.name.replacing("_", with: " "), axis.description)
      try scale.makeScale(axis.name)
      digest.update(axis.name, [index.count], index)
    }
    try put(
      cells.map(\.key), Layout.keys, [.cell], "identity of the cell",
      "SHA-256 over every parameter and the numerics version")
    for label in layout.labels {
      try put(
        task.labels[label.name]!, label.name, [label.axis], label.longName, label.description)
    }
    for typed in layout.coordinates {
      let (name, longName, text) = (
        typed.name, typed.coordinate.longName, typed.coordinate.description
      )
      let parameters = cells.map(\.parameters)
      switch typed.type {
      case .integer:
        try put(parameters.map { $0.integer(name) }, name, [.cell], longName, text)
      case .real: try put(parameters.map { $0.real(name) }, name, [.cell], longName, text)
      case .word: try put(parameters.map { $0.word(name) }, name, [.cell], longName, text)
      }
    }
    for (index, column) in layout.columns.enumerated() {
      switch column.type {
      case .double: try put(index, column, Double.self)
      case .single: try put(index, column, Float.self)
      case .integer: try put(index, column, Int.self)
      case .text: preconditionFailure("results are numbers")
      }
    }
    try say(.content, digest.hexadecimal())
    try root.setAttribute(StudyHeader.Attribute.complete.rawValue, 1)
    return file

    /// What cells' results have to say, a slab at a time.
    func put<T: Scalar>(_ index: Int, _ column: Layout.Column, _: T.Type) throws {
      let shape = column.axes.map { extents[$0]! }
      digest.begin(column.name, shape)
      var hasUndefined = false
      let dataset = try root.write(shape: shape, to: column.name) { rows in
        let values: [T] = try results.read(index, rows)
        digest.go(on: values)
        if let undefined = column.undefined, let numbers = values as? [Int] {
          hasUndefined = hasUndefined || numbers.contains(undefined)
        }
        return values
      }
      if hasUndefined { try dataset.setAttribute("missing_value", column.undefined!) }
      try describe(dataset, column.longName, column.description, units: column.units)
      try dataset.attach(scales: column.axes.map(\.name), of: root)
      guard !column.isDerived else { return }
      // By the CF conventions, so that xarray labels cells by their parameters.
      let labels = layout.labels.filter { column.axes.contains($0.axis) }
      let coordinates = layout.coordinates.map(\.name) + labels.map(\.name)
      try dataset.setAttribute("coordinates", coordinates.joined(separator: " "))
    }

    func put<T: Scalar>(
      _ values: [T], _ name: String, _ axes: [Layout.Axis], _ longName: String,
      _ description: String
    ) throws {
      let shape = axes.map { extents[$0]! }
      let dataset = try root.write(values, shape: shape, to: name)
      try describe(dataset, longName, description)
      try dataset.attach(scales: axes.map(\.name), of: root)
      digest.update(name, shape, values)
    }

    func put(
      _ strings: [String], _ name: String, _ axes: [Layout.Axis], _ longName: String,
      _ description: String
    ) throws {
      let dataset = try root.write(strings, to: name)
      try describe(dataset, longName, description)
      try dataset.attach(scales: axes.map(\.name), of: root)
      digest.update(name, [strings.count], strings.flatMap { $0.utf8.map(Int.init) })
    }

    func describe(
      _ dataset: borrowing Dataset, _ longName: String, _ description: String,
      units: String = "1"
    ) throws {
      try dataset.setAttribute("units", units)
      try dataset.setAttribute("long_name", longName)
      try dataset.setAttribute("description", description)
    }
  }
}
