import Crypto
import Foundation
import HDF5
import Networks

/// A study file: the cells' parameters and every draw's observables, in HDF5. A single finished cell is
/// kept in the same form.
public struct Archive: Sendable {
  /// SHA-256 over the cells' keys.
  public let studyKey: String
  /// The study's YAML as it was simulated.
  public let specText: String
  /// SHA-256 over names, shapes and values of all arrays.
  public let contentDigest: String
  /// Keys of the cells, in order.
  public let keys: [String]
  public let cells: [Parameters]
  /// The start of each chain.
  public let starts: [SamplerSpec.Start]
  public let results: [CellResult]

  /// A cell's coordinates on the grid.
  public struct Parameters: Hashable, Encodable, Sendable {
    public let dimension: Int
    public let width: Int
    public let samples: Int
    public let degree: Int
    public let ridge: Double
    public let weightVariance: Double
    public let readoutVariance: Double
    public let dataset: Int
    /// η of unadjusted Langevin dynamics, 0 for Metropolis-adjusted chains.
    public let langevinStep: Double
    /// 1 where the readout was integrated out, else 0.
    public let readoutIntegrated: Int

    enum CodingKeys: String, CodingKey {
      case dimension, width, samples, degree, ridge, dataset
      case langevinStep = "langevin_step"
      case readoutIntegrated = "readout_integrated"
      case weightVariance = "weight_variance"
      case readoutVariance = "readout_variance"
    }
  }
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
    let extents: [Schema.Axis: Int] = [
      .cell: cells.count, .chain: sampler.starts.count, .draw: sampler.draws,
      .keptDraw: sampler.kept, .neuron: cells.map(\.cell.network.width).max()!,
    ]
    var digest = SHA256()

    for (name, text) in [
      ("title", description.title),
      (
        "summary",
        "Posterior samples of finite two-layer networks, one row a cell of the study's grid"
      ),
      ("license", "CC-BY-4.0"), ("references", "arXiv:2512.04165"), ("source", description.source),
      ("study_key", StudySpec.key(of: cells.map(\.cell))), ("spec_yaml", description.spec),
      ("grid", description.grid.rawValue),
    ] { try root.setAttribute(name, text) }
    if let inputs = cells[0].cell.inputs { try root.setAttribute("inputs_sha256", inputs.digest) }
    try root.setAttribute("schema_version", Schema.version)
    try root.setAttribute("numerics_version", numericsVersion)

    for axis in Schema.Axis.allCases {
      let step = axis == .keptDraw ? sampler.thin : 1
      let index = (0..<extents[axis]!).map { $0 * step }
      let scale = try root.write(index, shape: [index.count], to: axis.rawValue)
      try describe(scale, axis.rawValue.replacing("_", with: " "), axis.description)
      try scale.makeScale(axis.rawValue)
      digest.update(axis.rawValue, [index.count], index)
    }
    try put(
      cells.map(\.cell.key), "cell_key", [.cell], "identity of the cell",
      "SHA-256 over every parameter and the numerics version")
    try put(
      sampler.starts.map(\.rawValue), "start", [.chain], "where each chain begins",
      "cold: at a draw from the prior; planted: at the pattern that solves the task")
    for parameter in Schema.parameters {
      switch parameter.value {
      case .integer(let value):
        try put(
          cells.map { value($0.cell) }, parameter.name, [.cell], parameter.longName,
          parameter.description)
      case .real(let value):
        try put(
          cells.map { value($0.cell) }, parameter.name, [.cell], parameter.longName,
          parameter.description)
      }
    }
    for observable in Schema.observables {
      switch observable.storage {
      case .double(let path): try put(gather(path, observable.axes), observable)
      case .float(let path): try put(gather(path, observable.axes), observable)
      case .integer(let path): try put(gather(path, observable.axes), observable)
      }
    }
    let diagnostics = cells.map(\.result.alignmentDiagnostics)
    try put(
      diagnostics.map(\.rHat), "alignment_rhat", [.cell], "split-R-hat of the alignment",
      "rank-normalised, over all chains, cold and planted (Vehtari et al. 2021)")
    try put(
      diagnostics.map(\.bulkESS), "alignment_ess", [.cell],
      "bulk effective sample size of the alignment", "over all chains (Vehtari et al. 2021)")
    try put(
      diagnostics.map(\.tailESS), "alignment_tail_ess", [.cell],
      "tail effective sample size of the alignment",
      "the smaller of those of the 5 % and 95 % quantiles (Vehtari et al. 2021)")
    try put(
      cells.map { $0.result.isCertified ? 1 : 0 }, "certified", [.cell], "certified equilibrium",
      "1 where chains are Metropolis-adjusted, cold and planted ones all moved, alignment_rhat < 1.05 and alignment_ess > 100, else 0"
    )
    try root.setAttribute("content_sha256", digest.finalize().hexadecimal)
    try root.setAttribute("complete", 1)
    return file

    /// An observable of all cells, padded along the neurons to the widest.
    func gather<T: Scalar>(_ path: KeyPath<CellResult, [T]>, _ axes: [Schema.Axis]) -> [T] {
      guard axes.contains(.neuron) else { return cells.flatMap { $0.result[keyPath: path] } }
      let padding = (Float.nan as? T) ?? .zero
      var all: [T] = []
      for (cell, result) in cells {
        let (width, values) = (cell.network.width, result[keyPath: path])
        for row in stride(from: 0, to: values.count, by: width) {
          all += values[row..<(row + width)]
          all += Array(repeating: padding, count: extents[.neuron]! - width)
        }
      }
      return all
    }

    func put<T: Scalar>(_ values: [T], _ observable: Schema.Observable) throws {
      let dataset = try put(
        values, observable.name, observable.axes, observable.longName, observable.description)
      // By the CF conventions, so that xarray labels cells by their parameters.
      let coordinates =
        Schema.parameters.map(\.name) + (observable.axes.contains(.chain) ? ["start"] : [])
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
      try dataset.attach(scales: axes.map(\.rawValue), of: root)
      digest.update(name, shape, values)
      return dataset
    }

    func put(
      _ strings: [String], _ name: String, _ axes: [Schema.Axis], _ longName: String,
      _ description: String
    ) throws {
      let dataset = try root.write(strings, to: name)
      try describe(dataset, longName, description)
      try dataset.attach(scales: axes.map(\.rawValue), of: root)
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
    let file = try File(reading: path)
    let root = try file.root()
    try Self.requireComplete(root, path)
    studyKey = try root.attribute("study_key")
    specText = try root.attribute("spec_yaml")
    contentDigest = try root.attribute("content_sha256")
    keys = try root.dataset("cell_key").readStrings()
    let startNames = try root.dataset("start").readStrings()
    starts = startNames.compactMap(SamplerSpec.Start.init(rawValue:))

    var digest = SHA256()
    func read<T: Scalar>(_ name: String, as _: T.Type = T.self) throws -> (
      values: [T], shape: [Int]
    ) {
      let dataset = try root.dataset(name)
      let (values, shape): ([T], [Int]) = (try dataset.read(), try dataset.shape)
      digest.update(name, shape, values)
      return (values, shape)
    }
    for axis in Schema.Axis.allCases { _ = try read(axis.rawValue, as: Int.self) }
    for (name, strings) in [("cell_key", keys), ("start", startNames)] {
      digest.update(name, [strings.count], strings.flatMap { $0.utf8.map(Int.init) })
    }
    var integers: [String: [Int]] = [:]
    var reals: [String: [Double]] = [:]
    for parameter in Schema.parameters {
      switch parameter.value {
      case .integer: integers[parameter.name] = try read(parameter.name).values
      case .real: reals[parameter.name] = try read(parameter.name).values
      }
    }
    cells = keys.indices.map { i in
      Parameters(
        dimension: integers["dimension"]![i], width: integers["width"]![i],
        samples: integers["samples"]![i], degree: integers["degree"]![i],
        ridge: reals["ridge"]![i], weightVariance: reals["weight_variance"]![i],
        readoutVariance: reals["readout_variance"]![i], dataset: integers["dataset"]![i],
        langevinStep: reals["langevin_step"]![i],
        readoutIntegrated: integers["readout_integrated"]![i])
    }

    var sampled = [CellResult](repeating: CellResult(), count: keys.count)
    let (count, widths) = (keys.count, cells.map(\.width))
    for observable in Schema.observables {
      func distribute<T: Scalar>(_ path: WritableKeyPath<CellResult, [T]>) throws {
        let (values, shape) = try read(observable.name, as: T.self)
        let size = shape.dropFirst().reduce(1, *)
        for i in 0..<count {
          var slice = Array(values[(i * size)..<((i + 1) * size)])
          if observable.axes.last == .neuron, widths[i] < shape.last! {
            slice = slice.indices.filter { $0 % shape.last! < widths[i] }.map { slice[$0] }
          }
          sampled[i][keyPath: path] = slice
        }
      }
      switch observable.storage {
      case .double(let path): try distribute(path)
      case .float(let path): try distribute(path)
      case .integer(let path): try distribute(path)
      }
    }
    for i in sampled.indices {
      sampled[i].starts = starts
      sampled[i].isUnadjusted = cells[i].langevinStep > 0
    }
    results = sampled
    for name in ["alignment_rhat", "alignment_ess", "alignment_tail_ess"] {
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
  static func studyKey(of path: String) throws -> String {
    try checkSeal(of: path)
    let file = try File(reading: path)
    let root = try file.root()
    try requireComplete(root, path)
    return try root.attribute("study_key")
  }

  private static func requireComplete(_ root: borrowing Group, _ path: String) throws {
    guard root.hasAttribute("complete"), root.hasAttribute("schema_version") else {
      throw UserError(
        "\(path): not a complete study file; expected one written by cod simulate", exitCode: 1)
    }
    let version: [Int] = try root.attribute("schema_version")
    guard version == [Schema.version] else {
      throw UserError(
        "\(path): schema_version \(version[0]); expected \(Schema.version)", exitCode: 1)
    }
  }
}
