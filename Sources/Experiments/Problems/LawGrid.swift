import Networks
import Studies
import YAML

/// Laws of drawn inputs: keys of `data`, which are axes of the grid.
struct LawGrid: Sendable {
  let laws: [InputLaw]

  /// x ~ N(0, I), where a spec names no law.
  static let standard = LawGrid(laws: [.standard])

  /// The points with each law, and the test samples that alignments need under it.
  func points(_ points: [Parameters], testSamples: Int) -> [Parameters] {
    typealias Name = Parameters.Name
    return points.flatMap { point in
      laws.map { law in
        var cell = point
        cell[Name.law] = .word(law.name)
        cell[Name.direction] = .word(law.direction.rawValue)
        cell[Name.spike] = .real(law.spike)
        cell[Name.freedom] = .integer(law.freedom)
        cell[Name.testSamples] = .integer(law.isGaussian ? 0 : testSamples)
        return cell
      }
    }
  }

  /// The keys and the values of each, in words.
  var settings: [(name: String, values: [String])] {
    [
      ("data.law", laws.map(\.name).uniqued),
      ("data.direction", laws.map(\.direction.rawValue).uniqued),
      ("data.spike", laws.map(\.spike.spelt).uniqued),
      ("data.freedom", laws.map { "\($0.freedom)" }.uniqued),
    ]
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
      "data.freedom", "an integer from 3" + Setting.Words.axis, standard: "no student inputs",
      "degrees of freedom nu of student inputs"),
  ]

  /// The laws of a spec.
  ///
  /// - Parameter data: the members of `data`.
  init(_ data: [String: YAMLNode]) throws {
    let names = try data["law"]?.axis { try $0.word(InputLaw.Name.allCases.map(\.rawValue)) }
    let direction =
      try data["direction"].map {
        InputLaw.Direction(rawValue: try $0.word(InputLaw.Direction.allCases.map(\.rawValue)))!
      } ?? .coordinate
    let spikes = try data["spike"]?.axis { try $0.number() }
    let freedoms = try data["freedom"]?.axis { try $0.integer(in: 3...1_000_000) }
    let known = (names ?? [InputLaw.Name.gaussian.rawValue]).map { InputLaw.Name(rawValue: $0)! }
    func require(_ key: String, _ laws: [InputLaw.Name]) throws {
      if let node = data[key], !known.contains(where: laws.contains) {
        let words = laws.map(\.rawValue).joined(separator: " or ")
        throw node.error(expected: "no such key without data.law: \(words)")
      }
    }
    try require("direction", [.rademacher, .uniform])
    try require("spike", [.gaussian])
    try require("freedom", [.student])
    if known.contains(.student), freedoms == nil {
      throw data["law"]!.error(expected: "data.freedom beside student")
    }
    if data["test"] != nil, known == [.gaussian] {
      throw data["test"]!.error(
        expected: "no such key with gaussian inputs, whose alignments are exact")
    }
    laws = known.flatMap { name -> [InputLaw] in
      switch name {
      case .gaussian: (spikes ?? [1]).map { .gaussian(spike: $0) }
      case .sphere: [.sphere]
      case .rademacher: [.independent(.rademacher, isDense: direction == .dense)]
      case .uniform: [.independent(.uniform, isDense: direction == .dense)]
      case .student: freedoms!.map { .student(freedom: $0) }
      }
    }
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

  var name: String {
    switch self {
    case .gaussian: Name.gaussian.rawValue
    case .sphere: Name.sphere.rawValue
    case .independent(let law, _): law.rawValue
    case .student: Name.student.rawValue
    }
  }

  fileprivate var direction: Direction {
    if case .independent(_, true) = self { .dense } else { .coordinate }
  }

  /// nu, 0 where there is none.
  fileprivate var freedom: Int {
    if case .student(let freedom) = self { freedom } else { 0 }
  }

  /// The law of a cell's inputs.
  init(of cell: Parameters) {
    guard cell.has(Parameters.Name.law) else {
      self = .standard
      return
    }
    let isDense = cell.word(Parameters.Name.direction) == Direction.dense.rawValue
    switch Name(rawValue: cell.word(Parameters.Name.law))! {
    case .gaussian: self = .gaussian(spike: cell.real(Parameters.Name.spike))
    case .sphere: self = .sphere
    case .rademacher: self = .independent(.rademacher, isDense: isDense)
    case .uniform: self = .independent(.uniform, isDense: isDense)
    case .student: self = .student(freedom: cell.integer(Parameters.Name.freedom))
    }
  }
}
