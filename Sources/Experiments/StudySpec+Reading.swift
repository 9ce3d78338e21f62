import Studies
import YAML

extension StudySpec {
  /// Reads a study file.
  ///
  /// - Parameter smoke: whether to lay the file's `smoke` values over the others.
  /// - Throws: `UserError` naming file, line, key, value and what is allowed.
  package init(reading file: String, smoke: Bool = false) throws {
    let (root, text) = try YAMLNode.read(file)
    try self.init(root, file, text, smoke: smoke)
  }

  /// Reads one grid of a study file, which whoever reads the file for itself checks whole.
  init(reading file: String, grid: Grid) throws {
    let (root, text) = try YAMLNode.read(file)
    let overlay = grid == .smoke ? root.member("smoke") : nil
    try self.init(root: overlay.map { root.overlaid(with: $0) } ?? root, file, text, grid)
  }

  /// Reads the text of a study file that stood at `file`.
  package init(parsing text: String, of file: String, smoke: Bool) throws {
    try self.init(YAMLNode.parse(text, file), file, text, smoke: smoke)
  }

  private init(_ given: YAMLNode, _ file: String, _ text: String, smoke: Bool) throws {
    var root = given
    let (_, members) = try Self.experiment(of: root)
    if let overlay = members["smoke"] {
      // Checked even where it is not used: a misspelt key must not wait for `make smoke`.
      let laid = root.overlaid(with: overlay)
      _ = try overlay.members(
        Self.keys(of: Self.named(in: laid)).filter { $0 != "smoke" })
      if smoke { root = laid } else { _ = try StudySpec(root: laid, file, text, .smoke) }
    }
    try self.init(root: root, file, text, smoke ? .smoke : .full)
  }

  private init(root: YAMLNode, _ file: String, _ text: String, _ grid: Grid) throws {
    let (experiment, top) = try Self.experiment(of: root)
    self.init(
      file: file, text: text, grid: grid, question: try root.required("question", in: top).text(),
      source: try root.required("source", in: top).text(),
      experiment: try experiment.init(top, of: root))
  }

  /// The experiment that a spec names, and its members, all of which are keys of it.
  private static func experiment(
    of root: YAMLNode
  ) throws -> (any Experiment.Type, [String: YAMLNode]) {
    let experiment = try named(in: root)
    return (experiment, try root.members(keys(of: experiment)))
  }

  private static func named(in root: YAMLNode) throws -> any Experiment.Type {
    let word =
      try root.member("experiment")?.word(Experiments.all.map { $0.name }) ?? defaultExperiment
    return Experiments.named(word)!
  }

  /// The keys of the top level, in the order in which one writes them.
  private static func keys(of experiment: any Experiment.Type) -> [String] {
    let common = settings(experiments: []).map(\.name)
    return Array(common.dropLast()) + experiment.keys.map(\.name) + [common.last!]
  }

  /// Whether a YAML file has a key of studies.
  static func hasKeys(_ root: YAMLNode) -> Bool {
    Experiments.all.flatMap { keys(of: $0) }.contains { root.member($0) != nil }
  }
}
