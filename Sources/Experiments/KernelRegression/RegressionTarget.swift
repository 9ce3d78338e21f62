import Host
import Networks
import Studies
import YAML

/// What kernel regression learns: a harmonic of the inputs, or a column of the file.
enum RegressionTarget: Hashable, Sendable {
  /// The product of different coordinates, counted from 0, of unit norm on the sphere.
  case product([Int])
  /// The harmonic of a degree of the first coordinate.
  case zonal(Int)
  /// The column of targets.
  case column

  /// ℓ, 0 of a column.
  var degree: Int {
    switch self {
    case .product(let coordinates): coordinates.count
    case .zonal(let degree): degree
    case .column: 0
    }
  }

  /// "x1 x2", "zonal 3", "column".
  var word: String {
    switch self {
    case .product(let coordinates): coordinates.map { "x\($0 + 1)" }.joined(separator: " ")
    case .zonal(let degree): "zonal \(degree)"
    case .column: "column"
    }
  }

  /// Its values at all rows.
  func values(of inputs: PreparedInputs) -> [Double] {
    let d = inputs.dimension
    switch self {
    case .product(let coordinates):
      // On the sphere ⟨∏ x_i²⟩ = ∏ D/(D + 2j), j = 0 … ℓ − 1.
      let norm = coordinates.indices.reduce(1.0) { $0 * (Double(d + 2 * $1) / Double(d)) }
        .squareRoot()
      return (0..<inputs.count).map { row in
        coordinates.reduce(norm) { $0 * inputs.values[row * d + $1] }
      }
    case .zonal(let degree):
      let target = ZonalTarget(degree: degree, dimension: d)
      return (0..<inputs.count).map { row in
        let x = inputs.row(row)
        let square = x.reduce(0) { $0 + $1 * $1 }
        return square > 0 ? target.value(cosine: x.first! / square.squareRoot()) : 0
      }
    case .column: return inputs.targets!
    }
  }
}

// MARK: - Keys

extension RegressionTarget {
  private enum Kind: String, CaseIterable {
    case product, zonal, column
  }

  /// The largest degree of a target.
  private static let largestDegree = 15

  static let reference = [
    Setting(
      "target.kind", Setting.Words.words(Kind.allCases.map(\.rawValue)),
      "product: of different coordinates, a harmonic; zonal: the harmonic of a degree of the first "
        + "coordinate, sqrt(N_l) P_l(x_1/|x|); column: the column that data.targets names"),
    Setting(
      "target.of", "a product, as \"x1 x2\", or a list of them", standard: "no such key",
      "the coordinates of a product, the first being x1"),
    Setting(
      "target.degree", "an integer from 1 to \(largestDegree)" + Setting.Words.axis,
      standard: "no such key", "l of a zonal target"),
  ]

  /// Reads the key `target`.
  static func axis(_ node: YAMLNode, of inputs: PreparedInputs) throws -> [RegressionTarget] {
    let names = reference.map(\.name)
    let all = try node.members(names)
    let kind = Kind(
      rawValue: try node.required("kind", in: all).word(Kind.allCases.map(\.rawValue)))!
    switch kind {
    case .product:
      let members = try node.members(["kind", "of"])
      return try node.required("of", in: members).axis { try product($0, inputs.dimension) }
    case .zonal:
      let members = try node.members(["kind", "degree"])
      return try node.required("degree", in: members).axis {
        .zonal(try $0.integer(in: 1...largestDegree))
      }
    case .column:
      let members = try node.members(["kind"])
      guard let targets = inputs.targets else {
        throw members["kind"]!.error(expected: "a column of targets, which data.targets names")
      }
      guard targets.contains(where: { $0 != 0 }) else {
        throw members["kind"]!.error(expected: "a column of targets that are not all 0")
      }
      return [.column]
    }
  }

  private static func product(_ node: YAMLNode, _ dimension: Int) throws -> RegressionTarget {
    let words = try node.text().split(separator: " ")
    let places = words.compactMap { word -> Int? in
      guard let match = word.wholeMatch(of: #/x([1-9][0-9]{0,8})/#), let k = Int(match.output.1),
        k <= dimension
      else { return nil }
      return k - 1
    }
    guard places.count == words.count, Set(places).count == places.count,
      places.count <= largestDegree
    else {
      throw node.error(
        expected: "a product of different coordinates from x1 to x\(dimension), as \"x1 x2\", at "
          + "most \(largestDegree) of them")
    }
    return .product(places.sorted())
  }
}
