import Kernels
import YAML

/// A kind of experiment: what a study of it asks in its file, and the cells that follow.
///
/// Everything else of the pipeline follows from this: specs and their errors, keys, the store,
/// study files, freshness, verification, estimates, summaries and the reference documentation.
package protocol Experiment: Sendable {
  /// The word of a spec's `experiment`.
  static var name: String { get }
  /// What studies of it are, for the reference documentation: "posterior samples of a network".
  static var title: String { get }
  /// The keys of a spec's top level, besides those of all studies.
  static var keys: [Setting] { get }
  /// The keys below those, section by section.
  static var reference: [SpecReference.Section] { get }
  /// Words of `model` in study files that are of this experiment.
  static var models: [String] { get }
  /// The results of a study of one of `models`.
  ///
  /// - Returns: `nil` if there is no such model, or it has no such further observables.
  static func layout(of model: String, observing: [String]) -> Layout?

  /// Reads what a study asks.
  ///
  /// - Parameters:
  ///   - members: the members of the spec's top level, which have names of `keys` or of all
  ///     studies.
  ///   - root: the top level.
  /// - Throws: `UserError` naming file, line, key, value and what is allowed.
  init(_ members: [String: YAMLNode], of root: YAMLNode) throws

  var layout: Layout { get }
  /// The grid's cells, the data sets varying fastest.
  func cells() -> [Cell]
  /// Keys of the spec and the values of each, in words, for what tells of changes.
  var settings: [(name: String, values: [String])] { get }
  /// SHA-256 of the file of given inputs, if there is one.
  var inputsDigest: String? { get }
  /// What the file asks for that cannot be had, one line each.
  var cautions: [String] { get }
  /// Finds what would fail while cells are computed, before the first of them.
  ///
  /// - Parameters:
  ///   - missing: the cells that are to be computed.
  ///   - file: the spec.
  /// - Throws: `UserError` naming the file, the key, its value and what is possible.
  func rehearse(_ missing: [Cell], of file: String, kernels: KernelSet) throws
}

extension Experiment {
  package var inputsDigest: String? { nil }
  package var cautions: [String] { [] }
  package func rehearse(_ missing: [Cell], of file: String, kernels: KernelSet) throws {}
}
