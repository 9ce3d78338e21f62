import Foundation

extension Verification {
  /// A study or a table as two sides have it.
  package struct Item: Sendable {
    package let name: String
    package let kind: Kind
    package internal(set) var verdict = Verdict.identical
    /// Cells of a study, numbers and words of a table.
    package internal(set) var compared = 0
    /// Cells that no test can judge: certified in neither file, with few effective samples.
    package internal(set) var untested = 0
    /// Which studies the old and the new file hold; `nil` of tables.
    package internal(set) var identity: Identity?
    /// The largest deviation in units of what is allowed; `nil` if there is none.
    package internal(set) var worst: Deviation?
    /// What was allowed.
    package internal(set) var tolerance = "none: bit by bit"
    /// What was found besides, or why it cannot be compared.
    package internal(set) var notes: [String] = []
    /// Why so much was allowed.
    package internal(set) var because = ""

    package enum Kind: String, Codable, Sendable { case study, table }

    /// Keys and digests of the contents of two studies.
    package struct Identity: Sendable {
      package let oldKey, oldContent, newKey, newContent: String
    }

    init(name: String, kind: Kind) {
      self.name = name
      self.kind = kind
    }

    package var reason: String {
      ((sameness.map { [$0] } ?? []) + notes + (because.isEmpty ? [] : [because]))
        .joined(separator: "; ")
    }

    /// What is the same, where everything is.
    private var sameness: String? {
      guard verdict == .identical else { return nil }
      return kind == .study ? "every archived number is the same" : "every byte is the same"
    }

    mutating func isNotComparable(_ why: String) {
      verdict = .notComparable
      notes = [why]
      tolerance = "none"
    }
  }
}

extension Verification.Item: Codable {
  enum CodingKeys: String, CodingKey {
    case name, kind, verdict, compared, untested, worst, tolerance, reason
    case oldKey = "old_key"
    case oldContent = "old_content"
    case newKey = "new_key"
    case newContent = "new_content"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(kind, forKey: .kind)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(compared, forKey: .compared)
    if kind == .study { try container.encode(untested, forKey: .untested) }
    try container.encodeIfPresent(identity?.oldKey, forKey: .oldKey)
    try container.encodeIfPresent(identity?.oldContent, forKey: .oldContent)
    try container.encodeIfPresent(identity?.newKey, forKey: .newKey)
    try container.encodeIfPresent(identity?.newContent, forKey: .newContent)
    try container.encode(worst, forKey: .worst)
    try container.encode(tolerance, forKey: .tolerance)
    try container.encode(reason, forKey: .reason)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys) throws -> T {
      try container.decode(T.self, forKey: key)
    }
    self.init(name: try value(.name), kind: try value(.kind))
    verdict = try value(.verdict)
    compared = try value(.compared)
    tolerance = try value(.tolerance)
    worst = try value(.worst)
    untested = try container.decodeIfPresent(Int.self, forKey: .untested) ?? 0
    if container.contains(.oldKey) {
      identity = Identity(
        oldKey: try value(.oldKey), oldContent: try value(.oldContent),
        newKey: try value(.newKey), newContent: try value(.newContent))
    }
    // A record has notes and reasons as one text.
    let reason: String = try value(.reason)
    let note = sameness.map { reason.trimmingPrefix($0).trimmingPrefix("; ") } ?? reason[...]
    notes = note.isEmpty ? [] : [String(note)]
  }
}

extension Verification {
  /// A number that differs.
  package struct Deviation: Sendable {
    package let place: String
    package let old, new: Double
    /// Size of the difference.
    package let deviation: Double
    package let allowed: Double

    init(_ place: String, old: Double, new: Double, allowed: Double) {
      (self.place, self.old, self.new, self.allowed) = (place, old, new, allowed)
      deviation = abs(new - old)
    }

    /// Deviation in units of what is allowed; infinite where either number is not finite.
    package var ratio: Double {
      if old == new { return 0 }
      let ratio = deviation / allowed
      return ratio.isNaN ? .infinity : ratio
    }

    /// Numbers of a few decimal digits differ by a little more or less than they seem to.
    package var isAllowed: Bool { ratio <= 1 + 1e-9 }
  }
}

extension Verification.Deviation: Codable {
  enum CodingKeys: String, CodingKey {
    case old, new, deviation, allowed
    case place = "where"
  }

  /// Numbers to six digits; null where they are not finite.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(place, forKey: .place)
    for (key, value) in [
      (CodingKeys.old, old), (.new, new), (.deviation, deviation), (.allowed, allowed),
    ] {
      let rounded = value.isFinite ? Double(String(format: "%.6g", value)) : nil
      try container.encode(rounded, forKey: key)
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      try container.decode(Double?.self, forKey: key) ?? .nan
    }
    place = try container.decode(String.self, forKey: .place)
    (old, new) = (try number(.old), try number(.new))
    (deviation, allowed) = (try number(.deviation), try number(.allowed))
  }
}
