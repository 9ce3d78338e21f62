import Foundation
import Host
import Kernels
import Studies
import Theory
import YAML

/// Inputs of a study made ready as its spec asks: of a user's file or uniform on the sphere;
/// centred, in principal coordinates, along a direction, scaled to the sphere. Subsets of its rows
/// are training sets.
package struct PreparedInputs: Sendable {
  /// n × D, row-major.
  package let values: [Double]
  /// D.
  package let dimension: Int
  /// The column of targets, n of them, if the spec names one.
  package let targets: [Double]?
  /// Whether every row has |x|² = D.
  package let isOnSphere: Bool
  /// SHA-256 of the file's bytes; `nil` of inputs that are drawn.
  package let digest: String?
  /// What decides the values, in a fixed order and spelling.
  let canonical: String
  /// The keys of `data` and the values of each, in words.
  let settings: [(name: String, values: [String])]

  /// n.
  package var count: Int { values.count / dimension }

  /// A row.
  package func row(_ index: Int) -> ArraySlice<Double> {
    values[index * dimension..<(index + 1) * dimension]
  }

  /// The rows of a training set and the others, each in an order that depends on n and the data set
  /// alone: larger training sets begin with the smaller.
  package func split(
    samples: Int, dataset: Int, kernels: KernelSet
  ) -> (training: [Int], others: [Int]) {
    let stream = CellStreams.stream(
      "numerics \(dataVersion) subset of \(count) \(dataset)", kernels: kernels)
    let order = (0..<count).map { row in
      let words = stream.words(index: UInt32(row), step: 0, purpose: 3)
      return (UInt64(words.0) << 32 | UInt64(words.1), row)
    }.sorted { $0 < $1 }.map(\.1)
    return (Array(order.prefix(samples)), Array(order.dropFirst(samples)))
  }
}

// MARK: - Keys

extension PreparedInputs {
  /// The word for inputs that are drawn.
  static let uniform = "uniform"
  private static let booleans = ["false", "true"]

  /// The keys of `data`.
  static let reference = reference()

  /// The keys of `data`.
  ///
  /// - Parameter standard: what is meant where `inputs` is left out; `nil` where it must not be.
  static func reference(inputsStandard standard: String? = nil) -> [Setting] {
    [
      Setting(
        "data.inputs",
        "the path of a file of \(CSVTable.columns), one row a sample, with or without a header; or "
          + uniform, standard: standard,
        "where inputs come from; uniform: drawn on the sphere |x|^2 = D"),
      Setting(
        "data.targets", "a column: its name in the header, or its number from 1",
        standard: "every column is an input", "the column that is no input, but may be a target"),
      Setting(
        "data.centre", Setting.Words.words(booleans), standard: "false",
        "whether the mean over all rows is subtracted"),
      Setting(
        "data.components", Setting.Words.count, standard: "the columns as they stand",
        "D, the number of principal coordinates that are kept: those of the covariance over all rows, "
          + "largest variance first, each signed so that its largest entry is positive"),
      Setting(
        "data.direction", "a list of D numbers", standard: "the first coordinate",
        "a direction that a reflection makes the first coordinate, which zonal targets are of"),
      Setting(
        "data.sphere", Setting.Words.words(booleans), standard: "true",
        "whether every row is scaled to |x|^2 = D"),
      Setting("data.rows", Setting.Words.count, standard: "no such key", "n, of uniform inputs"),
      Setting(
        "data.dimension", Setting.Words.count, standard: "no such key", "D, of uniform inputs"),
    ]
  }

  /// Reads the keys of `data`, and the file.
  ///
  /// - Parameter node: the mapping `data`.
  /// - Throws: `UserError` naming file, line, and key or column.
  init(_ data: [String: YAMLNode], of node: YAMLNode) throws {
    guard let source = Source(data, of: node) else {
      try self.init(preparing: data, of: node)
      return
    }
    self = try Self.prepared.value(of: source) { try Self(preparing: data, of: node) }
  }

  /// What inputs of a file follow from: keys of `data`, and the file's bytes.
  private struct Source: Hashable {
    let file: String
    let digest: String
    let settings: [String: String]

    /// `nil` of inputs that are drawn, and of files that are missing or too large to be kept.
    init?(_ data: [String: YAMLNode], of node: YAMLNode) {
      guard let name = data["inputs"]?.node.scalar?.string else { return nil }
      file = PreparedInputs.path(of: name, node)
      guard let bytes = try? contents(of: file, atMost: Self.largestFile) else { return nil }
      digest = Digest.sha256(bytes)
      settings = data.compactMapValues(\.spelling)
      guard settings.count == data.count else { return nil }
    }

    /// Bytes of a file whose numbers are kept: the digits have a quarter of a megabyte.
    private static let largestFile = 10_000_000
  }

  /// Inputs that were read before: a study's grids have the same, and so do many studies.
  private static let prepared = Memo<Source, PreparedInputs>()

  /// A path as it is meant in a study's file.
  private static func path(of text: String, _ node: YAMLNode) -> String {
    text.hasPrefix("/") ? text : "\(parentFolder(of: node.file))/\(text)"
  }

  private init(preparing data: [String: YAMLNode], of node: YAMLNode) throws {
    func flag(_ name: String, standard: Bool) throws -> Bool {
      try data[name].map { try $0.word(Self.booleans) == Self.booleans[1] } ?? standard
    }
    let source = try node.required("inputs", in: data)
    let centres = try flag("centre", standard: false)
    let scales = try flag("sphere", standard: true)
    let components = try data["components"]?.integer(in: 1...Self.mostColumns)
    let direction = try data["direction"]?.items().map { try $0.coordinate() }
    var table: InputTable
    var settings: [(name: String, values: [String])] = []
    if source.node.scalar?.string == Self.uniform {
      for name in ["targets", "centre", "components", "direction", "sphere"] {
        if let other = data[name] {
          throw other.error(expected: "no such key beside inputs: uniform, which are on the sphere")
        }
      }
      let rows = try node.required("rows", in: data).integer(in: 2...1_000_000)
      let dimension = try node.required("dimension", in: data).integer(in: 1...Self.mostColumns)
      try Limits.require(
        Double(rows) * Double(dimension), Limits.array, node.file, "data.rows × data.dimension")
      table = InputTable(uniform: rows, dimension: dimension)
      (targets, digest) = (nil, nil)
      canonical = "uniform \(rows) x \(dimension) of \(dataVersion)"
      settings = [("data.rows", ["\(rows)"]), ("data.dimension", ["\(dimension)"])]
    } else {
      for name in ["rows", "dimension"] {
        if let other = data[name] { throw other.error(expected: "no such key beside a file") }
      }
      let file = try CSVTable(reading: Self.path(of: try source.text(), node))
      var columns = Array(0..<file.columnCount)
      var column: Int?
      if let target = data["targets"] {
        column = file.column(try target.text())
        guard let column else { throw target.error(expected: file.columnWords) }
        columns.remove(at: column)
        guard !columns.isEmpty else {
          throw source.error(expected: "a file with inputs beside the column of targets")
        }
      }
      try Limits.require(
        Double(columns.count), Double(Self.mostColumns), file.file, "columns of inputs")
      let values = try file.values(of: columns)
      targets = try column.map { try file.values(of: [$0]) }
      table = InputTable(
        file: file.file, values: values, dimension: columns.count, lines: file.lines)
      digest = file.digest
      let means = try table.means()
      if let components {
        try table.project(
          to: components, around: means, centres: centres, asked: data["components"]!)
      } else if centres {
        table.subtract(means)
      }
      if let direction {
        guard direction.count == table.dimension, direction.contains(where: { $0 != 0 }) else {
          throw data["direction"]!.error(
            expected: "\(table.dimension) numbers, one a coordinate, not all of them 0")
        }
        table.reflect(direction)
      }
      if scales { try table.scaleToSphere() }
      canonical =
        "file \(file.digest) targets \(column.map { "\($0 + 1)" } ?? "none") centre \(centres) "
        + "components \(components.map { "\($0)" } ?? "all") "
        + "direction \(direction.map { $0.map { "\($0)" }.joined(separator: " ") } ?? "first") "
        + "sphere \(scales)"
      settings = [
        ("data.targets", [column.map { "\($0 + 1)" } ?? "none"]), ("data.centre", ["\(centres)"]),
        ("data.components", [components.map { "\($0)" } ?? "all"]),
        ("data.direction", direction?.map(\.spelt) ?? ["first"]), ("data.sphere", ["\(scales)"]),
      ]
    }
    isOnSphere = scales
    values = table.values
    dimension = table.dimension
    self.settings = settings
  }

  /// Columns of inputs, whose covariance is a matrix of as many rows.
  private static let mostColumns = 2000
}

extension YAMLNode {
  /// A number of any sign, in decimal digits.
  fileprivate func coordinate() throws -> Double {
    guard let text = node.scalar?.string, isDecimal(text), !looksOctal(text),
      let value = Double(text), abs(value) <= 1e12
    else { throw error(expected: "a number from -1e12 to 1e12") }
    return value
  }
}
