import Foundation

/// Whether an archive is intact, and what it was compared with is the same.
public struct Verification: Encodable, Sendable {
  /// Study files, figures and the record of them.
  public internal(set) var archive: [Checked] = []
  /// What the items are compared with, in words; `nil` if there are none.
  public internal(set) var comparedWith: String?
  /// Studies and tables.
  public internal(set) var items: [Item] = []
  /// What could not be checked here, one line each.
  public internal(set) var notes: [String] = []
  /// Studies with the cells that could be compared, for the figure.
  var studies: [(name: String, comparison: StudyComparison)] = []
  /// What means of other draws were judged by; `nil` if there are none.
  var test: MeanTest?

  enum CodingKeys: String, CodingKey {
    case archive, items, notes
    case comparedWith = "compared_with"
  }

  /// A file or a figure and what is wrong with it.
  public struct Checked: Encodable, Sendable {
    public let file: String
    /// "intact", or how it is not: "damaged", "stale", "partial", "missing".
    public let state: String
    public let findings: [String]
    /// Of a study.
    public var cells: Int?

    public var isIntact: Bool { state == "intact" }

    enum CodingKeys: String, CodingKey { case file, state, findings }
  }

  public enum Verdict: String, Encodable, Sendable {
    case identical
    case within = "within tolerance"
    /// A table of other draws than the old one's, each study of which is in itself the same.
    case follows = "follows from its studies"
    case outside
    case notComparable = "not comparable"

    public var passes: Bool { [.identical, .within, .follows].contains(self) }
  }

  /// A study or a table as two sides have it.
  public struct Item: Encodable, Sendable {
    public let name: String
    public let kind: Kind
    public internal(set) var verdict = Verdict.identical
    /// Cells of a study, numbers and words of a table.
    public internal(set) var compared = 0
    /// Cells that no test can tell anything of: certified in neither file, with few effective samples.
    public internal(set) var untested = 0
    /// Which studies the old and the new file hold; `nil` of tables.
    public internal(set) var identity: Identity?
    /// The largest deviation in units of what is allowed; `nil` if there is none.
    public internal(set) var worst: Deviation?
    /// What was allowed.
    public internal(set) var tolerance = "none: bit by bit"
    /// What was found besides, or why it cannot be compared.
    public internal(set) var notes: [String] = []
    /// Why so much was allowed.
    public internal(set) var because = ""

    public var reason: String {
      let parts = notes + (because.isEmpty ? [] : [because])
      let same =
        verdict == .identical
        ? [kind == .study ? "every archived number is the same" : "every byte is the same"] : []
      return (same + parts).joined(separator: "; ")
    }

    /// Keys and digests of the contents of two studies.
    public struct Identity: Sendable {
      public let oldKey, oldContent, newKey, newContent: String
    }

    public enum Kind: String, Encodable, Sendable { case study, table }

    init(name: String, kind: Kind) {
      self.name = name
      self.kind = kind
    }

    mutating func isNotComparable(_ why: String) {
      verdict = .notComparable
      notes = [why]
      tolerance = "none"
    }

    public func encode(to encoder: any Encoder) throws {
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
  public struct Deviation: Encodable, Sendable {
    public let place: String
    public let old: Double
    public let new: Double
    public let allowed: Double

    init(_ place: String, old: Double, new: Double, allowed: Double) {
      (self.place, self.old, self.new, self.allowed) = (place, old, new, allowed)
    }

    public var deviation: Double { abs(new - old) }

    /// Deviation in units of what is allowed; infinite where either is no number.
    public var ratio: Double {
      if old == new { return 0 }
      let ratio = deviation / allowed
      return ratio.isNaN ? .infinity : ratio
    }

    /// Numbers of a few decimal digits differ by a little more or less than they seem to.
    public var isAllowed: Bool { ratio <= 1 + 1e-9 }

    enum CodingKeys: String, CodingKey {
      case old, new, deviation, allowed
      case place = "where"
    }

    /// Numbers to six digits; null where there is none.
    public func encode(to encoder: any Encoder) throws {
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
  public var passes: Bool {
    archive.allSatisfy(\.isIntact) && items.allSatisfy(\.verdict.passes)
  }
}
