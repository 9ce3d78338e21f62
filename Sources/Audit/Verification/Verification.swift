import Foundation

/// Whether an archive is intact, and what it was compared with is the same.
package struct Verification: Encodable, Sendable {
  /// Study files, figures and the record of them.
  package internal(set) var archive: [Checked] = []
  /// What the items are compared with, in words; `nil` if there are none.
  package internal(set) var comparedWith: String?
  /// Studies and tables.
  package internal(set) var items: [Item] = []
  /// What could not be checked here, one line each.
  package internal(set) var notes: [String] = []
  /// Studies with the cells that could be compared, for the figure.
  var studies: [(name: String, comparison: StudyComparison)] = []
  /// What means of other draws were judged by; `nil` if there are none.
  var test: MeanTest?

  enum CodingKeys: String, CodingKey {
    case archive, items, notes
    case comparedWith = "compared_with"
  }

  /// A file or a figure and what is wrong with it.
  package struct Checked: Encodable, Sendable {
    package let file: String
    /// "intact", or how it is not: "damaged", "stale", "partial", "missing".
    package let state: String
    package let findings: [String]
    /// Of a study.
    package var cells: Int?

    package var isIntact: Bool { state == "intact" }

    enum CodingKeys: String, CodingKey { case file, state, findings }
  }

  package enum Verdict: String, Encodable, Sendable {
    case identical
    case within = "within tolerance"
    /// A table of other draws than the old one's, each study of which is in itself the same.
    case follows = "follows from its studies"
    case outside
    case notComparable = "not comparable"

    package var passes: Bool { [.identical, .within, .follows].contains(self) }
  }

  /// A study or a table as two sides have it.
  package struct Item: Encodable, Sendable {
    package let name: String
    package let kind: Kind
    package internal(set) var verdict = Verdict.identical
    /// Cells of a study, numbers and words of a table.
    package internal(set) var compared = 0
    /// Cells that no test can tell anything of: certified in neither file, with few effective samples.
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

    package var reason: String {
      let parts = notes + (because.isEmpty ? [] : [because])
      let same =
        verdict == .identical
        ? [kind == .study ? "every archived number is the same" : "every byte is the same"] : []
      return (same + parts).joined(separator: "; ")
    }

    /// Keys and digests of the contents of two studies.
    package struct Identity: Sendable {
      package let oldKey, oldContent, newKey, newContent: String
    }

    package enum Kind: String, Encodable, Sendable { case study, table }

    init(name: String, kind: Kind) {
      self.name = name
      self.kind = kind
    }

    mutating func isNotComparable(_ why: String) {
      verdict = .notComparable
      notes = [why]
      tolerance = "none"
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

    enum CodingKeys: String, CodingKey {
      case name, kind, verdict, compared, untested, worst, tolerance, reason
      case oldKey = "old_key"
      case oldContent = "old_content"
      case newKey = "new_key"
      case newContent = "new_content"
    }
  }

  /// A number that differs.
  package struct Deviation: Encodable, Sendable {
    package let place: String
    package let old: Double
    package let new: Double
    package let allowed: Double

    init(_ place: String, old: Double, new: Double, allowed: Double) {
      (self.place, self.old, self.new, self.allowed) = (place, old, new, allowed)
    }

    package var deviation: Double { abs(new - old) }

    /// Deviation in units of what is allowed; infinite where either is no number.
    package var ratio: Double {
      if old == new { return 0 }
      let ratio = deviation / allowed
      return ratio.isNaN ? .infinity : ratio
    }

    /// Numbers of a few decimal digits differ by a little more or less than they seem to.
    package var isAllowed: Bool { ratio <= 1 + 1e-9 }

    enum CodingKeys: String, CodingKey {
      case old, new, deviation, allowed
      case place = "where"
    }

    /// Numbers to six digits; null where there is none.
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
  }

  /// Whether everything is intact, and identical or within tolerance.
  package var passes: Bool {
    archive.allSatisfy(\.isIntact) && items.allSatisfy(\.verdict.passes)
  }
}
