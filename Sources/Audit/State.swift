/// How a study file, a figure or a record stands to what it is made from.
package enum State: Sendable, Equatable {
  /// Complete, intact, and of its sources as they are now.
  case fresh
  /// Complete, but of other sources.
  case stale(Staleness)
  /// Incomplete: some of its parts are missing.
  case partial(Part)
  case missing
  /// Missing, as it should be: a registered prediction waits for the study.
  case awaited
  case damaged(Damage)

  /// Whether nothing is left to be done or mended.
  package var isSettled: Bool { self == .fresh || self == .awaited }

  package enum Staleness: Sendable, Equatable {
    /// The study is of another spec or numerics version; so many cells can be taken over.
    case cells(reusable: Int, of: Int)
    case causes(Int)
  }

  package enum Part: Sendable, Equatable {
    /// The study file is missing, but so many of its cells are there.
    case cells(done: Int, of: Int)
    /// The files that are missing.
    case files(missing: [String])
  }

  package enum Damage: Sendable, Equatable {
    case reason(String)
    /// The files that are damaged.
    case files([String])
  }

  /// "stale"
  package var word: String {
    switch self {
    case .fresh: "fresh"
    case .stale: "stale"
    case .partial: "partial"
    case .missing: "missing"
    case .awaited: "awaited"
    case .damaged: "damaged"
    }
  }

  /// "stale (4 of 6 cells can be reused)"
  package var description: String {
    switch self {
    case .fresh, .missing: word
    case .awaited: "\(word) by a registered prediction"
    case .stale(.cells(let reusable, let count)):
      "\(word) (\(reusable) of \(count) cells can be reused)"
    case .stale(.causes(let count)): "\(word) (\(count == 1 ? "1 cause" : "\(count) causes"))"
    case .partial(.cells(let done, let count)): "\(word) (\(done) of \(count) cells)"
    case .partial(.files(let names)): "\(word) (\(names.joined(separator: ", ")) missing)"
    case .damaged(.reason(let reason)):
      reason.hasPrefix(word) ? reason : "\(word): \(reason)"
    case .damaged(.files(let names)): "\(word) (\(names.joined(separator: ", ")))"
    }
  }

  /// A state as a record has it, by its word and what was found.
  init?(_ word: String, findings: [String]) {
    let states: [State] = [
      .fresh, .stale(.causes(findings.count)), .partial(.files(missing: findings)), .missing,
      .awaited,
      .damaged(.reason(findings.first ?? "")),
    ]
    guard let state = states.first(where: { $0.word == word }) else { return nil }
    self = state
  }
}

extension State: Encodable {
  /// The word alone: what it holds is said in words beside it.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(word)
  }
}
