import Foundation
import Host
import Theory
import YAML

/// A prediction that is committed before the data of its study exist, in a file of
/// `data/predictions`:
///
///     about: two layers that learn a target of degree five
///     study: two-layer-quintic
///     architecture:
///       degree: 5
///       layers: [{kind: dense, width: d}]
///     predicted:
///       winner: Sp
///       exponent: 1
///       parameters: {M: 0}
///     claims:
///       samples:
///         statement: P* ∝ d
///         source: cod predict
///         estimate: quintic.exponent
///         expected: exponent
///         rival: 5
///
/// What is `predicted` is what `cod predict` says as d grows. It is written down for whoever reads
/// the history, and computed anew whenever the file is read. The claims are those of
/// `data/claims.yml`, where a name of `predicted` may stand for its exponent.
package struct Registration: Hashable, Sendable {
  /// The name of the file.
  package let name: String
  /// The folder of the studies, which holds the folder of the file.
  package let data: String
  /// What the file says it is.
  package let about: String
  /// The studies whose data decide.
  package let studies: [String]
  /// The studies whose data do not exist yet.
  package let missing: [String]
  /// The exponents in d: "exponent" is that of P*, the others those of the winner's parameters.
  package let exponents: [String: Rational]

  /// Whether the prediction still waits for data.
  package var isPending: Bool { !missing.isEmpty }

  /// The file, relative to the folder of the studies.
  package var path: String { "\(Self.folder)/\(name).yml" }
  /// The file, with the folder of the studies.
  package var file: String { "\(data)/\(path)" }

  private static let folder = "predictions"

  /// Reads the registrations of a project, by their names, with the claims of each. A project
  /// without a folder of them has none.
  ///
  /// - Parameter data: the folder of the studies.
  /// - Throws: `UserError` naming file, line, key, value and what was expected; so too where the
  ///   calculator says otherwise than is registered.
  package static func all(
    in data: String
  ) throws -> [(registration: Registration, claims: YAMLNode)] {
    guard isFolder("\(data)/\(folder)") else { return [] }
    return try fileNames(in: "\(data)/\(folder)", "yml", as: "registered predictions")
      .map { try read(stem(of: $0), in: data) }
  }

  /// The studies of a folder whose data do not exist yet, because a prediction waits for them.
  ///
  /// - Throws: `UserError` as `all(in:)`.
  package static func awaited(in data: String) throws -> Set<String> {
    Set(try all(in: data).flatMap(\.registration.missing))
  }

  private static func read(
    _ name: String, in data: String
  ) throws -> (registration: Registration, claims: YAMLNode) {
    let (root, _) = try YAMLNode.read(
      "\(data)/\(folder)/\(name).yml", as: "a registered prediction")
    let members = try root.members(["about", "study", "architecture", "predicted", "claims"])
    func required(_ key: String) throws -> YAMLNode { try root.required(key, in: members) }
    let about = try required("about").text()
    let studies = try required("study").axis { try $0.study(in: data) }
    let spec = try ArchitectureSpec(required("architecture"))
    let exponents = try required("predicted").exponents(
      of: Prediction(spec.architecture).winner)
    let missing = studies.filter {
      !FileManager.default.fileExists(atPath: "\(data)/\($0).h5")
    }
    return (
      Registration(
        name: name, data: data, about: about, studies: studies, missing: missing,
        exponents: exponents),
      try required("claims")
    )
  }
}

extension YAMLNode {
  /// The name of a study. Its spec is there before its data: a name that is misspelt would wait
  /// for them for ever.
  fileprivate func study(in data: String) throws -> String {
    let name = try text()
    guard name.wholeMatch(of: #/[\w-]+/#) != nil else {
      throw error(expected: "the name of a study")
    }
    guard FileManager.default.fileExists(atPath: "\(data)/\(name).yml") else {
      throw error(expected: "a study, but there is no \(data)/\(name).yml")
    }
    return name
  }

  /// The exponents that are registered, which are the calculator's.
  fileprivate func exponents(of winner: Prediction.Pattern) throws -> [String: Rational] {
    let found = Dictionary(winner.parameters.map { ($0.name, $0.exponent) }) { first, _ in first }
    // A pattern in which nothing is learned has no parameters.
    let keys = ["winner", "exponent"] + (found.isEmpty ? [] : ["parameters"])
    let members = try members(keys)
    func require(_ node: YAMLNode, _ said: String, where isSame: (String) -> Bool) throws {
      guard let text = node.node.scalar?.string, isSame(text) else {
        throw node.error(expected: "\(said), as the calculator says of this architecture")
      }
    }
    func require(_ node: YAMLNode, _ exponent: Rational) throws {
      try require(node, "\(exponent)") { Rational($0) == exponent }
    }
    try require(required("winner", in: members), winner.name) { $0 == winner.name }
    try require(required("exponent", in: members), winner.exponent)
    if !found.isEmpty {
      let node = try required("parameters", in: members)
      let parameters = try node.members(found.keys.sorted())
      for (name, exponent) in found.sorted(by: { $0.key < $1.key }) {
        try require(node.required(name, in: parameters), exponent)
      }
    }
    return found.merging(["exponent": winner.exponent]) { $1 }
  }
}
