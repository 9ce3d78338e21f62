import Networks
import Studies
import YAML

/// Laws of drawn inputs: keys of `data`, which are axes of the grid.
struct LawGrid: Sendable {
  let laws: [Choice]

  /// A law, as cells hold it: that of a power law's covariance depends on their dimension.
  struct Choice: Hashable, Sendable {
    let name: InputLaw.Name
    var covariance = Covariance.spike(1)
    var direction = InputLaw.Direction.coordinate
    /// nu, 0 where there is none.
    var freedom = 0

    var isGaussian: Bool { name == .gaussian }
  }

  /// The covariance of Gaussian inputs.
  enum Covariance: Hashable, Sendable {
    case spike(Double)
    /// The exponent of variances over the coordinates.
    case powerLaw(Double)
    /// The matrix of the first coordinates.
    case block([[Double]])
  }

  /// x ~ N(0, I), where a spec names no law.
  static let standard = LawGrid(laws: [Choice(name: .gaussian)])

  /// The points with each law, and the test samples that alignments need under it.
  func points(_ points: [Parameters], testSamples: Int) -> [Parameters] {
    typealias Name = Parameters.Name
    return points.flatMap { point in
      laws.map { law in
        var cell = point
        cell[Name.law] = .word(law.name.rawValue + law.covariance.words)
        cell[Name.direction] = .word(law.direction.rawValue)
        cell[Name.spike] = .real(law.covariance.spike)
        cell[Name.freedom] = .integer(law.freedom)
        cell[Name.testSamples] = .integer(law.isGaussian ? 0 : testSamples)
        return cell
      }
    }
  }

  /// The keys and the values of each, in words.
  var settings: [(name: String, values: [String])] {
    [
      ("data.law", laws.map { $0.name.rawValue + $0.covariance.words }.uniqued),
      ("data.direction", laws.map(\.direction.rawValue).uniqued),
      ("data.spike", laws.map(\.covariance.spike.spelt).uniqued),
      ("data.freedom", laws.map { "\($0.freedom)" }.uniqued),
    ]
  }
}

extension LawGrid.Covariance {
  /// The variance along the first coordinate alone.
  fileprivate var spike: Double { if case .spike(let spike) = self { spike } else { 1 } }

  /// What follows "gaussian" in the law of a cell, but for a spike: " power_law 1.5", or
  /// " covariance 2; 0.5 1" with the rows of the lower triangle.
  fileprivate var words: String {
    switch self {
    case .spike: ""
    case .powerLaw(let exponent): " \(Self.powerLawWord) \(exponent.spelt)"
    case .block(let rows):
      " \(Self.blockWord) "
        + rows.enumerated().map { i, row in
          row.prefix(i + 1).map(\.spelt).joined(separator: " ")
        }.joined(separator: "; ")
    }
  }

  static let powerLawWord = "power_law"
  static let blockWord = "covariance"

  /// Reads the law of a cell, "gaussian" and what follows it.
  fileprivate init(_ law: String, spike: Double) {
    let words = law.split(separator: " " as Character, maxSplits: 2).map { String($0) }
    guard words.count == 3 else {
      self = .spike(spike)
      return
    }
    if words[1] == Self.powerLawWord {
      self = .powerLaw(Double(words[2])!)
      return
    }
    let lower: [[Double]] = words[2].split(separator: ";" as Character).map { row in
      row.split(separator: " " as Character).map { Double($0)! }
    }
    self = .block(
      lower.indices.map { i in
        lower.indices.map { lower[max(i, $0)][min(i, $0)] }
      })
  }

  /// The covariance at a dimension; `nil` if it has no root.
  func matrix(dimension: Int) -> InputCovariance? {
    switch self {
    case .spike(let spike): InputCovariance(variances: [spike])
    case .powerLaw(let exponent): InputCovariance(powerLaw: exponent, dimension: dimension)
    case .block(let rows): InputCovariance(block: rows)
    }
  }
}

// MARK: - Keys

extension LawGrid {
  /// What tells laws apart.
  static let coordinates: [Layout.TypedCoordinate] = [
    .init(
      Coordinate(
        Parameters.Name.law, "law of inputs", "of unit variance in all directions but a spike's"),
      .word, .axis),
    .init(
      Coordinate(
        Parameters.Name.direction, "direction of the feature",
        "coordinate, or dense: (1, ..., 1)/sqrt(d)"), .word, .fixed),
    .init(
      Coordinate(
        Parameters.Name.spike, "spike lambda", "variance of Gaussian inputs along the first feature"
      ), .real, .axis),
    .init(
      Coordinate(
        Parameters.Name.freedom, "degrees of freedom nu", "of Student inputs; 0 for other laws"),
      .integer, .axis),
  ]

  static let keys = [
    Setting(
      "data.law", Setting.Words.words(InputLaw.Name.allCases.map(\.rawValue)) + Setting.Words.axis,
      standard: "gaussian",
      "law of inputs of unit variance: N(0, I); uniform on the sphere |x|^2 = d; independent "
        + "coordinates, +-1 or uniform; multivariate Student"),
    Setting(
      "data.direction", Setting.Words.words(InputLaw.Direction.allCases.map(\.rawValue)),
      standard: InputLaw.Direction.coordinate.rawValue,
      "the feature of rademacher and uniform inputs: a coordinate, or (1, ..., 1)/sqrt(d)"),
    Setting(
      "data.spike", Setting.Words.positive + Setting.Words.axis, standard: "1",
      "variance lambda of gaussian inputs along the first feature; the target is that of the "
        + "feature of unit variance"),
    Setting(
      "data.power_law", "a positive number up to \(largestExponent.spelt)" + Setting.Words.axis,
      standard: "equal variances",
      "exponent alpha of gaussian inputs whose coordinate j, from the first feature on, has a "
        + "variance proportional to j^-alpha; the mean variance is 1"),
    Setting(
      "data.covariance", "a list of up to \(largestBlock) rows of numbers",
      standard: "unit variances",
      "covariance matrix Sigma of the first coordinates of gaussian inputs, the others being "
        + "independent; features are the first coordinates of Sigma^-1/2 x"),
    Setting(
      "data.freedom", "an integer from 3" + Setting.Words.axis, standard: "no student inputs",
      "degrees of freedom nu of student inputs"),
  ]

  /// The largest exponent of a power law.
  private static let largestExponent = 10.0
  /// The most rows of a given covariance.
  private static let largestBlock = 32

  /// The laws of a spec.
  ///
  /// - Parameter data: the members of `data`.
  init(_ data: [String: YAMLNode]) throws {
    let names = try data["law"]?.axis { try $0.word(InputLaw.Name.allCases.map(\.rawValue)) }
    let direction =
      try data["direction"].map {
        InputLaw.Direction(rawValue: try $0.word(InputLaw.Direction.allCases.map(\.rawValue)))!
      } ?? .coordinate
    let covariances = try Self.covariances(data)
    let freedoms = try data["freedom"]?.axis { try $0.integer(in: 3...1_000_000) }
    let known = (names ?? [InputLaw.Name.gaussian.rawValue]).map { InputLaw.Name(rawValue: $0)! }
    func require(_ key: String, _ laws: [InputLaw.Name]) throws {
      if let node = data[key], !known.contains(where: laws.contains) {
        let words = laws.map(\.rawValue).joined(separator: " or ")
        throw node.error(expected: "no such key without data.law: \(words)")
      }
    }
    try require("direction", [.rademacher, .uniform])
    for key in Self.covarianceKeys { try require(key, [.gaussian]) }
    try require("freedom", [.student])
    if known.contains(.student), freedoms == nil {
      throw data["law"]!.error(expected: "data.freedom beside student")
    }
    if data["test"] != nil, known == [.gaussian] {
      throw data["test"]!.error(
        expected: "no such key with gaussian inputs, whose alignments are exact")
    }
    laws = known.flatMap { name -> [Choice] in
      switch name {
      case .gaussian: covariances.map { Choice(name: name, covariance: $0) }
      case .sphere: [Choice(name: name)]
      case .rademacher, .uniform: [Choice(name: name, direction: direction)]
      case .student: freedoms!.map { Choice(name: name, freedom: $0) }
      }
    }
  }

  /// The keys of `data` that say a covariance, of which there is one at the most.
  private static let covarianceKeys = ["spike", "power_law", "covariance"]

  private static func covariances(_ data: [String: YAMLNode]) throws -> [Covariance] {
    let given = covarianceKeys.filter { data[$0] != nil }
    if given.count > 1 {
      throw data[given[1]]!.error(expected: "no such key beside data.\(given[0])")
    }
    if let node = data["spike"] { return try node.axis { .spike(try $0.number()) } }
    if let node = data["power_law"] {
      return try node.axis { node in
        let exponent = try? node.number()
        guard let exponent, exponent <= largestExponent else {
          throw node.error(
            expected: "a positive number, from 1e-12 to \(largestExponent.spelt)")
        }
        return .powerLaw(exponent)
      }
    }
    guard let node = data["covariance"] else { return [.spike(1)] }
    let rows = try node.elements.map { row in
      try row.elements.map { try $0.signedNumber() }
    }
    guard case .sequence? = node.elements.first?.node, rows.count <= largestBlock,
      rows.allSatisfy({ $0.count == rows.count })
    else {
      throw node.error(
        expected: "a list of up to \(largestBlock) rows, of as many numbers each as there are rows")
    }
    guard InputCovariance(block: rows) != nil else {
      throw node.error(
        expected: "a symmetric positive definite matrix, whose eigenvalues have a ratio up to "
          + InputCovariance.largestRatio.spelt)
    }
    return [.block(rows)]
  }
}

// MARK: - Words

extension InputLaw {
  /// The words of `data.law`.
  enum Name: String, CaseIterable {
    case gaussian, sphere, rademacher, uniform, student
  }

  /// The words of `data.direction`.
  enum Direction: String, CaseIterable {
    case coordinate, dense
  }

  /// The law of a cell's inputs.
  init(of cell: Parameters) {
    guard cell.has(Parameters.Name.law) else {
      self = .standard
      return
    }
    let isDense = cell.word(Parameters.Name.direction) == Direction.dense.rawValue
    let law = cell.word(Parameters.Name.law)
    switch Name(rawValue: String(law.prefix { $0 != " " }))! {
    case .gaussian:
      let covariance = LawGrid.Covariance(law, spike: cell.real(Parameters.Name.spike))
      guard let matrix = covariance.matrix(dimension: cell.dimension) else {
        preconditionFailure("no such covariance: specs are checked for it")
      }
      self = .gaussian(matrix)
    case .sphere: self = .sphere
    case .rademacher: self = .independent(.rademacher, isDense: isDense)
    case .uniform: self = .independent(.uniform, isDense: isDense)
    case .student: self = .student(freedom: cell.integer(Parameters.Name.freedom))
    }
  }
}
