extension Verification {
  /// A file or a figure and what is wrong with it.
  package struct Checked: Sendable {
    package let file: String
    package let state: State
    package let findings: [String]
    /// Number of cells of a study.
    package var cells: Int?

    package var isIntact: Bool { state == .fresh }

    /// "intact", or how it is not: "damaged", "stale", "partial", "missing".
    package var word: String { isIntact ? Self.intact : state.word }

    fileprivate static let intact = "intact"
  }
}

extension Verification.Checked {
  /// A study file by itself.
  init(_ file: String, of integrity: Integrity) {
    self.file = file
    state = integrity.findings.first.map { .damaged(.reason($0)) } ?? .fresh
    findings = integrity.findings
    cells = integrity.cells
  }

  /// A study file without a spec.
  init(_ file: String, of integrity: Integrity, lacking finding: String) {
    self.file = file
    state =
      integrity.findings.first.map { .damaged(.reason($0)) } ?? .stale(.causes(1))
    findings = integrity.findings + [finding]
    cells = integrity.cells
  }

  /// A study or a figure by its freshness, and a study by its integrity.
  init(_ freshness: Freshness, _ integrity: Integrity? = nil) {
    file = freshness.target
    cells = integrity?.cells
    var isThere: Bool { if case .damaged = freshness.state { true } else { freshness.key != nil } }
    guard let finding = integrity?.findings.first, isThere, let integrity else {
      (state, findings) = (freshness.state, freshness.causes)
      return
    }
    state = .damaged(.reason(finding))
    // The file is not the recorded one if it is damaged, which goes without saying.
    let others = freshness.causes.map { Integrity.words($0, of: freshness.target) }
      .filter { !integrity.findings.contains($0) && !$0.hasPrefix("lock.json: ") }
    findings = integrity.findings + others
  }
}

extension Verification.Checked: Codable {
  enum CodingKeys: String, CodingKey { case file, state, findings }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    file = try container.decode(String.self, forKey: .file)
    findings = try container.decode([String].self, forKey: .findings)
    let word = try container.decode(String.self, forKey: .state)
    guard let state = word == Self.intact ? .fresh : State(word, findings: findings) else {
      throw DecodingError.dataCorruptedError(
        forKey: .state, in: container, debugDescription: "unknown state '\(word)'")
    }
    self.state = state
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(word, forKey: .state)
    try container.encode(findings, forKey: .findings)
  }
}
