import Networks
import Studies
import YAML

/// Targets of several features: the keys of `target` of kind features, which are axes of the grid.
package struct FeatureGrid: Sendable {
  /// m.
  let degrees: [Int]
  /// c_k of each target, not normalised.
  let coefficients: [[Double]]
  /// v_k·v_l of all pairs.
  let cosines: [Double]
  /// ℓ, not normalised.
  let linear: [Double]
  /// The feature that the linear part is along; `nil` where it is across all of them.
  let linearFeature: Int?

  var count: Int { degrees.count * coefficients.count * cosines.count * linear.count }

  /// The points with each target, and what follows from it.
  func points(_ points: [Parameters]) -> [Parameters] {
    typealias Name = Parameters.Name
    return points.flatMap { point in
      degrees.flatMap { degree in
        coefficients.flatMap { values in
          cosines.flatMap { cosine in
            linear.map { part in
              var cell = point
              cell[Name.degree] = .integer(degree)
              cell[Name.coefficients] = .word(Self.text(values))
              cell[Name.features] = .integer(values.count)
              cell[Name.overlaps] = .integer(cell.width * values.count)
              cell[Name.cosine] = .real(cosine)
              cell[Name.linear] = .real(part)
              cell[Name.linearFeature] = .integer(part == 0 ? -1 : linearFeature ?? -1)
              return cell
            }
          }
        }
      }
    }
  }

  /// "2 1".
  static func text(_ coefficients: [Double]) -> String {
    coefficients.map(\.spelt).joined(separator: " ")
  }

  /// The keys and the values of each, in words.
  var settings: [(name: String, values: [String])] {
    [
      ("target", degrees.map { "features \($0)" }),
      ("target.coefficients", coefficients.map(Self.text)),
      ("target.cosine", cosines.map(\.spelt)),
      ("target.linear.coefficient", linear.map(\.spelt)),
      ("target.linear.along", [linearFeature.map { "\($0)" } ?? "across"]),
    ]
  }
}

// MARK: - Coordinates

extension FeatureGrid {
  /// The words of `target.kind`: several features, or one.
  static let words = ["features", NetworkKind.Polynomial.hermite.rawValue]

  /// What tells targets apart, and what follows from it.
  static let coordinates: [Layout.TypedCoordinate] = [
    .init(
      Coordinate(
        Parameters.Name.degree, "degree m of the target",
        "y(x) = (sum_k c_k h(v_k.x) + l u.x)/n of unit variance; h = He_m/sqrt(m!), or the law's "
          + "own orthogonal polynomial"), .integer, .axis),
    .init(
      Coordinate(
        Parameters.Name.coefficients, "coefficients c_k", "of the features, before normalisation"),
      .word, .axis),
    .init(
      Coordinate(Parameters.Name.features, "number of features K", "v_k, unit vectors"), .integer,
      .fixed),
    .init(
      Coordinate(
        Parameters.Name.overlaps, "number of overlaps N K", "of every neuron with every feature"),
      .integer, .fixed),
    .init(
      Coordinate(Parameters.Name.cosine, "cosine of features", "v_k.v_l of all pairs"), .real,
      .axis),
    .init(
      Coordinate(
        Parameters.Name.linear, "linear part l of the target", "before normalisation"), .real,
      .axis),
    .init(
      Coordinate(
        Parameters.Name.linearFeature, "feature of the linear part",
        "index k of u = v_k; -1 where u is orthogonal to all features, or l = 0"), .integer,
      .fixed, gaps: [Layout.Gap(anywhere: "-1 where u is no feature")]),
  ]
}

// MARK: - Keys

extension FeatureGrid {
  static let keys = [
    Setting(
      "target.degree", degreeWords + Setting.Words.axis,
      "m of h = He_m/sqrt(m!), or of the orthogonal polynomial of another law"),
    Setting(
      "target.coefficients", "a number, a list of them, or a list of lists, an axis",
      standard: "1",
      "c_k of y = (sum_k c_k h(v_k.x) + l u.x)/n, where n makes the variance 1; kind: hermite has "
        + "one feature"),
    Setting(
      "target.cosine", "a number between -1 and 1" + Setting.Words.axis, standard: "0",
      "v_k.v_l of all pairs of features"),
    Setting(
      "target.linear.coefficient", "a number from -1e6 to 1e6" + Setting.Words.axis, standard: "0",
      "l, in units of the coefficients"),
    Setting(
      "target.linear.along", "an integer from 0", standard: "across all features",
      "the feature that the linear part is along: u = v_k"),
  ]

  /// The degrees that there may be.
  static let degreeWords = "an integer from 1 to \(largestDegree)"
  static let largestDegree = 15

  /// The targets of a spec.
  ///
  /// - Parameters:
  ///   - node: the mapping `target`.
  ///   - hasOneFeature: whether its kind is hermite, which has no other key than the degree.
  ///   - refusal: what is wrong with a degree, if anything is.
  init(
    _ node: YAMLNode, hasOneFeature: Bool, refusal: (Int) -> String?
  ) throws {
    let names = hasOneFeature ? ["degree"] : ["degree", "coefficients", "cosine", "linear"]
    let target = try node.members(["kind"] + names)
    degrees = try node.required("degree", in: target).axis { node in
      let degree = try node.integer(
        in: 1...Self.largestDegree, Self.degreeWords)
      if let expected = refusal(degree) { throw node.error(expected: expected) }
      return degree
    }
    if let vectors = target["coefficients"] {
      let isAxis = if case .sequence? = vectors.elements.first?.node { true } else { false }
      coefficients = try isAxis ? vectors.axis(Self.vector) : [Self.vector(vectors)]
    } else {
      coefficients = [[1]]
    }
    cosines =
      try target["cosine"]?.axis { node in
        guard let cosine = node.node.float, abs(cosine) < 1 else {
          throw node.error(expected: "a number between -1 and 1")
        }
        return cosine
      } ?? [0]
    let line = try target["linear"]?.members(["coefficient", "along"])
    if let line, let node = target["linear"] {
      linear = try node.required("coefficient", in: line).axis { try $0.signedNumber() }
      linearFeature = try line["along"]?.integerOrZero()
      let fewest = coefficients.map(\.count).min()!
      if let feature = linearFeature, feature >= fewest {
        throw line["along"]!.error(
          expected: "the index of a feature, below \(fewest), counted from 0")
      }
    } else {
      (linear, linearFeature) = ([0], nil)
    }
  }
}

extension FeatureGrid {
  /// The coefficients of one target.
  private static func vector(_ node: YAMLNode) throws -> [Double] {
    let values = try node.elements.map { try $0.signedNumber() }
    guard !values.isEmpty else { throw node.error(expected: "at least one coefficient") }
    return values
  }
}

extension YAMLNode {
  /// A number of either sign.
  func signedNumber() throws -> Double {
    guard let value = node.float, value.isFinite, abs(value) <= 1e6 else {
      throw error(expected: "a number from -1e6 to 1e6")
    }
    return value
  }
}

// MARK: - The target of a cell

extension FeatureTarget {
  /// The target of a cell; `nil` if there is none.
  init?(possibleIn cell: Parameters) {
    typealias Name = Parameters.Name
    let feature = cell.integer(Name.linearFeature)
    self.init(
      degree: cell.degree,
      coefficients: cell.word(Name.coefficients).split(separator: " ").map { Double($0)! },
      cosine: cell.real(Name.cosine), linear: cell.real(Name.linear),
      line: feature < 0 ? .across : .along(feature), law: InputLaw(of: cell),
      dimension: cell.dimension)
  }

  /// The target of a cell.
  package init(of cell: Parameters) {
    guard let target = FeatureTarget(possibleIn: cell) else {
      preconditionFailure("no such target: specs are checked for it")
    }
    self = target
  }
}

extension ProblemGrid {
  /// Throws if a target of several features is impossible somewhere on the grid, and says why.
  func checkFeatures(_ node: YAMLNode, _ data: YAMLNode) throws {
    guard case .features = targets else { return }
    typealias Name = Parameters.Name
    func value(_ name: String, _ parent: YAMLNode) -> YAMLNode { parent.member(name) ?? parent }
    let law = value(Name.law, data)
    for cell in targets(of: networks) {
      let (dimension, count) = (cell.dimension, cell.integer(Name.features))
      let feature = cell.integer(Name.linearFeature)
      let needed = FeatureTarget.coordinates(
        features: count, linear: cell.real(Name.linear),
        line: feature < 0 ? .across : .along(feature))
      guard needed <= dimension else {
        throw value(Name.coefficients, node).error(
          expected: "directions that fit in dimension \(dimension), but there are \(needed)"
            + (needed > count ? ": \(count) features, and the linear part across them" : ""))
      }
      let inputs = InputLaw(of: cell)
      if inputs.covariance.count > dimension {
        throw value("covariance", data).error(
          expected: "at most \(dimension) rows, the network's dimension")
      }
      if !inputs.isGaussian, count > 1 {
        throw law.error(
          expected: "gaussian: \(cell.word(Name.law)) inputs allow one feature, but there are "
            + "\(count)")
      }
      if let reason = inputs.obstacle(toDegree: cell.degree, dimension: dimension) {
        if case .student(let freedom) = inputs, cell.degree <= InputLaw.largestDegree {
          let key = value("freedom", data)
          throw (key.elements.first { $0.node.int == freedom } ?? key).error(
            expected: "another one with a target of degree \(cell.degree): \(reason)")
        }
        throw law.error(
          expected: "a law with a target of degree \(cell.degree) at dimension \(dimension), but "
            + "for \(cell.word(Name.law)) \(reason)")
      }
      guard FeatureTarget(possibleIn: cell) == nil else { continue }
      let cosine = cell.real(Name.cosine)
      if count > 1, cosine <= -1 / Double(count - 1) {
        throw value(Name.cosine, node).error(
          expected: "a cosine above -1/\(count - 1), which \(count) directions can have in pairs")
      }
      throw value(Name.coefficients, node).error(
        expected: "a target with a variance, but at cosine \(cosine.spelt) and linear part "
          + "\(cell.real(Name.linear).spelt) it has none")
    }
  }
}
